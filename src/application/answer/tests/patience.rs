//! How long the model is waited for, and what the room is told then.

use super::*;
use crate::application::testing::{FakeModel, cause};
use crate::ports::model::{Completion, ModelError};

const TIMEOUT: Duration = Duration::from_mins(2);

/// An answer from a model whose one call ends like that.
fn failing(error: ModelError) -> Mocks {
    let mut mocks = Mocks::quiet_room();
    mocks.model.expect_complete().once().return_once(|_, _| Err(error));
    mocks
}

/// Expects the notice of that failure, for the job of the tests.
fn told(mut mocks: Mocks, failure: Failure) -> Answer {
    let notice = Phrase::Failure(failure, job().id).text(Language::English);
    let expected = NewReply { failure: Some(failure), parts: vec![notice], turn: None, joined: Vec::new() };
    mocks.queue.expect_save_reply().withf(move |_, reply| *reply == expected).once().returning(|_, _| Ok(()));
    mocks.answer()
}

fn troubled(since: Timestamp) -> Job {
    Job { trouble_since: Some(since), ..job() }
}

/// A model that hangs, with a notice that is expected.
fn hanging(failure: Failure) -> Answer {
    let mut answer = told(Mocks::quiet_room(), failure);
    let hangs = |_| (TIMEOUT * 10, Ok::<Completion, ModelError>(completion("too late")));
    answer.model = Arc::new(FakeModel::new(PausedClock::new(), hangs));
    answer
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_away_is_asked_again_soon() {
    for error in [
        ModelError::Loading,
        ModelError::Unreachable(cause()),
        ModelError::Interrupted("reset".into()),
        ModelError::Failed("500".into()),
        ModelError::Busy { after: None },
    ] {
        let answer = failing(error).answer();
        let now = answer.clock.now();
        let (next, since) = retry_at(answer.run(&leased(job())).await.expect("no store error"));
        assert!((500..=650).contains(&next.since(now).as_millis()), "{next:?}");
        assert_eq!(since, Some(now));
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_model_is_not_asked_before_the_time_it_names() {
    let answer = failing(ModelError::Busy { after: Some(Duration::from_secs(20)) }).answer();
    assert_eq!(retry_at(answer.run(&leased(job())).await.expect("no store error")).0, at(20));
}

#[tokio::test(start_paused = true)]
async fn a_busy_model_that_names_no_time_at_all_is_not_asked_at_once() {
    let answer = failing(ModelError::Busy { after: Some(Duration::ZERO) }).answer();
    assert!(retry_at(answer.run(&leased(job())).await.expect("no store error")).0 > START);
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_busy_for_longer_than_a_person_waits_is_told_at_once() {
    let busy = ModelError::Busy { after: Some(Duration::from_mins(10)) };
    let answer = told(failing(busy), Failure::ModelUnavailable);
    assert_eq!(answer.run(&leased(job())).await.expect("stored"), None);
}

#[tokio::test(start_paused = true)]
async fn what_would_fail_again_is_told_at_once() {
    for (error, failure) in [
        (ModelError::TimedOut(TIMEOUT), Failure::ModelTimedOut),
        (ModelError::Unauthorized, Failure::ModelRefused),
        (ModelError::Refused("no such model".into()), Failure::ModelRefused),
    ] {
        assert_eq!(told(failing(error), failure).run(&leased(job())).await.expect("stored"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_prompt_that_stays_too_long_is_told() {
    let mut mocks = Mocks::quiet_room();
    mocks
        .model
        .expect_complete()
        .times(3)
        .returning(|_, _| Err(ModelError::PromptTooLong { prompt_tokens: None, context_tokens: None }));
    assert_eq!(told(mocks, Failure::ModelRefused).run(&leased(job())).await.expect("stored"), None);
}

#[tokio::test(start_paused = true)]
async fn trouble_that_lasts_is_told_with_a_reference() {
    assert!(Phrase::Failure(Failure::ModelUnavailable, job().id).text(Language::English).contains("#7"));
    let answer = told(failing(ModelError::Loading), Failure::ModelUnavailable);
    pass(111).await;
    assert_eq!(answer.run(&leased(troubled(START))).await.expect("stored"), None);
}

#[tokio::test(start_paused = true)]
async fn trouble_that_began_a_minute_ago_is_not_told_yet() {
    let answer = failing(ModelError::Loading).answer();
    pass(60).await;
    let (_, since) = retry_at(answer.run(&leased(troubled(START))).await.expect("no store error"));
    assert_eq!(since, Some(START));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_waited_through_the_outage_is_told_with_its_first_failed_call() {
    let answer = told(failing(ModelError::Loading), Failure::ModelUnavailable);
    answer.outage.failed(START);
    pass(111).await;
    assert_eq!(answer.run(&leased(job())).await.expect("stored"), None);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_waited_for_a_slot_is_not_told_with_its_first_failed_call() {
    let answer = failing(ModelError::Loading).answer();
    pass(111).await;
    let (_, since) = retry_at(answer.run(&leased(job())).await.expect("no store error"));
    assert_eq!(since, Some(at(111)));
}

#[tokio::test(start_paused = true)]
async fn a_question_asked_in_the_outage_has_waited_since_it_was_asked() {
    let answer = failing(ModelError::Loading).answer();
    answer.outage.failed(START);
    pass(111).await;
    let late = Job { asked_at: at(100), ..job() };
    let (_, since) = retry_at(answer.run(&leased(late)).await.expect("no store error"));
    assert_eq!(since, Some(at(100)));
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_is_no_outage_for_others() {
    let answer = told(failing(ModelError::Unauthorized), Failure::ModelRefused);
    answer.run(&leased(job())).await.expect("stored");
    assert!(!answer.outage.lasts());
}

#[tokio::test(start_paused = true)]
async fn an_answer_ends_the_outage_for_everybody() {
    let mut mocks = Mocks::quiet_room();
    mocks.model.expect_complete().returning(|_, _| Ok(completion("yes")));
    mocks.queue.expect_save_reply().returning(|_, _| Ok(()));
    let answer = mocks.answer();
    answer.outage.failed(START);
    answer.run(&leased(job())).await.expect("stored");
    assert!(!answer.outage.lasts());
}

#[tokio::test(start_paused = true)]
async fn trouble_that_a_clock_set_back_puts_into_the_future_begins_now() {
    let answer = failing(ModelError::Loading).answer();
    let (_, since) = retry_at(answer.run(&leased(troubled(at(3600)))).await.expect("no store error"));
    assert_eq!(since, Some(START));
}

#[tokio::test(start_paused = true)]
async fn a_first_call_has_all_the_time_also_in_an_outage() {
    let answer = hanging(Failure::ModelTimedOut);
    answer.outage.failed(START);
    pass(100).await;
    answer.run(&leased(job())).await.expect("stored");
    assert_eq!(answer.clock.now(), at(100) + TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_repeated_call_ends_in_time_to_tell_the_room_within_150_seconds() {
    let answer = hanging(Failure::ModelUnavailable);
    answer.outage.failed(START);
    pass(100).await;
    answer.run(&leased(troubled(START))).await.expect("stored");
    assert_eq!(answer.clock.now(), at(145));
}

#[tokio::test(start_paused = true)]
async fn a_repeated_call_has_all_the_time_when_the_model_answers_others() {
    let answer = hanging(Failure::ModelTimedOut);
    pass(100).await;
    answer.run(&leased(troubled(START))).await.expect("stored");
    assert_eq!(answer.clock.now(), at(100) + TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_failed_call_is_counted_by_its_kind() {
    let answer = failing(ModelError::Loading).answer();
    answer.run(&leased(job())).await.expect("no store error");
    assert!(answer.counted("model_calls_total{outcome=\"loading\"} 1"));
}

#[tokio::test(start_paused = true)]
async fn work_that_panicked_is_tried_again() {
    let answer = Mocks::default().answer();
    let (next, since) = retry_at(answer.after_panic(&leased(job())).await.expect("no store error"));
    assert!(next > START && since == Some(START), "{next:?} {since:?}");
}

#[tokio::test(start_paused = true)]
async fn a_question_whose_work_always_panics_is_told() {
    let answer = told(Mocks::default(), Failure::Internal);
    pass(111).await;
    assert_eq!(answer.after_panic(&leased(troubled(START))).await.expect("stored"), None);
}

#[tokio::test(start_paused = true)]
async fn a_post_whose_work_always_panics_ends_as_a_dead_letter() {
    let answer = Mocks::default().answer();
    let posting = Job { reply: Some(reply(None, &["answer"])), ..troubled(START) };
    assert!(matches!(
        answer.after_panic(&leased(posting.clone())).await,
        Ok(Some(Settlement::RetryAt { .. }))
    ));
    pass(601).await;
    let end = answer.after_panic(&leased(posting)).await.expect("no store error");
    assert_eq!(end, Some(Settlement::Dead(Failure::Internal)));
}
