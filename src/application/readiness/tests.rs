use super::*;
use crate::application::testing::{LIMITS, PausedClock, cause, room};
use crate::ports::model::{Completion, Limits, MockChatModel, ModelError, ModelRequest};
use crate::ports::queue::{Depth, MockJobQueue, QueueError};
use crate::ports::talk::{MockTalk, TalkError};

struct Parts {
    queue: MockJobQueue,
    model: MockChatModel,
    talk: MockTalk,
    clock: PausedClock,
    heartbeat: Arc<Heartbeat>,
}

/// Parts of which nothing but the queue has an expectation yet.
fn parts(depth: impl Fn(Timestamp) -> Result<Depth, QueueError> + Send + 'static) -> Parts {
    let clock = PausedClock::new();
    let mut queue = MockJobQueue::new();
    queue.expect_depth().returning(depth);
    let heartbeat = Arc::new(Heartbeat::default());
    heartbeat.beat(clock.now());
    let mut model = MockChatModel::new();
    model.expect_endpoints().returning(|| vec![EndpointState::default()]);
    Parts { queue, model, talk: MockTalk::new(), clock, heartbeat }
}

fn well() -> Parts {
    let mut parts = parts(|_| Ok(Depth::default()));
    parts.model.expect_probe().returning(|| Ok(()));
    parts.talk.expect_probe().returning(|| Ok(()));
    parts
}

fn readiness(parts: Parts) -> Readiness {
    let Parts { queue, model, talk, clock, heartbeat } = parts;
    Readiness::new(Arc::new(queue), Arc::new(model), Arc::new(talk), Arc::new(clock), heartbeat)
}

/// The problem of the check of that name.
async fn problem_of(readiness: &Readiness, name: &str) -> Option<String> {
    let checks = readiness.check().await;
    checks.into_iter().find(|check| check.name == name).expect("such a check").problem
}

#[tokio::test(start_paused = true)]
async fn every_part_is_named_in_a_fixed_order_and_none_has_a_problem() {
    let checks = readiness(well()).check().await;
    let names: Vec<_> = checks.iter().map(|check| check.name).collect();
    assert_eq!(names, ["store", "worker", "model", "talk"]);
    assert!(checks.iter().all(|check| check.problem.is_none()), "{checks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_is_named() {
    let mut parts = parts(|_| Err(QueueError::Unavailable(cause())));
    parts.model.expect_probe().returning(|| Ok(()));
    parts.talk.expect_probe().returning(|| Ok(()));
    assert_eq!(
        problem_of(&readiness(parts), "store").await.as_deref(),
        Some("the store is not available: out of order")
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_does_not_look_at_the_queue_is_named() {
    let readiness = readiness(well());
    tokio::time::sleep(WORKER_SILENCE + Duration::from_secs(1)).await;
    assert_eq!(problem_of(&readiness, "worker").await.as_deref(), Some("no progress for 61 s"));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_has_not_begun_is_named() {
    let mut parts = well();
    parts.heartbeat = Arc::default();
    assert_eq!(problem_of(&readiness(parts), "worker").await.as_deref(), Some("not started yet"));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_loads_is_named() {
    let mut parts = parts(|_| Ok(Depth::default()));
    parts.model.expect_probe().returning(|| Err(ModelError::Loading));
    parts.talk.expect_probe().returning(|| Ok(()));
    let problem = problem_of(&readiness(parts), "model").await;
    assert_eq!(problem.as_deref(), Some("the model server is loading its model"));
}

#[tokio::test(start_paused = true)]
async fn a_talk_that_cannot_be_reached_is_named() {
    let mut parts = parts(|_| Ok(Depth::default()));
    parts.model.expect_probe().returning(|| Ok(()));
    parts.talk.expect_probe().returning(|| Err(TalkError::Unavailable(cause())));
    let problem = problem_of(&readiness(parts), "talk").await;
    assert_eq!(problem.as_deref(), Some("Nextcloud cannot be reached: out of order"));
}

#[tokio::test(start_paused = true)]
async fn several_servers_are_told_one_by_one_and_one_that_is_away_is_no_problem() {
    let mut parts = well();
    let away = EndpointState { problem: Some("away".into()), ..EndpointState::default() };
    let used = EndpointState { used: true, available: true, ..EndpointState::default() };
    let both = vec![away, used];
    parts.model = MockChatModel::new();
    parts.model.expect_probe().returning(|| Ok(()));
    let told = both.clone();
    parts.model.expect_endpoints().returning(move || told.clone());
    let checks = readiness(parts).check().await;
    assert_eq!((&checks[2].problem, &checks[2].endpoints), (&None, &both));
    assert!(readiness(well()).check().await[2].endpoints.is_empty(), "one server is no list");
}

#[tokio::test(start_paused = true)]
async fn probes_that_come_together_or_soon_cause_one_call() {
    let mut parts = parts(|_| Ok(Depth::default()));
    parts.model.expect_probe().once().returning(|| Ok(()));
    parts.talk.expect_probe().once().returning(|| Ok(()));
    let readiness = readiness(parts);
    tokio::join!(readiness.check(), readiness.check());
    tokio::time::sleep(REUSE / 2).await;
    readiness.check().await;
}

#[tokio::test(start_paused = true)]
async fn the_answer_of_another_server_is_not_believed_for_long() {
    let mut parts = parts(|_| Ok(Depth::default()));
    parts.model.expect_probe().times(2).returning(|| Ok(()));
    parts.talk.expect_probe().times(2).returning(|| Ok(()));
    let readiness = readiness(parts);
    readiness.check().await;
    tokio::time::sleep(REUSE).await;
    readiness.check().await;
}

/// Never answers.
struct Silent;

#[async_trait::async_trait]
impl ChatModel for Silent {
    async fn complete(&self, _request: &ModelRequest, _limit: Duration) -> Result<Completion, ModelError> {
        std::future::pending().await
    }

    async fn count_tokens(&self, _prompt: &crate::domain::prompt::Prompt) -> Option<u64> {
        std::future::pending().await
    }

    async fn limits(&self) -> Limits {
        LIMITS
    }

    async fn limits_changed(&self) {
        std::future::pending::<()>().await;
    }

    async fn probe(&self) -> Result<(), ModelError> {
        std::future::pending().await
    }

    fn endpoints(&self) -> Vec<EndpointState> {
        Vec::new()
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_is_not_waited_for() {
    let Parts { queue, talk, clock, heartbeat, .. } = well();
    let readiness =
        Readiness::new(Arc::new(queue), Arc::new(Silent), Arc::new(talk), Arc::new(clock), heartbeat);
    assert_eq!(problem_of(&readiness, "model").await.as_deref(), Some("no answer within 5 s"));
    assert!(clock.age() <= PATIENCE + Duration::from_millis(10), "{:?}", clock.age());
}

fn paused(scopes: &'static [Option<&'static str>]) -> Parts {
    let mut parts = parts(move |now| {
        let scope = |name: Option<&str>| name.map_or(PauseScope::Server, |name| PauseScope::Room(room(name)));
        let until = now + Duration::from_secs(1790);
        Ok(Depth { pauses: scopes.iter().map(|name| (scope(*name), until)).collect(), ..Depth::default() })
    });
    parts.model.expect_probe().returning(|| Ok(()));
    parts.talk.expect_probe().returning(|| Ok(()));
    parts
}

/// The clock starts at 22:13:20, and the pauses of the tests end 29:50 later.
#[tokio::test(start_paused = true)]
async fn rooms_that_refuse_the_signature_are_counted_with_their_end_and_what_to_do() {
    let problem = problem_of(&readiness(paused(&[Some("a"), Some("b")])), "talk").await.expect("one");
    let told =
        "refused the signature in 2 room(s), so nothing is posted there until 22:44 UTC (30 more minutes)";
    assert!(problem.contains(told), "{problem}");
    for word in ["secret", "enabled in the room", "`response` feature"] {
        assert!(problem.contains(word), "{word} in {problem}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_left_alone_is_told_rather_than_its_rooms() {
    let problem = problem_of(&readiness(paused(&[Some("a"), None])), "talk").await.expect("one");
    let told = "nothing is posted anywhere until 22:44 UTC (30 more minutes): check that the secret";
    assert!(problem.contains(told), "{problem}");
}

#[test]
fn a_time_of_the_day_is_rounded_up_and_goes_over_midnight() {
    for (seconds, told) in
        [(0, "00:00"), (1, "00:01"), (52_320, "14:32"), (86_399, "00:00"), (86_460, "00:01")]
    {
        assert_eq!(clock_time(Timestamp::from_millis(seconds * 1000)), told);
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_can_be_read_but_not_written_is_named_until_it_takes_something_again() {
    let readiness = readiness(well());
    readiness.saw(&Err(ReceiveError::Queue(QueueError::Unavailable(cause()))));
    tokio::time::sleep(Duration::from_secs(3)).await;
    readiness.saw(&Ok(Received::Duplicate));
    let problem = problem_of(&readiness, "store").await.expect("one");
    assert!(problem.contains("3 s ago") && problem.contains("out of order"), "{problem}");
    readiness.saw(&Ok(Received::Queued));
    assert_eq!(problem_of(&readiness, "store").await, None);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_failed_is_not_told_for_ever() {
    let mut parts = well();
    parts.heartbeat = Arc::default();
    let readiness = readiness(parts);
    readiness.saw(&Err(ReceiveError::Queue(QueueError::Unavailable(cause()))));
    tokio::time::sleep(UNSTORED).await;
    assert_eq!(problem_of(&readiness, "store").await, None);
}
