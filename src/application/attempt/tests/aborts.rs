//! Work that is dropped because the service stops.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_abort_drops_the_work_hands_the_job_back_and_frees_the_slot() {
    let (mut attempt, model) = answers_after(70);
    attempt.queue.expect_renew().returning(|_, _| Ok(()));
    attempt.expect_settle(Settlement::HandBack);
    let (abort, slots) = (attempt.abort.clone(), attempt.slots.clone());
    let abort_later = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!((model.running(), slots.free(1)), (1, 0));
        abort.cancel();
    };
    let (took, ()) = tokio::join!(attempt.run(job()), abort_later);
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!((model.running(), slots.free(1)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn after_an_abort_nothing_is_begun() {
    let mut attempt = Attempt::new();
    attempt.expect_settle(Settlement::HandBack);
    attempt.abort.cancel();
    attempt.run(posting()).await;
}

#[tokio::test(start_paused = true)]
async fn an_abort_waits_for_no_store() {
    let mut attempt = Attempt::new();
    attempt.queue.expect_settle().once().returning(|_, _, _| Err(QueueError::Unavailable(cause())));
    attempt.abort.cancel();
    attempt.run(job()).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_finished_in_the_moment_of_an_abort_is_kept() {
    for _ in 0..20 {
        let (mut attempt, _) = answers_after(1);
        attempt.queue.expect_save_reply().once().returning(|_, _| Ok(()));
        let abort = attempt.abort.clone();
        let abort_then = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            abort.cancel();
        };
        tokio::join!(biased; abort_then, attempt.run(job()));
    }
}
