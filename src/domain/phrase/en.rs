//! English.

use std::fmt::Write as _;
use std::time::Duration;

use super::figures::{Rough, grouped};
use super::{ContextUse, Memory, Phrase, Status};
use crate::domain::job::Failure;
use crate::domain::limit::Limit;

pub(super) fn text(phrase: &Phrase<'_>) -> String {
    match phrase {
        Phrase::Shortened => {
            "*(Your message was too long for the model, so its middle was left out. Shorter messages get \
             better answers.)*"
                .to_owned()
        }
        Phrase::Cut => {
            "*(The answer reached its length limit and ends here. Ask me to go on for the rest.)*".to_owned()
        }
        Phrase::CannotOpenFiles => {
            "*(I cannot open files yet, so all I know of it is its name. Paste the text that matters and I \
             can work with that.)*"
                .to_owned()
        }
        Phrase::EmptyAnswer { reasoned } => empty_answer(*reasoned).to_owned(),
        Phrase::Failure(failure, job) => format!("{}. (Reference {job})", apology(*failure)),
        Phrase::ModelNotReady => {
            "The language model is not ready yet; it may still be starting. Your answer follows as soon as \
             it is."
                .to_owned()
        }
        Phrase::StillWorking { ahead, estimate } => still_working(*ahead, *estimate),
        Phrase::Help { name, reactions } => help(name, *reactions),
        Phrase::Forgotten => {
            "Done. I have forgotten what we talked about here; the messages themselves stay in the room."
                .to_owned()
        }
        Phrase::Stopped(0) => "There is nothing to stop.".to_owned(),
        Phrase::Stopped(1) => "Stopped.".to_owned(),
        Phrase::Stopped(questions) => format!("Stopped: {questions} questions."),
        Phrase::StillOpen => "I am still on that question; the answer will come. `/stop` ends it.".to_owned(),
        Phrase::NothingToRepeat => "There is no question here that I could answer again.".to_owned(),
        Phrase::Status(status) => self::status(status),
        Phrase::Context(used) => context(*used),
        Phrase::Privacy(memory) => privacy(*memory),
        Phrase::PersonForgotten => {
            "Done. Everything that you asked me is erased, in all rooms, and what was still open is \
             stopped. The messages in the rooms stay: I may not delete any."
                .to_owned()
        }
        Phrase::Version(version) => format!("I am version {version}."),
        Phrase::UnknownCommand(word) => {
            format!("I do not know the command `/{word}`. `/help` lists what there is.")
        }
        Phrase::ModeratorsOnly => "Only moderators of this room may do that.".to_owned(),
        Phrase::Limited(limit) => limited(*limit),
        Phrase::Welcome { name } => welcome(name),
    }
}

fn apology(failure: Failure) -> &'static str {
    match failure {
        Failure::ModelUnavailable => {
            "Sorry, I could not reach the language model for a while, so your question stays unanswered; \
             please ask again later"
        }
        Failure::ModelTimedOut => {
            "Sorry, the language model did not finish in time; please ask again in a shorter way"
        }
        Failure::ModelRefused => {
            "Sorry, the language model refused this request; your administrator can see why in the log"
        }
        Failure::TalkRefused
        | Failure::TalkUnauthorized
        | Failure::TalkUnavailable
        | Failure::TalkUncertain
        | Failure::Internal => {
            "Sorry, something went wrong with this question; your administrator can see what in the log"
        }
    }
}

fn empty_answer(reasoned: bool) -> &'static str {
    if reasoned {
        "The model used up its whole answer on thinking and wrote no reply. \
         Please ask again in a simpler or shorter way, or let your administrator raise MODEL_MAX_TOKENS."
    } else {
        "The model had no answer to this. Please ask again in other words."
    }
}

fn about(time: Duration) -> String {
    match Rough::of(time) {
        Rough::Seconds(seconds) => format!("about {seconds} seconds"),
        Rough::Minutes(minutes) => format!("about {minutes} minutes"),
        Rough::Hours(hours) => format!("about {hours} hours"),
    }
}

fn still_working(ahead: u64, estimate: Option<Duration>) -> String {
    let mut text = match ahead {
        0 => "I am still working on your answer.".to_owned(),
        1 => "Your question waits its turn; one other is before it.".to_owned(),
        _ => format!("Your question waits its turn; {ahead} others are before it."),
    };
    if let Some(estimate) = estimate {
        let _ = write!(text, " It should take {} more.", about(estimate));
    }
    text
}

fn help(name: &str, reactions: bool) -> String {
    let mut text = format!(
        "Write `@{name}` and your question, or reply to one of my messages. If I am with you in a \
         one-to-one room, the question is enough. These commands go in place of a question, with `/` or \
         `!`:\n\
         * `/help`: this list\n\
         * `/reset`: forget what was said here (also `/new`)\n\
         * `/stop`: end the running answer and drop what waits\n\
         * `/retry`: answer the last question again\n\
         * `/status`: model, queue and memory at a glance\n\
         * `/context`: what the model is shown\n\
         * `/privacy`: what is stored, where and for how long\n\
         * `/forget-me`: erase what you asked, in all rooms\n\
         * `/version`: which version I am"
    );
    if reactions {
        text.push_str(
            "\n\nOr react to your question or my answer to it:\n\
             * 🛑 stop\n\
             * 🔁 answer again\n\
             * 🗑️ forget this question and its answer",
        );
    }
    text
}

fn status(status: &Status<'_>) -> String {
    let (endpoint, endpoints) = status.endpoint;
    let mut text = format!("* Model: `{}`", status.model);
    match status.sharing {
        _ if endpoints < 2 => {}
        0 | 1 => _ = write!(text, " (server {endpoint} of {endpoints})"),
        sharing => _ = write!(text, " ({sharing} of {endpoints} servers)"),
    }
    match status.problem {
        Some(problem) => _ = write!(text, ", not ready: {problem}"),
        None => text.push_str(", ready"),
    }
    let (used, of) = status.context;
    let _ = write!(
        text,
        "\n* Open questions: {} here, {} in all rooms, {} of them being answered\n\
         * Context: {} of {} tokens used",
        status.open_here,
        status.open,
        status.running,
        grouped(used, ','),
        grouped(of, ','),
    );
    if let Some(speed) = status.tokens_per_second {
        let _ = write!(text, "\n* Speed: about {} tokens per second", grouped(speed, ','));
    }
    text
}

fn context(used: ContextUse) -> String {
    let (tokens, of) = (grouped(used.tokens, ','), grouped(used.of, ','));
    let turns = match used.turns {
        0 => "nothing of what was said before".to_owned(),
        1 => "the last question with its answer".to_owned(),
        turns => format!("the last {turns} questions with their answers"),
    };
    let cut = if used.trimmed { "older ones were left out" } else { "nothing was left out" };
    format!(
        "With your next question the model is shown:\n\
         * my instructions and {turns}\n\
         * about {tokens} of {of} tokens; the rest is for the question and the answer\n\
         * {cut}"
    )
}

fn privacy(memory: Memory) -> String {
    let Memory { turns, retention_days, retain_on_leave } = memory;
    let remembered = match turns {
        0 => "nothing, I begin anew with each question.".to_owned(),
        1 => "the last question and its answer, of each room or thread.".to_owned(),
        _ => format!("the last questions with their answers, at most {turns} of each room or thread."),
    };
    let days = match retention_days {
        None => String::new(),
        Some(1) => " After one day it is erased in any case.".to_owned(),
        Some(days) => format!(" After {days} days it is erased in any case."),
    };
    let leave = if retain_on_leave { "It stays even" } else { "All of a room is erased" };
    format!(
        "Talk sends me every message of this room. I store:\n\
         * **A question to me**, with the name of who asked, until it is answered. One that failed stays \
         until my administrator repeats or drops it.\n\
         * **What the model is shown again**: {remembered}\n\
         * Of everything else nothing. Numbers of messages stay for a while, so that none is answered \
         twice. My logs hold no texts.\n\n\
         It lies in my database on my administrator's own machine, and is sent to the language model that my \
         administrator has chosen, to nobody else.{days} {leave} when I am removed from the room.\n\n\
         `/reset` erases what was said here, `/forget-me` what you asked anywhere."
    )
}

fn limited(limit: Limit) -> String {
    match limit {
        Limit::Person(wait) => {
            format!("That was a lot of questions from you. Please ask me again in {}.", about(wait))
        }
        Limit::Room(wait) => {
            format!("That was a lot of questions in this room. Please ask me again in {}.", about(wait))
        }
        Limit::Queue => {
            "So many questions wait here that I cannot take more. Please ask again when some are \
                         answered."
                .to_owned()
        }
    }
}

fn welcome(name: &str) -> String {
    format!(
        "Hello, I am {name}: a bot that answers with a language model. Write `@{name}` and your question, \
         or reply to one of my messages. If I am with you in a one-to-one room, the question is enough.\n\n\
         I store questions to me until they are answered, and the last few with their answers to follow the \
         talk; nothing else. `@{name} /privacy` tells more, `@{name} /help` what else I can do."
    )
}
