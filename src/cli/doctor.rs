//! `doctor`: looks at everything the bot needs, and says what is wrong and how to mend it. Works beside a running
//! service; the exit status is 0 without a fault, 1 with one, 78 when the settings are impossible.

use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::IMPOSSIBLE_SETTINGS;
use super::serve::block_on;
use crate::app::doctor::examine;
use crate::application::doctor::{Finding, Outcome};
use crate::domain::message::RoomToken;
use crate::settings::{Settings, SettingsError, Source};

pub(super) fn command() -> Command {
    Command::new("doctor")
        .about("Look for what is wrong, and say how to mend it")
        .arg(
            Arg::new("json").long("json").action(ArgAction::SetTrue).help("One JSON object instead of lines"),
        )
        .arg(
            Arg::new("room")
                .long("room")
                .value_name("TOKEN")
                .value_parser(RoomToken::parse)
                .help("Look at this room, too"),
        )
}

pub(super) fn run(source: &Source, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let json = arguments.get_flag("json");
    let room = arguments.get_one::<RoomToken>("room");
    let mut findings = Vec::new();
    let mut lost = Ok(());
    let mut tell = |finding: Finding| {
        if !json && lost.is_ok() {
            lost = super::print(&line(&finding));
        }
        findings.push(finding);
    };
    let impossible = match Settings::read_to_the_end(source) {
        Ok(settings) => {
            let secrets = Settings::secrets(source)?;
            block_on(async {
                examine(&settings, &secrets, room, &mut tell).await;
                Ok(())
            })?;
            false
        }
        Err(errors) => {
            errors.iter().map(fault).for_each(&mut tell);
            tell(Finding::skipped("settings", "all else is looked at when these are right"));
            true
        }
    };
    lost?;
    super::print(&if json { document(&findings) } else { summary(&findings) })?;
    Ok(match worst(&findings) {
        _ if impossible => ExitCode::from(IMPOSSIBLE_SETTINGS),
        Outcome::Fault => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

fn fault(error: &SettingsError) -> Finding {
    let SettingsError { variable, fault, example } = error;
    Finding::fault("settings", format!("{variable} {fault}"), format!("for example {variable}={example}"))
}

fn line(finding: &Finding) -> String {
    let word = if finding.outcome == Outcome::Fault { "FAULT" } else { finding.outcome.as_str() };
    let mend = finding.mend.as_ref().map(|mend| format!("{:9}mend: {mend}\n", "")).unwrap_or_default();
    format!("{word:7}  {:15}  {}\n{mend}", finding.check, finding.found)
}

fn summary(findings: &[Finding]) -> String {
    let count = |outcome, word| match findings.iter().filter(|finding| finding.outcome == outcome).count() {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    format!("{}, {}\n", count(Outcome::Fault, "fault"), count(Outcome::Warning, "warning"))
}

/// What was skipped is no blemish.
fn worst(findings: &[Finding]) -> Outcome {
    let worst = findings.iter().map(|finding| finding.outcome).max();
    worst.filter(|outcome| *outcome > Outcome::Skipped).unwrap_or(Outcome::Good)
}

fn document(findings: &[Finding]) -> String {
    let finding = |it: &Finding| {
        let outcome = it.outcome.as_str();
        serde_json::json!({ "check": it.check, "outcome": outcome, "found": it.found, "mend": it.mend })
    };
    let findings_json: Vec<_> = findings.iter().map(finding).collect();
    let verdict = worst(findings).as_str();
    let version = env!("CARGO_PKG_VERSION");
    format!("{}\n", serde_json::json!({ "verdict": verdict, "version": version, "findings": findings_json }))
}
