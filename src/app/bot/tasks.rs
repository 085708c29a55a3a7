//! The bot's tasks, and what they share. One function for each thing the bot does: keep watch, answer, speak, tidy up,
//! take events.

use std::sync::Arc;

use anyhow::Context;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Outside;
use crate::application::answer::{Answer, AnswerSettings};
use crate::application::attempt::Attempts;
use crate::application::costs::Costs;
use crate::application::limits::watch_limits;
use crate::application::measure::Measure;
use crate::application::neighbours::{heed_news, share_slots};
use crate::application::outage::Outage;
use crate::application::outbox::Speaker;
use crate::application::poster::Poster;
use crate::application::receive::{Receive, ReceiveSettings, Surroundings};
use crate::application::running::Running;
use crate::application::shifts::Shifts;
use crate::application::signs::{SignKeeper, SignsHandle};
use crate::application::sweep::sweep_hourly;
use crate::application::talk_version::watch_talk_version;
use crate::application::waits::WaitNotices;
use crate::application::worker::{Heartbeat, Worker};
use crate::domain::actor::ActorId;
use crate::domain::addressing::Identity;
use crate::domain::prompt::system_prompt;
use crate::ports::clock::Clock;
use crate::ports::model::Limits;
use crate::ports::talk::TalkVersion;
use crate::settings::Settings;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::traces::Traces;

/// Why the start failed.
const UNREADABLE: &str = "the store cannot be read";

/// Every task, and how they end.
pub(super) struct Tasks {
    pub(super) outside: Outside,
    pub(super) metrics: Arc<Metrics>,
    pub(super) heartbeat: Arc<Heartbeat>,
    pub(super) traces: Arc<Traces>,
    pub(super) tracker: TaskTracker,
    pub(super) stop: CancellationToken,
    pub(super) abort: CancellationToken,
}

/// What more than one task needs.
struct Shared {
    limits: watch::Receiver<Limits>,
    talk_version: watch::Receiver<Option<TalkVersion>>,
    measure: Arc<Measure>,
    outage: Arc<Outage>,
    running: Arc<Running>,
    poster: Arc<Poster>,
    signs: SignsHandle,
    answer: AnswerSettings,
}

impl Tasks {
    /// Starts all of them; what takes events is the caller's.
    pub(super) async fn start(outside: Outside, settings: &Settings) -> anyhow::Result<(Self, Arc<Receive>)> {
        let exported = cfg!(feature = "otlp") && settings.collector.is_some();
        let tasks = Self {
            outside,
            metrics: Arc::default(),
            heartbeat: Arc::default(),
            traces: Arc::new(Traces::new(&settings.bot_secret, exported)),
            tracker: TaskTracker::new(),
            stop: CancellationToken::new(),
            abort: CancellationToken::new(),
        };
        let shared = tasks.keep_watch(settings).await?;
        let slots = share_slots(tasks.outside.store.clone(), shared.limits.clone(), tasks.stop.clone());
        tasks.spawn(slots);
        tasks.answer(&shared);
        tasks.speak(settings, &shared);
        tasks.tidy_up(settings);
        let receive = Arc::new(tasks.receive(settings, &shared).await?);
        tasks.spawn(heed_news(tasks.outside.store.clone(), Arc::clone(&receive), tasks.stop.clone()));
        Ok((tasks, receive))
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.spawn_on(&self.tracker, task);
    }

    /// A task whose end, by return or by panic, is the end of the bot.
    pub(super) fn spawn_on(&self, tracker: &TaskTracker, task: impl Future<Output = ()> + Send + 'static) {
        let end = self.stop.clone().drop_guard();
        tracker.spawn(async move {
            task.await;
            drop(end);
        });
    }

    /// Of what only one process may do.
    fn shifts(&self) -> Shifts {
        Shifts::among(self.outside.store.clone(), self.stop.clone())
    }

    /// Makes what is shared and keeps it current.
    async fn keep_watch(&self, settings: &Settings) -> anyhow::Result<Shared> {
        let Outside { store, model, talk, clock } = self.outside.clone();
        let (limits_now, limits) = watch::channel(Limits::ASSUMED);
        let (talk_version_now, talk_version) = watch::channel(None);
        let metrics = Arc::clone(&self.metrics);
        let poster = Poster::new(Arc::clone(&talk), store.clone(), Arc::clone(&clock), Arc::clone(&metrics));
        let poster = poster.among(store);
        poster.take_over().await.context(UNREADABLE)?;
        let poster = Arc::new(poster);
        let signs = self.show_signs(settings.reactions, &poster, &clock);
        self.spawn(watch_limits(model, limits_now, metrics, self.stop.clone()));
        self.spawn(watch_talk_version(talk, talk_version_now, self.stop.clone()));
        Ok(Shared {
            limits,
            talk_version,
            measure: Arc::default(),
            outage: Arc::default(),
            running: Arc::default(),
            poster,
            signs,
            answer: answer_settings(settings),
        })
    }

    /// Works through the queue.
    fn answer(&self, shared: &Shared) {
        let answer = Answer {
            queue: self.outside.store.clone(),
            conversations: self.outside.store.clone(),
            model: Arc::clone(&self.outside.model),
            poster: Arc::clone(&shared.poster),
            clock: Arc::clone(&self.outside.clock),
            metrics: Arc::clone(&self.metrics),
            limits: shared.limits.clone(),
            measure: Arc::clone(&shared.measure),
            outage: Arc::clone(&shared.outage),
            costs: Costs::default(),
            traces: Arc::clone(&self.traces),
            settings: shared.answer.clone(),
        };
        let (clock, metrics) = (Arc::clone(&self.outside.clock), Arc::clone(&self.metrics));
        let attempts = Attempts::new(
            self.outside.store.clone(),
            Arc::clone(&clock),
            metrics,
            Arc::clone(&shared.running),
            shared.signs.clone(),
            answer,
        );
        let worker = Worker::new(
            self.outside.store.clone(),
            clock,
            Arc::new(attempts),
            Arc::clone(&self.heartbeat),
            shared.limits.clone(),
        );
        self.spawn(worker.run(self.stop.clone(), self.abort.clone()));
    }

    /// Keeps the reactions on questions right, also those that an earlier run left when there are none any more.
    fn show_signs(&self, reactions: bool, poster: &Arc<Poster>, clock: &Arc<dyn Clock>) -> SignsHandle {
        let (poster, clock) = (Arc::clone(poster), Arc::clone(clock));
        let (handle, keeper) = if reactions {
            SignKeeper::new(self.outside.store.clone(), poster, clock)
        } else {
            (SignsHandle::off(), SignKeeper::off(self.outside.store.clone(), poster, clock))
        };
        self.spawn(keeper.run(self.shifts()));
        if self.outside.store.may_exist() { handle.looking() } else { handle }
    }

    /// Says what the bot has to say itself.
    fn speak(&self, settings: &Settings, shared: &Shared) {
        let notices = WaitNotices {
            waits: self.outside.store.clone(),
            clock: Arc::clone(&self.outside.clock),
            outage: Arc::clone(&shared.outage),
            measure: Arc::clone(&shared.measure),
            limits: shared.limits.clone(),
            metrics: Arc::clone(&self.metrics),
            delay: settings.wait_notice,
            language: settings.language,
        };
        self.spawn(notices.run(self.shifts()));
        let speaker = Speaker::new(
            self.outside.store.clone(),
            Arc::clone(&shared.poster),
            Arc::clone(&self.outside.clock),
        );
        self.spawn(speaker.run(self.shifts()));
    }

    /// Erases what is too old.
    fn tidy_up(&self, settings: &Settings) {
        let (clock, metrics) = (Arc::clone(&self.outside.clock), Arc::clone(&self.metrics));
        let days = settings.retention_days;
        self.spawn(sweep_hourly(self.outside.store.clone(), clock, metrics, days, self.shifts()));
    }

    /// Takes what Talk tells.
    async fn receive(&self, settings: &Settings, shared: &Shared) -> anyhow::Result<Receive> {
        let around = Surroundings {
            queue: self.outside.store.clone(),
            steering: self.outside.store.clone(),
            conversations: self.outside.store.clone(),
            upkeep: self.outside.store.clone(),
            outbox: self.outside.store.clone(),
            clock: Arc::clone(&self.outside.clock),
            model: Arc::clone(&self.outside.model),
            limits: shared.limits.clone(),
            measure: Arc::clone(&shared.measure),
            running: Arc::clone(&shared.running),
            signs: shared.signs.clone(),
            poster: Arc::clone(&shared.poster),
            traces: Arc::clone(&self.traces),
            talk_version: shared.talk_version.clone(),
        };
        let decisions = ReceiveSettings {
            access: settings.access.clone(),
            limits: settings.limits,
            room_commands: settings.room_commands,
            reaction_control: settings.reaction_control,
            welcome: settings.welcome,
            retain_on_leave: settings.retain_on_leave,
            retention_days: settings.retention_days,
            model: settings.model.model.clone(),
            answer: shared.answer.clone(),
        };
        Ok(Receive::new(around, decisions, self.identity(settings).await?))
    }

    /// What the bot knows of itself at the start: from the settings, and from earlier Joins.
    async fn identity(&self, settings: &Settings) -> anyhow::Result<Identity> {
        let mut own_actors = self.outside.store.own_actors().await.context(UNREADABLE)?;
        own_actors.extend(settings.webhook_url.as_deref().map(ActorId::of_bot));
        Ok(Identity { name: settings.bot_name.clone(), own_actors })
    }
}

fn answer_settings(settings: &Settings) -> AnswerSettings {
    AnswerSettings {
        system_prompt: system_prompt(&settings.bot_name, &settings.system_prompt),
        context_turns: settings.context_turns,
        answer_tokens: settings.model.max_tokens,
        timeout: settings.timeout,
        language: settings.language,
    }
}
