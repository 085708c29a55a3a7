//! The worker by itself; `outages` has whole stories between a model and a Talk that fail.

mod heartbeat;
mod looks;
mod outages;

use super::*;
use crate::application::signs::SignsHandle;
use crate::application::testing::{LIMITS, PausedClock, START, Service, answer, completion, job, leased};
use crate::domain::job::{JobId, Settlement, Stage};
use crate::ports::clock::MockClock;
use crate::ports::conversations::MockConversationStore;
use crate::ports::model::{Completion, MockChatModel, ModelError};
use crate::ports::queue::MockJobQueue;
use crate::ports::talk::{MockTalk, TalkError};

const SECOND: Duration = Duration::from_secs(1);

/// A model whose answers take that long.
fn answers(takes: Duration) -> impl Fn(Duration) -> (Duration, Result<Completion, ModelError>) {
    move |_| (takes, Ok(completion("an answer")))
}

/// A Talk whose posts take that long.
fn takes(takes: Duration) -> impl Fn(Duration) -> (Duration, Result<(), TalkError>) {
    move |_| (takes, Ok(()))
}

/// One question in each of so many rooms.
async fn ask_in_rooms(service: &Service, rooms: i64) {
    for message in 1..=rooms {
        service.ask(&format!("room{message}"), message).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_that_comes_in_is_asked_posted_and_settled_at_once() {
    let service = Service::start(1, answers(SECOND), takes(SECOND));
    service.pass(SECOND).await;
    service.ask("room1", 1).await;
    service.pass(SECOND * 2 + SHORTEST_WAIT).await;
    assert_eq!(service.queue.end_of(1), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn the_model_is_never_asked_more_at_once_than_it_has_slots() {
    let service = Service::start(3, answers(SECOND), takes(SECOND));
    ask_in_rooms(&service, 10).await;
    service.pass(SECOND * 30).await;
    assert_eq!((service.model.calls().len(), service.model.most_at_once()), (10, 3));
}

#[tokio::test(start_paused = true)]
async fn more_slots_are_used_as_soon_as_they_are_known() {
    let service = Service::start(1, answers(SECOND * 9), takes(SECOND));
    ask_in_rooms(&service, 4).await;
    service.pass(SECOND).await;
    service.limits.send_replace(Limits { slots: 3, ..LIMITS });
    service.pass(SHORTEST_WAIT).await;
    assert_eq!(service.model.running(), 3);
}

#[tokio::test(start_paused = true)]
async fn fewer_slots_hold_back_what_has_not_begun() {
    let service = Service::start(3, answers(SECOND * 9), takes(SECOND));
    ask_in_rooms(&service, 6).await;
    service.pass(SECOND).await;
    service.limits.send_replace(Limits { slots: 1, ..LIMITS });
    service.pass(SECOND * 9).await;
    assert_eq!(service.model.running(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_worker_goes_on_when_nobody_watches_the_limits_any_more() {
    let mut service = Service::start(1, answers(SECOND), takes(SECOND));
    service.limits = watch::Sender::new(LIMITS);
    service.pass(SECOND).await;
    service.ask("room1", 1).await;
    service.pass(SECOND * 3).await;
    assert_eq!(service.queue.end_of(1), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn a_slot_is_free_for_the_next_question_while_the_answer_is_posted() {
    let service = Service::start(1, answers(SECOND), takes(SECOND * 20));
    ask_in_rooms(&service, 2).await;
    service.pass(SECOND + SHORTEST_WAIT).await;
    assert_eq!((service.talk.posts().len(), service.model.calls().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_slot_is_free_for_the_next_question_when_a_call_failed() {
    let fails = |_| (SECOND, Err(ModelError::Loading));
    let service = Service::start(1, fails, takes(SECOND));
    ask_in_rooms(&service, 2).await;
    service.pass(SECOND + SHORTEST_WAIT).await;
    assert_eq!(service.model.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_repetition_begins_when_it_is_due() {
    let fails_once = |age| {
        (Duration::ZERO, if age < SECOND / 10 { Err(ModelError::Loading) } else { Ok(completion("yes")) })
    };
    let service = Service::start(1, fails_once, takes(SECOND));
    service.ask("room1", 1).await;
    service.pass(SECOND).await;
    let second = service.model.calls()[1];
    assert!((500..=650).contains(&second.as_millis()), "{second:?}");
}

#[tokio::test(start_paused = true)]
async fn two_questions_of_one_room_are_answered_one_after_the_other() {
    let service = Service::start(4, answers(SECOND), takes(SECOND));
    for message in 1..=3 {
        service.ask("room1", message).await;
    }
    service.pass(SECOND * 7).await;
    assert_eq!((service.model.calls().len(), service.model.most_at_once()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn the_first_post_goes_alone_and_the_others_together_after_it() {
    let service = Service::start(20, answers(SECOND), takes(SECOND));
    ask_in_rooms(&service, 20).await;
    service.pass(SECOND + SHORTEST_WAIT).await;
    assert_eq!(service.talk.posts().len(), 1);
    service.pass(SECOND).await;
    assert_eq!(service.talk.posts().len(), 1 + service.talk.most_at_once());
    assert!(service.talk.most_at_once() > 1);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_cannot_be_read_is_asked_less_often_and_then_works_on() {
    let service = Service::start(1, answers(SECOND), takes(SECOND));
    service.queue.failing_leases.store(4, Ordering::Relaxed);
    service.ask("room1", 1).await;
    service.pass(SECOND * 12).await;
    let looks = service.queue.looks.load(Ordering::Relaxed);
    assert!(looks <= 4, "{looks}");
    service.pass(SECOND * 5).await;
    assert_eq!(service.queue.end_of(1), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn a_busy_model_is_no_reason_to_look_at_the_queue_again_and_again() {
    let service = Service::start(1, answers(SECOND * 60), takes(SECOND));
    ask_in_rooms(&service, 5).await;
    service.pass(SECOND).await;
    let before = service.queue.looks.load(Ordering::Relaxed);
    service.pass(SECOND * 50).await;
    let looks = service.queue.looks.load(Ordering::Relaxed) - before;
    assert!(looks <= 10, "{looks}");
}

#[tokio::test(start_paused = true)]
async fn the_heart_beats_while_there_is_nothing_to_do() {
    let service = Service::start(1, answers(SECOND), takes(SECOND));
    service.pass(SECOND * 95).await;
    assert!(service.last_beat() >= START + SECOND * 85, "{:?}", service.last_beat());
}

#[tokio::test(start_paused = true)]
async fn the_heart_beats_while_everything_is_busy() {
    let service = Service::start(1, answers(SECOND * 100), takes(SECOND));
    service.ask("room1", 1).await;
    service.pass(SECOND * 95).await;
    assert!(service.last_beat() >= START + SECOND * 85, "{:?}", service.last_beat());
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_an_answer_finish_and_posts_it_and_asks_nothing_more() {
    let mut service = Service::start(1, answers(SECOND * 30), takes(SECOND));
    ask_in_rooms(&service, 2).await;
    service.pass(SECOND).await;
    service.stop.cancel();
    service.ended().await;
    assert_eq!(service.clock.age(), SECOND * 31);
    assert_eq!((service.model.calls().len(), service.talk.posts().len()), (1, 1));
    assert_eq!(service.queue.waiting_and_leased(), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_a_post_finish() {
    let mut service = Service::start(1, answers(SECOND), takes(SECOND * 27));
    service.ask("room1", 1).await;
    service.pass(SECOND * 2).await;
    service.stop.cancel();
    service.ended().await;
    assert_eq!(service.queue.end_of(1), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_worker_that_waits_at_once() {
    let mut service = Service::start(1, answers(SECOND), takes(SECOND));
    service.pass(SECOND).await;
    service.stop.cancel();
    service.ended().await;
    assert_eq!(service.clock.age(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_worker_that_waits_for_the_store_at_once() {
    let mut service = Service::start(1, answers(SECOND), takes(SECOND));
    service.queue.failing_leases.store(u32::MAX, Ordering::Relaxed);
    service.pass(SECOND * 20).await;
    service.stop.cancel();
    service.ended().await;
    assert_eq!(service.clock.age(), SECOND * 20);
}

/// A worker on that queue alone: what it would talk to fails the test.
fn worker_on(queue: MockJobQueue, clock: impl Clock + 'static) -> Worker {
    let (queue, clock) = (Arc::new(queue), Arc::new(clock));
    let conversations = Arc::new(MockConversationStore::new());
    let (model, talk) = (Arc::new(MockChatModel::new()), Arc::new(MockTalk::new()));
    let answer = answer(queue.clone(), conversations, model, talk, PausedClock::new());
    let attempts = Attempts::new(
        queue.clone(),
        clock.clone(),
        Arc::default(),
        Arc::default(),
        SignsHandle::off(),
        answer,
    );
    let attempts = Arc::new(attempts);
    Worker::new(queue, clock, attempts, Arc::default(), watch::Sender::new(LIMITS).subscribe())
}

#[tokio::test(start_paused = true)]
async fn what_is_leased_in_the_moment_of_a_stop_is_handed_back() {
    let stop = CancellationToken::new();
    let mut queue = MockJobQueue::new();
    let stops = stop.clone();
    queue.expect_lease().withf(|stage, _, _, _| *stage == Stage::Ask).once().returning(move |_, _, _, _| {
        stops.cancel();
        Ok(vec![leased(job())])
    });
    queue.expect_lease().withf(|stage, _, _, _| *stage == Stage::Post).returning(|_, _, _, _| Ok(Vec::new()));
    queue.expect_settle().withf(|_, end, _| *end == Settlement::HandBack).once().returning(|_, _, _| Ok(()));
    queue.expect_next_due().returning(|_| Ok(None));
    queue.expect_changed().returning(|_| ());
    worker_on(queue, PausedClock::new()).run(stop, CancellationToken::new()).await;
}

#[tokio::test(start_paused = true)]
async fn what_becomes_due_while_the_queue_is_read_is_not_missed() {
    let mut clock = MockClock::new();
    let ticks = AtomicI64::new(0);
    clock.expect_now().returning(move || Timestamp::from_millis(ticks.fetch_add(1, Ordering::Relaxed)));
    let looked_at = Arc::new(AtomicI64::new(-1));
    let mut queue = MockJobQueue::new();
    let looks = looked_at.clone();
    queue.expect_lease().returning(move |_, _, now, _| {
        looks.store(now.as_millis(), Ordering::Relaxed);
        Ok(Vec::new())
    });
    let stop = CancellationToken::new();
    let stops = stop.clone();
    queue.expect_next_due().once().returning(move |now| {
        stops.cancel();
        assert_eq!(now.as_millis(), looked_at.load(Ordering::Relaxed));
        Ok(None)
    });
    queue.expect_changed().returning(|_| ());
    worker_on(queue, clock).run(stop, CancellationToken::new()).await;
}

#[tokio::test(start_paused = true)]
async fn an_abort_hands_back_what_runs() {
    let mut service = Service::start(2, answers(SECOND * 60), takes(SECOND));
    ask_in_rooms(&service, 2).await;
    service.pass(SECOND).await;
    service.stop.cancel();
    service.abort.cancel();
    service.ended().await;
    assert_eq!((service.clock.age(), service.model.running()), (SECOND, 0));
    assert_eq!(service.queue.waiting_and_leased(), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_one_question_frees_the_model_for_the_next_at_once() {
    let service = Service::start(1, answers(SECOND * 60), takes(SECOND));
    ask_in_rooms(&service, 2).await;
    service.pass(SECOND * 3).await;
    assert_eq!(service.model.calls().len(), 1);
    service.queue.stop(1);
    service.running.cancel(&[JobId(1)]);
    service.pass(SECOND / 2).await;
    assert_eq!((service.model.calls().len(), service.model.running()), (2, 1));
    service.pass(SECOND * 70).await;
    assert_eq!((service.talk.taken().len(), service.queue.end_of(2)), (1, Some(Settlement::Done)));
}
