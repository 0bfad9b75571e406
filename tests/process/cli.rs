//! The command line of the built binary.

mod archive;
mod backup;
mod draining;
mod files;
mod postgres;
mod rolling_upgrade;

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use syllabus::db::{Database, DatabaseUrl};
use syllabus_generate::{Scale, generate};
use tempfile::TempDir;

/// How long a test waits for an expected event.
const PATIENCE: Duration = Duration::from_secs(20);

/// The binary in its own directory, without our settings in its environment.
fn syllabus(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_syllabus"));
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SYLLABUS_") {
            command.env_remove(name);
        }
    }
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    syllabus(folder, arguments).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("output is UTF-8")
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
}

/// A server that runs until it is dropped.
struct Serving {
    child: Child,
    address: String,
    /// Its output before it listened, and its later output.
    said: String,
    stderr: BufReader<std::process::ChildStderr>,
}

impl Serving {
    #[expect(clippy::zombie_processes, reason = "it is waited for when the server is dropped")]
    fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut said = String::new();
        loop {
            let start = said.len();
            assert_ne!(stderr.read_line(&mut said).expect("output is UTF-8"), 0, "it ended: {said}");
            if let Some(rest) = said[start..].strip_prefix("Listening on ") {
                let address = rest.split_once(". ").expect("a sentence follows").0.to_owned();
                return Self { child, address, said, stderr };
            }
        }
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    }

    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().expect("it ends").code();
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).expect("output is UTF-8");
        (code, std::mem::take(&mut self.said) + &rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It can have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn help_goes_to_standard_output_and_lists_settings() {
    let folder = folder();
    let output = run(folder.path(), &["--help"]);
    assert_code(&output, 0);
    for word in ["serve", "migrate", "import", "export", "check", "purge", "schema", "completions", "Examples:"] {
        assert!(stdout(&output).contains(word), "{word}");
    }
    let output = run(folder.path(), &["serve", "--help"]);
    assert_code(&output, 0);
    for word in [
        "--database-url <URL>",
        "SYLLABUS_LISTEN",
        "default: 127.0.0.1:4000",
        "default: 10s",
        "default: 64MiB",
        "--demo",
    ] {
        assert!(stdout(&output).contains(word), "{word}: {}", stdout(&output));
    }
}

#[test]
fn invalid_usage_exits_with_2() {
    let folder = folder();
    for wrong in [
        vec![],
        vec!["sreve"],
        vec!["serve", "--no-such-flag"],
        vec!["serve", "--listen", "nowhere"],
        vec!["import"],
        vec!["purge"],
        vec!["purge", "--dry-run"],
        vec!["purge", "--changes-older-than", "90"],
        vec!["migrate", "sideways"],
        vec!["migrate", "down", "--count", "0"],
        vec!["completions", "cobol"],
        vec!["export", "--database-url", "mysql://localhost/x"],
    ] {
        let output = run(folder.path(), &wrong);
        assert_code(&output, 2);
        assert!(stdout(&output).is_empty(), "{wrong:?}");
        assert!(!stderr(&output).is_empty(), "{wrong:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0, "nothing is left behind");
}

#[test]
fn invalid_settings_are_reported_with_key_and_source() {
    let folder = folder();
    fs::write(folder.path().join("x.toml"), "listne = '1'\n[log]\nformat = 'xml'").expect("it can be written");
    let output = syllabus(folder.path(), &["serve", "--config", "x.toml"])
        .env("SYLLABUS_LISTEN", "nowhere")
        .env("SYLLABUS_DATABASE_URL", "mysql://root:hunter2@localhost")
        .env("SYLLABUS_LISTN", "x")
        .output()
        .expect("the binary runs");
    assert_code(&output, 2);
    assert_eq!(
        stderr(&output),
        "error: 5 invalid settings:\n  \
         database.url (environment SYLLABUS_DATABASE_URL): must begin with sqlite:, postgres:// or postgresql://\n  \
         listen (environment SYLLABUS_LISTEN): invalid address \"nowhere\": expected one like 127.0.0.1:4000 or localhost:4000\n  \
         log.format (file x.toml): invalid value \"xml\": expected text or json\n  \
         listne (file x.toml): unknown setting; did you mean listen?\n  \
         SYLLABUS_LISTN (environment): unknown setting; did you mean SYLLABUS_LISTEN?\n"
    );
}

#[test]
fn variables_of_clients_are_not_settings() {
    let folder = folder();
    let output = syllabus(folder.path(), &["migrate", "up"])
        .env("SYLLABUS_URL", "http://127.0.0.1:4000/graphql")
        .env("SYLLABUS_TOKEN", "syl_secret")
        .output()
        .expect("the binary runs");
    assert_code(&output, 0);
}

#[test]
fn missing_configuration_files_are_reported_with_their_source() {
    let folder = folder();
    let variable = syllabus(folder.path(), &["serve"]).env("SYLLABUS_CONFIG", "none.toml").output().expect("it runs");
    let flag = run(folder.path(), &["serve", "--config", "none.toml"]);
    for (output, source) in [(variable, "environment SYLLABUS_CONFIG"), (flag, "flag --config")] {
        assert_code(&output, 2);
        let reason = "cannot read none.toml: no such file or directory";
        assert_eq!(stderr(&output), format!("error: invalid setting: config ({source}): {reason}\n"));
    }
}

#[test]
fn the_schema_and_completions_go_to_standard_output() {
    let folder = folder();
    let output = run(folder.path(), &["schema"]);
    assert_code(&output, 0);
    assert!(stdout(&output).contains("type Query {"));
    assert!(stderr(&output).is_empty());
    for shell in ["bash", "zsh", "fish"] {
        let output = run(folder.path(), &["completions", shell]);
        assert_code(&output, 0);
        assert!(stdout(&output).contains("syllabus"), "{shell}");
    }
}

#[test]
fn closed_pipes_are_no_failure() {
    let folder = folder();
    let mut child = syllabus(folder.path(), &["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_code(&output, 0);
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
}

#[test]
fn migrations_run_up_and_down_and_report_status() {
    let folder = folder();
    let url = ["--database-url", "sqlite:catalog.db"];
    let run = |arguments: &[&str]| run(folder.path(), &[arguments, &url].concat());
    let pending = || stdout(&run(&["migrate", "status"])).matches("pending  m").count();

    let status = run(&["migrate", "status"]);
    assert_code(&status, 0);
    let migrations = stdout(&status).lines().count();
    assert!(migrations >= 4);
    assert_eq!(pending(), migrations);
    let hint = format!(
        "sqlite:catalog.db does not exist yet; {migrations} migrations pending: run `syllabus migrate up` with the same settings.\n"
    );
    assert_eq!(stderr(&status), hint);
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0, "it only looks");

    let up = run(&["migrate", "up"]);
    assert_code(&up, 0);
    assert!(stdout(&up).is_empty());
    assert!(stderr(&up).contains("the schema is up to date"));
    assert_eq!(pending(), 0);

    assert_code(&run(&["migrate", "down"]), 0);
    assert_eq!(pending(), 1);
    let hint = "1 migration pending: run `syllabus migrate up` with the same settings.\n";
    assert_eq!(stderr(&run(&["migrate", "status"])), hint);
    assert_code(&run(&["migrate", "down", "--count", "2"]), 0);
    assert_eq!(pending(), 3);
    assert_code(&run(&["migrate", "up"]), 0);
    assert_eq!(pending(), 0);
    assert!(folder.path().join("catalog.db").exists());
}

#[test]
fn generated_catalogs_can_be_imported() {
    let folder = folder();
    let mut file = fs::File::create(folder.path().join("generated.jsonl")).expect("the disk has space");
    generate(Scale::new(0.002).expect("it is a scale"), &mut file).expect("the disk has space");
    let imported = run(folder.path(), &["import", "generated.jsonl"]);
    assert_code(&imported, 0);
    let books = stderr(&imported).lines().find(|line| line.starts_with("book ")).map(str::to_owned);
    let figures: Vec<_> = books.iter().flat_map(|line| line.split_whitespace()).collect();
    assert_eq!(figures, ["book", "200", "0", "0", "0"], "{}", stderr(&imported));
    assert!(!stderr(&imported).contains(['\r', '\u{1b}']), "in a pipe there is no bar");
    let again = run(folder.path(), &["import", "generated.jsonl"]);
    assert!(stderr(&again).contains("Nothing changed"), "{}", stderr(&again));
}

#[test]
fn an_import_that_is_not_json_lines_exits_with_1() {
    let folder = folder();
    let utf_16: Vec<u8> = "\u{feff}{}\n{}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (file, said) in [
        (Vec::new(), "error: the file is empty: it contains no records\n"),
        ("\u{feff}\r\n\r\n".into(), "error: the file is empty: it contains no records\n"),
        (
            "\n [{\"kind\":\"topic\"}]".into(),
            "error: the file is a JSON array, not JSON Lines: write one record per line, for example with \
             `jq -c '.[]'`\n",
        ),
        (utf_16, "error: the file is UTF-16, not UTF-8: convert it with `iconv -f UTF-16 -t UTF-8`\n"),
    ] {
        fs::write(folder.path().join("catalog.jsonl"), file).expect("it can be written");
        for arguments in [&["import", "catalog.jsonl"][..], &["import", "--dry-run", "--skip-invalid", "catalog.jsonl"]]
        {
            let imported = run(folder.path(), arguments);
            assert_code(&imported, 1);
            assert_eq!((stdout(&imported).as_str(), stderr(&imported).as_str()), ("", said));
        }
    }
}

#[test]
fn an_import_that_skips_all_records_exits_with_1() {
    let folder = folder();
    fs::write(folder.path().join("catalog.csv"), "kind,slug\ntopic,sql\n").expect("it can be written");
    let imported = run(folder.path(), &["import", "--skip-invalid", "catalog.csv"]);
    assert_code(&imported, 1);
    assert!(
        stderr(&imported).ends_with("error: nothing imported, because no record is valid: correct the lines above\n"),
        "{}",
        stderr(&imported)
    );
}

#[test]
fn control_characters_in_field_names_are_replaced() {
    let folder = folder();
    fs::write(
        folder.path().join("a.jsonl"),
        r#"{"kind":"topic","slug":"a","title":"A","b\u001b[2Jc":"\u001b[2J","d\u001b":1,"d\u001b":2}"#,
    )
    .expect("it can be written");
    let imported = run(folder.path(), &["import", "a.jsonl"]);
    assert_code(&imported, 1);
    assert!(!stderr(&imported).contains('\u{1b}') && stderr(&imported).contains("b [2Jc"), "{}", stderr(&imported));
}

#[test]
fn check_reports_damage_and_exits_with_1() {
    let folder = folder();
    fs::write(folder.path().join("one.jsonl"), r#"{"kind":"topic","slug":"sql","code":"tpcsq2","title":"SQL"}"#)
        .expect("it can be written");
    assert_code(&run(folder.path(), &["import", "one.jsonl"]), 0);
    let passed = run(folder.path(), &["check"]);
    assert_code(&passed, 0);
    assert_eq!((stdout(&passed).as_str(), stderr(&passed).as_str()), ("", "Check passed.\n"));

    let url: DatabaseUrl =
        format!("sqlite:{}", folder.path().join("syllabus.db").display()).parse().expect("it names a file");
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    runtime.block_on(async {
        let database = Database::open(&url, false).await.expect("it can be opened");
        let damage = "DELETE FROM reading_list; UPDATE item SET title_sort_key = 'z'";
        database.writer().execute_unprepared(damage).await.expect("it can be done");
        database.close().await.expect("it can be left");
    });
    let failed = run(folder.path(), &["check"]);
    assert_code(&failed, 1);
    assert_eq!(
        stdout(&failed),
        "topic_tpcsq2: it has no reading list\ntopic_tpcsq2: its sort key does not match its title\n"
    );
    assert_eq!(stderr(&failed), "error: check failed: 2 problems found\n");
}

#[test]
fn check_reports_a_damaged_file() {
    let folder = folder();
    assert_code(&run(folder.path(), &["token", "create", "--name", "ada", "--role", "admin"]), 0);
    let path = folder.path().join("syllabus.db");
    let connection = rusqlite::Connection::open(&path).expect("it can be opened");
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u32>(0)).expect("it is a number");
    let size = number("PRAGMA page_size");
    let page = number("SELECT rootpage FROM sqlite_schema WHERE name = 'api_token_created_at'");
    connection.close().expect("it can be left");
    let mut file = fs::OpenOptions::new().write(true).open(&path).expect("it can be opened");
    file.seek(SeekFrom::Start(u64::from((page - 1) * size))).expect("it is that long");
    file.write_all(&vec![0; usize::try_from(size).expect("it fits")]).expect("the disk has space");
    drop(file);
    let failed = run(folder.path(), &["check"]);
    assert_code(&failed, 1);
    assert!(stdout(&failed).starts_with("database file: "), "{}{}", stdout(&failed), stderr(&failed));
    assert!(stderr(&failed).starts_with("error: check failed: "), "{}", stderr(&failed));
}

#[test]
fn a_server_with_another_language_rebuilds_the_sort_keys() {
    let folder = folder();
    fs::write(folder.path().join("one.jsonl"), r#"{"kind":"topic","slug":"future","title":"Die Zukunft"}"#)
        .expect("it can be written");
    assert_code(&run(folder.path(), &["import", "one.jsonl"]), 0);
    fs::write(folder.path().join("syllabus.toml"), "[catalog]\nlanguage = \"de\"").expect("it can be written");
    let check = ["check", "--config", "syllabus.toml"];
    let checked = run(folder.path(), &check);
    assert_code(&checked, 1);
    let found = "sort_key_state: the sort keys are for titles in \"en\", not \"de\": \
                 the server rebuilds them at its next start with catalog.language = \"de\"\n";
    assert_eq!(stdout(&checked), found);
    let serve = ["serve", "--config", "syllabus.toml", "--listen", "127.0.0.1:0"];
    let serving = Serving::start(syllabus(folder.path(), &serve));
    serving.terminate();
    let (code, said) = serving.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("rebuilt sort keys keys=1"), "{said}");
    assert_code(&run(folder.path(), &check), 0);
}

#[test]
fn purge_reports_deleted_rows() {
    let folder = folder();
    fs::write(folder.path().join("one.jsonl"), r#"{"kind":"topic","slug":"sql","title":"SQL"}"#)
        .expect("it can be written");
    assert_code(&run(folder.path(), &["import", "one.jsonl"]), 0);
    let span = ["purge", "--revisions-older-than", "52w", "--changes-older-than", "90d"];
    for (arguments, said) in [
        (span.to_vec(), "0 revisions and 0 changes deleted.\n"),
        ([&span[..], &["--dry-run"]].concat(), "0 revisions and 0 changes would be deleted.\n"),
    ] {
        let purged = run(folder.path(), &arguments);
        assert_code(&purged, 0);
        assert_eq!((stdout(&purged).as_str(), stderr(&purged).as_str()), ("", said));
    }
}

#[test]
fn unusable_files_and_addresses_are_reported_with_the_setting() {
    let folder = folder();
    fs::write(folder.path().join("letter.txt"), "Dear reader,\n").expect("it can be written");
    let cases: [(&[&str], i32, &str); 7] = [
        (
            &["export", "--database-url", "sqlite:no/catalog.db"],
            1,
            "cannot open sqlite:no/catalog.db: there is no such file: set database.url to the file of a catalog",
        ),
        (
            &["migrate", "up", "--database-url", "sqlite:no/catalog.db"],
            1,
            "cannot open sqlite:no/catalog.db: there is no directory no: create it, or set database.url to a file in \
             another directory",
        ),
        (&["import", "no.jsonl"], 1, "cannot read no.jsonl: no such file or directory"),
        (
            &["serve", "--listen", "127.0.0.1:0", "--search-directory", "letter.txt/index"],
            1,
            "cannot write to the search index directory letter.txt/index: not a directory: \
             set search.directory to a writable directory",
        ),
        (
            &["serve", "--demo", "--tls-cert", "no.pem", "--tls-key", "letter.txt"],
            2,
            "invalid setting: tls.cert (flag --tls-cert): cannot read no.pem: no such file or directory",
        ),
        (
            &["serve", "--demo", "--tls-cert", "letter.txt", "--tls-key", "letter.txt"],
            1,
            "cannot use tls.cert and tls.key: letter.txt: no certificate in PEM format",
        ),
        (
            &["serve", "--demo", "--listen", "192.0.2.1:4000"],
            1,
            "cannot listen on 192.0.2.1:4000: this machine does not have the address: \
             set listen to one of its addresses, or to 0.0.0.0 or [::] for all",
        ),
    ];
    for (arguments, code, said) in cases {
        let output = run(folder.path(), arguments);
        assert_code(&output, code);
        assert_eq!(stderr(&output), format!("error: {said}\n"), "{arguments:?}");
    }
}

#[test]
fn newer_schemas_are_rejected_unless_they_allow_this_version() {
    let folder = folder();
    assert_code(&run(folder.path(), &["migrate", "up"]), 0);
    let url: DatabaseUrl =
        format!("sqlite:{}", folder.path().join("syllabus.db").display()).parse().expect("it names a file");
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    runtime.block_on(async {
        let database = Database::connect(&url).await.expect("it can be opened");
        for step in [
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_search_by_thought', 1)",
            "UPDATE schema_compatibility SET oldest_migration = 'm20990101_000001_search_by_thought'",
        ] {
            database.writer().execute_unprepared(step).await.expect("it can be done");
        }
        database.close().await.expect("it can be left");
    });
    let newer = "it has migrations that this program does not know: use the version that created it, also to export it";
    for (arguments, said) in [
        (vec!["export"], format!("error: cannot open sqlite:syllabus.db: {newer}\n")),
        (
            vec!["token", "create", "--name", "a", "--role", "admin"],
            format!("error: cannot migrate sqlite:syllabus.db: {newer}\n"),
        ),
        (vec!["migrate", "status"], format!("error: the database failed: {newer}\n")),
    ] {
        let output = run(folder.path(), &arguments);
        assert_code(&output, 1);
        assert_eq!(stderr(&output), said);
    }
}

#[test]
fn addresses_in_use_are_reported_in_one_line() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let output = run(folder.path(), &["serve", "--demo", "--listen", &address]);
    assert_code(&output, 1);
    let remedy = "the port is in use: stop the program that uses it, or set listen to another port";
    assert_eq!(stderr(&output), format!("error: cannot listen on {address}: {remedy}\n"));
}

#[test]
fn localhost_is_both_loopback_addresses() {
    let folder = folder();
    let serving = Serving::start(syllabus(folder.path(), &["serve", "--demo", "--listen", "localhost:0"]));
    let addresses: Vec<&str> = serving.address.split(" and ").collect();
    let has_ipv6 = TcpListener::bind("[::1]:0").is_ok();
    assert_eq!(addresses.len(), if has_ipv6 { 2 } else { 1 }, "{addresses:?}");
    assert!(addresses[0].starts_with("127.0.0.1:"), "{addresses:?}");
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    for address in &addresses {
        let mut socket = TcpStream::connect(address).expect("it listens");
        socket.write_all(request.as_bytes()).expect("it is taken");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("it ends");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let port = addresses[0].rsplit_once(':').expect("it has a port").1;
    let output = run(folder.path(), &["serve", "--demo", "--listen", &format!("localhost:{port}")]);
    assert_code(&output, 1);
    let said = format!("error: cannot listen on localhost:{port}: the port is in use: ");
    assert!(stderr(&output).starts_with(&said), "{}", stderr(&output));
    let mut logging = syllabus(folder.path(), &["serve", "--demo", "--listen", "localhost:0", "--log-format", "json"]);
    let mut logging = logging.stderr(Stdio::piped()).spawn().expect("the binary runs");
    let lines = BufReader::new(logging.stderr.take().expect("it is piped")).lines();
    let listening = lines.map(|line| line.expect("output is UTF-8")).filter(|line| line.contains("\"listening\""));
    let listening: Vec<String> = listening.take(addresses.len()).collect();
    logging.kill().expect("it runs");
    logging.wait().expect("it ends");
    assert!(listening[0].contains("\"127.0.0.1:"), "{listening:?}");
    assert!(listening.get(1).is_none_or(|line| line.contains("\"[::1]:")), "{listening:?}");
}

#[test]
fn demo_prints_its_url_and_leaves_no_files() {
    let folder = folder();
    let serving = Serving::start(syllabus(folder.path(), &["serve", "--demo", "--listen", "127.0.0.1:0"]));
    assert!(!serving.address.ends_with(":0"));
    assert!(serving.said.contains(&format!("http://{}/graphql", serving.address)), "{}", serving.said);
    serving.terminate();
    let (code, _) = serving.end();
    assert_eq!(code, Some(0));
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
}

#[test]
fn a_request_in_flight_finishes_after_sigterm() {
    let folder = folder();
    let serving = Serving::start(syllabus(folder.path(), &["serve", "--demo", "--listen", "127.0.0.1:0"]));
    let body = r#"{"query":"{ __typename }"}"#;
    let (first, second) = body.split_at(10);
    let mut connection = TcpStream::connect(&serving.address).expect("it listens");
    write!(
        connection,
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    )
    .expect("it reads");
    // The server logs a line once the request is in flight.
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut received = vec![0; go_on.len()];
    connection.read_exact(&mut received).expect("it wants the body");
    assert_eq!(String::from_utf8_lossy(&received), go_on);
    connection.write_all(first.as_bytes()).expect("it reads on");
    serving.terminate();
    let begin = Instant::now();
    while TcpStream::connect(&serving.address).is_ok() {
        assert!(begin.elapsed() < PATIENCE, "nobody new is let in");
        std::thread::sleep(Duration::from_millis(10));
    }
    connection.write_all(second.as_bytes()).expect("it still reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("it answers and closes");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains(r#""__typename":"Query""#), "{answer}");
    assert_eq!(serving.end().0, Some(0));
}

#[test]
fn schema_prints_the_subgraph_with_keys_and_prefixes() {
    let folder = folder();
    let output = run(folder.path(), &["schema", "--federation", "--federation-prefix", "Catalog"]);
    assert_code(&output, 0);
    let sdl = stdout(&output);
    for name in ["CatalogPerson", "CatalogOrganization"] {
        assert!(sdl.contains(&format!("type {name} implements Node & Routable & Versioned @key(fields: \"id\")")));
    }
    for old in ["type Person ", ": Person!", ": Person\n", "[Person!]", "= Person"] {
        assert!(!sdl.contains(old), "{old}");
    }
    let refused = run(folder.path(), &["schema", "--federation-prefix", "Catalog"]);
    assert_code(&refused, 2);
    assert!(stderr(&refused).contains("federation-prefix (flag --federation-prefix): requires federation"));
}
