//! Every task of the service, and what they share. One function for each thing the service does: keep watch, answer,
//! speak, tidy up, take events, be reached.

use std::sync::Arc;

use anyhow::Context;
use tokio::sync::watch;

use super::{App, Listeners};
use crate::adapters::http::{self, AdminRoutes, Service};
use crate::adapters::openai::OpenAiModel;
use crate::adapters::talk::TalkApi;
use crate::application::answer::{Answer, AnswerSettings};
use crate::application::attempt::Attempts;
use crate::application::limits::{self, watch_limits};
use crate::application::measure::Measure;
use crate::application::outage::Outage;
use crate::application::outbox::Speaker;
use crate::application::poster::Poster;
use crate::application::readiness::Readiness;
use crate::application::receive::{Receive, ReceiveSettings, Surroundings};
use crate::application::running::Running;
use crate::application::signs::{SignKeeper, SignsHandle};
use crate::application::sweep::sweep_hourly;
use crate::application::talk_version::watch_talk_version;
use crate::application::waits::WaitNotices;
use crate::application::worker::Worker;
use crate::domain::actor::ActorId;
use crate::domain::addressing::Identity;
use crate::domain::prompt::system_prompt;
use crate::ports::clock::Clock;
use crate::ports::conversations::ConversationStore;
use crate::ports::model::{ChatModel, Limits};
use crate::ports::talk::{Talk, TalkVersion};
use crate::settings::Settings;
use crate::telemetry::metrics::Metrics;

/// Why the start failed.
const UNREADABLE: &str = "the store cannot be read";

/// What more than one task needs.
struct Shared {
    metrics: Arc<Metrics>,
    model: Arc<dyn ChatModel>,
    talk: Arc<dyn Talk>,
    limits: watch::Receiver<Limits>,
    talk_version: watch::Receiver<Option<TalkVersion>>,
    measure: Arc<Measure>,
    outage: Arc<Outage>,
    running: Arc<Running>,
    poster: Arc<Poster>,
    signs: SignsHandle,
    answer: AnswerSettings,
}

impl App {
    pub(super) async fn start_tasks(&self, settings: &Settings, listeners: Listeners) -> anyhow::Result<()> {
        let shared = self.keep_watch(settings).await?;
        self.answer(&shared);
        self.speak(settings, &shared);
        self.tidy_up(settings, &shared);
        let receive = self.receive(settings, &shared).await?;
        self.be_reached(shared, listeners, receive);
        Ok(())
    }

    /// Makes what is shared and keeps it current.
    async fn keep_watch(&self, settings: &Settings) -> anyhow::Result<Shared> {
        let clock = Arc::clone(&self.clock);
        let model: Arc<dyn ChatModel> =
            Arc::new(OpenAiModel::new(settings.model.clone(), Arc::clone(&clock)));
        let talk: Arc<dyn Talk> = Arc::new(TalkApi::new(
            settings.nextcloud_url.clone(),
            Arc::clone(&self.secrets),
            Arc::clone(&clock),
        ));
        let (limits_now, limits) = watch::channel(limits::UNKNOWN);
        let (talk_version_now, talk_version) = watch::channel(None);
        let metrics: Arc<Metrics> = Arc::default();
        let poster =
            Poster::new(Arc::clone(&talk), self.store.clone(), Arc::clone(&clock), Arc::clone(&metrics));
        poster.take_over().await.context(UNREADABLE)?;
        let poster = Arc::new(poster);
        let signs = self.show_signs(settings.reactions, &poster, &clock);
        self.spawn(watch_limits(Arc::clone(&model), limits_now, self.stop.clone()));
        self.spawn(watch_talk_version(Arc::clone(&talk), talk_version_now, self.stop.clone()));
        Ok(Shared {
            metrics,
            model,
            talk,
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
            queue: self.store.clone(),
            conversations: self.store.clone(),
            model: Arc::clone(&shared.model),
            poster: Arc::clone(&shared.poster),
            clock: Arc::clone(&self.clock),
            metrics: Arc::clone(&shared.metrics),
            limits: shared.limits.clone(),
            measure: Arc::clone(&shared.measure),
            outage: Arc::clone(&shared.outage),
            settings: shared.answer.clone(),
        };
        let (clock, metrics) = (Arc::clone(&self.clock), Arc::clone(&shared.metrics));
        let attempts = Attempts::new(
            self.store.clone(),
            Arc::clone(&clock),
            metrics,
            Arc::clone(&shared.running),
            shared.signs.clone(),
            answer,
        );
        let worker = Worker::new(
            self.store.clone(),
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
            SignKeeper::new(self.store.clone(), poster, clock)
        } else {
            (SignsHandle::off(), SignKeeper::off(self.store.clone(), poster, clock))
        };
        self.spawn(keeper.run(self.stop.clone()));
        handle
    }

    /// Says what the bot has to say itself.
    fn speak(&self, settings: &Settings, shared: &Shared) {
        let notices = WaitNotices {
            waits: self.store.clone(),
            clock: Arc::clone(&self.clock),
            outage: Arc::clone(&shared.outage),
            measure: Arc::clone(&shared.measure),
            limits: shared.limits.clone(),
            metrics: Arc::clone(&shared.metrics),
            delay: settings.wait_notice,
            language: settings.language,
        };
        self.spawn(notices.run(self.stop.clone()));
        let speaker = Speaker::new(self.store.clone(), Arc::clone(&shared.poster), Arc::clone(&self.clock));
        self.spawn(speaker.run(self.stop.clone()));
    }

    /// Erases what is too old.
    fn tidy_up(&self, settings: &Settings, shared: &Shared) {
        let (clock, metrics) = (Arc::clone(&self.clock), Arc::clone(&shared.metrics));
        let days = settings.retention_days;
        self.spawn(sweep_hourly(self.store.clone(), clock, metrics, days, self.stop.clone()));
    }

    /// Takes what Talk tells.
    async fn receive(&self, settings: &Settings, shared: &Shared) -> anyhow::Result<Receive> {
        let around = Surroundings {
            queue: self.store.clone(),
            steering: self.store.clone(),
            conversations: self.store.clone(),
            upkeep: self.store.clone(),
            outbox: self.store.clone(),
            clock: Arc::clone(&self.clock),
            model: Arc::clone(&shared.model),
            limits: shared.limits.clone(),
            measure: Arc::clone(&shared.measure),
            running: Arc::clone(&shared.running),
            signs: shared.signs.clone(),
            poster: Arc::clone(&shared.poster),
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
        let mut own_actors = self.store.own_actors().await.context(UNREADABLE)?;
        own_actors.extend(settings.webhook_url.as_deref().map(ActorId::of_bot));
        Ok(Identity { name: settings.bot_name.clone(), own_actors })
    }

    /// Opens the doors: from here on webhooks are answered.
    fn be_reached(&self, shared: Shared, listeners: Listeners, receive: Receive) {
        let Shared { metrics, model, talk, .. } = shared;
        let (clock, heartbeat) = (Arc::clone(&self.clock), Arc::clone(&self.heartbeat));
        let readiness = Readiness::new(self.store.clone(), model, talk, Arc::clone(&clock), heartbeat);
        let service = Arc::new(Service {
            receive: Arc::new(receive),
            readiness: Arc::new(readiness),
            queue: self.store.clone(),
            metrics,
            clock,
            secrets: Arc::clone(&self.secrets),
        });
        let routes = match listeners.admin {
            Some(listener) => {
                let door = http::run(listener, http::admin(&service), self.close.clone());
                self.spawn_on(&self.doors, door);
                AdminRoutes::Elsewhere
            }
            None => AdminRoutes::Here,
        };
        let door = http::run(listeners.public, http::public(&service, routes), self.close.clone());
        self.spawn_on(&self.doors, door);
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
