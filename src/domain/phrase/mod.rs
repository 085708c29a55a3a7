//! The catalogue: every sentence that the bot itself says in a room, as opposed to the model, in every language it
//! knows. A phrase carries what it has to tell; the words are in one file per language.

mod de;
mod en;
mod figures;

use std::time::Duration;

use super::job::{Failure, JobId};
use super::limit::Limit;

/// A language of the bot's own sentences. Answers are in the language of their question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The setting's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Reads the setting's word; `de_DE.UTF-8` is German as well.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let code = word.split(['_', '-', '.']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.as_str().eq_ignore_ascii_case(code))
    }
}

/// Something the bot says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase<'a> {
    /// Added to an answer when the question had to be shortened.
    Shortened,
    /// Added to an answer that the model's token limit ended.
    Cut,
    /// Added to an answer whose question refers to a file.
    CannotOpenFiles,
    /// In place of an answer without text. `reasoned` tells that the model spent its tokens on thinking.
    EmptyAnswer {
        /// Whether it thought.
        reasoned: bool,
    },
    /// For the room when a question is given up. The reference is in the log too.
    Failure(Failure, JobId),
    /// Said once while a question waits for the model to start.
    ModelNotReady,
    /// Said once while a question waits for long.
    StillWorking {
        /// Questions before it.
        ahead: u64,
        /// How long it may still take, where that can be told.
        estimate: Option<Duration>,
    },
    /// Answer to `help`.
    Help {
        /// What `@` calls.
        name: &'a str,
        /// Whether reactions steer, which they do not on every version of Talk.
        reactions: bool,
    },
    /// Answer to `reset`.
    Forgotten,
    /// Answer to `stop`: so many questions were stopped.
    Stopped(usize),
    /// Answer to `retry` while the question is open.
    StillOpen,
    /// Answer to `retry` when there is nothing to repeat.
    NothingToRepeat,
    /// Answer to `status`.
    Status(Status<'a>),
    /// Answer to `context`.
    Context(ContextUse),
    /// Answer to `privacy`.
    Privacy(Memory),
    /// Answer to `forget-me`.
    PersonForgotten,
    /// Answer to `version`.
    Version(&'a str),
    /// Answer to a command that does not exist.
    UnknownCommand(&'a str),
    /// Answer to a command that only moderators may give.
    ModeratorsOnly,
    /// Said once per window to who asks too much.
    Limited(Limit),
    /// Said once in a room when the bot comes.
    Welcome {
        /// What `@` calls.
        name: &'a str,
    },
}

/// What `status` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status<'a> {
    /// The model's name.
    pub model: &'a str,
    /// The place in the settings of the server that is asked, from 1, and how many there are.
    pub endpoint: (usize, usize),
    /// How many of them share the questions now; 1 where each is for when those before it fail.
    pub sharing: usize,
    /// What is wrong with the model; `None` when it is well.
    pub problem: Option<&'a str>,
    /// Questions of this room that wait or run.
    pub open_here: u64,
    /// The same of all rooms.
    pub open: u64,
    /// Of these, running ones.
    pub running: u64,
    /// Tokens of what the model is shown here, and of what it can be shown.
    pub context: (u32, u32),
    /// Measured tokens per second of answers.
    pub tokens_per_second: Option<u32>,
}

/// What `context` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextUse {
    /// Turns that the model is shown with the next question.
    pub turns: usize,
    /// Tokens of them and of the instructions.
    pub tokens: u32,
    /// Tokens of one request, answer included.
    pub of: u32,
    /// Whether older turns were dropped.
    pub trimmed: bool,
}

/// What `privacy` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Turns that are remembered at most, of each place.
    pub turns: usize,
    /// Days after which turns are erased in any case.
    pub retention_days: Option<u32>,
    /// Whether a room's memory outlives the bot's stay in it.
    pub retain_on_leave: bool,
}

impl Phrase<'_> {
    /// The sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => en::text(self),
            Language::German => de::text(self),
        }
    }
}

#[cfg(test)]
mod tests;
