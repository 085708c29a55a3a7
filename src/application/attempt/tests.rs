use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::application::signs::Call;
use crate::application::slots::Slots;
use crate::application::testing::{
    FakeModel, PausedClock, START, answer, at, cause, completion, conversation, job, leased, reply,
};
use crate::domain::job::Job;
use crate::ports::conversations::{MockConversationStore, StoreError};
use crate::ports::model::{ChatModel, Completion, MockChatModel, ModelError};
use crate::ports::queue::MockJobQueue;
use crate::ports::talk::MockTalk;

mod aborts;
mod failing;
mod times;

/// One attempt between mocks. A mock without an expectation fails the test that calls it.
struct Attempt {
    queue: MockJobQueue,
    conversations: MockConversationStore,
    model: Arc<dyn ChatModel>,
    talk: MockTalk,
    abort: CancellationToken,
    slots: Arc<Slots>,
    running: Arc<Running>,
    metrics: Arc<Metrics>,
    signs: SignsHandle,
}

impl Attempt {
    fn new() -> Self {
        let mut conversations = MockConversationStore::new();
        conversations.expect_recent().returning(|room| Ok(conversation(room, Vec::new())));
        Self {
            queue: MockJobQueue::new(),
            conversations,
            model: Arc::new(MockChatModel::new()),
            talk: MockTalk::new(),
            abort: CancellationToken::new(),
            slots: Arc::default(),
            running: Arc::default(),
            metrics: Arc::default(),
            signs: SignsHandle::off(),
        }
    }

    fn with_model(
        behaviour: impl Fn(Duration) -> (Duration, Result<Completion, ModelError>) + Send + Sync + 'static,
    ) -> (Self, Arc<FakeModel>) {
        let model = Arc::new(FakeModel::new(PausedClock::new(), behaviour));
        (Self { model: model.clone(), ..Self::new() }, model)
    }

    fn expect_settle(&mut self, expected: Settlement) {
        self.queue
            .expect_settle()
            .withf(move |lease, settlement, _| lease.token == "token" && *settlement == expected)
            .once()
            .returning(|_, _, _| Ok(()));
    }

    /// Returns how long it took.
    async fn run(self, job: Job) -> Duration {
        self.run_and_leave(job).await.1
    }

    /// Returns what ran it as well.
    async fn run_and_leave(self, job: Job) -> (Attempts, Duration) {
        let clock = PausedClock::new();
        let (queue, talk) = (Arc::new(self.queue), Arc::new(self.talk));
        let answer = answer(queue.clone(), Arc::new(self.conversations), self.model, talk, clock);
        let (running, signs) = (self.running, self.signs);
        let attempts = Attempts::new(queue, Arc::new(clock), self.metrics, running, signs, answer);
        attempts.run(leased(job), self.slots.take(), self.abort).await;
        (attempts, clock.age())
    }
}

fn counted(metrics: &Metrics, outcome: &str) -> bool {
    metrics.render(None).contains(&format!("opencode_bot_jobs_total{{outcome=\"{outcome}\"}} 1\n"))
}

fn posting() -> Job {
    Job { reply: Some(reply(None, &["answer"])), ..job() }
}

fn answers_after(seconds: u64) -> (Attempt, Arc<FakeModel>) {
    Attempt::with_model(move |_| (Duration::from_secs(seconds), Ok(completion("yes"))))
}

fn panics() -> Attempt {
    let mut model = MockChatModel::new();
    model.expect_complete().returning(|_, _| panic!("a bug"));
    Attempt { model: Arc::new(model), ..Attempt::new() }
}

#[tokio::test(start_paused = true)]
async fn a_stored_answer_has_ended_the_lease() {
    let (mut attempt, _) = answers_after(1);
    attempt.queue.expect_save_reply().once().returning(|_, _| Ok(()));
    let metrics = attempt.metrics.clone();
    attempt.run(job()).await;
    assert!(counted(&metrics, "answered"));
}

#[tokio::test(start_paused = true)]
async fn a_posted_reply_is_settled_as_done() {
    let mut attempt = Attempt::new();
    attempt.talk.expect_post().once().returning(|_, _, _| Ok(()));
    attempt.expect_settle(Settlement::Done);
    let metrics = attempt.metrics.clone();
    attempt.run(posting()).await;
    assert!(counted(&metrics, "done"));
}

#[tokio::test(start_paused = true)]
async fn the_signs_are_looked_at_when_a_lease_has_ended() {
    let (mut answered, _) = answers_after(1);
    answered.queue.expect_save_reply().once().returning(|_, _| Ok(()));
    let mut posted = Attempt::new();
    posted.talk.expect_post().once().returning(|_, _, _| Ok(()));
    posted.expect_settle(Settlement::Done);
    for (attempt, job) in [(answered, job()), (posted, posting())] {
        let (signs, mut calls) = SignsHandle::channel();
        Attempt { signs, ..attempt }.run(job).await;
        assert_eq!(calls.next().now_or_never(), Some(Call::Look));
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_in_doubt_is_renewed_at_once_and_its_loss_ends_the_work() {
    let (mut attempt, _) = answers_after(70);
    attempt.queue.expect_renew().once().returning(|_, _| Ok(()));
    attempt.queue.expect_renew().once().returning(|lease, _| Err(QueueError::LeaseLost(lease.job)));
    let (metrics, running) = (attempt.metrics.clone(), attempt.running.clone());
    let doubt = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        running.doubt();
    };
    let (age, ()) = tokio::join!(attempt.run(job()), doubt);
    assert_eq!(age.as_secs(), 5);
    assert!(counted(&metrics, "lost"));
}

#[tokio::test(start_paused = true)]
async fn the_lease_is_renewed_soon_and_then_three_times_as_often_as_it_ends() {
    let (mut attempt, _) = answers_after(70);
    for seconds in [1, 21, 41, 61] {
        attempt
            .queue
            .expect_renew()
            .withf(move |_, until| until.since(at(seconds) + LEASE) < Duration::from_millis(100))
            .once()
            .returning(|_, _| Ok(()));
    }
    attempt.queue.expect_save_reply().once().returning(|_, _| Ok(()));
    attempt.run(job()).await;
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_the_store_did_not_take_is_soon_repeated() {
    let (mut attempt, _) = answers_after(30);
    let tries = AtomicU32::new(0);
    attempt.queue.expect_renew().times(5).returning(move |_, _| {
        if tries.fetch_add(1, Ordering::Relaxed) < 3 { Err(QueueError::Unavailable(cause())) } else { Ok(()) }
    });
    attempt.queue.expect_save_reply().once().returning(|_, _| Ok(()));
    attempt.run(job()).await;
}

#[tokio::test(start_paused = true)]
async fn who_lost_the_lease_drops_the_work_and_settles_nothing() {
    let (mut attempt, model) = answers_after(70);
    attempt.queue.expect_renew().once().returning(|lease, _| Err(QueueError::LeaseLost(lease.job)));
    let metrics = attempt.metrics.clone();
    let took = attempt.run(job()).await;
    assert!(took < Duration::from_secs(2), "what was stopped before it ran is asked for {took:?}");
    assert_eq!(model.running(), 0);
    assert!(counted(&metrics, "lost"));
}

#[tokio::test(start_paused = true)]
async fn a_stop_drops_the_work_at_once_frees_the_slot_and_settles_nothing() {
    let (attempt, model) = answers_after(70);
    let (running, slots, metrics) = (attempt.running.clone(), attempt.slots.clone(), attempt.metrics.clone());
    let stop_soon = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!((model.running(), slots.free(1)), (1, 0));
        running.cancel(&[job().id]);
    };
    let (took, ()) = tokio::join!(attempt.run(job()), stop_soon);
    assert!(took < Duration::from_millis(600), "{took:?}");
    assert_eq!((model.running(), slots.free(1)), (0, 1));
    assert!(counted(&metrics, "stopped"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_in_the_moment_of_a_stop_counts_as_stopped() {
    let (mut attempt, _) = answers_after(1);
    let running = attempt.running.clone();
    attempt.queue.expect_save_reply().once().returning(move |lease, _| {
        running.cancel(&[lease.job]);
        Err(QueueError::LeaseLost(lease.job))
    });
    let metrics = attempt.metrics.clone();
    attempt.run(job()).await;
    assert!(counted(&metrics, "stopped"));
}

#[tokio::test(start_paused = true)]
async fn what_is_done_within_a_second_needs_no_renewal() {
    let (mut attempt, _) = answers_after(0);
    attempt.queue.expect_save_reply().once().returning(|_, _| Ok(()));
    attempt.run(job()).await;
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_found_lost_at_the_end_is_settled_no_more() {
    let (mut attempt, _) = answers_after(1);
    attempt.queue.expect_save_reply().once().returning(|lease, _| Err(QueueError::LeaseLost(lease.job)));
    let metrics = attempt.metrics.clone();
    attempt.run(job()).await;
    assert!(counted(&metrics, "lost"));
}

#[tokio::test(start_paused = true)]
async fn work_that_panics_is_tried_again() {
    let mut attempt = panics();
    attempt
        .queue
        .expect_settle()
        .withf(|_, settlement, _| {
            matches!(settlement, Settlement::RetryAt { at, trouble_since: Some(START) } if *at > START)
        })
        .once()
        .returning(|_, _, _| Ok(()));
    attempt.run(job()).await;
}

#[tokio::test(start_paused = true)]
async fn work_that_panics_for_too_long_is_told_in_the_room() {
    let mut attempt = panics();
    let expected = |reply: &crate::ports::queue::NewReply| {
        reply.failure == Some(Failure::Internal) && reply.turn.is_none() && reply.parts[0].contains("#7")
    };
    attempt.queue.expect_save_reply().withf(move |_, reply| expected(reply)).once().returning(|_, _| Ok(()));
    let long_ago = crate::domain::time::Timestamp::from_millis(START.as_millis() - 120_000);
    attempt.run(Job { trouble_since: Some(long_ago), ..job() }).await;
}

#[tokio::test(start_paused = true)]
async fn work_that_the_store_interrupted_is_taken_up_again_without_counting_as_trouble() {
    for trouble_since in [None, Some(START)] {
        let mut conversations = MockConversationStore::new();
        conversations.expect_recent().returning(|_| Err(StoreError::Unavailable(cause())));
        let mut attempt = Attempt { conversations, ..Attempt::new() };
        attempt.expect_settle(Settlement::RetryAt { at: START + STORE_PAUSE, trouble_since });
        attempt.run(Job { trouble_since, ..job() }).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_damaged_job_is_given_up() {
    let (mut attempt, _) = answers_after(1);
    attempt
        .queue
        .expect_save_reply()
        .returning(|lease, _| Err(QueueError::Corrupt { job: lease.job, what: "room" }));
    attempt.expect_settle(Settlement::Dead(Failure::Internal));
    attempt.run(job()).await;
}

#[tokio::test(start_paused = true)]
async fn a_posted_reply_is_settled_as_soon_as_the_store_is_back() {
    let mut attempt = Attempt::new();
    attempt.talk.expect_post().once().returning(|_, _, _| Ok(()));
    let tries = AtomicU32::new(0);
    attempt.queue.expect_settle().times(11).returning(move |_, _, _| {
        if tries.fetch_add(1, Ordering::Relaxed) < 10 {
            Err(QueueError::Unavailable(cause()))
        } else {
            Ok(())
        }
    });
    let metrics = attempt.metrics.clone();
    attempt.run(posting()).await;
    assert!(counted(&metrics, "done"));
}
