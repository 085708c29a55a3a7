use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::*;
use crate::application::testing::{FakeTalk, MemoryQueue, PausedClock, Post, cause, room};
use crate::domain::message::MessageId;
use crate::ports::outbox::NewNotice;

mod trouble;

const SECOND: Duration = Duration::from_secs(1);

/// The outbox in memory, without pauses.
#[derive(Default)]
struct MemoryOutbox {
    rows: Mutex<Vec<(Notice, Timestamp)>>,
    bell: Notify,
    reads: AtomicU32,
    failing_reads: AtomicU32,
    failing_ends: AtomicU32,
}

impl MemoryOutbox {
    fn rows(&self) -> std::sync::MutexGuard<'_, Vec<(Notice, Timestamp)>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fails(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

#[async_trait]
impl Outbox for MemoryOutbox {
    async fn add(&self, notice: &NewNotice, now: Timestamp) -> Result<(), OutboxError> {
        let mut rows = self.rows();
        let id = NoticeId(rows.last().map_or(1, |(last, _)| last.id.0 + 1));
        rows.push((Notice { id, since: now, notice: notice.clone() }, now));
        self.bell.notify_one();
        Ok(())
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>, OutboxError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if fails(&self.failing_reads) {
            return Err(OutboxError::Unavailable(cause()));
        }
        let rows = self.rows();
        let room = |notice: &Notice| notice.notice.place.room.clone();
        let oldest = rows
            .iter()
            .enumerate()
            .filter(|(nth, (notice, _))| rows[..*nth].iter().all(|(other, _)| room(other) != room(notice)));
        let due = oldest.filter(|(_, (_, due))| *due <= now).map(|(_, (notice, _))| notice.clone());
        Ok(due.take(limit).collect())
    }

    async fn end(&self, notice: NoticeId, end: NoticeEnd) -> Result<(), OutboxError> {
        if fails(&self.failing_ends) {
            return Err(OutboxError::Unavailable(cause()));
        }
        match end {
            NoticeEnd::Gone => self.rows().retain(|(row, _)| row.id != notice),
            NoticeEnd::RetryAt(at) => {
                self.rows().iter_mut().filter(|(row, _)| row.id == notice).for_each(|(_, due)| *due = at);
            }
        }
        Ok(())
    }

    async fn next_notice(&self, now: Timestamp) -> Result<Option<Timestamp>, OutboxError> {
        Ok(self.rows().iter().map(|(_, due)| *due).filter(|due| *due > now).min())
    }

    async fn noticed(&self) {
        self.bell.notified().await;
    }
}

/// A running speaker between an outbox and a Talk.
struct Scene {
    clock: PausedClock,
    outbox: Arc<MemoryOutbox>,
    talk: Arc<FakeTalk>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Scene {
    /// `talk` tells how long a post at that time takes and how it ends.
    fn start(talk: impl Fn(Duration) -> (Duration, Result<(), TalkError>) + Send + Sync + 'static) -> Self {
        let clock = PausedClock::new();
        let (outbox, talk) = (Arc::<MemoryOutbox>::default(), Arc::new(FakeTalk::new(clock, talk)));
        let queue = Arc::new(MemoryQueue::default());
        let poster = Poster::new(talk.clone(), queue, Arc::new(clock), Arc::default());
        let speaker = Speaker::new(outbox.clone(), Arc::new(poster), Arc::new(clock));
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        tasks.spawn(speaker.run(stop.clone()));
        Self { clock, outbox, talk, stop, tasks }
    }

    async fn add(&self, room_name: &str, text: &str) {
        let place = room(room_name).into();
        let notice = NewNotice { place, reply_to: Some(MessageId(1)), text: text.to_owned() };
        self.outbox.add(&notice, self.clock.now()).await.expect("stored");
    }

    /// When each post began, in seconds.
    fn posts_at(&self) -> Vec<u64> {
        self.talk.posts().iter().map(|post| post.began.as_secs()).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.talk.posts().into_iter().map(|post| post.text).collect()
    }

    fn left(&self) -> usize {
        self.outbox.rows().len()
    }
}

/// Takes a second each.
fn takes(_: Duration) -> (Duration, Result<(), TalkError>) {
    (SECOND, Ok(()))
}

async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn a_notice_is_said_at_once_and_then_gone() {
    let scene = Scene::start(takes);
    pass(SECOND * 5).await;
    scene.add("a", "hello").await;
    pass(SECOND * 2).await;
    assert_eq!((scene.posts_at(), scene.left()), (vec![5], 0));
}

#[tokio::test(start_paused = true)]
async fn the_notices_of_a_room_are_said_one_after_the_other_in_order() {
    let scene = Scene::start(takes);
    for text in ["one", "two", "three"] {
        scene.add("a", text).await;
    }
    pass(SECOND * 4).await;
    assert_eq!(
        (scene.texts(), scene.talk.most_at_once()),
        (["one", "two", "three"].map(str::to_owned).into(), 1)
    );
}

#[tokio::test(start_paused = true)]
async fn one_goes_first_and_then_a_few_rooms_together() {
    let scene = Scene::start(takes);
    for name in ["a", "b", "c", "d", "e"] {
        scene.add(name, "hello").await;
    }
    pass(SECOND * 10).await;
    assert_eq!((scene.posts_at(), scene.left()), (vec![0, 1, 1, 2, 2], 0));
    assert_eq!(scene.talk.most_at_once(), NOTICES_AT_ONCE);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_takes_long_holds_no_other_back() {
    let scene = Scene::start(|age| (if age < SECOND * 3 { SECOND } else { SECOND * 50 }, Ok(())));
    scene.add("a", "first").await;
    pass(SECOND * 4).await;
    scene.add("a", "slow").await;
    scene.add("b", "hello").await;
    pass(SECOND).await;
    assert_eq!(scene.posts_at(), [0, 4, 4]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_outbox_is_hardly_read() {
    let scene = Scene::start(takes);
    pass(Duration::from_mins(10)).await;
    let reads = scene.outbox.reads.load(Ordering::Relaxed);
    assert!(reads <= 12, "{reads}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_what_is_under_way_finish_and_begins_nothing() {
    let mut scene = Scene::start(takes);
    scene.add("a", "under way").await;
    scene.add("a", "after the next start").await;
    pass(SECOND / 2).await;
    scene.stop.cancel();
    while scene.tasks.join_next().await.is_some() {}
    let taken = |post: &Post| post.taken == Some(true);
    assert_eq!((scene.talk.posts().iter().filter(|post| taken(post)).count(), scene.left()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_long() {
    let mut scene = Scene::start(|_| (SECOND * 50, Ok(())));
    scene.add("a", "hello").await;
    pass(SECOND).await;
    scene.stop.cancel();
    while scene.tasks.join_next().await.is_some() {}
    assert_eq!(scene.clock.age(), SECOND + DRAIN);
}
