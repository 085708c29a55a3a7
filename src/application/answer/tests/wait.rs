//! What a room hears while the model starts.

use super::*;
use crate::application::testing::cause;
use crate::domain::retry::TELL_AFTER;
use crate::ports::model::ModelError;
use crate::ports::queue::Depth;
use crate::ports::talk::TalkError;

/// An answer whose one call ends like that, for a question that has had trouble since the start.
fn failing(error: ModelError) -> (Mocks, Job) {
    let mut mocks = Mocks::quiet_room();
    mocks.model.expect_complete().once().return_once(|_, _| Err(error));
    (mocks, Job { trouble_since: Some(START), ..job() })
}

/// The same with these pauses in the queue.
fn with_pauses(pauses: Vec<(PauseScope, Timestamp)>) -> (Mocks, Job) {
    let (mut mocks, job) = failing(ModelError::Loading);
    mocks.queue.expect_depth().returning(move |_| Ok(Depth { pauses: pauses.clone(), ..Depth::default() }));
    (mocks, job)
}

fn loading() -> (Mocks, Job) {
    with_pauses(Vec::new())
}

fn expect_telling(mocks: &mut Mocks, result: Result<(), TalkError>) {
    mocks.queue.expect_mark_told().once().returning(|_| Ok(()));
    let own = job().question;
    mocks
        .talk
        .expect_post()
        .withf(move |room, text, quote| {
            *room == own.room && text == notice::WAITING && *quote == Some(own.message)
        })
        .once()
        .return_once(|_, _, _| result);
}

/// Runs the job when the trouble has lasted for long enough; it must be tried again.
async fn tried_again(mocks: Mocks, job: Job) -> Answer {
    let answer = mocks.answer();
    tokio::time::sleep(TELL_AFTER).await;
    retry_at(answer.run(&leased(job)).await.expect("no store error"));
    answer
}

#[tokio::test(start_paused = true)]
async fn a_model_that_loads_or_is_away_for_a_while_is_told_once() {
    for error in [ModelError::Loading, ModelError::Unreachable(cause())] {
        let (mut mocks, job) = failing(error);
        mocks.queue.expect_depth().returning(|_| Ok(Depth::default()));
        expect_telling(&mut mocks, Ok(()));
        tried_again(mocks, job).await;
    }
}

#[tokio::test(start_paused = true)]
async fn other_trouble_is_waited_for_in_silence() {
    for error in [
        ModelError::Busy { after: None },
        ModelError::Interrupted("cut".into()),
        ModelError::Failed("500".into()),
    ] {
        let (mocks, job) = failing(error);
        tried_again(mocks, job).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_room_that_was_told_is_not_told_again() {
    let (mocks, job) = failing(ModelError::Loading);
    tried_again(mocks, Job { told: true, ..job }).await;
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_promised_when_the_patience_is_nearly_over() {
    let (mocks, job) = failing(ModelError::Loading);
    let answer = mocks.answer();
    pass(96).await;
    retry_at(answer.run(&leased(job)).await.expect("no store error"));
}

#[tokio::test(start_paused = true)]
async fn some_seconds_are_waited_in_silence_and_the_next_try_comes_in_time_to_tell() {
    let (mocks, job) = failing(ModelError::Loading);
    let answer = mocks.answer();
    pass(14).await;
    let (next, since) = retry_at(answer.run(&leased(job)).await.expect("no store error"));
    assert_eq!((next, since), (START + TELL_AFTER, Some(START)));
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_cannot_be_marked_is_not_posted() {
    let (mut mocks, job) = loading();
    mocks.queue.expect_mark_told().once().returning(|_| Err(QueueError::Unavailable(cause())));
    tried_again(mocks, job).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_said_and_nothing_marked_where_nothing_may_be_posted() {
    let own = job().question.room;
    for scope in [PauseScope::Server, PauseScope::Room(own)] {
        let (mocks, job) = with_pauses(vec![(scope, at(1800))]);
        tried_again(mocks, job).await;
    }
    let (mocks, job) = failing(ModelError::Loading);
    let answer = mocks.answer();
    answer.caution.locked_out(at(1800));
    tokio::time::sleep(TELL_AFTER).await;
    retry_at(answer.run(&leased(job)).await.expect("no store error"));
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_another_room_is_no_reason_for_silence() {
    let other = PauseScope::Room(testing::room("other"));
    let (mut mocks, job) = with_pauses(vec![(other, at(1800))]);
    expect_telling(&mut mocks, Ok(()));
    tried_again(mocks, job).await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_signature_is_heeded_and_the_question_goes_on() {
    let (mut mocks, job) = loading();
    expect_telling(&mut mocks, Err(TalkError::Unauthorized));
    let room = job.question.room.clone();
    mocks
        .queue
        .expect_pause()
        .withf(move |scope, _| *scope == PauseScope::Room(room.clone()))
        .once()
        .returning(|_, _| Ok(()));
    tried_again(mocks, job).await;
}

#[tokio::test(start_paused = true)]
async fn a_lock_out_is_heeded() {
    let (mut mocks, job) = loading();
    expect_telling(&mut mocks, Err(TalkError::LockedOut { pause: Duration::from_mins(30) }));
    mocks.queue.expect_pause().withf(|scope, _| *scope == PauseScope::Server).once().returning(|_, _| Ok(()));
    let answer = tried_again(mocks, job).await;
    assert!(answer.caution.held_until(answer.clock.now()).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_talk_that_is_away_is_not_told_again() {
    for error in
        [TalkError::Unavailable(cause()), TalkError::Uncertain("cut".into()), TalkError::Failed("500".into())]
    {
        let (mut mocks, job) = loading();
        expect_telling(&mut mocks, Err(error));
        tried_again(mocks, job).await;
    }
}
