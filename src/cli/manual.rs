//! The manual page, and what a shell completes: both made from the command line itself, so that neither can tell of
//! an option that is not there. The copies that packages install are in `dist/`.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgMatches, Command, ValueEnum as _};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// What the command line does not say: files, exit status, signals, examples.
const REST: &str = include_str!("manual.roff");

pub(super) fn completions_command() -> Command {
    let shells = [Shell::Bash, Shell::Zsh, Shell::Fish];
    let names = shells.iter().filter_map(|shell| shell.to_possible_value());
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
    clap_complete::generate(shell, &mut command, name, &mut script);
    Ok(String::from_utf8(script)?)
}

/// The page in the language of man(7).
pub(super) fn page(mut command: Command) -> anyhow::Result<String> {
    command.build();
    let commands = commands(&command);
    let man = Man::new(command).manual("Nextcloud Talk");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    commands.to_writer(&mut page)?;
    man.render_options_section(&mut page)?;
    page.extend_from_slice(REST.as_bytes());
    Ok(String::from_utf8(page)?)
}

/// Each command in one paragraph, its own options and commands below it.
fn commands(command: &Command) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["COMMANDS"]);
    for command in visible(command) {
        paragraph(&mut section, command.get_name(), command.get_about().map(ToString::to_string));
        section.control("RS", []);
        for argument in command.get_arguments().filter(|argument| is_own(argument)) {
            paragraph(&mut section, &argument.to_string(), argument.get_help().map(ToString::to_string));
        }
        for inner in visible(command) {
            let values: String = inner.get_positionals().map(|value| format!(" {value}")).collect();
            let name = format!("{}{values}", inner.get_name());
            paragraph(&mut section, &name, inner.get_about().map(ToString::to_string));
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
