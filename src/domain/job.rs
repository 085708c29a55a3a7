//! The work that a question makes: kept from the moment it is acknowledged until it is settled.

use super::actor::Person;
use super::message::{MessageId, Place, RoomToken};
use super::time::Timestamp;

/// A message that was meant for the bot, ready to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Where it was asked and will be answered.
    pub place: Place,
    /// The message that the answer replies to. With its room, the identity of the job.
    pub message: MessageId,
    /// Who asked.
    pub asker: Person,
    /// The words, with placeholders resolved and the bot's name removed.
    pub text: String,
    /// Whether the room is one-to-one, where speakers are not named.
    pub one_to_one: bool,
    /// Whether it refers to a file, which the bot cannot open and says so.
    pub files: bool,
}

/// A question that its asker sent after another one, while that one waited. One answer is for both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Its own job, which ends when the joined answer is stored.
    pub job: JobId,
    /// Its message.
    pub message: MessageId,
    /// Its words.
    pub text: String,
    /// Whether it refers to a file.
    pub files: bool,
}

/// Number of a job in the store, and the reference that people and logs are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub i64);

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl JobId {
    /// A fixed number in 0..1 of this job, to keep retries of many jobs out of step.
    #[must_use]
    pub fn jitter(self) -> f64 {
        let spread = self.0.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        f64::from(u32::try_from(spread).unwrap_or(0)) / 1024.0
    }
}

/// A temporary, exclusive right to work on a job. Every write for the job names it, so that one who lost it
/// cannot write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// Random, new for every lease.
    pub token: String,
}

/// What a leased job needs next. The two are leased apart, so that posting never waits for the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The model has to be asked.
    Ask,
    /// A reply is stored and has to be posted.
    Post,
}

/// A job as its worker gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// The question.
    pub question: Question,
    /// When it was acknowledged.
    pub asked_at: Timestamp,
    /// How often it was leased, this time included.
    pub attempts: u32,
    /// Since when it fails without a success between; `None` when it does not.
    pub trouble_since: Option<Timestamp>,
    /// What the asker sent right after it in the same place and still waits there, oldest first. For `Stage::Ask`.
    pub follow_ups: Vec<FollowUp>,
    /// The stored reply, once there is one.
    pub reply: Option<Reply>,
}

/// Why a job ended without an answer. Closed, since it is a metric label and a stored word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The model could not be reached or kept failing until the time was up.
    ModelUnavailable,
    /// The model did not finish within the time limit.
    ModelTimedOut,
    /// The model server refused the request: wrong key, model, template or size.
    ModelRefused,
    /// Talk refused the post for good.
    TalkRefused,
    /// Talk refused the signature, or the bot is not enabled in the room.
    TalkUnauthorized,
    /// Talk could not be reached until the time was up.
    TalkUnavailable,
    /// It is not known whether Talk posted it, and it was tried twice.
    TalkUncertain,
    /// The code failed on this job again and again.
    Internal,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Self; 8] = [
        Self::ModelUnavailable,
        Self::ModelTimedOut,
        Self::ModelRefused,
        Self::TalkRefused,
        Self::TalkUnauthorized,
        Self::TalkUnavailable,
        Self::TalkUncertain,
        Self::Internal,
    ];

    /// The stored word and metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ModelUnavailable => "model_unavailable",
            Self::ModelTimedOut => "model_timed_out",
            Self::ModelRefused => "model_refused",
            Self::TalkRefused => "talk_refused",
            Self::TalkUnauthorized => "talk_unauthorized",
            Self::TalkUnavailable => "talk_unavailable",
            Self::TalkUncertain => "talk_uncertain",
            Self::Internal => "internal",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.as_str() == word)
    }
}

/// What the room will read: an answer, or one sentence about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// `None` for an answer; else why there is none, and the parts hold the notice.
    pub failure: Option<Failure>,
    /// In order; each is one Talk message.
    pub parts: Vec<Part>,
}

/// One message of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Place in the reply, from 0.
    pub index: u32,
    /// The text to post.
    pub text: String,
    /// How far it is.
    pub state: PartState,
    /// How many posts of it ended with an unknown outcome.
    pub uncertain: u32,
}

/// How far a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// Not sent, or known not to have arrived.
    Waiting,
    /// Talk took it.
    Posted,
}

/// How a lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Answered and posted. Texts are erased.
    Done,
    /// Stays its room's head, nothing overtakes it, and is due again at that time.
    RetryAt {
        /// When.
        at: Timestamp,
        /// Since when it fails; stored.
        trouble_since: Option<Timestamp>,
    },
    /// Given up; kept with its texts for `dead-letters`.
    Dead(Failure),
    /// Untouched work, due at once: the process stops.
    HandBack,
}

/// What may not be sent to for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PauseScope {
    /// One room: it answered 401.
    Room(RoomToken),
    /// The whole Nextcloud: it answered 429, or 401 in several rooms one after the other.
    Server,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_is_read_back_from_its_own_word() {
        for failure in Failure::ALL {
            assert_eq!(Failure::parse(failure.as_str()), Some(failure));
        }
        assert_eq!(Failure::parse("tired"), None);
    }

    #[test]
    fn neighbouring_jobs_are_spread_over_the_whole_range_of_jitter() {
        let jitters: Vec<_> = (1..=40).map(|id| JobId(id).jitter()).collect();
        assert!(jitters.iter().all(|jitter| (0.0..1.0).contains(jitter)), "{jitters:?}");
        for quarter in [0.0..0.25, 0.25..0.5, 0.5..0.75, 0.75..1.0] {
            let found = jitters.iter().filter(|jitter| quarter.contains(*jitter)).count();
            assert!((5..=15).contains(&found), "{found} in {quarter:?}");
        }
    }
}
