//! The bot's way to the model, as one process has it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use nextcloud_opencode_bot::domain::prompt::Prompt;
use nextcloud_opencode_bot::ports::model::{
    ChatModel, Completion, EndpointState, Finish, Limits, ModelError, ModelRequest, Usage,
};
use tokio::time::sleep;

use super::{answer, begin};
use crate::fault::Fault;
use crate::process::{Border, Process};
use crate::world::{State, World};

const FATES: [Fault; 14] = [
    Fault::ModelBusy,
    Fault::ModelBusyAfter,
    Fault::ModelLoading,
    Fault::ModelUnreachable,
    Fault::ModelInterrupted,
    Fault::ModelHangs,
    Fault::ModelEmpty,
    Fault::ModelOnlyThinks,
    Fault::ModelCut,
    Fault::ModelRefused,
    Fault::ModelUnauthorized,
    Fault::ModelFailed,
    Fault::ModelPanics,
    Fault::ModelSlow,
];

/// The model, from inside of a process.
pub(crate) struct ModelPort(pub(crate) Arc<Process>);

/// A call that runs. Dropped before its end, the server finds out later that nobody waits.
struct Running {
    world: Arc<World>,
    call: usize,
    ended: bool,
    /// How long until the server finds out.
    notices: Duration,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.world.with(|world| {
            world.model.active.retain(|(call, _, _)| *call != self.call);
            if !self.ended {
                let until = world.now() + self.notices;
                world.model.ghosts.push(until);
            }
        });
    }
}

impl ModelPort {
    async fn work(
        &self,
        request: &ModelRequest,
        limit: Duration,
        call: usize,
    ) -> Result<Completion, ModelError> {
        let (fate, time) = self.0.world.with(|world| decide(world, call));
        if fate == Some(Fault::ModelPanics) {
            std::panic::resume_unwind(Box::new("the adapter of the model panics"));
        }
        if fate == Some(Fault::ModelHangs) || time > limit {
            sleep(limit).await;
            return Err(ModelError::TimedOut(limit));
        }
        sleep(time).await;
        self.0.alive().await;
        self.0.world.with(|world| end(world, request, call, fate, time))
    }
}

/// What becomes of it, and after what time.
fn decide(world: &mut State, call: usize) -> (Option<Fault>, Duration) {
    let now = world.now();
    let short = world.chance.millis(5, 400);
    if now < world.model.broken_until {
        return (Some(Fault::ModelPanics), short);
    }
    if now < world.model.away_until {
        return (Some(Fault::ModelUnreachable), short);
    }
    if now < world.model.loads_until {
        return (Some(Fault::ModelLoading), short);
    }
    if world.model.is_crowded(now) {
        world.coverage.saw("model: has no slot for a call, since a dead one holds it");
        let waits = world.chance.percent(50);
        return if waits { (None, Duration::from_secs(3)) } else { (Some(Fault::ModelBusy), short) };
    }
    let fate = world.first_of(&FATES);
    let time = match fate {
        Some(Fault::ModelSlow) => world.chance.millis(5_000, 60_000),
        Some(Fault::ModelInterrupted | Fault::ModelEmpty | Fault::ModelOnlyThinks | Fault::ModelCut)
        | None => world.chance.millis(200, 6_000),
        Some(_) => short,
    };
    world.say(format_args!("model call {call}: {}", fate.map_or("well", Fault::name)));
    (fate, time)
}

fn end(
    world: &mut State,
    request: &ModelRequest,
    call: usize,
    fate: Option<Fault>,
    took: Duration,
) -> Result<Completion, ModelError> {
    let tokens = request.prompt.estimate() as u64 * 11 / 10;
    let words = world.chance.between(3, world.plan.words);
    let text = answer(call, &request.prompt, words);
    let (text, reasoned, finish) = match fate {
        Some(Fault::ModelBusy) => return Err(ModelError::Busy { after: None }),
        Some(Fault::ModelBusyAfter) => {
            let after = world.chance.millis(500, 30_000);
            return Err(ModelError::Busy { after: Some(after) });
        }
        Some(Fault::ModelLoading) => return Err(ModelError::Loading),
        Some(Fault::ModelUnreachable) => return Err(ModelError::Unreachable("connection refused".into())),
        Some(Fault::ModelInterrupted) => return Err(ModelError::Interrupted("connection lost".to_owned())),
        Some(Fault::ModelRefused) => return Err(ModelError::Refused("no such model".to_owned())),
        Some(Fault::ModelUnauthorized) => return Err(ModelError::Unauthorized),
        Some(Fault::ModelFailed) => return Err(ModelError::Failed("HTTP 500".to_owned())),
        _ if tokens > u64::from(world.model.context) => {
            world.coverage.saw("model: finds a prompt too long");
            let tells = world.chance.percent(60);
            let (prompt, context) = (tells.then_some(tokens), tells.then(|| u64::from(world.model.context)));
            return Err(ModelError::PromptTooLong { prompt_tokens: prompt, context_tokens: context });
        }
        Some(Fault::ModelEmpty) => (String::new(), false, Finish::Stop),
        Some(Fault::ModelOnlyThinks) if words.is_multiple_of(2) => {
            (format!("<think>{text}"), false, Finish::Length)
        }
        Some(Fault::ModelOnlyThinks) => (String::new(), true, Finish::Stop),
        Some(Fault::ModelCut) => (text, false, Finish::Length),
        _ => (text, false, Finish::Stop),
    };
    let usage = Usage {
        prompt_tokens: tokens,
        cached_tokens: tokens / 2,
        completion_tokens: words * 3,
        prompt_time: Some(took / 10),
    };
    let usage = world.plan.counts.then_some(usage);
    Ok(Completion { text, reasoned, finish, usage, streamed: None, model: Some("halo".to_owned()) })
}

#[async_trait]
impl ChatModel for ModelPort {
    async fn complete(&self, request: &ModelRequest, limit: Duration) -> Result<Completion, ModelError> {
        self.0.border(Border::Before, "complete").await;
        let (call, notices) = self.0.world.with(|world| {
            let call = begin(world, self.0.number);
            world.say(format_args!(
                "model call {call} in {:?}, epoch {}",
                request.conversation.place, request.conversation.epoch
            ));
            crate::invariants::places::asked(world, request);
            (call, world.chance.millis(0, 2_000))
        });
        let world = Arc::clone(&self.0.world);
        let mut running = Running { world, call, ended: false, notices };
        self.0.border(Border::During, "complete").await;
        let result = self.work(request, limit, call).await;
        running.ended = true;
        drop(running);
        self.0.border(Border::After, "complete").await;
        self.0.world.with(|world| {
            let end = result.as_ref().err().map_or("answered", ModelError::kind);
            world.say(format_args!("model call {call} ends: {end}"));
        });
        result
    }

    async fn count_tokens(&self, prompt: &Prompt) -> Option<u64> {
        self.0.alive().await;
        let (counts, slow) =
            self.0.world.with(|world| (world.plan.counts, world.strikes(Fault::ModelCountsSlowly)));
        if slow {
            sleep(Duration::from_secs(10)).await;
        }
        counts.then(|| prompt.estimate() as u64 * 11 / 10)
    }

    async fn limits(&self) -> Limits {
        self.0.alive().await;
        if self.0.world.with(|world| world.strikes(Fault::ModelLimitsHang)) {
            sleep(Duration::from_secs(10)).await;
        }
        self.0.world.with(|world| {
            let now = world.now();
            world.model.tell(now);
            Limits { context_tokens: world.model.context, slots: world.model.slots }
        })
    }

    async fn limits_changed(&self) {
        let bell = self.0.world.with(|world| Arc::clone(&world.model.bell));
        bell.notified().await;
    }

    async fn probe(&self) -> Result<(), ModelError> {
        self.0.alive().await;
        Ok(())
    }

    fn endpoints(&self) -> Vec<EndpointState> {
        vec![EndpointState { used: true, available: true, in_flight: 0, problem: None }]
    }
}
