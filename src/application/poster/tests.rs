use std::sync::Mutex;
use std::time::Duration;

use mockall::predicate::eq;

use super::*;
use crate::application::testing::{FakeTalk, MemoryQueue, PausedClock, START, at, cause, room};
use crate::domain::message::ThreadId;
use crate::ports::queue::{MockJobQueue, QueueError};
use crate::ports::talk::MockTalk;

const SECOND: Duration = Duration::from_secs(1);
const QUESTION: MessageId = MessageId(42);

fn poster(talk: impl Talk + 'static, queue: impl JobQueue + 'static) -> Poster {
    Poster::new(Arc::new(talk), Arc::new(queue), Arc::new(PausedClock::new()), Arc::default())
}

/// A Talk whose calls take a second, and how they end.
fn slow(end: impl Fn(Duration) -> Result<(), TalkError> + Send + Sync + 'static) -> (Arc<FakeTalk>, Poster) {
    let clock = PausedClock::new();
    let talk = Arc::new(FakeTalk::new(clock, move |age| (SECOND, end(age))));
    let queue = Arc::new(MemoryQueue::default());
    (talk.clone(), Poster::new(talk, queue, Arc::new(clock), Arc::default()))
}

/// How many calls arrived.
fn calls(talk: &FakeTalk) -> usize {
    talk.posts().len() + talk.reactions().len()
}

async fn say(poster: &Poster, room_name: &str) -> Result<(), Unsent> {
    poster.post(&room(room_name).into(), "hi", &mut None).await
}

/// A sign, a notice and an answer of one room at the same time.
async fn everything_at_once(poster: &Poster, room_name: &str) {
    let own = room(room_name);
    let _ = tokio::join!(
        poster.react(&own, QUESTION, Sign::Thinking),
        say(poster, room_name),
        say(poster, room_name),
        poster.unreact(&own, QUESTION, Sign::Thinking),
    );
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_refused_in_a_thread_is_posted_there_without_the_quote() {
    let place = Place { room: room("a"), thread: Some(ThreadId(7)) };
    let mut talk = MockTalk::new();
    let quotes = Arc::new(Mutex::new(Vec::new()));
    let seen = quotes.clone();
    let own = place.clone();
    talk.expect_post().withf(move |place, _, _| *place == own).times(2).returning(move |_, _, quote| {
        seen.lock().expect("not poisoned").push(quote);
        if quote.is_some() { Err(TalkError::Refused("400".into())) } else { Ok(()) }
    });
    let mut quote = Some(QUESTION);
    poster(talk, MockJobQueue::new()).post(&place, "hi", &mut quote).await.expect("posted");
    assert_eq!((quote, &quotes.lock().expect("not poisoned")[..]), (None, &[Some(QUESTION), None][..]));
}

#[tokio::test(start_paused = true)]
async fn a_post_without_a_quote_that_is_refused_is_not_repeated() {
    let mut talk = MockTalk::new();
    talk.expect_post().once().returning(|_, _, _| Err(TalkError::Refused("400".into())));
    let error = say(&poster(talk, MockJobQueue::new()), "a").await.expect_err("refused");
    assert!(matches!(error, Unsent::Talk(TalkError::Refused(_))), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn posts_and_reactions_are_counted_apart_by_their_outcome() {
    let (_, poster) = slow(|age| if age < SECOND * 3 { Ok(()) } else { Err(TalkError::RoomGone) });
    say(&poster, "a").await.expect("posted");
    poster.react(&room("a"), QUESTION, Sign::Thinking).await.expect("reacted");
    poster.unreact(&room("a"), QUESTION, Sign::Thinking).await.expect("taken off");
    poster.react(&room("a"), QUESTION, Sign::Failed).await.expect_err("gone");
    let page = poster.metrics.render(None);
    for line in [
        "talk_posts_total{outcome=\"posted\"} 1",
        "talk_reactions_total{outcome=\"done\"} 2",
        "talk_reactions_total{outcome=\"room_gone\"} 1",
    ] {
        assert!(page.contains(&format!("opencode_bot_{line}\n")), "{line} in {page}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_401_of_a_reaction_stops_everything_to_its_room() {
    let mut talk = MockTalk::new();
    talk.expect_react().once().returning(|_, _, _| Err(TalkError::Unauthorized));
    let mut queue = MockJobQueue::new();
    let pause = PauseScope::Room(room("a"));
    queue.expect_pause().with(eq(pause), eq(START + PAUSE)).once().returning(|_, _| Ok(()));
    let poster = poster(talk, queue);
    poster.react(&room("a"), QUESTION, Sign::Thinking).await.expect_err("refused");
    let error = say(&poster, "a").await.expect_err("held");
    assert!(matches!(error, Unsent::Held(until) if until == START + PAUSE), "{error:?}");
    assert_eq!(poster.held_until(&room("b")), None);
}

#[tokio::test(start_paused = true)]
async fn a_room_is_held_as_well_when_the_pause_cannot_be_stored() {
    let mut talk = MockTalk::new();
    talk.expect_post().once().returning(|_, _, _| Err(TalkError::Unauthorized));
    let mut queue = MockJobQueue::new();
    queue.expect_pause().returning(|_, _| Err(QueueError::Unavailable(cause())));
    let poster = poster(talk, queue);
    say(&poster, "a").await.expect_err("refused");
    assert!(matches!(say(&poster, "a").await, Err(Unsent::Held(_))));
}

#[tokio::test(start_paused = true)]
async fn of_a_sign_a_notice_and_an_answer_the_first_is_the_probe() {
    let (talk, poster) = slow(|_| Err(TalkError::Unauthorized));
    everything_at_once(&poster, "a").await;
    assert_eq!(calls(&talk), 1);
    tokio::time::sleep(PAUSE).await;
    everything_at_once(&poster, "a").await;
    assert_eq!(calls(&talk), 2);
}

#[tokio::test(start_paused = true)]
async fn after_its_pause_a_room_gets_one_probe_also_while_other_rooms_are_well() {
    let (talk, poster) = slow(|age| match age.as_secs() {
        0 | 1801 => Err(TalkError::Unauthorized),
        _ => Ok(()),
    });
    say(&poster, "a").await.expect_err("refused");
    tokio::time::sleep(SECOND * 1799).await;
    say(&poster, "b").await.expect("posted");
    everything_at_once(&poster, "a").await;
    assert_eq!(calls(&talk), 3);
}

#[tokio::test(start_paused = true)]
async fn when_the_probe_is_taken_the_rest_follows_together() {
    let (talk, poster) = slow(|age| if age < SECOND { Err(TalkError::Unauthorized) } else { Ok(()) });
    say(&poster, "a").await.expect_err("refused");
    tokio::time::sleep(PAUSE).await;
    everything_at_once(&poster, "a").await;
    assert_eq!((calls(&talk), talk.most_at_once()), (5, 3));
}

#[tokio::test(start_paused = true)]
async fn after_a_429_nothing_is_sent_anywhere_and_then_one_thing() {
    let (talk, poster) = slow(|_| Err(TalkError::LockedOut { pause: PAUSE }));
    poster.react(&room("a"), QUESTION, Sign::Thinking).await.expect_err("locked out");
    tokio::join!(everything_at_once(&poster, "a"), everything_at_once(&poster, "b"));
    assert_eq!(calls(&talk), 1);
    assert_eq!(poster.held_until(&room("c")), Some(at(1801)));
    tokio::time::sleep(PAUSE).await;
    tokio::join!(everything_at_once(&poster, "a"), everything_at_once(&poster, "b"));
    assert_eq!(calls(&talk), 2);
}

#[tokio::test(start_paused = true)]
async fn what_all_senders_together_have_on_their_way_stays_below_the_lock_out() {
    use crate::application::caution::{NOTICES_AT_ONCE, POSTS_AT_ONCE, REACTIONS_AT_ONCE};
    const REFUSALS_TO_A_LOCK_OUT: usize = 10;
    const { assert!(POSTS_AT_ONCE + NOTICES_AT_ONCE + REACTIONS_AT_ONCE < REFUSALS_TO_A_LOCK_OUT) }
}

#[tokio::test(start_paused = true)]
async fn the_pauses_of_an_earlier_process_hold_from_the_first_call_on() {
    let clock = PausedClock::new();
    let talk = Arc::new(FakeTalk::new(clock, |_| (SECOND, Ok(()))));
    let queue = Arc::new(MemoryQueue::default());
    queue.pause(&PauseScope::Room(room("a")), at(1800)).await.expect("stored");
    let poster = Poster::new(talk.clone(), queue.clone(), Arc::new(clock), Arc::default());
    poster.take_over().await.expect("read");
    everything_at_once(&poster, "a").await;
    assert_eq!((calls(&talk), poster.held_until(&room("a"))), (0, Some(at(1800))));
    say(&poster, "b").await.expect("another room");
    queue.pause(&PauseScope::Server, at(900)).await.expect("stored");
    poster.take_over().await.expect("read");
    everything_at_once(&poster, "b").await;
    assert_eq!(calls(&talk), 1);
}

/// A queue that takes no pause at its first call, and what was written in the end.
fn forgetful_queue() -> (MockJobQueue, Arc<Mutex<Vec<Timestamp>>>) {
    let (mut queue, written) = (MockJobQueue::new(), Arc::new(Mutex::new(Vec::new())));
    queue.expect_pause().once().returning(|_, _| Err(QueueError::Unavailable(cause())));
    let seen = Arc::clone(&written);
    queue.expect_pause().returning(move |_, until| {
        seen.lock().expect("not poisoned").push(until);
        Ok(())
    });
    queue.expect_resume().returning(|_, _| Ok(()));
    (queue, written)
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_written_late_does_not_shorten_one_that_was_prolonged_meanwhile() {
    let refused = TalkError::LockedOut { pause: SECOND };
    let longer = TalkError::LockedOut { pause: SECOND * 60 };
    let (queue, written) = forgetful_queue();
    let poster = poster(MockTalk::new(), queue);
    let first = async {
        let pauses = poster.heed(&room("a"), &refused, at(0));
        poster.pause(&pauses[0]).await;
    };
    let second = async {
        tokio::time::sleep(SECOND / 2).await;
        let pauses = poster.heed(&room("b"), &longer, at(1));
        poster.pause(&pauses[0]).await;
    };
    tokio::join!(first, second);
    assert_eq!(*written.lock().expect("not poisoned"), [at(61), at(61)]);
}

#[tokio::test(start_paused = true)]
async fn pauses_are_written_one_after_the_other() {
    let poster = poster(MockTalk::new(), MockJobQueue::new());
    let _alone = poster.pausing.try_lock().expect("nobody writes");
    let waits = poster.heed(&room("a"), &TalkError::LockedOut { pause: SECOND }, at(0));
    let early = tokio::time::timeout(SECOND, poster.pause(&waits[0])).await;
    assert!(early.is_err(), "written beside another one");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_ended_while_the_store_was_away_is_not_written() {
    let (queue, written) = forgetful_queue();
    let poster = poster(MockTalk::new(), queue);
    let pause = async {
        let pauses = poster.heed(&room("a"), &TalkError::Unauthorized, at(0));
        poster.pause(&pauses[0]).await;
    };
    let enabled = async {
        tokio::time::sleep(SECOND / 2).await;
        poster.resume(&room("a")).await.expect("stored");
    };
    tokio::join!(pause, enabled);
    assert!(written.lock().expect("not poisoned").is_empty());
}
