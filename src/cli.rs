//! The command line: what can be asked of the program, and how a failure becomes an exit code.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::adapters::sql::{FileError, OpenError, TransferError};
use crate::ports::with_causes;
use crate::settings::{Origin, Presence, Settings, SettingsError, Source, VARIABLES, Variable};
use crate::telemetry::metrics::Metrics;

mod dead_letters;
mod demo;
mod doctor;
mod manual;
mod migrate;
mod occ;
mod serve;

/// A setting is missing, empty or impossible, the store it names included (`EX_CONFIG`): starting again would not
/// help.
const IMPOSSIBLE_SETTINGS: u8 = 78;

const ABOUT: &str = "Answers Nextcloud Talk messages with a language model of your own";
const AFTER: &str = "Every setting is an environment variable too: --bot-port is BOT_PORT. \
                     Secrets are best given as systemd credentials `bot-secret` and `model-api-key`.";

/// Runs what the arguments ask for.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = command().get_matches_from(arguments);
    let (name, arguments) = matches.subcommand().unwrap_or(("serve", &matches));
    let source = Source::of_process(flags(arguments));
    let result = match name {
        "check" => check(&source),
        "openapi" => print(&crate::adapters::http::document()),
        "metrics-reference" => print(&Metrics::default().reference()),
        "completions" => manual::completions(offered(), arguments).and_then(|script| print(&script)),
        "man" => manual::page(offered()).and_then(|page| print(&page)),
        "demo" => demo::run(source, arguments),
        "occ" => occ::run(source, arguments),
        "migrate" => migrate::run(&source, arguments),
        "dead-letters" => dead_letters::run(&source, arguments),
        "doctor" => return doctor::run(&source, arguments).unwrap_or_else(|error| fail(&error)),
        _ => serve::run(&source),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// One line, whatever the depth of causes and the lines of each.
#[expect(clippy::print_stderr, reason = "the last word of the program, when no log may be open")]
fn fail(error: &anyhow::Error) -> ExitCode {
    let words = with_causes(&**error);
    eprintln!("nextcloud-opencode-bot: {}", words.lines().collect::<Vec<_>>().join(" "));
    let impossible = match of_opening(error) {
        Some(error) => !error.may_pass(),
        None => error.is::<SettingsError>(),
    };
    if impossible { ExitCode::from(IMPOSSIBLE_SETTINGS) } else { ExitCode::FAILURE }
}

/// What kept a store from being opened, where that is the cause.
fn of_opening(error: &anyhow::Error) -> Option<&OpenError> {
    error.downcast_ref().or_else(|| match error.downcast_ref::<TransferError>()? {
        TransferError::Open(error) => Some(error),
        _ => None,
    })
}

/// Says of a store that is not where it lies by default how to name another one.
fn or_elsewhere(source: &Source, error: anyhow::Error) -> anyhow::Error {
    match (of_opening(&error), Settings::database_origin(source)) {
        (Some(OpenError::File(not_there @ FileError::NotReady(_))), Ok(Origin::Default)) => {
            let fault = format!("is not given, and {not_there}, or give DATABASE_URL or STATE_DIRECTORY");
            SettingsError::new(&Variable::named("DATABASE_URL"), fault).into()
        }
        _ => error,
    }
}

/// For the commands whose output is their result. A reader that went away is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn check(source: &Source) -> anyhow::Result<()> {
    print(&Settings::report(source)?)
}

fn command() -> Command {
    offered().subcommands([
        Command::new("man").about("Print the manual page").hide(true),
        Command::new("metrics-reference").about("Print the table of all figures of /metrics").hide(true),
    ])
}

/// Without the commands that only those who build the program need: shells complete hidden ones too.
fn offered() -> Command {
    let settings = VARIABLES.iter().map(flag);
    Command::new("nextcloud-opencode-bot")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(AFTER)
        .args(settings)
        .subcommands([
            Command::new("serve").about("Work as the bot until SIGTERM (the default)"),
            demo::command(),
            Command::new("check").about("Print the effective settings and where each comes from"),
            doctor::command(),
            occ::command(),
            dead_letters::command(),
            migrate::command(),
            Command::new("openapi").about("Print the OpenAPI document of the HTTP interface"),
            manual::completions_command(),
        ])
}

fn flag(variable: &Variable) -> Arg {
    let help = match variable.default {
        Presence::Required => format!("{} (required)", variable.help),
        Presence::Default(value) => format!("{} [default: {value}]", variable.help),
        Presence::Unset(otherwise) => format!("{} [default: {otherwise}]", variable.help),
    };
    Arg::new(variable.name)
        .long(variable.flag())
        .value_name("VALUE")
        .value_parser(clap::value_parser!(OsString))
        .allow_hyphen_values(true)
        .global(true)
        .help_heading("Settings")
        .help(help)
}

fn flags(matches: &ArgMatches) -> BTreeMap<String, OsString> {
    let given = |variable: &Variable| {
        let value = matches.get_one::<OsString>(variable.name)?;
        Some((variable.name.to_owned(), value.clone()))
    };
    VARIABLES.iter().filter_map(given).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn a_setting_may_stand_before_or_after_the_command() {
        for arguments in [["bot", "--bot-port", "1", "check"], ["bot", "check", "--bot-port", "1"]] {
            let matches = command().try_get_matches_from(arguments).expect("understood");
            let (_, matches) = matches.subcommand().expect("check");
            assert_eq!(flags(matches).get("BOT_PORT"), Some(&"1".into()), "{arguments:?}");
        }
    }

    #[test]
    fn a_negative_number_reaches_the_check_of_settings() {
        let matches = command().try_get_matches_from(["bot", "--timeout", "-1"]).expect("understood");
        assert_eq!(flags(&matches).get("TIMEOUT"), Some(&"-1".into()));
    }
}
