//! What becomes of a reply when Talk refuses, fails or is away.

use mockall::predicate::{always, eq};

use super::*;
use crate::application::testing::{cause, room};
use crate::domain::job::PartState;
use crate::domain::job::PauseScope;
use crate::ports::talk::TalkError;

const HALF_AN_HOUR: Duration = Duration::from_mins(30);

fn posting() -> Job {
    Job { reply: Some(reply(None, &["answer"])), ..job() }
}

fn troubled(since: Timestamp) -> Job {
    Job { trouble_since: Some(since), ..posting() }
}

/// A Talk that answers the one expected post like that.
fn failing(error: TalkError) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().return_once(|_, _, _| Err(error));
    mocks
}

async fn end(answer: &Answer, job: Job) -> Option<Settlement> {
    answer.run(&leased(job)).await.expect("no store error")
}

fn expect_pause(mocks: &mut Mocks, scope: PauseScope, until: Timestamp) {
    mocks.queue.expect_pause().with(eq(scope), eq(until)).once().returning(|_, _| Ok(()));
}

#[tokio::test(start_paused = true)]
async fn after_a_401_the_room_is_left_alone_and_the_post_is_never_repeated() {
    let mut mocks = failing(TalkError::Unauthorized);
    expect_pause(&mut mocks, PauseScope::Room(room("kq7m2rtx")), START + HALF_AN_HOUR);
    assert_eq!(end(&mocks.answer(), posting()).await, Some(Settlement::Dead(Failure::TalkUnauthorized)));
}

#[tokio::test(start_paused = true)]
async fn after_a_401_the_post_is_not_repeated_when_the_pause_cannot_be_stored_either() {
    let mut mocks = failing(TalkError::Unauthorized);
    mocks.queue.expect_pause().returning(|_, _| Err(QueueError::Unavailable(cause())));
    assert_eq!(end(&mocks.answer(), posting()).await, Some(Settlement::Dead(Failure::TalkUnauthorized)));
}

#[tokio::test(start_paused = true)]
async fn after_401s_of_several_rooms_in_a_row_the_server_is_left_alone() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().times(3).returning(|_, _, _| Err(TalkError::Unauthorized));
    for name in ["a", "b", "c"] {
        expect_pause(&mut mocks, PauseScope::Room(room(name)), START + HALF_AN_HOUR);
    }
    expect_pause(&mut mocks, PauseScope::Server, START + HALF_AN_HOUR);
    let answer = mocks.answer();
    for name in ["a", "b", "c"] {
        let mut job = posting();
        job.question.place.room = room(name);
        end(&answer, job).await;
    }
    let held = Settlement::RetryAt { at: START + HALF_AN_HOUR, trouble_since: None };
    assert_eq!(end(&answer, posting()).await, Some(held));
}

#[tokio::test(start_paused = true)]
async fn after_a_429_the_server_is_left_alone_as_long_as_it_says_and_the_reply_stays() {
    let pause = Duration::from_mins(45);
    let mut mocks = failing(TalkError::LockedOut { pause });
    expect_pause(&mut mocks, PauseScope::Server, START + pause);
    let answer = mocks.answer();
    assert_eq!(retry_at(end(&answer, posting()).await), (START + pause, Some(START)));
    assert_eq!(retry_at(end(&answer, posting()).await), (START + pause, None));
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_all_patience_gives_the_post_up() {
    let mut mocks = failing(TalkError::LockedOut { pause: Duration::MAX });
    mocks.queue.expect_pause().once().returning(|_, _| Ok(()));
    let job = troubled(START);
    let answer = mocks.answer();
    pass(1).await;
    assert_eq!(end(&answer, job).await, Some(Settlement::Dead(Failure::TalkUnavailable)));
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_when_another_room_is_locked_out_is_not_sent() {
    let answer = Mocks::default().answer();
    answer.poster.caution().pause(&PauseScope::Server, at(1800));
    let held = Settlement::RetryAt { at: at(1800), trouble_since: None };
    assert_eq!(end(&answer, posting()).await, Some(held));
}

#[tokio::test(start_paused = true)]
async fn a_post_of_unknown_outcome_is_marked_and_repeated_after_a_pause() {
    let mut mocks = failing(TalkError::Uncertain("timeout".into()));
    mocks
        .queue
        .expect_mark_part()
        .with(always(), eq(0), eq(PartState::Waiting), eq(1))
        .once()
        .returning(|_, _, _, _| Ok(()));
    assert_eq!(retry_at(end(&mocks.answer(), posting()).await), (at(40), Some(START)));
}

#[tokio::test(start_paused = true)]
async fn a_post_of_unknown_outcome_is_repeated_once_only() {
    let answer = failing(TalkError::Uncertain("timeout".into())).answer();
    let mut again = posting();
    again.reply.as_mut().expect("a reply").parts[0].uncertain = 1;
    assert_eq!(end(&answer, again).await, Some(Settlement::Dead(Failure::TalkUncertain)));
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_gone_is_given_up() {
    let answer = failing(TalkError::RoomGone).answer();
    assert_eq!(end(&answer, posting()).await, Some(Settlement::Dead(Failure::TalkRefused)));
}

#[tokio::test(start_paused = true)]
async fn a_talk_that_is_away_is_tried_again_soon() {
    let answer = failing(TalkError::Unavailable(cause())).answer();
    let (next, since) = retry_at(end(&answer, posting()).await);
    assert!((500..=650).contains(&next.since(START).as_millis()) && since == Some(START), "{next:?}");
}

#[tokio::test(start_paused = true)]
async fn a_talk_that_is_away_for_hours_is_tried_every_few_minutes() {
    let answer = failing(TalkError::Unavailable(cause())).answer();
    pass(8 * 3600).await;
    let (next, since) = retry_at(end(&answer, troubled(START)).await);
    assert!((300..=375).contains(&next.since(at(8 * 3600)).as_secs()) && since == Some(START), "{next:?}");
}

#[tokio::test(start_paused = true)]
async fn a_talk_that_is_away_for_a_day_is_given_up() {
    let answer = failing(TalkError::Unavailable(cause())).answer();
    pass(24 * 3600).await;
    assert_eq!(end(&answer, troubled(START)).await, Some(Settlement::Dead(Failure::TalkUnavailable)));
}

#[tokio::test(start_paused = true)]
async fn a_post_that_fails_again_and_again_is_tried_a_few_times() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().returning(|_, _, _| Err(TalkError::Failed("500".into())));
    let answer = mocks.answer();
    let (mut job, mut tries) = (posting(), 1);
    while let Some(Settlement::RetryAt { at, trouble_since }) = end(&answer, job.clone()).await {
        tokio::time::sleep(at.since(answer.clock.now())).await;
        job.trouble_since = trouble_since;
        tries += 1;
    }
    assert!((5..=10).contains(&tries), "{tries}");
}

#[tokio::test(start_paused = true)]
async fn a_post_that_fails_once_after_hours_without_talk_is_tried_again() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::Unavailable(cause())));
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::Failed("500".into())));
    let answer = mocks.answer();
    pass(2 * 3600).await;
    retry_at(end(&answer, troubled(START)).await);
    pass(300).await;
    let (_, since) = retry_at(end(&answer, troubled(START)).await);
    assert_eq!(since, Some(at(2 * 3600 + 300)));
}

#[tokio::test(start_paused = true)]
async fn time_without_talk_between_two_failed_posts_is_no_time_of_failing() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::Failed("500".into())));
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::Unavailable(cause())));
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::Failed("500".into())));
    let answer = mocks.answer();
    for _ in 0..3 {
        retry_at(end(&answer, troubled(START)).await);
        pass(2 * 3600).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_that_fails_once_after_a_restart_is_tried_again() {
    let answer = failing(TalkError::Failed("500".into())).answer();
    pass(2 * 3600).await;
    retry_at(end(&answer, troubled(START)).await);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_was_posted_ends_the_trouble_of_those_before() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Ok(()));
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::Unavailable(cause())));
    mocks.queue.expect_mark_part().once().returning(|_, _, _, _| Ok(()));
    let answer = mocks.answer();
    pass(24 * 3600).await;
    let job = Job { reply: Some(reply(None, &["one", "two"])), ..troubled(START) };
    assert_eq!(retry_at(end(&answer, job).await).1, Some(at(24 * 3600)));
}

#[tokio::test(start_paused = true)]
async fn trouble_that_a_clock_set_back_puts_into_the_future_begins_now() {
    let answer = failing(TalkError::Unavailable(cause())).answer();
    assert_eq!(retry_at(end(&answer, troubled(at(3600))).await).1, Some(START));
}
