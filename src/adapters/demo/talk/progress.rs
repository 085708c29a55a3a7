//! How far the bot is with a room, told from what a server can see: its webhooks, the bot's posts, and how many
//! answers the model is writing.

use std::time::Duration;

use super::TalkServer;
use super::room::{Delivery, Message, MessageKind, Room};
use crate::domain::job::{Failure, JobId};
use crate::domain::phrase::{Language, Phrase};
use crate::domain::sign::Sign;

/// How far the bot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was said.
    Quiet,
    /// The webhook is on its way.
    Asked,
    /// The webhook came to nothing.
    NotDelivered,
    /// The bot took note and will not answer; why, where it says so.
    Ignored(Option<String>),
    /// The question is in the bot's queue.
    Waiting,
    /// The model writes.
    Answering,
    /// The answer was refused by this server with that status.
    Refused(u16),
    /// The answer is there, so long after the question.
    Answered(Duration),
    /// The bot told why there is no answer.
    Failed,
    /// The bot works on it no more, and there is no answer.
    Ended,
}

impl TalkServer {
    /// How far the bot is with each room, in the order of the rooms. `writing` is the number of answers that the
    /// model writes, where that is known.
    #[must_use]
    pub fn progress(&self, writing: Option<usize>) -> Vec<Progress> {
        let asking = self.rooms.iter().filter(|room| room.refused().is_none());
        let heads = asking.filter_map(|room| self.pending(room).map(|head| head.id));
        let mut heads: Vec<i64> = heads.collect();
        heads.sort_unstable();
        // The bot works on the oldest question of each room, the oldest room first.
        heads.truncate(writing.unwrap_or(0));
        self.rooms.iter().map(|room| self.of_room(room, &heads)).collect()
    }

    fn of_room(&self, room: &Room, answering: &[i64]) -> Progress {
        if room.messages.iter().any(|message| message.delivery == Some(Delivery::Pending)) {
            return Progress::Asked;
        }
        if let Some(head) = self.pending(room) {
            return match room.refused() {
                Some(status) => Progress::Refused(status),
                None if answering.contains(&head.id) => Progress::Answering,
                None => Progress::Waiting,
            };
        }
        let newest = room.messages.iter().rev().find(|message| message.kind == MessageKind::Person);
        newest.map_or(Progress::Quiet, |message| self.settled(room, message))
    }

    fn settled(&self, room: &Room, message: &Message) -> Progress {
        if let Some(answer) = answer_to(room, message) {
            return if is_notice(&answer.text) { Progress::Failed } else { answered(message, answer) };
        }
        if message.reactions.has(Sign::Failed.emoji(), &self.bot().id) {
            return Progress::Failed;
        }
        if message.sign_gone || (message.is_question() && message.id <= room.left_after) {
            return joint_answer(room, message).map_or(Progress::Ended, |answer| answered(message, answer));
        }
        match &message.delivery {
            Some(Delivery::Answered { status: 200 | 202, verdict, reason, .. }) if verdict == "ignored" => {
                Progress::Ignored(reason.clone())
            }
            // Something else than a question, a command for example.
            None | Some(Delivery::Pending | Delivery::Answered { status: 200 | 202, .. }) => Progress::Quiet,
            Some(Delivery::Answered { .. } | Delivery::Lost { .. }) => Progress::NotDelivered,
        }
    }

    /// The oldest question that waits for an answer. The bot's sign on it tells; without signs, order is kept per
    /// room: what is older than an answered one was given up.
    fn pending<'a>(&self, room: &'a Room) -> Option<&'a Message> {
        let is_open = |message: &Message| message.is_question() && message.id > room.left_after;
        let questions = || room.messages.iter().filter(|message| is_open(message));
        let answered =
            questions().filter(|message| answer_to(room, message).is_some()).map(|message| message.id);
        let newest_answered = answered.max().unwrap_or(0);
        questions().find(|message| {
            let signed = message.reactions.has(Sign::Thinking.emoji(), &self.bot().id);
            signed || (!message.sign_gone && message.id > newest_answered)
        })
    }
}

fn answered(question: &Message, answer: &Message) -> Progress {
    Progress::Answered(answer.at.since(question.at))
}

/// The answer to an older question that answers this one too, since it was asked in the meantime.
fn joint_answer<'a>(room: &'a Room, question: &Message) -> Option<&'a Message> {
    let mut by_bot = room.messages.iter().filter(|message| message.kind == MessageKind::Bot);
    by_bot.find(|answer| answer.id > question.id && answer.reply_to.is_some_and(|id| id < question.id))
}

fn answer_to<'a>(room: &'a Room, question: &Message) -> Option<&'a Message> {
    let by_bot = room.messages.iter().filter(|message| message.kind == MessageKind::Bot);
    by_bot.rev().find(|message| message.reply_to == Some(question.id))
}

/// Whether that is one of the bot's own sentences about a failure.
fn is_notice(text: &str) -> bool {
    let reference = text.rsplit_once('#').and_then(|(_, rest)| rest.trim_end_matches(')').parse().ok());
    let says = |failure: Failure, id, language| Phrase::Failure(failure, JobId(id)).text(language) == text;
    reference.is_some_and(|id| {
        Language::ALL.iter().any(|language| Failure::ALL.iter().any(|failure| says(*failure, id, *language)))
    })
}
