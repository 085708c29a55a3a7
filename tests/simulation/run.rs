//! One run, from its seed to its end: process after process on the same store, until the script is over, trouble has
//! ended and nothing is left to do.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::memory::MemoryStore;
use nextcloud_opencode_bot::adapters::sql::StoreOptions;
use tokio::runtime::Builder;

use super::coverage::Coverage;
use super::invariants;
use super::life::{Life, LifeEnd};
use super::people::About;
use super::plan::Plan;
use super::process::Process;
use super::world::World;

/// After so many processes something restarts for ever.
const PROCESSES: u32 = 300;

/// How a run went.
pub(crate) struct Outcome {
    pub(crate) seed: u64,
    pub(crate) hash: u64,
    pub(crate) wrong: Vec<String>,
    pub(crate) coverage: Coverage,
    pub(crate) lines: Vec<String>,
}

/// Everything that seed decides, at once. `lines` of the trace are kept.
pub(crate) fn run(seed: u64, lines: usize) -> Outcome {
    let plan = Arc::new(Plan::of(seed));
    let world = Arc::new(World::new(Arc::clone(&plan)));
    let options = StoreOptions { bot: "bot".to_owned(), signs: plan.settings.reactions };
    let mut store = Arc::new(MemoryStore::open(options));
    let mut turn = 0;
    for number in 1.. {
        if number > PROCESSES {
            world.with(|world| world.fail("the process is restarted for ever".to_owned()));
        }
        let process = Arc::new(Process::new(number, Arc::clone(&world)));
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime needs nothing but memory");
        let end = runtime.block_on(async {
            let mut life = Life { process: Arc::clone(&process), store: Arc::clone(&store), turn };
            let end = life.live().await;
            turn = life.turn;
            process.kill();
            world.with(|world| world.time.end());
            end
        });
        drop(runtime);
        if end == LifeEnd::Over || world.with(|world| !world.wrong.is_empty()) {
            break;
        }
        store = Arc::new(store.reopen(world.with(|world| world.time.wall())));
        world.with(|world| {
            if let Some(scope) = world.talk.not_stored(number, world.now()).cloned() {
                world.fail(format!("the pause of {scope:?} was never stored"));
            }
            world.talk.joining_ends();
            be_down(world, end);
        });
    }
    world.with(|world| {
        if world.wrong.is_empty() {
            invariants::at_the_end(world, &store);
        }
        Outcome {
            seed,
            hash: world.trace.hash(),
            wrong: world.wrong.clone(),
            coverage: world.coverage.clone(),
            lines: world.trace.last(lines).to_vec(),
        }
    })
}

/// Between two processes. What comes shortly before the next one waits behind the socket; what comes earlier is
/// refused.
fn be_down(world: &mut super::world::State, end: LifeEnd) {
    let down = match end {
        LifeEnd::NotStarted => Duration::from_secs(1),
        LifeEnd::Died | LifeEnd::Stopped | LifeEnd::Over => {
            let lengths = [(60, (50, 2_000)), (30, (2_000, 30_000)), (10, (30_000, 180_000))];
            let (least, most) = world.chance.weighted(&lengths);
            world.chance.millis(least, most)
        }
    };
    world.time.pass(down);
    let now = world.now();
    world.say(format_args!("down for {down:?}"));
    let socket = world.chance.percent(50);
    let mut waiting = Vec::new();
    while let Some((at, delivery)) = world.people.delivered(now) {
        if socket && at + Duration::from_secs(5) > now {
            waiting.push(delivery);
        } else {
            world.coverage.saw("webhook: nobody there");
            if let About::Question(key) = &delivery.about {
                let key = key.clone();
                world.say(format_args!("question {key:?} is told to nobody"));
            }
        }
    }
    for delivery in waiting {
        world.coverage.saw("webhook: waits behind the socket");
        world.people.post(now, delivery);
    }
}
