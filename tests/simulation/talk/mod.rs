//! Nextcloud Talk as the world has it: rooms with what was said in them, reactions, and the lock-out after refused
//! signatures. What the bot sends travels: it arrives later than it was sent, perhaps after its sender has died.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use nextcloud_opencode_bot::domain::job::PauseScope;
use nextcloud_opencode_bot::domain::message::RoomToken;
use nextcloud_opencode_bot::domain::time::Timestamp;

use super::fault::Fault;
use super::plan::Plan;
use super::world::State;

mod call;
pub(crate) mod port;

pub(crate) use call::{Call, Told, Verdict, What};

/// Signatures that are refused within [`LOCK_OUT`] before everything is.
const REFUSALS: usize = 10;

/// So many tries are made, about.
const GIVEN_UP: u32 = 50;

/// The store is insisted on for a minute; a call may be slow, and a longer outage excuses it.
const STORED_WITHIN: Duration = Duration::from_secs(200);

pub(crate) const LOCK_OUT: Duration = Duration::from_mins(30);

/// What the whole server knows.
pub(crate) struct TalkServer {
    pub(crate) rooms: Vec<RoomState>,
    pub(crate) away_until: Duration,
    pub(crate) secret_wrong_until: Duration,
    locked_until: Duration,
    refused: VecDeque<Duration>,
    /// Lock-outs that its own refusals led to.
    pub(crate) earned: u64,
    longest: usize,
    next_message: i64,
    /// Everything that was ever sent to it.
    pub(crate) calls: Vec<Call>,
    /// Numbers of calls that have not arrived, with their times.
    wire: Vec<(Duration, usize)>,
    holds: Vec<Hold>,
    /// When it was told so last.
    joined_at: Option<Duration>,
    /// Where the bot is just told that it may send again.
    joining: Vec<RoomToken>,
}

/// One room.
pub(crate) struct RoomState {
    pub(crate) token: RoomToken,
    pub(crate) pair: Option<[&'static str; 2]>,
    pub(crate) threads: Vec<i64>,
    /// Whether the bot is.
    pub(crate) enabled: bool,
    pub(crate) gone: bool,
    pub(crate) refuses_until: Duration,
    pub(crate) posts: Vec<Post>,
    /// The bot's reactions by message.
    pub(crate) signs: BTreeMap<i64, BTreeSet<String>>,
}

/// One message in a room.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) thread: Option<i64>,
    pub(crate) author: String,
    pub(crate) text: String,
    /// Of a person's message.
    pub(crate) marker: Option<usize>,
}

/// What the bot was told to leave alone, and until when by its clock.
struct Hold {
    scope: PauseScope,
    until: Timestamp,
    process: u32,
    since: Duration,
    stored: bool,
    /// Its room was erased, and this with it.
    erased: bool,
    /// How often the store did not take it.
    refused: u32,
}

impl TalkServer {
    pub(crate) fn new(plan: &Plan) -> Self {
        let room = |room: &super::plan::RoomPlan| RoomState {
            token: RoomToken::parse(&room.token).expect("letters and digits"),
            pair: room.pair,
            threads: room.threads.clone(),
            enabled: true,
            gone: false,
            refuses_until: Duration::ZERO,
            posts: Vec::new(),
            signs: BTreeMap::new(),
        };
        Self {
            rooms: plan.rooms.iter().map(room).collect(),
            away_until: Duration::ZERO,
            secret_wrong_until: Duration::ZERO,
            locked_until: Duration::ZERO,
            refused: VecDeque::new(),
            earned: 0,
            longest: plan.longest_post,
            next_message: 100,
            calls: Vec::new(),
            wire: Vec::new(),
            holds: Vec::new(),
            joined_at: None,
            joining: Vec::new(),
        }
    }

    /// Talk's next number of a message.
    pub(crate) fn next_message(&mut self) -> i64 {
        self.next_message += 1;
        self.next_message
    }

    pub(crate) fn room(&mut self, token: &RoomToken) -> &mut RoomState {
        self.rooms.iter_mut().find(|room| room.token == *token).expect("a room of this run")
    }

    /// Its sender waits for it no longer.
    fn abandon(&mut self, call: usize) {
        self.calls[call].abandoned = true;
    }

    /// The bot has stored that it leaves this alone.
    pub(crate) fn pause_is_stored(&mut self, scope: &PauseScope) {
        self.holds.iter_mut().filter(|hold| hold.scope == *scope).for_each(|hold| hold.stored = true);
    }

    /// It has erased the room, and with it what it stored of that.
    pub(crate) fn pause_is_erased(&mut self, room: &RoomToken) {
        let of_room = |hold: &&mut Hold| hold.scope == PauseScope::Room(room.clone());
        self.holds.iter_mut().filter(of_room).for_each(|hold| (hold.stored, hold.erased) = (false, true));
    }

    /// The store did not take that.
    pub(crate) fn pause_is_refused(&mut self, scope: &PauseScope) {
        self.holds.iter_mut().filter(|hold| hold.scope == *scope).for_each(|hold| hold.refused += 1);
    }

    /// The bot is told that it may send there again.
    pub(crate) fn resume(&mut self, room: &RoomToken, now: Duration) {
        self.joined_at = Some(now);
        self.joining.push(room.clone());
        self.end_of_pause(room);
    }

    /// It was told.
    pub(crate) fn resumed(&mut self, room: &RoomToken) {
        self.joining.retain(|joining| joining != room);
        self.end_of_pause(room);
    }

    /// Nobody is told any more: the process is gone.
    pub(crate) fn joining_ends(&mut self) {
        self.joining.clear();
    }

    fn end_of_pause(&mut self, room: &RoomToken) {
        self.holds.retain(|hold| hold.scope != PauseScope::Room(room.clone()));
    }

    fn hold(&mut self, scope: PauseScope, until: Timestamp, process: u32, since: Duration) {
        self.holds.retain(|hold| hold.scope != scope);
        self.holds.push(Hold { scope, until, process, since, stored: false, erased: false, refused: 0 });
    }

    /// The first that a process did not store, although it lived on for long enough.
    pub(crate) fn not_stored(&self, process: u32, died: Duration) -> Option<&PauseScope> {
        let lost = |hold: &&Hold| {
            hold.process == process
                && !hold.stored
                && !hold.erased
                && hold.refused < GIVEN_UP
                && hold.since + STORED_WITHIN < died
        };
        self.holds.iter().find(lost).map(|hold| &hold.scope)
    }

    /// What is over by the clock once is over, also when the clock is set back.
    pub(crate) fn holds_end(&mut self, wall: Timestamp) {
        self.holds.retain(|hold| wall < hold.until);
    }

    fn is_held(&self, room: &RoomToken, process: u32, wall: Timestamp) -> bool {
        let holds = |hold: &Hold| {
            let scope = match &hold.scope {
                PauseScope::Room(held) => held == room && !self.joining.contains(room),
                PauseScope::Server => true,
            };
            scope && wall < hold.until && (hold.stored || hold.process == process)
        };
        self.holds.iter().any(holds)
    }

    fn verdict(&mut self, call: usize, now: Duration) -> Verdict {
        let Call { what, fate, .. } = &self.calls[call];
        let (what, fate) = (what.clone(), *fate);
        let longest = self.longest;
        let wrong_everywhere = now < self.secret_wrong_until || fate == Some(Fault::TalkUnauthorized);
        if now < self.away_until {
            return Verdict::Away;
        }
        if fate == Some(Fault::TalkLockedOut) {
            self.locked_until = now + LOCK_OUT;
        }
        if now < self.locked_until {
            return Verdict::LockedOut;
        }
        let room = self.room(what.room());
        if room.gone {
            return Verdict::Gone;
        }
        if wrong_everywhere || !room.enabled || now < room.refuses_until {
            self.refuse(now);
            return Verdict::Unauthorized;
        }
        match (&what, fate) {
            (What::Post { text, .. }, _) if text.chars().count() > longest => Verdict::TooLong,
            (_, Some(Fault::TalkRefuses))
            | (What::Post { reply_to: Some(_), .. }, Some(Fault::TalkRefusesQuote)) => Verdict::Refused,
            _ => Verdict::Taken,
        }
    }

    fn refuse(&mut self, now: Duration) {
        self.refused.retain(|at| now < *at + LOCK_OUT);
        self.refused.push_back(now);
        if self.refused.len() >= REFUSALS {
            // Whoever enables the bot anew has it try again.
            self.earned += u64::from(self.joined_at.is_none_or(|at| at + LOCK_OUT < now));
            self.locked_until = now + LOCK_OUT;
        }
    }
}

/// Everything that has arrived by now takes effect, in its order.
pub(crate) fn arrive(world: &mut State) {
    let now = world.now();
    world.talk.wire.sort_unstable();
    while let Some((at, call)) = world.talk.wire.first().copied().filter(|(at, _)| *at <= now) {
        world.talk.wire.remove(0);
        let state = &world.talk.calls[call];
        if state.abandoned {
            let (survives, number) = (state.survives, state.process);
            world.coverage.saw(if survives {
                "Talk: arrives after its sender left"
            } else {
                "Talk: lost with its sender"
            });
            if !survives {
                world.say(format_args!("call {call} of process {number} is lost on its way"));
                continue;
            }
        }
        let verdict = world.talk.verdict(call, at);
        world.talk.calls[call].verdict = Some(verdict);
        world.say(format_args!("call {call} arrives: {verdict:?}"));
        if verdict == Verdict::Taken && world.talk.calls[call].fate != Some(Fault::TalkFailsBefore) {
            let times = if world.talk.calls[call].fate == Some(Fault::TalkTwice) { 2 } else { 1 };
            (0..times).for_each(|_| take(world, call, at));
        }
    }
}

fn take(world: &mut State, call: usize, at: Duration) {
    world.talk.calls[call].effects.push(at);
    match world.talk.calls[call].what.clone() {
        What::Post { place, text, .. } => {
            super::invariants::places::posted(world, &place, &text);
            let id = world.talk.next_message();
            let thread = place.thread.map(|thread| thread.0);
            let post = Post { id, thread, author: super::people::BOT.to_owned(), text, marker: None };
            world.talk.room(&place.room).posts.push(post);
        }
        What::React { room, message, emoji } => {
            world.talk.room(&room).signs.entry(message).or_default().insert(emoji);
        }
        What::Unreact { room, message, emoji } => {
            world.talk.room(&room).signs.entry(message).or_default().remove(&emoji);
        }
    }
}
