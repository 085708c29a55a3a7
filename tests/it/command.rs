//! The command line as a person or a service manager sees it: exit codes and single lines.

use std::process::{Command, Output};

use nextcloud_opencode_bot::settings::VARIABLES;

use crate::support::process::{SECRET, command, output};

mod dead_letters;
mod store;

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// A command with all that is required.
fn with_settings(arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command.env("NEXTCLOUD_URL", "http://localhost").env("MODEL_BASE_URL", "http://localhost:1");
    command.env("BOT_SECRET", SECRET);
    command
}

#[test]
fn impossible_settings_end_the_start_with_78_and_one_line() {
    for (name, value, said) in [
        ("BOT_PORT", "http", "BOT_PORT"),
        ("NEXTCLOUD_URL", "", "NEXTCLOUD_URL"),
        ("BOT_SECRET", "short", "40 to 128"),
        ("BOT_SECRET_FILE", "/does/not/exist", "BOT_SECRET_FILE"),
        ("TIMEOUT", "-1", "TIMEOUT"),
    ] {
        let output = output(with_settings(&[]).env(name, value));
        let line = stderr(&output);
        assert_eq!(output.status.code(), Some(78), "{name}={value}: {line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.contains(said) && line.contains("for example"), "{line}");
    }
}

#[test]
fn check_prints_every_setting_and_no_secret() {
    let output = output(&mut with_settings(&["check", "--bot-port", "9"]));
    let report = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(report.lines().count(), VARIABLES.len(), "{report}");
    for (line, variable) in report.lines().zip(VARIABLES) {
        assert!(line.starts_with(variable.name), "{line}");
    }
    let port = report.lines().find(|line| line.starts_with("BOT_PORT")).expect("a line");
    assert!(port.contains("\"9\"") && port.ends_with("flag"), "{port}");
    assert!(!report.contains(SECRET), "{report}");
}

#[test]
fn check_fails_as_the_start_would() {
    let output = output(&mut command(&["check"]));
    assert_eq!(output.status.code(), Some(78));
    assert!(stderr(&output).contains("NEXTCLOUD_URL: is missing"), "{}", stderr(&output));
}

#[test]
fn what_is_no_command_is_refused_as_a_wrong_use() {
    for arguments in [&["frobnicate"][..], &["serve", "--bot-prot", "1"], &["dead-letters"]] {
        let output = output(&mut command(arguments));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = stderr(&output);
        assert!(said.contains("Usage: nextcloud-opencode-bot"), "{said}");
    }
}

#[test]
fn the_help_names_every_setting_and_command() {
    let output = output(&mut command(&["--help"]));
    let help = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    for variable in VARIABLES {
        assert!(help.contains(&format!("--{} ", variable.flag())), "{} in {help}", variable.name);
    }
    for name in ["serve", "demo", "check", "dead-letters", "openapi"] {
        assert!(help.contains(&format!("\n  {name} ")), "{name} in {help}");
    }
}

#[test]
fn openapi_prints_the_committed_document() {
    let output = output(&mut command(&["openapi"]));
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output) == include_str!("../../openapi/openapi.json"), "it prints another document");
}

#[test]
fn a_log_that_cannot_be_written_is_named() {
    // Where there is a journal, the start goes on to the next fault.
    let mut command = with_settings(&["serve"]);
    let output =
        output(command.env("LOG_FORMAT", "journald").env("DATABASE_URL", "sqlite:///dev/null/bot.db"));
    let line = stderr(&output);
    assert!(line.contains("LOG_FORMAT") || line.contains("DATABASE_URL"), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
}

#[tokio::test]
async fn a_port_in_use_is_named_with_its_setting() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let directory = tempfile::tempdir().expect("a directory");
    for (name, value) in [("BOT_PORT", port.clone()), ("ADMIN_LISTEN", format!("127.0.0.1:{port}"))] {
        let mut command = with_settings(&["serve"]);
        command.current_dir(directory.path()).env("BOT_PORT", "0").env(name, &value);
        let output = output(&mut command);
        let line = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(line.contains(name) && line.contains(&port) && line.contains("in use"), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
    }
}
