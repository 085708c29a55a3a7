//! The bot's way to Talk, as one process has it: what was sent may come to nothing, arrive and seem lost, arrive twice,
//! or be refused.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use nextcloud_opencode_bot::domain::job::PauseScope;
use nextcloud_opencode_bot::domain::message::{MessageId, Place, RoomToken};
use nextcloud_opencode_bot::ports::talk::{Talk, TalkError, TalkVersion};
use tokio::time::sleep;

use super::{Call, LOCK_OUT, Told, Verdict, What, arrive};
use crate::fault::Fault;
use crate::process::{Border, Process};
use crate::world::{State, World};

/// How long the real adapter waits.
const PATIENCE: Duration = Duration::from_mins(1);

/// Of these at most one is the fate of a call.
const FATES: [Fault; 14] = [
    Fault::TalkNotReached,
    Fault::TalkFailsBefore,
    Fault::TalkFailsAfter,
    Fault::TalkHangs,
    Fault::TalkHangsTaken,
    Fault::TalkBreaks,
    Fault::TalkTwice,
    Fault::TalkProxy,
    Fault::TalkLate,
    Fault::TalkUnauthorized,
    Fault::TalkLockedOut,
    Fault::TalkRefuses,
    Fault::TalkRefusesQuote,
    Fault::TalkPanics,
];

/// Talk, from inside of a process.
pub(crate) struct TalkPort(pub(crate) Arc<Process>);

/// A call on its way. Dropped before its end, nobody waits for it any more.
struct OnTheWay {
    world: Arc<World>,
    call: usize,
    ended: bool,
}

impl Drop for OnTheWay {
    fn drop(&mut self) {
        if !self.ended {
            self.world.with(|world| world.talk.abandon(self.call));
        }
    }
}

impl TalkPort {
    async fn send(&self, name: &'static str, what: What) -> Result<(), TalkError> {
        self.0.border(Border::Before, name).await;
        let (call, fate, travel, answer) = self.0.world.with(|world| begin(world, self.0.number, what));
        let mut way = OnTheWay { world: Arc::clone(&self.0.world), call, ended: false };
        if fate == Some(Fault::TalkPanics) {
            self.0.world.with(|world| world.panics += 1);
            std::panic::resume_unwind(Box::new("the adapter of Talk panics"));
        }
        self.0.border(Border::During, name).await;
        if fate != Some(Fault::TalkLate) {
            sleep(travel).await;
        }
        self.0.alive().await;
        self.0.world.with(arrive);
        sleep(answer).await;
        self.0.border(Border::After, name).await;
        way.ended = true;
        self.0.world.with(|world| tell(world, call, self.0.number))
    }
}

/// It is sent: when it arrives, and how long after that its sender hears of it.
fn begin(world: &mut State, process: u32, what: What) -> (usize, Option<Fault>, Duration, Duration) {
    arrive(world);
    let (now, wall) = (world.now(), world.time.wall());
    let call = world.talk.calls.len();
    world.say(format_args!("call {call}: {what}"));
    if world.talk.is_held(what.room(), process, wall) {
        world.fail(format!("call {call} goes to a room or server that wants to be left alone: {what}"));
    }
    if let What::Post { place, text, .. } = &what {
        world.ledger.sent(&place.room, text, call);
    }
    let fate = world.first_of(&FATES);
    let slow = world.strikes(Fault::TalkSlow);
    let travel = if slow { world.chance.millis(1_000, 27_000) } else { world.chance.millis(5, 150) };
    let late =
        if fate == Some(Fault::TalkLate) { world.chance.millis(1_000, 90_000) } else { Duration::ZERO };
    let answer = match fate {
        Some(Fault::TalkHangs | Fault::TalkHangsTaken) => PATIENCE.saturating_sub(travel),
        _ => world.chance.millis(1, 100),
    };
    let survives = world.chance.percent(50);
    if !matches!(fate, Some(Fault::TalkNotReached | Fault::TalkHangs | Fault::TalkPanics)) {
        world.talk.wire.push((now + travel + late, call));
    }
    let survives = survives || fate == Some(Fault::TalkLate);
    let (verdict, abandoned, effects, told) = (None, false, Vec::new(), None);
    world.talk.calls.push(Call {
        process,
        what,
        begun: now,
        fate,
        survives,
        abandoned,
        verdict,
        effects,
        told,
    });
    (call, fate, travel, answer)
}

/// What its sender hears.
fn tell(world: &mut State, call: usize, process: u32) -> Result<(), TalkError> {
    let (now, wall) = (world.now(), world.time.wall());
    let Call { verdict, fate, what, .. } = world.talk.calls[call].clone();
    let result = match (fate, verdict) {
        (Some(Fault::TalkNotReached), _) => Err(TalkError::Unavailable("connection refused".into())),
        (Some(Fault::TalkHangs | Fault::TalkHangsTaken), _) => {
            Err(TalkError::Uncertain("no answer".to_owned()))
        }
        (Some(Fault::TalkBreaks | Fault::TalkTwice | Fault::TalkLate), _) => {
            Err(TalkError::Uncertain("the connection was lost".to_owned()))
        }
        (Some(Fault::TalkProxy), Some(Verdict::Taken)) => Err(TalkError::Unavailable("HTTP 502".into())),
        (Some(Fault::TalkFailsBefore | Fault::TalkFailsAfter), Some(Verdict::Taken)) => {
            Err(TalkError::Failed("HTTP 500".to_owned()))
        }
        (_, Some(Verdict::Taken)) => Ok(()),
        (_, Some(Verdict::Away)) => Err(TalkError::Unavailable("maintenance".into())),
        (_, Some(Verdict::LockedOut)) => Err(TalkError::LockedOut { pause: LOCK_OUT }),
        (_, Some(Verdict::Unauthorized)) => Err(TalkError::Unauthorized),
        (_, Some(Verdict::Gone)) => match what {
            What::Unreact { .. } => Ok(()),
            _ => Err(TalkError::RoomGone),
        },
        (_, Some(Verdict::TooLong)) => Err(TalkError::TooLong),
        (_, Some(Verdict::Refused) | None) => Err(TalkError::Refused("HTTP 400".to_owned())),
    };
    let told = match &result {
        Ok(()) => Told::Taken,
        Err(TalkError::Uncertain(_)) => Told::Unknown,
        Err(TalkError::Failed(_)) => Told::Failed,
        Err(_) => Told::Not,
    };
    match &result {
        Err(TalkError::Unauthorized) => {
            world.talk.hold(PauseScope::Room(what.room().clone()), wall + LOCK_OUT, process, now);
            world.coverage.saw("Talk: refuses a signature");
        }
        Err(TalkError::LockedOut { pause }) => {
            world.talk.hold(PauseScope::Server, wall + *pause, process, now);
            world.coverage.saw("Talk: locks the address out");
        }
        Err(TalkError::TooLong) => world.coverage.saw("Talk: finds a message too long"),
        Err(TalkError::RoomGone) => world.coverage.saw("Talk: knows the room no more"),
        _ => {}
    }
    world.talk.calls[call].told = Some((now, told));
    world.say(format_args!("call {call} ends: {}", result.as_ref().err().map_or("taken", TalkError::kind)));
    result
}

#[async_trait]
impl Talk for TalkPort {
    async fn post(&self, place: &Place, text: &str, reply_to: Option<MessageId>) -> Result<(), TalkError> {
        let what =
            What::Post { place: place.clone(), text: text.to_owned(), reply_to: reply_to.map(|id| id.0) };
        self.send("post", what).await
    }

    async fn react(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError> {
        let what = What::React { room: room.clone(), message: message.0, emoji: emoji.to_owned() };
        self.send("react", what).await
    }

    async fn unreact(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError> {
        let what = What::Unreact { room: room.clone(), message: message.0, emoji: emoji.to_owned() };
        self.send("unreact", what).await
    }

    async fn version(&self) -> Result<Option<TalkVersion>, TalkError> {
        self.0.alive().await;
        let (away, patch) =
            self.0.world.with(|world| (world.now() < world.talk.away_until, world.plan.talk_patch));
        if self.0.world.with(|world| world.strikes(Fault::TalkVersionHangs)) {
            sleep(PATIENCE).await;
        }
        if away {
            return Err(TalkError::Unavailable("maintenance".into()));
        }
        Ok(patch.map(|patch| TalkVersion { major: 22, minor: 0, patch }))
    }

    async fn probe(&self) -> Result<(), TalkError> {
        self.0.alive().await;
        Ok(())
    }
}
