use super::*;
use crate::domain::command::Command;
use crate::domain::control::Control;
use crate::domain::reply::has_live_mention;

const NAME: &str = "Release helper";

fn status(endpoints: usize, problem: Option<&str>, tokens_per_second: Option<u32>) -> Phrase<'_> {
    Phrase::Status(Status {
        model: "halo-8000",
        endpoint: (1, endpoints),
        sharing: endpoints / 2,
        problem,
        open_here: 2,
        open: 57,
        running: 4,
        context: (1234, 131_072),
        tokens_per_second,
    })
}

fn context(turns: usize, trimmed: bool) -> Phrase<'static> {
    Phrase::Context(ContextUse { turns, tokens: 1234, of: 8192, trimmed })
}

fn privacy(turns: usize, retention_days: Option<u32>, retain_on_leave: bool) -> Phrase<'static> {
    Phrase::Privacy(Memory { turns, retention_days, retain_on_leave })
}

fn still_working(ahead: u64, seconds: Option<u64>) -> Phrase<'static> {
    Phrase::StillWorking { ahead, estimate: seconds.map(Duration::from_secs) }
}

/// Every phrase, and every shape of those that have several.
fn all() -> Vec<Phrase<'static>> {
    let mut all: Vec<_> =
        Failure::ALL.into_iter().map(|failure| Phrase::Failure(failure, JobId(12))).collect();
    all.extend([Phrase::Shortened, Phrase::Cut, Phrase::CannotOpenFiles, Phrase::ModelNotReady]);
    all.extend([true, false].map(|reasoned| Phrase::EmptyAnswer { reasoned }));
    all.extend([still_working(0, None), still_working(1, Some(40)), still_working(7, Some(7200))]);
    all.extend([true, false].map(|reactions| Phrase::Help { name: NAME, reactions }));
    all.extend([0, 1, 3].map(Phrase::Stopped));
    all.extend([Phrase::Forgotten, Phrase::StillOpen, Phrase::NothingToRepeat, Phrase::PersonForgotten]);
    all.extend([status(1, None, None), status(2, Some("overloaded"), Some(1500)), status(4, None, None)]);
    all.extend([context(0, false), context(1, false), context(6, true)]);
    all.extend([privacy(0, None, true), privacy(1, Some(1), false), privacy(100, Some(365), true)]);
    all.extend([Phrase::Version("1.2.3"), Phrase::UnknownCommand("dance"), Phrase::ModeratorsOnly]);
    let hour = Duration::from_hours(1);
    all.extend([Limit::Person(hour), Limit::Room(hour), Limit::Queue].map(Phrase::Limited));
    all.push(Phrase::Welcome { name: NAME });
    all
}

fn in_both(phrase: &Phrase<'_>) -> [String; 2] {
    Language::ALL.map(|language| phrase.text(language))
}

#[test]
fn every_phrase_is_a_short_text_that_calls_nobody() {
    for phrase in all() {
        for text in in_both(&phrase) {
            assert!(!text.trim().is_empty() && text.chars().count() < 1500, "{phrase:?}");
            assert!(!has_live_mention(&text), "{text}");
            assert!(text.matches('!').count() <= 1 && !text.contains("  "), "{text}");
            assert_eq!(text.trim(), text);
        }
    }
}

#[test]
fn every_phrase_is_another_in_each_language() {
    for phrase in all() {
        let [english, german] = in_both(&phrase);
        assert_ne!(english, german);
    }
}

#[test]
fn no_two_phrases_are_the_same_but_failures_of_one_kind() {
    for language in Language::ALL {
        let phrases = all().into_iter().filter(|phrase| !matches!(phrase, Phrase::Failure(..)));
        let mut texts: Vec<_> = phrases.map(|phrase| phrase.text(language)).collect();
        let count = texts.len();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }
}

#[test]
fn what_a_phrase_carries_is_in_it() {
    for (phrase, parts) in [
        (Phrase::Failure(Failure::ModelTimedOut, JobId(12)), &["(", "#12)"][..]),
        (still_working(7, Some(38)), &["7 ", "40 Se"]),
        (still_working(0, Some(110)), &["2 M"]),
        (Phrase::Stopped(3), &["3"]),
        (Phrase::Version("1.2.3"), &["1.2.3"]),
        (Phrase::UnknownCommand("dance"), &["`/dance`"]),
        (Phrase::Limited(Limit::Person(Duration::from_mins(20))), &["20 Minut"]),
        (status(2, Some("overloaded"), Some(32)), &["`halo-8000`", "1", "overloaded", "57", "32 Token"]),
        (context(6, true), &["6", "1?234", "8?192"]),
        (privacy(17, Some(30), false), &["17", "30"]),
        (Phrase::Help { name: NAME, reactions: true }, &["`@Release helper`"]),
        (Phrase::Welcome { name: NAME }, &["`@Release helper`", "`@Release helper /h"]),
    ] {
        for (text, separator) in in_both(&phrase).iter().zip([",", "."]) {
            for part in parts {
                let part = part.replace('?', separator);
                assert!(text.to_lowercase().contains(&part.to_lowercase()), "{part} in {text}");
            }
        }
    }
}

#[test]
fn the_help_lists_every_command_and_every_emoji_and_they_work() {
    for language in Language::ALL {
        let help = Phrase::Help { name: NAME, reactions: true }.text(language);
        let lines = || help.lines().filter_map(|line| line.strip_prefix("* "));
        let mut commands = Vec::new();
        for line in lines().filter(|line| line.starts_with('`')) {
            let named: Vec<_> = line.split('`').filter_map(Command::parse).collect();
            assert!(!named.is_empty() && named.iter().all(|command| *command == named[0]), "{line}");
            commands.extend(named.first().cloned());
        }
        let expected = [
            Command::Help,
            Command::Reset,
            Command::Stop,
            Command::Retry,
            Command::Status,
            Command::Context,
            Command::Privacy,
            Command::ForgetMe,
            Command::Version,
        ];
        assert_eq!(commands, expected);
        let controls: Vec<_> = lines().filter_map(|line| Control::parse(line.split(' ').next()?)).collect();
        assert_eq!(controls, [Control::Stop, Control::Again, Control::ForgetTurn]);
        let without = Phrase::Help { name: NAME, reactions: false }.text(language);
        assert!(!without.contains('🛑') && help.starts_with(&without));
    }
}

#[test]
fn every_command_that_a_phrase_names_exists() {
    for text in all().iter().filter(|phrase| !matches!(phrase, Phrase::UnknownCommand(_))).flat_map(in_both) {
        for code in text.split('`').filter(|code| code.starts_with('/') && code.len() > 1) {
            assert!(!matches!(Command::parse(code), None | Some(Command::Unknown(_))), "{code}");
        }
    }
}

#[test]
fn a_language_is_read_from_any_common_spelling() {
    for (word, language) in [
        ("en", Some(Language::English)),
        ("DE", Some(Language::German)),
        ("de_DE.UTF-8", Some(Language::German)),
        ("en-GB", Some(Language::English)),
        ("fr", None),
        ("", None),
    ] {
        assert_eq!(Language::parse(word), language, "{word}");
    }
}
