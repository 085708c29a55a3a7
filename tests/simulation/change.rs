//! The turns of a plan: the world around the bot changes.

use std::time::Duration;

use super::people;
use super::plan::Turn;
use super::process::Process;
use super::world::State;

/// It happens.
pub(crate) fn take(world: &mut State, process: &Process, at: Duration, turn: Turn) {
    let now = world.now();
    if !matches!(turn, Turn::People) {
        world.say(format_args!("turn of {at:?}: {turn:?}"));
    }
    let name = match turn {
        Turn::People => return people::act(world),
        Turn::StoreAway(time) => {
            world.store_away_until = now + time;
            "world: store away"
        }
        Turn::TalkAway(time) => {
            world.talk.away_until = now + time;
            "world: Talk in maintenance"
        }
        Turn::ModelAway(time) => {
            world.model.away_until = now + time;
            "world: model away"
        }
        Turn::ModelLoads(time) => {
            world.model.loads_until = now + time;
            "world: model loads"
        }
        Turn::ModelBroken(time) => {
            world.model.broken_until = now + time;
            "world: the model's adapter panics"
        }
        Turn::ModelSwapped { slots, context } => {
            world.model.swap(slots, context);
            "world: another model"
        }
        Turn::SecretWrong(time) => {
            world.talk.secret_wrong_until = now + time;
            "world: wrong secret"
        }
        Turn::RoomRefuses(room, time) => {
            world.talk.rooms[room].refuses_until = now + time;
            "world: a room refuses the signature"
        }
        Turn::RoomGone(room) => {
            world.talk.rooms[room].gone = true;
            "world: a room is deleted"
        }
        Turn::Clock(millis) => {
            world.time.jump(millis);
            let wall = world.time.wall();
            world.talk.holds_end(wall);
            if millis < 0 { "world: clock set back" } else { "world: clock set forward" }
        }
        Turn::CrashAtStep { steps, border } => return process.arm(steps, border),
        Turn::CrashNow => {
            process.kill();
            "process: dies at any time"
        }
        Turn::Stop { .. } | Turn::Probe | Turn::Letters { .. } => return,
    };
    world.coverage.saw(name);
}

/// Trouble ends: from now on everything works that can.
pub(crate) fn calm(world: &mut State) {
    let now = world.now();
    world.say(format_args!("calm"));
    world.calm = true;
    world.store_away_until = now;
    world.talk.away_until = now;
    world.talk.secret_wrong_until = now;
    world.model.away_until = now;
    world.model.loads_until = now;
    world.model.broken_until = now;
    world.talk.rooms.iter_mut().for_each(|room| room.refuses_until = now);
}
