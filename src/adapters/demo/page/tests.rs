use super::*;
use crate::domain::command::Command;
use crate::domain::control::Control;
use crate::domain::phrase::{Language, Phrase};
use crate::domain::sign::Sign;

/// The first text of each line of a list in the page's script.
fn listed(name: &str) -> Vec<&'static str> {
    let begin = format!("const {name} = [");
    let list = SCRIPT.split_once(&begin).and_then(|(_, rest)| rest.split_once("];")).expect("the list").0;
    list.split("[\"").skip(1).filter_map(|pair| Some(pair.split_once('"')?.0)).collect()
}

#[test]
fn every_command_that_the_page_suggests_is_a_command_of_its_own() {
    let names = listed("COMMANDS");
    let commands: Vec<_> = names.iter().map(|name| Command::parse(&format!("/{name}"))).collect();
    for (index, (name, command)) in names.iter().zip(&commands).enumerate() {
        assert!(command.is_some() && !matches!(command, Some(Command::Unknown(_))), "/{name} is no command");
        assert!(!commands[..index].contains(command), "/{name} means the same as another one");
    }
}

#[test]
fn the_page_suggests_what_the_bots_own_help_lists() {
    let help = Phrase::Help { name: "Halo", reactions: true }.text(Language::English);
    let mut told: Vec<&str> =
        help.lines().filter_map(|line| Some(line.strip_prefix("* `/")?.split_once('`')?.0)).collect();
    let mut suggested = listed("COMMANDS");
    told.sort_unstable();
    suggested.sort_unstable();
    assert_eq!(suggested, told);
}

#[test]
fn the_emoji_of_the_page_mean_what_it_says() {
    let controls: Vec<_> = listed("CONTROLS").into_iter().map(Control::parse).collect();
    assert_eq!(controls, [Control::Stop, Control::Again, Control::ForgetTurn].map(Some));
    assert!(listed("EMOJI").into_iter().all(|emoji| Control::parse(emoji).is_none()));
    for sign in [Sign::Thinking, Sign::Failed] {
        assert!(SCRIPT.contains(&format!("\"{}\": [", sign.emoji())), "{}", sign.emoji());
    }
}
