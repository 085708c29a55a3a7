//! Several processes on one store, each with a poster of its own.

use std::sync::Mutex;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::join_all;

use super::*;
use crate::application::testing::{FakeTalk, PausedClock, START, at, cause, room};
use crate::domain::message::RoomToken;
use crate::ports::neighbours::Refusals;
use crate::ports::queue::MockJobQueue;
use crate::ports::talk::TalkError;

const SECOND: Duration = Duration::from_secs(1);

/// What a store keeps for all.
#[derive(Default)]
struct Shared {
    gate: Arc<tokio::sync::Mutex<()>>,
    /// Each with the process that was refused.
    pauses: Mutex<Vec<(PauseScope, Timestamp, Option<usize>)>>,
}

impl Shared {
    fn pause(&self, scope: &PauseScope, until: Timestamp, process: usize) {
        let by = (*scope != PauseScope::Server).then_some(process);
        let mut pauses = self.pauses.lock().expect("unpoisoned");
        pauses.retain(|(paused, ..)| paused != scope);
        pauses.push((scope.clone(), until, by));
    }

    fn refusing(&self, now: Timestamp) -> Vec<RoomToken> {
        let pauses = self.pauses.lock().expect("unpoisoned");
        let counts = pauses.iter().filter(|(_, until, by)| *until > now && by.is_some());
        counts
            .filter_map(|(scope, ..)| match scope {
                PauseScope::Room(room) => Some(room.clone()),
                PauseScope::Server => None,
            })
            .collect()
    }
}

/// One process as the others see it.
struct Process(Arc<Shared>, usize);

#[async_trait]
impl Neighbours for Process {
    fn may_exist(&self) -> bool {
        true
    }

    async fn alone(&self) -> Result<Alone, QueueError> {
        Ok(Box::new(Arc::clone(&self.0.gate).lock_owned().await))
    }

    async fn refusals(&self, now: Timestamp) -> Result<Refusals, QueueError> {
        let pauses = self.0.pauses.lock().expect("unpoisoned").clone();
        let lasting = pauses.into_iter().filter(|(_, until, _)| *until > now);
        let pauses = lasting.map(|(scope, until, _)| (scope, until)).collect();
        Ok(Refusals { pauses, refusing: self.0.refusing(now) })
    }

    async fn taken(&self) -> Result<(), QueueError> {
        let mut pauses = self.0.pauses.lock().expect("unpoisoned");
        pauses.iter_mut().filter(|(.., by)| *by == Some(self.1)).for_each(|(.., by)| *by = None);
        Ok(())
    }
}

/// So many of them, and a Talk whose calls take a second and end so.
fn several(
    count: usize,
    end: impl Fn(Duration) -> Result<(), TalkError> + Send + Sync + 'static,
) -> (Vec<Poster>, Arc<FakeTalk>, Arc<Shared>) {
    let (clock, shared) = (PausedClock::new(), Arc::<Shared>::default());
    let talk = Arc::new(FakeTalk::new(clock, move |age| (SECOND, end(age))));
    let poster = |number| {
        let (mut queue, store) = (MockJobQueue::new(), Arc::clone(&shared));
        queue.expect_pause().returning(move |scope, until| {
            store.pause(scope, until, number);
            Ok(())
        });
        let store = Arc::clone(&shared);
        queue.expect_resume().returning(move |room, _| {
            store
                .pauses
                .lock()
                .expect("unpoisoned")
                .retain(|(paused, ..)| *paused != PauseScope::Room(room.clone()));
            Ok(())
        });
        let poster = Poster::new(talk.clone(), Arc::new(queue), Arc::new(clock), Arc::default());
        poster.among(Arc::new(Process(Arc::clone(&shared), number)))
    };
    ((0..count).map(poster).collect(), talk, shared)
}

fn refused(_: Duration) -> Result<(), TalkError> {
    Err(TalkError::Unauthorized)
}

async fn say(poster: &Poster, room_name: &str) -> Result<(), Unsent> {
    poster.post(&room(room_name).into(), "hi", &mut None).await
}

/// Each says something in so many rooms of its own, all at once.
async fn all_speak(posters: &[Poster], rooms: usize) {
    let each = posters.iter().enumerate();
    let all = each.flat_map(|(number, poster)| {
        (0..rooms).map(move |own| async move { say(poster, &format!("p{number}r{own}")).await })
    });
    join_all(all).await;
}

#[tokio::test(start_paused = true)]
async fn however_many_have_a_wrong_secret_three_rooms_refuse_and_then_one_in_half_an_hour() {
    for count in [1, 2, 4, 12] {
        let (posters, talk, _) = several(count, refused);
        for half_hour in 0..3 {
            all_speak(&posters, 3).await;
            assert_eq!(talk.posts().len(), 3 + half_hour, "of {count}");
            tokio::time::sleep(PAUSE).await;
        }
        assert_eq!(talk.most_at_once(), 1, "of {count}");
    }
}

/// After all were trusted, so that a post of each is on its way when it happens.
#[tokio::test(start_paused = true)]
async fn a_secret_that_turns_wrong_is_refused_what_is_on_its_way_and_no_more() {
    let (posters, talk, _) = several(4, |age| if age < SECOND * 10 { Ok(()) } else { refused(age) });
    all_speak(&posters, 1).await;
    tokio::time::sleep(SECOND * 10).await;
    let before = talk.posts().len();
    all_speak(&posters, 1).await;
    assert_eq!(talk.posts().len() - before, 4);
    all_speak(&posters, 5).await;
    assert_eq!(talk.posts().len() - before, 4);
}

#[tokio::test(start_paused = true)]
async fn who_has_the_right_secret_does_not_forgive_others_theirs() {
    let (posters, talk, shared) = several(3, |_| Ok(()));
    for (number, name) in ["a", "b"].into_iter().enumerate() {
        shared.pause(&PauseScope::Room(room(name)), at(1800), number);
    }
    say(&posters[2], "c").await.expect("taken");
    assert_eq!(shared.refusing(START).len(), 2);
    posters[0].caution.unauthorized(&room("a"), START);
    say(&posters[0], "d").await.expect("taken");
    assert_eq!((shared.refusing(START), talk.posts().len()), (vec![room("b")], 2));
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_elsewhere_is_not_tried_here() {
    let (posters, talk, _) = several(2, |age| if age < SECOND { refused(age) } else { Ok(()) });
    say(&posters[0], "a").await.expect_err("refused");
    assert!(matches!(say(&posters[1], "a").await, Err(Unsent::Held(until)) if until == at(1) + PAUSE));
    say(&posters[1], "b").await.expect("taken");
    assert_eq!(talk.posts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn news_of_a_refusal_make_careful_and_those_of_its_end_let_go() {
    let (posters, _, _) = several(2, |age| if age.as_secs() == 1 { refused(age) } else { Ok(()) });
    say(&posters[1], "b").await.expect("taken");
    say(&posters[0], "a").await.expect_err("refused");
    posters[1].heed_others().await;
    assert_eq!(
        (posters[1].caution.posts_at_once(), posters[1].held_until(&room("a"))),
        (1, Some(at(2) + PAUSE))
    );
    posters[0].resume(&room("a")).await.expect("stored");
    posters[1].heed_others().await;
    assert_eq!((posters[0].held_until(&room("a")), posters[1].held_until(&room("a"))), (None, None));
}

/// A store that cannot be asked.
struct Away;

#[async_trait]
impl Neighbours for Away {
    fn may_exist(&self) -> bool {
        true
    }

    async fn alone(&self) -> Result<Alone, QueueError> {
        Err(QueueError::Unavailable(cause()))
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_goes_alone_while_the_others_cannot_be_asked() {
    let (mut posters, talk, _) = several(1, |_| Ok(()));
    let poster = posters.remove(0).among(Arc::new(Away));
    assert!(matches!(say(&poster, "a").await, Err(Unsent::Held(until)) if until == START + STORE_PAUSE));
    poster.caution.taken(&room("z"), START);
    say(&poster, "a").await.expect("trusted");
    assert_eq!(talk.posts().len(), 1);
}

struct Nobody;

impl Neighbours for Nobody {}

#[tokio::test(start_paused = true)]
async fn one_process_alone_asks_nobody() {
    let (mut posters, _, shared) = several(1, |_| Ok(()));
    let _inside = Arc::clone(&shared.gate).try_lock_owned().expect("free");
    let poster = posters.remove(0).among(Arc::new(Nobody));
    assert!(poster.go_alone().now_or_never().is_some_and(|alone| alone.is_ok_and(|alone| alone.is_none())));
}
