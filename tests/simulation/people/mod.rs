//! What people do in Talk, and the webhooks that tell the bot of it: in their order or not, once or twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nextcloud_opencode_bot::domain::actor::{ActorId, Person};
use nextcloud_opencode_bot::domain::event::Event;

use super::fault::Fault;
use super::ledger::Key;
use super::plan::Plan;
use super::random::Random;
use super::world::State;

mod deeds;

/// The bot's own id.
pub(crate) const BOT: &str = "bots/bot-halo";

/// How Talk writes its name.
const BOT_NAME: &str = "Halo (Bot)";

/// The actor ids and names of who writes.
const PEOPLE: [(&str, &str); 7] = [
    ("users/mira", "Mira"),
    ("users/tomas", "Tomas"),
    ("users/eve", "Eve"),
    ("guests/1f", "Guest"),
    ("federated_users/zoe@other.invalid", "Zoe"),
    ("bots/bot-other", "Other (Bot)"),
    ("bridged/irc", "Somebody"),
];

/// What a webhook is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    /// A message, by what it is meant as.
    Question(Key),
    Command(Key, &'static str),
    Chatter(Key),
    Other(&'static str),
}

/// A webhook on its way.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) event: Event,
    pub(crate) about: About,
    /// When its sender hangs up, and whether that ends its handling.
    pub(crate) patience: Duration,
    pub(crate) dropped: bool,
}

/// Who writes, and what is on its way to the bot.
pub(crate) struct People {
    pub(crate) chance: Random,
    /// Place of each marker: room and thread.
    pub(crate) markers: Vec<(String, Option<i64>)>,
    agenda: BTreeMap<(Duration, u64), Delivery>,
    sent: u64,
    /// Room, thread and person of the last question, and its words.
    last: Option<(usize, Option<i64>, usize, String)>,
    /// A question of the same person follows at once.
    follow_ups: u32,
    /// Messages whose sender was told that they are queued.
    pub(crate) acknowledged: BTreeSet<Key>,
}

impl People {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            chance: Random::new(plan.seed, 3),
            markers: Vec::new(),
            agenda: BTreeMap::new(),
            sent: 0,
            last: None,
            follow_ups: 0,
            acknowledged: BTreeSet::new(),
        }
    }

    /// When the next webhook arrives.
    pub(crate) fn next_delivery(&self) -> Option<Duration> {
        self.agenda.keys().next().map(|(at, _)| *at)
    }

    /// The next webhook that has arrived by then, and when it has.
    pub(crate) fn delivered(&mut self, now: Duration) -> Option<(Duration, Delivery)> {
        let first = self.agenda.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, _), delivery) = first.remove_entry();
        Some((at, delivery))
    }

    fn new_marker(&mut self, room: &str, thread: Option<i64>) -> usize {
        self.markers.push((room.to_owned(), thread));
        self.markers.len() - 1
    }

    pub(crate) fn post(&mut self, at: Duration, delivery: Delivery) {
        self.sent += 1;
        self.agenda.insert((at, self.sent), delivery);
    }
}

/// Talk tells the bot.
fn tell(world: &mut State, event: Event, about: About) {
    let now = world.now();
    let late = world.strikes(Fault::WebhookLate);
    let delay = if late { world.chance.millis(1_000, 20_000) } else { world.chance.millis(2, 60) };
    let cut = world.strikes(Fault::WebhookCut);
    let patience = if cut { world.chance.millis(0, 1_500) } else { Duration::from_secs(5) };
    let dropped = world.chance.percent(50);
    let delivery = Delivery { event, about, patience, dropped };
    if world.strikes(Fault::WebhookTwice) {
        let again = now + delay + world.chance.millis(0, 30_000);
        world.people.post(again, delivery.clone());
    }
    world.people.post(now + delay, delivery);
}

fn person(index: usize) -> Person {
    let (id, name) = PEOPLE[index];
    Person { id: ActorId::new(id), name: name.to_owned() }
}

/// Somebody does something.
pub(crate) fn act(world: &mut State) {
    if world.people.follow_ups > 0 {
        world.people.follow_ups -= 1;
        return deeds::follow_up(world);
    }
    let deed = world.people.chance.weighted(&[
        (50, deeds::question as fn(&mut State)),
        (10, deeds::chatter),
        (14, deeds::command),
        (12, deeds::reaction),
        (6, deeds::membership),
        (4, deeds::other),
    ]);
    deed(world);
}
