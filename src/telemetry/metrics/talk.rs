//! The figures about what is sent to Talk, and what is not sent because it refused the signature.

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use super::book::{Book, Entry, Measure};
use super::tally::{Label, Tally, described};
use super::{Metrics, gauge};
use crate::domain::job::PauseScope;
use crate::domain::time::Timestamp;
use crate::ports::talk::TalkError;

const SCOPE: &str = "scope";
const ROOM: &str = "room";
const SERVER: &str = "server";

#[derive(Debug)]
pub(super) struct TalkFigures {
    posts: Tally,
    reactions: Tally,
    pauses: Family<Label, Gauge>,
}

impl TalkFigures {
    pub(super) fn enter(book: &mut Book) -> Self {
        let ends = |well| [well].into_iter().chain(TalkError::KINDS);
        let figures = Self {
            posts: Tally::of("outcome", ends("posted")),
            reactions: Tally::of("outcome", ends("done")),
            pauses: Family::default(),
        };
        book.chapter("Talk");
        book.tally(
            &Entry {
                name: "talk_posts",
                help: "Posts to Talk by outcome",
                measure: Measure::Of("posts"),
                question: "Do answers arrive, and if not, why?",
            },
            &figures.posts,
        );
        book.tally(
            &Entry {
                name: "talk_reactions",
                help: "Reactions to Talk by outcome",
                measure: Measure::Of("reactions"),
                question: "Do signs such as 👀 arrive?",
            },
            &figures.reactions,
        );
        book.enter_by(
            &Entry {
                name: "talk_pauses",
                help: "What nothing is sent to at present: rooms that refuse the signature, or the server",
                measure: Measure::Of("pauses"),
                question: "Is the bot silent because a signature was refused (`room`) or Nextcloud has locked it out (`server`)?",
            },
            &described(SCOPE, &[ROOM, SERVER]),
            figures.pauses.clone(),
        );
        figures
    }

    pub(super) fn show(&self, pauses: &[(PauseScope, Timestamp)]) {
        let servers = pauses.iter().filter(|(scope, _)| *scope == PauseScope::Server).count();
        for (scope, count) in [(SERVER, servers), (ROOM, pauses.len() - servers)] {
            gauge(&self.pauses.get_or_create(&[(SCOPE, scope)]), count);
        }
    }
}

impl Metrics {
    /// A post to Talk: `posted`, or the kind of its error.
    pub fn talk_post(&self, outcome: &'static str) {
        self.talk.posts.count(outcome);
    }

    /// A reaction was put on a message or taken off it: `done`, or the kind of the error.
    pub fn talk_reaction(&self, outcome: &'static str) {
        self.talk.reactions.count(outcome);
    }
}
