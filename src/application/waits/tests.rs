use std::sync::atomic::{AtomicU32, Ordering};

use tokio::task::JoinSet;

use super::*;
use crate::application::testing::{LIMITS, MemoryQueue, PausedClock, START, at, cause, question, room};
use crate::domain::job::{PauseScope, Settlement, Stage};
use crate::ports::queue::JobQueue;
use crate::ports::waits::MockWaits;

const DELAY: Duration = Duration::from_secs(20);

fn notices_on(waits: Arc<dyn Waits>, clock: PausedClock) -> WaitNotices {
    WaitNotices {
        waits,
        clock: Arc::new(clock),
        outage: Arc::default(),
        measure: Arc::default(),
        limits: watch::Sender::new(LIMITS).subscribe(),
        metrics: Arc::default(),
        delay: Some(DELAY),
        language: Language::English,
    }
}

/// The task on a queue that nobody works on.
struct Told {
    clock: PausedClock,
    queue: Arc<MemoryQueue>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Told {
    /// With what `change` makes of it.
    fn with(change: impl FnOnce(&mut WaitNotices)) -> Self {
        let (clock, queue) = (PausedClock::new(), Arc::new(MemoryQueue::default()));
        let mut notices = notices_on(queue.clone(), clock);
        change(&mut notices);
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        tasks.spawn(notices.run(stop.clone()));
        Self { clock, queue, stop, tasks }
    }

    fn start() -> Self {
        Self::with(|_| {})
    }

    async fn ask(&self, room: &str, message: i64) {
        self.queue.enqueue(&question(room, message), self.clock.now()).await.expect("stored");
    }

    /// When, in reply to which message, and what.
    fn told(&self) -> Vec<(u64, i64, String)> {
        let told = self.queue.notices();
        let line = |(at, notice): (Timestamp, NewNotice)| {
            (at.since(START).as_secs(), notice.reply_to.expect("a reply").0, notice.text)
        };
        told.into_iter().map(line).collect()
    }

    fn told_of(&self) -> Vec<(u64, i64)> {
        self.told().into_iter().map(|(at, message, _)| (at, message)).collect()
    }
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

fn still_working(ahead: u64, estimate: Option<Duration>) -> String {
    Phrase::StillWorking { ahead, estimate }.text(Language::English)
}

#[tokio::test(start_paused = true)]
async fn a_question_that_waits_for_long_is_told_once_in_reply_to_it() {
    let told = Told::start();
    pass(7).await;
    told.ask("room1", 1).await;
    pass(19).await;
    assert_eq!(told.told(), []);
    pass(100).await;
    assert_eq!(told.told(), [(27, 1, still_working(0, None))]);
}

#[tokio::test(start_paused = true)]
async fn each_room_is_told_by_itself_and_of_all_that_waits_there() {
    let told = Told::start();
    for message in 1..=4 {
        told.ask(&format!("room{}", message % 2), message).await;
    }
    pass(60).await;
    assert_eq!(told.told_of(), [(20, 1), (20, 2)]);
    assert_eq!(told.queue.notices()[1].1.place, room("room0").into());
}

#[tokio::test(start_paused = true)]
async fn a_question_that_comes_after_the_notice_is_told_of_in_its_own_time() {
    let told = Told::start();
    told.ask("room1", 1).await;
    pass(21).await;
    told.ask("room1", 2).await;
    pass(30).await;
    assert_eq!(told.told_of(), [(20, 1), (41, 2)]);
}

#[tokio::test(start_paused = true)]
async fn what_was_answered_or_given_up_in_time_is_not_told_of() {
    let told = Told::start();
    told.ask("room1", 1).await;
    let leased = told.queue.lease(Stage::Ask, 1, told.clock.now(), at(60)).await.expect("leased");
    told.queue.settle(&leased[0].lease, Settlement::Done, told.clock.now()).await.expect("settled");
    pass(60).await;
    assert_eq!(told.told(), []);
}

#[tokio::test(start_paused = true)]
async fn the_place_in_the_queue_and_the_measured_pace_are_told() {
    let told = Told::with(|notices| notices.measure.answered(100, Duration::from_secs(10)));
    told.ask("room1", 1).await;
    pass(1).await;
    told.ask("room2", 2).await;
    pass(60).await;
    let measure = Measure::default();
    measure.answered(100, Duration::from_secs(10));
    let expected = |ahead| still_working(ahead, measure.estimate(ahead, LIMITS.slots));
    assert_eq!(told.told(), [(20, 1, expected(0)), (21, 2, expected(1))]);
}

#[tokio::test(start_paused = true)]
async fn a_model_that_fails_for_everybody_is_named_as_the_reason() {
    let told = Told::with(|notices| {
        notices.outage.failed(at(5));
    });
    told.ask("room1", 1).await;
    pass(60).await;
    assert_eq!(told.told(), [(20, 1, Phrase::ModelNotReady.text(Language::English))]);
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_promised_when_the_patience_is_nearly_over() {
    let told = Told::with(|notices| {
        notices.delay = Some(Duration::from_secs(96));
        notices.outage.failed(START);
    });
    told.ask("room1", 1).await;
    pass(110).await;
    assert_eq!(told.told(), []);
}

#[tokio::test(start_paused = true)]
async fn a_question_of_a_long_outage_is_told_of_while_its_own_patience_lasts() {
    let told = Told::with(|notices| {
        notices.outage.failed(START);
    });
    pass(100).await;
    told.ask("room1", 1).await;
    pass(30).await;
    assert_eq!(told.told_of(), [(120, 1)]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_said_in_a_room_that_nothing_is_posted_to_until_it_is() {
    for scope in [PauseScope::Room(room("room1")), PauseScope::Server] {
        let told = Told::start();
        told.queue.pause(&scope, at(90)).await.expect("stored");
        told.ask("room1", 1).await;
        pass(89).await;
        assert_eq!(told.told(), [], "{scope:?}");
        pass(3).await;
        assert_eq!(told.told().len(), 1, "{scope:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_of_nothing_is_no_notice() {
    let clock = PausedClock::new();
    let stop = CancellationToken::new();
    let off = WaitNotices { delay: None, ..notices_on(Arc::new(MockWaits::new()), clock) };
    let stop_later = async {
        pass(100).await;
        stop.cancel();
    };
    tokio::join!(off.run(stop.clone()), stop_later);
    assert_eq!(clock.age(), Duration::from_secs(100));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_waited_for() {
    let mut waits = MockWaits::new();
    waits.expect_oldest_waiting().once().returning(|| Err(WaitError::Unavailable(cause())));
    waits.expect_oldest_waiting().returning(|| Ok(Some(START)));
    waits.expect_waiting().once().returning(|_, _, _| Err(WaitError::Unavailable(cause())));
    waits.expect_waiting().withf(|before, now, _| *before == *now - DELAY).times(1..).returning(|_, _, _| {
        let (job, message) = (crate::domain::job::JobId(1), crate::domain::message::MessageId(1));
        Ok(vec![Waiting { job, place: room("room1").into(), message, asked_at: START, ahead: 0 }])
    });
    let tells = Arc::new(AtomicU32::new(0));
    let counted = tells.clone();
    waits.expect_tell().returning(move |_, _, _| match counted.fetch_add(1, Ordering::Relaxed) {
        0 => Err(WaitError::Unavailable(cause())),
        1 => Ok(true),
        _ => Ok(false),
    });
    let notices = notices_on(Arc::new(waits), PausedClock::new());
    let (metrics, stop) = (notices.metrics.clone(), CancellationToken::new());
    let stop_later = async {
        pass(50).await;
        stop.cancel();
    };
    tokio::join!(notices.run(stop.clone()), stop_later);
    assert!(tells.load(Ordering::Relaxed) > 2);
    assert!(metrics.render(None).contains("opencode_bot_notices_total{kind=\"still_working\"} 1\n"));
}

#[tokio::test(start_paused = true)]
async fn where_nobody_waits_the_store_is_hardly_asked() {
    let looks = Arc::new(AtomicU32::new(0));
    let mut waits = MockWaits::new();
    let counted = looks.clone();
    waits.expect_oldest_waiting().returning(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(None)
    });
    let (notices, stop) = (notices_on(Arc::new(waits), PausedClock::new()), CancellationToken::new());
    let stop_later = async {
        pass(99).await;
        stop.cancel();
    };
    tokio::join!(notices.run(stop.clone()), stop_later);
    assert_eq!(looks.load(Ordering::Relaxed), 5);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_it_at_once() {
    let mut told = Told::start();
    pass(5).await;
    told.stop.cancel();
    told.tasks.join_next().await.expect("one task").expect("no panic");
    assert_eq!(told.clock.age(), Duration::from_secs(5));
}
