//! Files and directories that a command must not change.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use rusqlite::Connection;
use tempfile::TempDir;

use super::{assert_code, folder, run, stderr, stdout, syllabus};

const URL: [&str; 2] = ["--database-url", "sqlite:app.db"];
/// Every command that opens a database.
const COMMANDS: [&[&str]; 15] = [
    &["serve", "--listen", "127.0.0.1:0"],
    &["import", "/dev/null"],
    &["import", "--dry-run", "/dev/null"],
    &["export"],
    &["check"],
    &["backup", "backup.db"],
    &["search", "status"],
    &["search", "rebuild"],
    &["purge", "--changes-older-than", "1d"],
    &["token", "create", "--name", "a", "--role", "admin"],
    &["token", "list"],
    &["token", "revoke", "api_token_ci4tzd"],
    &["migrate", "up"],
    &["migrate", "down"],
    &["migrate", "status"],
];
/// The read-only commands.
const READING: [&[&str]; 6] = [
    &["export"],
    &["check"],
    &["search", "status"],
    &["token", "list"],
    &["migrate", "status"],
    &["purge", "--changes-older-than", "1d", "--dry-run"],
];

/// The names, contents and times of all files in a directory.
fn state(folder: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let file = |path: &Path| {
        let changed = fs::metadata(path).and_then(|metadata| metadata.modified()).expect("it has a time");
        (fs::read(path).expect("it can be read"), changed)
    };
    let entries = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read"));
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), file(&entry.path()))).collect()
}

fn sqlite(folder: &TempDir, sql: &str) -> Connection {
    let connection = Connection::open(folder.path().join("app.db")).expect("it can be opened");
    connection.execute_batch(sql).expect("it is done");
    connection
}

/// A catalog of one topic.
fn catalog() -> TempDir {
    let folder = folder();
    fs::write(folder.path().join("one.jsonl"), r#"{"kind":"topic","slug":"sql","title":"SQL"}"#)
        .expect("the disk has space");
    assert_code(&run(folder.path(), &[&["import", "one.jsonl"], &URL[..]].concat()), 0);
    folder
}

/// Runs a command without the privileges of root or of a group.
fn run_unprivileged(folder: &Path, arguments: &[&str]) -> Output {
    unprivileged(folder, arguments).output().expect("setpriv runs, which these tests need as root")
}

/// Returns a command without the privileges of root or of a group.
fn unprivileged(folder: &Path, arguments: &[&str]) -> Command {
    let is_root = fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let command = syllabus(folder, arguments);
    if !is_root {
        return command;
    }
    // Root without the capability to bypass permissions.
    let mut limited = Command::new("setpriv");
    limited.args(["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]);
    limited.arg(command.get_program()).args(command.get_args()).current_dir(folder);
    for (name, _) in command.get_envs() {
        limited.env_remove(name);
    }
    limited
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("they can be changed");
}

#[track_caller]
fn assert_refused_untouched(folder: &TempDir, reason: &str) {
    let before = state(folder.path());
    for command in COMMANDS {
        let output = run(folder.path(), &[command, &URL[..]].concat());
        assert_code(&output, 1);
        let said = stderr(&output);
        assert!(said.starts_with("error: cannot open sqlite:app.db: "), "{command:?}: {said}");
        assert!(said.contains(reason), "{command:?}: {said}");
        assert!(stdout(&output).is_empty(), "{command:?}");
        assert!(state(folder.path()) == before, "{command:?} changed something");
    }
}

#[test]
fn foreign_databases_are_rejected_unchanged() {
    let foreign = |sql: &str| {
        let folder = folder();
        sqlite(&folder, sql).close().expect("it can be left");
        folder
    };
    let migrations = "CREATE TABLE seaql_migrations (version TEXT NOT NULL PRIMARY KEY, applied_at INTEGER NOT NULL);";
    let topic = "CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT);";
    for (sql, reason) in [
        (topic.to_owned(), "it belongs to another program, since it has \"topic\" and no catalog: name another file"),
        (format!("PRAGMA journal_mode = wal; {topic}"), "it belongs to another program, since it has \"topic\""),
        // A file as an earlier version of this program created it.
        (
            format!("PRAGMA journal_mode = wal; {topic} {migrations}"),
            "it belongs to another program, since it has \"topic\"",
        ),
        (
            format!("{migrations} INSERT INTO seaql_migrations VALUES ('m20200101_000001_theirs', 1);"),
            "it belongs to another program, since it has its own migrations",
        ),
        ("PRAGMA application_id = 0x47504b47; CREATE TABLE a (b);".to_owned(), "it belongs to another program"),
        (
            "PRAGMA application_id = 0x47504b47; CREATE TABLE a (b); DROP TABLE a;".to_owned(),
            "application id 0x47504b47",
        ),
        ("CREATE VIEW v AS SELECT 1;".to_owned(), "it has \"v\""),
        ("CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f); CREATE TABLE g (h)".to_owned(), "and 1 more"),
    ] {
        assert_refused_untouched(&foreign(&sql), reason);
    }
}

#[test]
fn open_foreign_databases_are_rejected_unchanged() {
    let folder = folder();
    let open = sqlite(
        &folder,
        "PRAGMA journal_mode = wal; CREATE TABLE topic (id INTEGER PRIMARY KEY); \
                                PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO topic VALUES (1);",
    );
    assert_refused_untouched(&folder, "it belongs to another program");
    open.close().expect("it can be left");
}

#[test]
fn databases_with_tables_in_the_wal_are_recognized() {
    let folder = folder();
    let open = sqlite(&folder, "PRAGMA journal_mode = wal; CREATE TABLE topic (id INTEGER PRIMARY KEY);");
    assert_refused_untouched(&folder, "it belongs to another program");
    let copy = super::folder();
    for name in ["app.db", "app.db-wal", "app.db-shm"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).expect("the disk has space");
    }
    open.close().expect("it can be left");
    // As a program leaves them that was killed: SQLite would write to the index, or create it.
    assert_refused_untouched(&copy, "it belongs to another program");
    fs::remove_file(copy.path().join("app.db-shm")).expect("it is there");
    assert_refused_untouched(&copy, "it belongs to another program");
}

#[test]
fn orphaned_wal_files_are_rejected_unchanged() {
    let source = folder();
    let open = sqlite(&source, "PRAGMA journal_mode = wal; CREATE TABLE topic (id INTEGER PRIMARY KEY);");
    let folder = folder();
    fs::copy(source.path().join("app.db-wal"), folder.path().join("app.db-wal")).expect("the disk has space");
    open.close().expect("it can be left");
    assert_refused_untouched(&folder, "it is missing or empty, and the -wal file beside it has changes");
    fs::write(folder.path().join("app.db"), "").expect("the disk has space");
    assert_refused_untouched(&folder, "it is missing or empty, and the -wal file beside it has changes");
}

#[test]
fn non_databases_are_rejected_unchanged() {
    let folder = folder();
    fs::write(folder.path().join("app.db"), "Dear reader,\n").expect("the disk has space");
    assert_refused_untouched(&folder, "it is not a SQLite database: name another file");

    let long = "This is a letter, and no database at all. ".repeat(100);
    fs::write(folder.path().join("app.db"), long).expect("the disk has space");
    assert_refused_untouched(&folder, "it is not a SQLite database: name another file");

    let folder = super::folder();
    fs::create_dir(folder.path().join("app.db")).expect("the disk has space");
    for command in COMMANDS {
        let output = run(folder.path(), &[command, &URL[..]].concat());
        assert_code(&output, 1);
        assert_eq!(stderr(&output), "error: cannot open sqlite:app.db: it is a directory: name a file\n");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
}

#[test]
fn read_commands_do_not_create_or_migrate() {
    let missing = folder();
    let empty = folder();
    fs::write(empty.path().join("app.db"), "").expect("the disk has space");
    let older = catalog();
    assert_code(&run(older.path(), &[&["migrate", "down"], &URL[..]].concat()), 0);
    for (folder, reason) in [
        (&missing, "cannot open sqlite:app.db: there is no such file"),
        (&empty, "run `syllabus migrate up` with the same settings\n"),
        (&older, "sqlite:app.db has 1 pending migration(s): run `syllabus migrate up` with the same settings\n"),
    ] {
        let before = state(folder.path());
        for command in READING {
            let output = run(folder.path(), &[command, &URL[..]].concat());
            if command == ["migrate", "status"] {
                assert_code(&output, 0);
            } else {
                assert_code(&output, 1);
                assert!(stderr(&output).contains(reason), "{command:?}: {}", stderr(&output));
            }
            assert!(state(folder.path()) == before, "{command:?} changed something");
        }
    }
    // An empty file counts as missing.
    assert_code(&run(empty.path(), &[&["migrate", "up"], &URL[..]].concat()), 0);
    assert_code(&run(empty.path(), &[&["check"], &URL[..]].concat()), 0);
}

#[test]
fn rolling_back_an_empty_file_changes_nothing() {
    let folder = folder();
    fs::write(folder.path().join("app.db"), "").expect("the disk has space");
    let before = state(folder.path());
    let output = run(folder.path(), &[&["migrate", "down"], &URL[..]].concat());
    assert_code(&output, 0);
    assert!(stderr(&output).starts_with("0 migrations rolled back; "), "{}", stderr(&output));
    assert!(state(folder.path()) == before);
}

#[test]
fn commands_that_need_a_catalog_do_not_create_one() {
    let folder = folder();
    for command in
        [&["purge", "--changes-older-than", "1d"][..], &["token", "revoke", "tok_abcdef"], &["migrate", "down"]]
    {
        let output = run(folder.path(), &[command, &URL[..]].concat());
        assert_code(&output, 1);
        let said =
            "error: cannot open sqlite:app.db: there is no such file: set database.url to the file of a catalog\n";
        assert_eq!(stderr(&output), said, "{command:?}");
        assert!(state(folder.path()).is_empty(), "{command:?}");
    }
}

#[test]
fn read_commands_do_not_change_the_catalog() {
    let folder = catalog();
    let before = state(folder.path());
    for command in READING {
        assert_code(&run(folder.path(), &[command, &URL[..]].concat()), 0);
        assert!(state(folder.path()) == before, "{command:?} changed something");
    }
}

#[test]
fn read_commands_work_in_read_only_directories() {
    let folder = catalog();
    let exported = run(folder.path(), &[&["export"], &URL[..]].concat());
    let before = state(folder.path());
    set_mode(&folder.path().join("app.db"), 0o444);
    set_mode(folder.path(), 0o555);
    for command in READING {
        let output = run_unprivileged(folder.path(), &[command, &URL[..]].concat());
        assert_code(&output, 0);
        if command == ["export"] {
            assert_eq!(stdout(&output), stdout(&exported));
        }
        assert!(state(folder.path()) == before, "{command:?} changed something");
    }
    let refused =
        run_unprivileged(folder.path(), &[&["token", "create", "--name", "a", "--role", "admin"], &URL[..]].concat());
    assert_code(&refused, 1);
    assert!(state(folder.path()) == before);
    set_mode(folder.path(), 0o755);
}

#[test]
fn catalogs_are_not_created_in_read_only_directories() {
    let folder = folder();
    set_mode(folder.path(), 0o555);
    let refused = run_unprivileged(folder.path(), &[&["migrate", "up"], &URL[..]].concat());
    assert_code(&refused, 1);
    let said = "error: cannot open sqlite:app.db: cannot create a file in .: permission denied: \
                set database.url to a file in another directory\n";
    assert_eq!(stderr(&refused), said);
    set_mode(folder.path(), 0o755);
}

#[test]
fn read_commands_create_nothing_beside_read_only_files() {
    let folder = catalog();
    let before = state(folder.path());
    set_mode(&folder.path().join("app.db"), 0o444);
    for command in READING {
        assert_code(&run_unprivileged(folder.path(), &[command, &URL[..]].concat()), 0);
        assert!(state(folder.path()) == before, "{command:?} changed something");
    }
}

#[test]
fn write_commands_reject_read_only_files_and_change_nothing() {
    let folder = catalog();
    fs::write(folder.path().join("one.jsonl"), r#"{"kind":"topic","slug":"go","title":"Go"}"#)
        .expect("the disk has space");
    set_mode(&folder.path().join("app.db"), 0o444);
    let before = state(folder.path());
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["import", "one.jsonl"],
        &["purge", "--changes-older-than", "1d"],
        &["token", "create", "--name", "a", "--role", "admin"],
        &["migrate", "up"],
        &["migrate", "down"],
    ] {
        let output = run_unprivileged(folder.path(), &[command, &URL[..]].concat());
        assert_code(&output, 1);
        let reason = "error: cannot open sqlite:app.db: permission denied: \
                      make the file writable for the user of this program\n";
        assert_eq!(stderr(&output), reason, "{command:?}");
        // SQLite would create a log that the owner of the file could not use.
        assert!(state(folder.path()) == before, "{command:?} changed something");
    }
}

#[test]
fn read_commands_recover_interrupted_transactions() {
    let folder = catalog();
    let open =
        sqlite(&folder, "PRAGMA journal_mode = delete; PRAGMA cache_size = 1; BEGIN; UPDATE item SET title = 'Lost';");
    open.execute_batch("CREATE TABLE filler AS SELECT randomblob(100000)").expect("the disk has space");
    let copy = super::folder();
    for name in ["app.db", "app.db-journal"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).expect("the disk has space");
    }
    let before = state(copy.path());
    for command in READING {
        let output = run(copy.path(), &[command, &URL[..]].concat());
        assert_code(&output, 1);
        assert!(stderr(&output).contains("its -journal file must be rolled back first"), "{}", stderr(&output));
        assert!(state(copy.path()) == before, "{command:?} changed something");
    }
    assert_code(&run(copy.path(), &[&["migrate", "up"], &URL[..]].concat()), 0);
    let exported = stdout(&run(copy.path(), &[&["export"], &URL[..]].concat()));
    assert!(exported.contains("SQL") && !exported.contains("Lost"), "{exported}");
}

#[test]
fn dry_run_imports_change_no_file() {
    let topic = r#"{"kind":"topic","slug":"go","title":"Go"}"#;
    let import = [&["import", "--dry-run", "two.jsonl"], &URL[..]].concat();
    let (new, existing, behind) = (folder(), catalog(), catalog());
    assert_code(&run(behind.path(), &[&["migrate", "down"], &URL[..]].concat()), 0);
    for (folder, code) in [(new, 0), (existing, 0), (behind, 1)] {
        fs::write(folder.path().join("two.jsonl"), topic).expect("the disk has space");
        let before = state(folder.path());
        let output = run(folder.path(), &import);
        assert_code(&output, code);
        let expected = if code == 0 { "Nothing was written" } else { "run `syllabus migrate up" };
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert!(state(folder.path()) == before, "something was changed");
    }
}

#[test]
fn read_commands_see_wal_changes_in_read_only_directories() {
    let folder = catalog();
    let open = sqlite(&folder, "UPDATE item SET title = 'Structured Query Language'");
    let copy = super::folder();
    for name in ["app.db", "app.db-wal"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).expect("the disk has space");
    }
    // Beside a program that has it open, the change is seen.
    set_mode(folder.path(), 0o555);
    let export = [&["export"], &URL[..]].concat();
    let output = run_unprivileged(folder.path(), &export);
    assert!(stdout(&output).contains("Structured Query Language"), "{}", stderr(&output));
    set_mode(folder.path(), 0o755);
    open.close().expect("it can be left");

    // A copy lacks the index that is needed to read the log.
    let before = state(copy.path());
    set_mode(copy.path(), 0o555);
    let output = run_unprivileged(copy.path(), &export);
    assert_code(&output, 1);
    let said = stderr(&output);
    assert!(said.contains("changes are still in its -wal file") && said.contains("copy the file"), "{said}");
    assert!(state(copy.path()) == before);
    set_mode(copy.path(), 0o755);
    assert!(stdout(&run(copy.path(), &export)).contains("Structured Query Language"));
}

#[test]
fn files_of_earlier_versions_are_recognized_and_marked() {
    let folder = catalog();
    let id = |folder: &TempDir| -> u32 {
        let connection = sqlite(folder, "");
        connection.query_row("PRAGMA application_id", [], |row| row.get(0)).expect("it has one")
    };
    assert_eq!(id(&folder), 0x5379_6c6c, "\"Syll\"");
    sqlite(&folder, "PRAGMA application_id = 0").close().expect("it can be left");
    let before = state(folder.path());
    assert_code(&run(folder.path(), &[&["export"], &URL[..]].concat()), 0);
    assert!(state(folder.path()) == before);
    assert_code(&run(folder.path(), &[&["migrate", "up"], &URL[..]].concat()), 0);
    assert_eq!(id(&folder), 0x5379_6c6c);
}
