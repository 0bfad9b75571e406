//! The start of programs, and their messages about the configuration of the pooler.

use std::process::{Command, Stdio};

use super::{Pooled, documented};
use crate::command::{succeed, syllabus};
use crate::crash::server::{SERVE, Server};
use crate::fault::postgres::create_database;
use crate::wait::until;

/// Returns the error of a command that must fail, and must not start to serve.
fn refused(command: &mut Command) -> String {
    let mut limited = Command::new("timeout");
    limited.arg("60").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let output = limited.stdin(Stdio::null()).output().expect("the binary runs");
    let error = String::from_utf8(output.stderr).expect("output is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.starts_with("error: ") && !error.contains("secret"), "{error}");
    error
}

#[tokio::test]
async fn a_pooler_without_the_setting_is_recognized() {
    for lines in [
        "",
        "ignore_startup_parameters = extra_float_digits\n",
        "ignore_startup_parameters = extra_float_digits, options\n",
    ] {
        let Some(pooled) = Pooled::start(lines).await else { return };
        for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate", "status"]] {
            let error = refused(&mut syllabus(&pooled.url(), arguments));
            assert!(error.contains("set database.pooler = \"transaction\""), "{arguments:?} with {lines:?}: {error}");
        }
    }
}

#[tokio::test]
async fn a_pooler_of_a_replica_without_the_setting_is_logged_with_it() {
    let Some(pooled) = Pooled::start("").await else { return };
    succeed(&mut syllabus(&pooled.direct_url(), &["migrate", "up"]));
    let mut serve = syllabus(&pooled.direct_url(), &SERVE);
    let server = Server::started_by(serve.args(["--database-read-urls", &pooled.url()]), "");
    until("it logs the setting", async || server.logged("set database.pooler = ") > 0).await;
}

#[tokio::test]
async fn rejected_startup_parameters_are_named_with_the_line_to_add() {
    let Some(pooled) = Pooled::start("").await else { return };
    let configuration = documented(&format!("{}&options=-c%20jit%3Doff", pooled.url()), None);
    let error = refused(&mut pooled.command_with(&["serve", "--listen", "127.0.0.1:0"], &configuration));
    assert!(error.contains("add `ignore_startup_parameters = options` to pgbouncer.ini"), "{error}");
}

#[tokio::test]
async fn migrations_use_the_direct_url() {
    let Some(pooled) = Pooled::start("").await else { return };
    let named = "through a connection pooler: set database.direct-url to the URL of PostgreSQL itself";
    for arguments in
        [&["serve", "--auto-migrate"][..], &["serve"], &["export"], &["migrate", "up"], &["migrate", "down"]]
    {
        let error = refused(&mut pooled.polling_command(arguments));
        assert!(error.contains(named), "{arguments:?}: {error}");
    }
    let error = refused(&mut pooled.command(&["export"]));
    assert!(error.contains("pending migration(s): run `syllabus migrate up` with the same settings"), "{error}");
    let (_, message) = succeed(&mut pooled.command(&["migrate", "up"]));
    assert!(message.contains("applied; the schema is up to date."), "{message}");
    succeed(&mut pooled.polling_command(&["export"]));
    let (_, message) = succeed(&mut pooled.polling_command(&["migrate", "status"]));
    assert_eq!(message, "The schema is up to date.\n");
    let (_, message) = succeed(&mut pooled.command(&["migrate", "down"]));
    assert!(message.contains("1 migration rolled back"), "{message}");
    let token = ["token", "create", "--name", "ada", "--role", "admin", "--auto-migrate"];
    succeed(&mut pooled.command(&token));
    succeed(&mut pooled.polling_command(&["export"]));
}

#[tokio::test]
async fn errors_of_the_direct_url_name_the_setting() {
    let Some(pooled) = Pooled::start("").await else { return };
    let other = create_database(pooled.cluster, "").await;
    let token = ["token", "create", "--name", "ada", "--role", "admin", "--auto-migrate"];
    for (direct_url, reason) in [
        ("postgres://u@127.0.0.1:1/catalog".to_owned(), "connection refused"),
        (
            pooled.url(),
            "this is a connection pooler in transaction mode: set database.direct-url to the URL of PostgreSQL itself",
        ),
        (pooled.cluster.url(&other), "it is a different database from that of database.url"),
    ] {
        let configuration = documented(&pooled.url(), Some(&direct_url));
        for arguments in [&token[..], &["migrate", "up"], &["migrate", "status"], &["migrate", "down"]] {
            let error = refused(&mut pooled.command_with(arguments, &configuration));
            assert!(error.starts_with("error: database.direct-url: cannot open ") && error.contains(reason), "{error}");
        }
    }
}

#[tokio::test]
async fn a_wrong_password_behind_a_pooler_names_the_setting() {
    let Some(pooled) = Pooled::start("").await else { return };
    let password = documented(&pooled.url().replace(":secret@", ":wrong@"), None);
    let error = refused(&mut pooled.command_with(&["export"], &password));
    let remedy = "correct the user and the password in database.url, or in the user list of the pooler";
    assert!(error.contains(remedy), "{error}");
}
