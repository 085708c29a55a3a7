use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::application::testing::{FakeTalk, MemoryQueue, PausedClock, cause, room};
use crate::domain::job::JobId;
use crate::ports::signs::{SignError, WrongSign};
use crate::ports::talk::TalkError;

mod trouble;

const SECOND: Duration = Duration::from_secs(1);

/// What the store knows of signs, without pauses. A question's job and message have the same number.
#[derive(Default)]
struct MemorySigns {
    rows: Mutex<Vec<WrongSign>>,
    looks: AtomicU32,
    away: AtomicU32,
    /// Records that are written, and seem not to be.
    unanswered: AtomicU32,
}

impl MemorySigns {
    fn rows(&self) -> MutexGuard<'_, Vec<WrongSign>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hiccup(&self) -> Result<(), SignError> {
        fails(&self.away)
    }
}

/// As often as is left.
fn fails(times: &AtomicU32) -> Result<(), SignError> {
    match times.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
        Ok(_) => Err(SignError::Unavailable(cause())),
        Err(_) => Ok(()),
    }
}

#[async_trait]
impl Signs for MemorySigns {
    async fn wrong(&self, _: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.hiccup()?;
        Ok(self.rows().iter().filter(|row| row.shown != row.wanted).take(limit).cloned().collect())
    }

    async fn wrongly_shown(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        let wrong = self.wrong(now, usize::MAX).await?;
        Ok(wrong.into_iter().filter(|row| row.shown.is_some()).take(limit).collect())
    }

    async fn record(&self, job: JobId, shown: Option<Sign>) -> Result<(), SignError> {
        self.hiccup()?;
        self.rows().iter_mut().filter(|row| row.job == job).for_each(|row| row.shown = shown);
        fails(&self.unanswered)
    }

    async fn thinking(&self, limit: usize) -> Result<Vec<(RoomToken, MessageId)>, SignError> {
        self.hiccup()?;
        let rows = self.rows();
        let open =
            rows.iter().rev().filter(|row| row.wanted == Some(Sign::Thinking) && row.shown == row.wanted);
        Ok(open.take(limit).map(|row| (row.room.clone(), row.message)).collect())
    }
}

/// A keeper between a store and a Talk.
struct Scene {
    clock: PausedClock,
    signs: Arc<MemorySigns>,
    talk: Arc<FakeTalk>,
    poster: Arc<Poster>,
    handle: SignsHandle,
    tasks: JoinSet<()>,
}

impl Scene {
    /// `talk` tells how long a call at that time takes and how it ends.
    fn new(talk: impl Fn(Duration) -> (Duration, Result<(), TalkError>) + Send + Sync + 'static) -> Self {
        let clock = PausedClock::new();
        let talk = Arc::new(FakeTalk::new(clock, talk));
        let queue = Arc::new(MemoryQueue::default());
        let poster = Arc::new(Poster::new(talk.clone(), queue, Arc::new(clock), Arc::default()));
        let (handle, tasks) = (SignsHandle::off(), JoinSet::new());
        Self { clock, signs: Arc::default(), talk, poster, handle, tasks }
    }

    fn start(talk: impl Fn(Duration) -> (Duration, Result<(), TalkError>) + Send + Sync + 'static) -> Self {
        let mut scene = Self::new(talk);
        scene.run();
        scene
    }

    fn run(&mut self) {
        let (handle, keeper) = SignKeeper::new(self.signs.clone(), self.poster.clone(), Arc::new(self.clock));
        self.handle = handle;
        self.tasks.spawn(keeper.run(CancellationToken::new()));
    }

    /// A question that is stored as showing that sign.
    fn store(&self, room_name: &str, number: i64, shown: Option<Sign>, wanted: Option<Sign>) {
        let (room, job, message) = (room(room_name), JobId(number), MessageId(number));
        self.signs.rows().push(WrongSign { job, room, message, shown, wanted });
    }

    /// Somebody asks.
    fn ask(&self, room_name: &str, number: i64) {
        self.store(room_name, number, Some(Sign::Thinking), Some(Sign::Thinking));
        self.handle.show(room(room_name), MessageId(number));
    }

    /// The question ends.
    fn end(&self, number: i64, wanted: Option<Sign>) {
        let of = |row: &&mut WrongSign| row.job.0 == number;
        self.signs.rows().iter_mut().filter(of).for_each(|row| row.wanted = wanted);
        self.handle.look();
    }

    /// All reactions as `second room message ±emoji`.
    fn seen(&self) -> Vec<String> {
        let line = |reaction: crate::application::testing::Reaction| {
            let (second, on) = (reaction.began.as_secs(), if reaction.on { '+' } else { '-' });
            format!("{second} {} {} {on}{}", reaction.room, reaction.message.0, reaction.emoji)
        };
        self.talk.reactions().into_iter().map(line).collect()
    }

    /// Questions whose recorded sign is not the wanted one.
    fn wrong(&self) -> usize {
        self.signs.rows().iter().filter(|row| row.shown != row.wanted).count()
    }

    fn looks(&self) -> u32 {
        self.signs.looks.load(Ordering::Relaxed)
    }
}

fn takes(_: Duration) -> (Duration, Result<(), TalkError>) {
    (SECOND / 2, Ok(()))
}

async fn pass(seconds: u64) {
    tokio::time::sleep(SECOND * u32::try_from(seconds).expect("few")).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_question_shows_its_sign_at_once_and_writes_nothing() {
    let scene = Scene::start(takes);
    pass(3).await;
    scene.signs.away.store(u32::MAX, Ordering::Relaxed);
    scene.ask("a", 1);
    pass(1).await;
    assert_eq!(scene.seen(), ["3 a 1 +👀"]);
}

#[tokio::test(start_paused = true)]
async fn an_answered_question_loses_its_sign() {
    let scene = Scene::start(takes);
    scene.ask("a", 1);
    pass(3).await;
    scene.end(1, None);
    pass(1).await;
    assert_eq!((scene.seen(), scene.wrong()), (vec!["0 a 1 +👀".into(), "3 a 1 -👀".into()], 0));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_failed_gets_another_sign_in_the_place_of_the_first() {
    let scene = Scene::start(takes);
    scene.ask("a", 1);
    pass(3).await;
    scene.end(1, Some(Sign::Failed));
    pass(2).await;
    assert_eq!((&scene.seen()[1..], scene.wrong()), (&["3 a 1 -👀".into(), "3 a 1 +⚠️".into()][..], 0));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_asked_again_thinks_again() {
    let scene = Scene::start(takes);
    scene.store("a", 1, Some(Sign::Failed), Some(Sign::Failed));
    pass(1).await;
    scene.end(1, Some(Sign::Thinking));
    pass(2).await;
    assert_eq!((scene.seen(), scene.wrong()), (vec!["1 a 1 -⚠️".into(), "1 a 1 +👀".into()], 0));
}

/// A Talk between the two: what is recorded when something is put on or taken off.
#[tokio::test(start_paused = true)]
async fn a_sign_is_recorded_before_it_is_put_on_and_after_it_is_taken_off() {
    let scene = Scene::start(|_| (SECOND * 10, Ok(())));
    scene.store("a", 1, Some(Sign::Thinking), Some(Sign::Failed));
    scene.handle.look();
    let recorded = || scene.signs.rows()[0].shown;
    pass(5).await;
    assert_eq!((scene.seen().len(), recorded()), (1, Some(Sign::Thinking)));
    pass(10).await;
    assert_eq!((scene.seen().len(), recorded()), (2, Some(Sign::Failed)));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_ends_while_others_get_their_signs_gets_none() {
    let scene = Scene::start(|_| (SECOND, Ok(())));
    (1..=4).for_each(|number| scene.ask("a", number));
    tokio::time::sleep(SECOND * 3 / 2).await;
    scene.end(4, None);
    pass(8).await;
    assert_eq!(scene.seen()[3..], ["3 a 4 -👀"]);
}

#[tokio::test(start_paused = true)]
async fn a_sign_that_waits_is_dropped_when_its_question_has_ended() {
    let scene = Scene::start(takes);
    scene.ask("a", 1);
    scene.end(1, None);
    pass(2).await;
    assert_eq!(scene.seen(), ["0 a 1 -👀"]);
}

#[tokio::test(start_paused = true)]
async fn reactions_of_a_room_keep_their_order_and_few_rooms_react_at_once() {
    let scene = Scene::start(takes);
    for number in 1..=12 {
        scene.ask(["a", "b", "c", "d"][usize::try_from(number % 4).expect("small")], number);
    }
    pass(10).await;
    let reactions = scene.talk.reactions();
    for name in ["a", "b", "c", "d"] {
        let of_room = reactions.iter().filter(|reaction| reaction.room == room(name));
        assert!(of_room.map(|reaction| reaction.message).is_sorted(), "{reactions:?}");
    }
    assert_eq!((reactions.len(), scene.talk.most_at_once()), (12, REACTIONS_AT_ONCE));
}

#[tokio::test(start_paused = true)]
async fn after_a_start_the_newest_open_questions_show_their_sign_again() {
    let mut scene = Scene::new(takes);
    (1..=30).for_each(|number| scene.store("a", number, Some(Sign::Thinking), Some(Sign::Thinking)));
    scene.run();
    pass(60).await;
    let reactions = scene.talk.reactions();
    assert_eq!(reactions.len(), AFTER_START);
    assert!(reactions.iter().all(|reaction| reaction.on && reaction.message.0 > 10), "{reactions:?}");
}

#[tokio::test(start_paused = true)]
async fn after_a_start_what_the_last_process_left_is_taken_off() {
    let mut scene = Scene::new(takes);
    (1..=250).for_each(|number| scene.store("a", number, Some(Sign::Thinking), None));
    scene.run();
    pass(130).await;
    assert_eq!((scene.talk.reactions().len(), scene.wrong()), (250, 0));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_calls_for_is_found_within_a_minute() {
    let scene = Scene::start(takes);
    pass(1).await;
    scene.store("a", 1, Some(Sign::Failed), None);
    pass(60).await;
    assert_eq!(scene.wrong(), 0);
}

#[tokio::test(start_paused = true)]
async fn without_a_call_the_store_is_hardly_read() {
    let scene = Scene::start(takes);
    pass(600).await;
    assert!(scene.looks() <= 12, "{}", scene.looks());
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_it_at_once() {
    let mut scene = Scene::new(|_| (SECOND * 50, Ok(())));
    let (handle, keeper) = SignKeeper::new(scene.signs.clone(), scene.poster.clone(), Arc::new(scene.clock));
    let stop = CancellationToken::new();
    scene.tasks.spawn(keeper.run(stop.clone()));
    handle.show(room("a"), MessageId(1));
    pass(1).await;
    stop.cancel();
    while scene.tasks.join_next().await.is_some() {}
    assert_eq!(scene.clock.age(), SECOND);
}
