//! A question from its acknowledgement on, in the columns of the table `job`.

use crate::domain::actor::{ActorId, Person};
use crate::domain::job::{Failure, FollowUp, Job, JobId, Part, PartState, Question, Reply, Stage};
use crate::domain::message::{MessageId, Place};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Ask,
    Post,
    Done,
    Dead { failure: Failure, at: Timestamp },
}

/// What is asked.
pub(super) struct Words {
    pub(super) asker: Person,
    pub(super) text: String,
}

/// The right to work on a job.
pub(super) struct Held {
    pub(super) token: String,
    pub(super) until: Timestamp,
}

pub(super) struct Row {
    pub(super) id: JobId,
    pub(super) place: Place,
    pub(super) message: MessageId,
    pub(super) one_to_one: bool,
    pub(super) files: bool,
    pub(super) state: State,
    /// Erased in [`State::Done`].
    pub(super) words: Option<Words>,
    pub(super) asked_at: Timestamp,
    pub(super) due_at: Timestamp,
    /// When it was asked, or a question of its asker was last taken to be answered.
    pub(super) line_at: Timestamp,
    pub(super) attempts: u32,
    pub(super) trouble_since: Option<Timestamp>,
    /// Whether the room knows that it waits.
    pub(super) told: bool,
    pub(super) lease: Option<Held>,
    pub(super) reply_failure: Option<Failure>,
    pub(super) parts: Vec<Part>,
    pub(super) sign: Option<Sign>,
}

impl Row {
    /// No more than the identity. Its number is given when it is taken in.
    pub(super) fn identity(place: Place, message: MessageId, now: Timestamp) -> Self {
        Self {
            id: JobId(0),
            place,
            message,
            one_to_one: false,
            files: false,
            state: State::Done,
            words: None,
            asked_at: now,
            due_at: now,
            line_at: now,
            attempts: 0,
            trouble_since: None,
            told: false,
            lease: None,
            reply_failure: None,
            parts: Vec::new(),
            sign: None,
        }
    }

    pub(super) fn question(question: Question, now: Timestamp, sign: Option<Sign>) -> Self {
        let Question { place, message, asker, text, one_to_one, files } = question;
        let words = Some(Words { asker, text });
        Self { one_to_one, files, state: State::Ask, words, sign, ..Self::identity(place, message, now) }
    }

    pub(super) fn is_open(&self) -> bool {
        self.stage().is_some()
    }

    pub(super) fn is_dead(&self) -> bool {
        matches!(self.state, State::Dead { .. })
    }

    /// What it needs next.
    pub(super) fn stage(&self) -> Option<Stage> {
        match self.state {
            State::Ask => Some(Stage::Ask),
            State::Post => Some(Stage::Post),
            State::Done | State::Dead { .. } => None,
        }
    }

    /// Whether it has to be asked and nobody does.
    pub(super) fn waits(&self) -> bool {
        self.state == State::Ask && self.lease.is_none()
    }

    pub(super) fn is_held_by(&self, token: &str) -> bool {
        self.lease.as_ref().is_some_and(|held| held.token == token)
    }

    pub(super) fn asker(&self) -> Option<&ActorId> {
        self.words.as_ref().map(|words| &words.asker.id)
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.words.as_ref().map(|words| words.text.as_str())
    }

    pub(super) fn wanted_sign(&self) -> Option<Sign> {
        match self.state {
            State::Ask | State::Post => Some(Sign::Thinking),
            State::Dead { .. } => Some(Sign::Failed),
            State::Done => None,
        }
    }

    /// Leaves its identity and its sign.
    pub(super) fn end(&mut self) {
        (self.state, self.words, self.lease) = (State::Done, None, None);
        (self.reply_failure, self.trouble_since) = (None, None);
        self.parts.clear();
    }

    /// Opens it as if it were asked now. Of its stored reply, only the parts stay.
    pub(super) fn open_again(&mut self, now: Timestamp) {
        self.state = if self.parts.is_empty() { State::Ask } else { State::Post };
        (self.asked_at, self.due_at, self.line_at) = (now, now, now);
        (self.told, self.attempts) = (false, 0);
        (self.trouble_since, self.reply_failure) = (None, None);
    }

    /// The job as its worker gets it.
    pub(super) fn job(&self, follow_ups: Vec<FollowUp>) -> Option<Job> {
        let Words { asker, text } = self.words.as_ref()?;
        let question = Question {
            place: self.place.clone(),
            message: self.message,
            asker: asker.clone(),
            text: text.clone(),
            one_to_one: self.one_to_one,
            files: self.files,
        };
        let reply = || Reply { failure: self.reply_failure, parts: self.parts.clone() };
        Some(Job {
            id: self.id,
            question,
            asked_at: self.asked_at,
            attempts: self.attempts,
            trouble_since: self.trouble_since,
            follow_ups,
            reply: (self.state == State::Post).then(reply),
        })
    }
}

/// Parts that follow each other from the first number on, none posted.
pub(super) fn new_parts(texts: &[String]) -> impl Iterator<Item = Part> {
    let part = |(index, text): (u32, &String)| Part {
        index,
        text: text.clone(),
        state: PartState::Waiting,
        uncertain: 0,
    };
    (0..).zip(texts).map(part)
}
