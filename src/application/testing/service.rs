//! The worker and all that is behind it, between a fake model and a fake Talk.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{FakeModel, FakeTalk, LIMITS, MemoryQueue, PausedClock, question};
use crate::application::answer::{Answer, AnswerSettings};
use crate::application::attempt::Attempts;
use crate::application::costs::Costs;
use crate::application::poster::Poster;
use crate::application::running::Running;
use crate::application::signs::SignsHandle;
use crate::application::waits::WaitNotices;
use crate::application::worker::{Heartbeat, Worker};
use crate::domain::actor::ActorId;
use crate::domain::phrase::Language;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::conversations::ConversationStore;
use crate::ports::model::{ChatModel, Completion, Limits, ModelError};
use crate::ports::queue::JobQueue;
use crate::ports::talk::{Talk, TalkError};
use crate::telemetry::metrics::Metrics;

/// What answers questions between these, with the limits of the tests.
pub(crate) fn answer(
    queue: Arc<dyn JobQueue>,
    conversations: Arc<dyn ConversationStore>,
    model: Arc<dyn ChatModel>,
    talk: Arc<dyn Talk>,
    clock: PausedClock,
) -> Answer {
    let (clock, metrics) = (Arc::new(clock), Arc::<Metrics>::default());
    Answer {
        poster: Arc::new(Poster::new(talk, queue.clone(), clock.clone(), metrics.clone())),
        queue,
        conversations,
        model,
        clock,
        metrics,
        limits: watch::Sender::new(LIMITS).subscribe(),
        measure: Arc::default(),
        outage: Arc::default(),
        costs: Costs::default(),
        traces: super::traces(),
        settings: AnswerSettings {
            system_prompt: "be kind".into(),
            context_turns: 6,
            answer_tokens: 1024,
            timeout: Duration::from_mins(2),
            language: Language::English,
        },
    }
}

/// After which a room is told that its question waits.
pub(crate) const WAIT_NOTICE: Duration = Duration::from_secs(20);

/// A running worker, and what tells rooms that their questions wait. Time passes in `pass` only.
pub(crate) struct Service {
    pub(crate) clock: PausedClock,
    pub(crate) queue: Arc<MemoryQueue>,
    pub(crate) model: Arc<FakeModel>,
    pub(crate) talk: Arc<FakeTalk>,
    pub(crate) limits: watch::Sender<Limits>,
    pub(crate) stop: CancellationToken,
    pub(crate) abort: CancellationToken,
    pub(crate) running: Arc<Running>,
    heartbeat: Arc<Heartbeat>,
    tasks: JoinSet<()>,
}

impl Service {
    /// Both behaviours are functions of the time since the start.
    pub(crate) fn start(
        slots: u32,
        model: impl Fn(Duration) -> (Duration, Result<Completion, ModelError>) + Send + Sync + 'static,
        talk: impl Fn(Duration) -> (Duration, Result<(), TalkError>) + Send + Sync + 'static,
    ) -> Self {
        let clock = PausedClock::new();
        let mut service = Self {
            clock,
            queue: Arc::default(),
            model: Arc::new(FakeModel::new(clock, model)),
            talk: Arc::new(FakeTalk::new(clock, talk)),
            limits: watch::Sender::new(Limits { slots, ..LIMITS }),
            stop: CancellationToken::new(),
            abort: CancellationToken::new(),
            running: Arc::default(),
            heartbeat: Arc::default(),
            tasks: JoinSet::new(),
        };
        let (stop, abort) = (service.stop.clone(), service.abort.clone());
        let (worker, notices) = service.worker();
        service.tasks.spawn(notices.run(stop.clone()));
        service.tasks.spawn(worker.run(stop, abort));
        service
    }

    fn worker(&self) -> (Worker, WaitNotices) {
        let (queue, clock) = (self.queue.clone(), Arc::new(self.clock));
        let (model, talk) = (self.model.clone(), self.talk.clone());
        let answer = Answer {
            limits: self.limits.subscribe(),
            ..answer(queue.clone(), queue.clone(), model, talk, self.clock)
        };
        let notices = WaitNotices {
            waits: queue.clone(),
            clock: clock.clone(),
            outage: answer.outage.clone(),
            measure: answer.measure.clone(),
            limits: self.limits.subscribe(),
            metrics: answer.metrics.clone(),
            delay: Some(WAIT_NOTICE),
            language: Language::English,
        };
        let (metrics, running) = (answer.metrics.clone(), self.running.clone());
        let signs = SignsHandle::off();
        let attempts = Attempts::new(queue.clone(), clock.clone(), metrics, running, signs, answer);
        let attempts = Arc::new(attempts);
        let worker = Worker::new(queue, clock, attempts, self.heartbeat.clone(), self.limits.subscribe());
        (worker, notices)
    }

    /// Somebody asks in that room, for each message another person: one person's questions would be joined.
    pub(crate) async fn ask(&self, room: &str, message: i64) {
        let mut question = question(room, message);
        question.asker.id = ActorId::new(format!("users/person{message}"));
        self.queue.enqueue(&question, self.clock.now()).await.expect("stored");
    }

    pub(crate) async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Returns once the worker has ended.
    pub(crate) async fn ended(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    /// Whether the watchdog is fed.
    pub(crate) fn is_fresh(&self) -> bool {
        self.heartbeat.is_fresh(self.clock.now())
    }

    pub(crate) fn last_beat(&self) -> Timestamp {
        self.heartbeat.last()
    }
}
