//! Orders to the bot: `/help`, `!stop`. Some clients keep `/` for themselves, so `!` is as good.

/// What somebody orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Tell what there is.
    Help,
    /// Forget the conversation of this place.
    Reset,
    /// End the running answer, and what waits.
    Stop,
    /// Answer the last question again.
    Retry,
    /// Tell how the bot is.
    Status,
    /// Tell what the model is shown.
    Context,
    /// Tell what is stored.
    Privacy,
    /// Erase what the asker wrote, everywhere.
    ForgetMe,
    /// Tell the version.
    Version,
    /// No command has that name: lower-case letters and hyphens, at most 30.
    Unknown(String),
}

/// What each command is called, `_` read as `-`.
const NAMES: [(&str, Command); 22] = [
    ("help", Command::Help),
    ("hilfe", Command::Help),
    ("reset", Command::Reset),
    ("new", Command::Reset),
    ("neu", Command::Reset),
    ("stop", Command::Stop),
    ("stopp", Command::Stop),
    ("retry", Command::Retry),
    ("again", Command::Retry),
    ("nochmal", Command::Retry),
    ("status", Command::Status),
    ("context", Command::Context),
    ("kontext", Command::Context),
    ("privacy", Command::Privacy),
    ("datenschutz", Command::Privacy),
    ("forget-me", Command::ForgetMe),
    ("forgetme", Command::ForgetMe),
    ("vergiss-mich", Command::ForgetMe),
    ("vergissmich", Command::ForgetMe),
    ("vergiß-mich", Command::ForgetMe),
    ("vergißmich", Command::ForgetMe),
    ("version", Command::Version),
];

/// Longest word that is named back to who typed it, in code points.
const LONGEST_WORD: usize = 30;

impl Command {
    /// The word in the log, never what was typed.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Reset => "reset",
            Self::Stop => "stop",
            Self::Retry => "retry",
            Self::Status => "status",
            Self::Context => "context",
            Self::Privacy => "privacy",
            Self::ForgetMe => "forget-me",
            Self::Version => "version",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Reads the words of a person. A command is a first word of letters, `-` and `_` right behind `/` or `!`; what
    /// follows it counts for nothing. A path, an exclamation and everything else is a question: `None`.
    #[must_use]
    pub fn parse(words: &str) -> Option<Self> {
        let word = words.trim_start().strip_prefix(['/', '!'])?.split(char::is_whitespace).next()?;
        let name = word.trim_end_matches(['.', '!', '?']);
        let is_name = name.starts_with(char::is_alphabetic)
            && name.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_'));
        if !is_name {
            return None;
        }
        let name = name.to_lowercase().replace('_', "-");
        let known = NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, command)| command);
        known.or_else(|| {
            let is_alone = name.len() == word.to_lowercase().len();
            is_alone.then(|| Self::Unknown(name.chars().take(LONGEST_WORD).collect()))
        })
    }

    /// Whether it is also for those who may not ask: what is stored of people is their business, also when they are
    /// not admitted any more.
    #[must_use]
    pub const fn is_for_all(&self) -> bool {
        matches!(self, Self::Privacy | Self::ForgetMe)
    }

    /// Whether it only has the bot say something.
    #[must_use]
    pub const fn only_tells(&self) -> bool {
        match self {
            Self::Help | Self::Status | Self::Context | Self::Privacy | Self::Version | Self::Unknown(_) => {
                true
            }
            Self::Reset | Self::Stop | Self::Retry | Self::ForgetMe => false,
        }
    }

    /// Whether it changes what everybody in the room works with.
    #[must_use]
    pub const fn changes_room(&self) -> bool {
        matches!(self, Self::Reset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_name_is_read_with_either_sign_in_any_case() {
        for (name, command) in NAMES {
            for words in [format!("/{name}"), format!("!{name}"), format!("/{}", name.replace('-', "_"))] {
                assert_eq!(Command::parse(&words), Some(command.clone()), "{words}");
            }
        }
        assert_eq!(Command::parse("/HELP"), Some(Command::Help));
        assert_eq!(Command::parse("!Forget_Me"), Some(Command::ForgetMe));
    }

    #[test]
    fn what_follows_a_known_command_counts_for_nothing() {
        for words in ["/stop it now", "!stop\nplease", "/stop!", "  /stop", "/stop."] {
            assert_eq!(Command::parse(words), Some(Command::Stop), "{words}");
        }
    }

    #[test]
    fn an_ordinary_question_is_no_command() {
        for words in [
            "",
            "help",
            "/",
            "!",
            "! help",
            "/ help",
            "//help",
            "!!help",
            "/etc/passwd is what?",
            "/r/rust",
            "/help/me",
            "/help2",
            "/-help",
            "/2",
            "!important!",
            "!wow.",
            "/usr-local.conf",
            "what does /help do?",
            "`/help`",
        ] {
            assert_eq!(Command::parse(words), None, "{words}");
        }
    }

    #[test]
    fn a_lone_word_that_names_nothing_is_unknown() {
        for (words, word) in
            [("/dance", "dance"), ("!Important thing", "important"), ("/Grüße", "grüße"), ("/a_b", "a-b")]
        {
            assert_eq!(Command::parse(words), Some(Command::Unknown(word.into())), "{words}");
        }
        assert_eq!(
            Command::parse(&format!("/{}", "é".repeat(500))),
            Some(Command::Unknown("é".repeat(LONGEST_WORD)))
        );
    }

    /// The commands of which that is true.
    fn those(is: impl Fn(&Command) -> bool) -> Vec<Command> {
        let mut commands: Vec<_> = NAMES.into_iter().map(|(_, command)| command).filter(is).collect();
        commands.dedup();
        commands
    }

    #[test]
    fn only_forgetting_for_everybody_changes_the_room() {
        assert_eq!(those(Command::changes_room), [Command::Reset]);
    }

    #[test]
    fn what_is_stored_of_people_is_the_business_of_all() {
        assert_eq!(those(Command::is_for_all), [Command::Privacy, Command::ForgetMe]);
    }

    #[test]
    fn a_command_that_does_nothing_only_tells() {
        let deeds = [Command::Reset, Command::Stop, Command::Retry, Command::ForgetMe];
        assert_eq!(those(|command| !command.only_tells()), deeds);
        assert!(Command::Unknown("dance".into()).only_tells());
    }

    proptest! {
        #[test]
        fn what_is_named_back_is_short_and_harmless(words in "[/!]{0,2}.{0,60}") {
            if let Some(Command::Unknown(word)) = Command::parse(&words) {
                prop_assert!((1..=LONGEST_WORD).contains(&word.chars().count()));
                prop_assert!(word.chars().all(|c| c.is_alphabetic() || c == '-' || c == '\u{307}'), "{}", word);
            }
        }
    }
}
