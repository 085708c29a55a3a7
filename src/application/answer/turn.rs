//! One turn of a conversation: what of a job is asked, and from the model's answer, what the room reads and what is
//! remembered. What the bot itself adds for the room is no part of the memory.

use std::borrow::Cow;

use super::Answer;
use super::fit::Answered;
use crate::domain::conversation::{Conversation, Turn};
use crate::domain::job::{Job, Question};
use crate::domain::phrase::Phrase;
use crate::domain::window::{self, Trim};
use crate::domain::{markup, reasoning, reply};
use crate::ports::model::Finish;
use crate::ports::queue::{NewReply, NewTurn};

/// The question and what its asker sent right after it, as one; what was sent twice is asked once.
pub(super) fn text(job: &Job) -> Cow<'_, str> {
    let mut texts = vec![job.question.text.as_str()];
    for follow_up in &job.follow_ups {
        if !texts.contains(&follow_up.text.as_str()) {
            texts.push(&follow_up.text);
        }
    }
    match texts[..] {
        [only] => only.into(),
        _ => texts.join("\n\n").into(),
    }
}

/// In a room of several people each is named; in a one-to-one room nobody has to be.
pub(super) fn speaker(question: &Question) -> Option<String> {
    (!question.one_to_one).then(|| markup::clean_name(&question.asker.name))
}

impl Answer {
    /// The reply to be stored, which is for all follow-ups as well.
    pub(super) fn reply_to(
        &self,
        job: &Job,
        conversation: &Conversation,
        answered: Answered<'_>,
    ) -> NewReply {
        let Answered { completion, sent, .. } = answered;
        let text = reasoning::strip(&completion.text);
        let cut = (completion.finish == Finish::Length).then(|| self.say(&Phrase::Cut));
        let closed = refers_to_files(job).then(|| self.say(&Phrase::CannotOpenFiles));
        let mut parts = compose(&text, [cut, closed.clone()]);
        let turn = (!parts.is_empty()).then(|| {
            let answer = markup::defuse(&text).into_owned();
            let (message, speaker) = (job.question.message, speaker(&job.question));
            self.remembered(
                conversation,
                sent.turns,
                Turn { message, speaker, question: sent.question, answer },
            )
        });
        if parts.is_empty() {
            let reasoned = completion.reasoned || !completion.text.trim().is_empty();
            parts = compose(&self.say(&Phrase::EmptyAnswer { reasoned }), [None, closed]);
        }
        if sent.shortened {
            parts.push(self.say(&Phrase::Shortened));
        }
        let joined = job.follow_ups.iter().map(|follow_up| follow_up.job).collect();
        NewReply { failure: None, parts, turn, joined }
    }

    fn remembered(&self, conversation: &Conversation, shown: &[Turn], turn: Turn) -> NewTurn {
        let keep = self.settings.context_turns;
        if keep > 0 && window::start(shown.len() + 1, keep) > 0 {
            self.metrics.window_trimmed(Trim::Turns);
        }
        let window_start = window::start_after(&conversation.turns, shown, turn.message, keep);
        NewTurn { turn, at: self.clock.now(), epoch: conversation.id.epoch, window_start }
    }
}

fn refers_to_files(job: &Job) -> bool {
    job.question.files || job.follow_ups.iter().any(|follow_up| follow_up.files)
}

/// The messages, with the bot's own words at the end.
fn compose(text: &str, notes: [Option<String>; 2]) -> Vec<String> {
    let notes: Vec<_> = notes.into_iter().flatten().collect();
    let note = (!notes.is_empty()).then(|| notes.join("\n\n"));
    reply::compose(text, note.as_deref(), reply::LIMIT)
}
