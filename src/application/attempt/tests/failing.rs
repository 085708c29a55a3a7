//! What is remembered of posts that fail goes with the job.

use super::*;
use crate::domain::time::Timestamp;
use crate::ports::talk::TalkError;

/// A post that fails in the middle, and ends in the store so.
fn failing(end: fn(&Lease) -> Result<(), QueueError>) -> Attempt {
    let mut attempt = Attempt::new();
    attempt.talk.expect_post().returning(|_, _, _| Err(TalkError::Failed("500".into())));
    attempt.queue.expect_settle().once().returning(move |lease, _, _| end(lease));
    attempt
}

/// Since when its posts fail, should they do so once more.
fn since(attempts: &Attempts, now: Timestamp) -> Timestamp {
    attempts.answer.poster.caution().failed(job().id, now)
}

#[tokio::test(start_paused = true)]
async fn as_long_as_it_is_tried_again_it_is_remembered() {
    let (attempts, _) = failing(|_| Ok(())).run_and_leave(posting()).await;
    assert_eq!(since(&attempts, at(100)), START);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_lost_is_forgotten() {
    let lost = failing(|lease| Err(QueueError::LeaseLost(lease.job)));
    let (attempts, _) = lost.run_and_leave(posting()).await;
    assert_eq!(since(&attempts, at(100)), at(100));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_stopped_is_forgotten() {
    let (attempt, _) = answers_after(70);
    let clock = PausedClock::new();
    let (queue, talk) = (Arc::new(attempt.queue), Arc::new(attempt.talk));
    let answer = answer(queue.clone(), Arc::new(attempt.conversations), attempt.model, talk, clock);
    answer.poster.caution().failed(job().id, START);
    let running = attempt.running.clone();
    let attempts =
        Attempts::new(queue, Arc::new(clock), attempt.metrics, attempt.running, attempt.signs, answer);
    let stop = async { running.cancel(&[job().id]) };
    tokio::join!(attempts.run(leased(job()), attempt.slots.take(), attempt.abort), stop);
    assert_eq!(since(&attempts, at(100)), at(100));
}
