use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use mockall::Sequence;
use mockall::predicate::{always, eq};

use super::*;
use crate::application::testing::{cause, room};
use crate::domain::job::PartState;
use crate::domain::message::{MessageId, Place};
use crate::ports::talk::TalkError;

const QUESTION: MessageId = MessageId(42);

fn posting(texts: &[&str]) -> Job {
    Job { reply: Some(reply(None, texts)), ..job() }
}

fn expect_post(
    talk: &mut MockTalk,
    text: &'static str,
    quote: Option<MessageId>,
    order: &mut Sequence,
) -> &'static str {
    let own = Place::from(room("kq7m2rtx"));
    let what = move |place: &Place, posted: &str, reply_to: &Option<MessageId>| {
        *place == own && posted == text && *reply_to == quote
    };
    talk.expect_post().withf(what).once().in_sequence(order).returning(|_, _, _| Ok(()));
    text
}

fn expect_mark(queue: &mut MockJobQueue, index: u32, order: &mut Sequence) {
    queue
        .expect_mark_part()
        .with(always(), eq(index), eq(PartState::Posted), eq(0))
        .once()
        .in_sequence(order)
        .returning(|_, _, _, _| Ok(()));
}

#[tokio::test(start_paused = true)]
async fn each_part_is_marked_before_the_next_is_sent_and_the_last_by_settling() {
    let (mut mocks, mut order) = (Mocks::default(), Sequence::new());
    expect_post(&mut mocks.talk, "one", Some(QUESTION), &mut order);
    expect_mark(&mut mocks.queue, 0, &mut order);
    expect_post(&mut mocks.talk, "two", Some(QUESTION), &mut order);
    expect_mark(&mut mocks.queue, 1, &mut order);
    expect_post(&mut mocks.talk, "three", Some(QUESTION), &mut order);
    let end = mocks.answer().run(&leased(posting(&["one", "two", "three"]))).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn what_was_posted_before_a_crash_is_not_posted_again() {
    let (mut mocks, mut order) = (Mocks::default(), Sequence::new());
    expect_post(&mut mocks.talk, "two", Some(QUESTION), &mut order);
    let mut job = posting(&["one", "two"]);
    job.reply.as_mut().expect("a reply").parts[0].state = PartState::Posted;
    let end = mocks.answer().run(&leased(job)).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_the_store_does_not_mark_at_once_is_not_posted_again() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().times(2).returning(|_, _, _| Ok(()));
    let tries = AtomicUsize::new(0);
    mocks.queue.expect_mark_part().times(3).returning(move |_, _, _, _| {
        if tries.fetch_add(1, Ordering::Relaxed) < 2 { Err(QueueError::Unavailable(cause())) } else { Ok(()) }
    });
    let end = mocks.answer().run(&leased(posting(&["one", "two"]))).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn who_lost_the_lease_posts_no_further_part() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Ok(()));
    mocks.queue.expect_mark_part().returning(|lease, _, _, _| Err(QueueError::LeaseLost(lease.job)));
    let result = mocks.answer().run(&leased(posting(&["one", "two"]))).await;
    assert!(matches!(result, Err(QueueError::LeaseLost(_))), "{result:?}");
}

/// The quotes of all posts, where quoted ones are refused.
async fn quotes_where_they_are_refused(texts: &[&str]) -> Vec<Option<MessageId>> {
    let mut mocks = Mocks::default();
    let quotes = Arc::new(Mutex::new(Vec::new()));
    let seen = quotes.clone();
    mocks.talk.expect_post().returning(move |_, _, quote| {
        seen.lock().expect("not poisoned").push(quote);
        if quote.is_some() { Err(TalkError::Refused("400".into())) } else { Ok(()) }
    });
    mocks.queue.expect_mark_part().returning(|_, _, _, _| Ok(()));
    let end = mocks.answer().run(&leased(posting(texts))).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Done));
    quotes.lock().expect("not poisoned").clone()
}

#[tokio::test(start_paused = true)]
async fn a_refused_quote_is_tried_once_without() {
    assert_eq!(quotes_where_they_are_refused(&["one"]).await, [Some(QUESTION), None]);
}

#[tokio::test(start_paused = true)]
async fn after_a_refused_quote_the_other_parts_have_none() {
    assert_eq!(quotes_where_they_are_refused(&["one", "two"]).await, [Some(QUESTION), None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_refused_without_quote_too_is_given_up() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().times(2).returning(|_, _, _| Err(TalkError::Refused("400".into())));
    let end = mocks.answer().run(&leased(posting(&["one"]))).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Dead(Failure::TalkRefused)));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_is_too_long_is_split_smaller_and_due_at_once() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::TooLong));
    let smaller = |texts: &[String]| {
        texts.len() > 1 && texts.iter().all(|text| !text.is_empty() && text.chars().count() <= 500)
    };
    mocks
        .queue
        .expect_split_part()
        .withf(move |_, index, texts| *index == 0 && smaller(texts))
        .once()
        .returning(|_, _, _| Ok(()));
    let long = "word ".repeat(200);
    let end = mocks.answer().run(&leased(posting(&[long.trim()]))).await.expect("no store error");
    assert_eq!(end, Some(Settlement::RetryAt { at: START, trouble_since: None }));
}

/// It may have been split, and only the answer of the store was lost.
#[tokio::test(start_paused = true)]
async fn a_part_is_not_split_again_when_the_store_does_not_say_that_it_was() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::TooLong));
    let unavailable = |_: &_, _: u32, _: &[String]| Err(QueueError::Unavailable(cause()));
    mocks.queue.expect_split_part().once().returning(unavailable);
    let long = "word ".repeat(200);
    let end = mocks.answer().run(&leased(posting(&[long.trim()]))).await;
    assert!(matches!(end, Err(QueueError::Unavailable(_))), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn a_short_part_that_is_too_long_all_the_same_is_given_up() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::TooLong));
    let end = mocks.answer().run(&leased(posting(&["short"]))).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Dead(Failure::TalkRefused)));
}

#[tokio::test(start_paused = true)]
async fn a_posted_notice_ends_as_a_dead_letter_of_its_failure() {
    let (mut mocks, mut order) = (Mocks::default(), Sequence::new());
    expect_post(&mut mocks.talk, "Sorry", Some(QUESTION), &mut order);
    let job = Job { reply: Some(reply(Some(Failure::ModelTimedOut), &["Sorry"])), ..job() };
    let end = mocks.answer().run(&leased(job)).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Dead(Failure::ModelTimedOut)));
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_cannot_be_posted_is_a_dead_letter_of_its_failure_too() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().once().returning(|_, _, _| Err(TalkError::RoomGone));
    let job = Job { reply: Some(reply(Some(Failure::ModelTimedOut), &["Sorry"])), ..job() };
    let end = mocks.answer().run(&leased(job)).await;
    assert_eq!(end.expect("no store error"), Some(Settlement::Dead(Failure::ModelTimedOut)));
}

#[tokio::test(start_paused = true)]
async fn every_post_is_counted_by_its_outcome() {
    let mut mocks = Mocks::default();
    mocks.talk.expect_post().returning(|_, _, quote| {
        if quote.is_some() { Err(TalkError::Refused("400".into())) } else { Ok(()) }
    });
    let answer = mocks.answer();
    answer.run(&leased(posting(&["one"]))).await.expect("no store error");
    assert!(answer.counted("talk_posts_total{outcome=\"refused\"} 1"));
    assert!(answer.counted("talk_posts_total{outcome=\"posted\"} 1"));
}
