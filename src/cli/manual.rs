//! The manual page, and what a shell completes: both made from the command line itself, so that neither can tell of
//! an option that is not there. The copies that packages install are in `dist/`.

use std::iter;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgMatches, Command, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

/// What the command line does not say: files, exit status, signals, examples.
const REST: &str = include_str!("manual.roff");

/// When that was last gone over.
const DATE: &str = "2026-11-25";

pub(super) fn completions_command() -> Command {
    let shells = [Shell::Bash, Shell::Zsh, Shell::Fish];
    let names = shells.iter().filter_map(ValueEnum::to_possible_value);
    let shell = Arg::new("shell")
        .required(true)
        .value_name("SHELL")
        .value_parser(PossibleValuesParser::new(names).try_map(|name| name.parse::<Shell>()))
        .help("Whose language to write in");
    Command::new("completions").about("Print what makes a shell complete commands and settings").arg(shell)
}

/// The script for the shell that is asked for.
pub(super) fn completions(mut command: Command, arguments: &ArgMatches) -> anyhow::Result<String> {
    let shell = arguments.get_one::<Shell>("shell").copied().unwrap_or(Shell::Bash);
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name.as_str(), &mut script);
    let script = String::from_utf8(script)?;
    // Bash's looks for a command under one name and answers under another when the program's own has a hyphen.
    Ok(script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__")))
}

/// The page in the language of man(7).
pub(super) fn page(mut command: Command) -> anyhow::Result<String> {
    command.build();
    let commands = commands(&command);
    let synopsis = synopsis(command.get_name());
    let man = Man::new(command).date(DATE).manual("Nextcloud Talk");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    synopsis.to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    commands.to_writer(&mut page)?;
    man.render_options_section(&mut page)?;
    page.extend_from_slice(REST.as_bytes());
    Ok(String::from_utf8(page)?)
}

fn synopsis(name: &str) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["SYNOPSIS"]);
    let words = [bold(name), roman(" ["), italic("SETTINGS"), roman("] ["), italic("COMMAND"), roman("]")];
    section.text(words);
    section
}

/// Each command in one paragraph, its own options and commands below it.
fn commands(command: &Command) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["COMMANDS"]);
    for command in visible(command) {
        paragraph(&mut section, command.get_name(), command.get_about().map(ToString::to_string));
        let own: Vec<&Arg> = command.get_arguments().filter(|argument| is_own(argument)).collect();
        let inner: Vec<&Command> = visible(command).collect();
        if own.is_empty() && inner.is_empty() {
            continue;
        }
        section.control("RS", []);
        for argument in own {
            paragraph(&mut section, &argument.to_string(), argument.get_help().map(ToString::to_string));
        }
        for inner in inner {
            let values = inner.get_positionals().map(ToString::to_string);
            let words: Vec<String> = iter::once(inner.get_name().to_owned()).chain(values).collect();
            paragraph(&mut section, &words.join(" "), inner.get_about().map(ToString::to_string));
        }
        section.control("RE", []);
    }
    section
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

/// Not one of those that every command has.
fn is_own(argument: &Arg) -> bool {
    !argument.is_global_set() && argument.get_id() != "help"
}

fn paragraph(section: &mut Roff, name: &str, help: Option<String>) {
    section.control("TP", []);
    section.text([bold(name)]);
    section.text([roman(help.unwrap_or_default())]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{command, offered};
    use crate::settings::VARIABLES;

    /// As it is written in the page.
    fn escaped(name: &str) -> String {
        name.replace('-', r"\-")
    }

    fn script(shell: &str) -> String {
        let matches = completions_command().try_get_matches_from(["completions", shell]).expect("understood");
        completions(offered(), &matches).expect("written")
    }

    #[test]
    fn the_page_has_every_setting() {
        let page = page(offered()).expect("written");
        for variable in VARIABLES {
            let flag = escaped(&format!("--{}", variable.flag()));
            assert!(page.contains(&format!(r"\fB{flag}\fR")), "{flag}");
        }
    }

    #[test]
    fn the_page_has_every_command_but_the_hidden_ones() {
        let page = page(offered()).expect("written");
        for command in command().get_subcommands() {
            let heading = format!(".TP\n\\fB{}\\fR\n", escaped(command.get_name()));
            assert_eq!(page.contains(&heading), !command.is_hide_set(), "{}", command.get_name());
        }
    }

    #[test]
    fn bash_answers_under_the_names_that_it_looks_for() {
        let script = script("bash");
        for line in script.lines().filter_map(|line| line.trim().strip_prefix("cmd=\"nextcloud")) {
            let name = line.trim_end_matches('"');
            assert!(script.contains(&format!(" nextcloud{name})\n")), "nextcloud{name}");
        }
    }

    #[test]
    fn no_shell_offers_a_hidden_command() {
        for shell in ["bash", "zsh", "fish"] {
            assert!(!script(shell).contains("metrics-reference"), "{shell}");
        }
    }
}
