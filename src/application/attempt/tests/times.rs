//! How long people wait: for the first look at a question, and for its answer.

use super::*;

#[tokio::test(start_paused = true)]
async fn people_wait_for_the_first_look_at_a_question_and_for_the_end_of_its_answer() {
    let (mut attempt, _) = answers_after(1);
    let (asked, metrics) =
        (Job { asked_at: at(0) - Duration::from_secs(3), ..job() }, attempt.metrics.clone());
    attempt.queue.expect_save_reply().once().returning(|_, _| Ok(()));
    attempt.run(asked.clone()).await;
    let page = metrics.render(None);
    assert!(
        page.contains("queue_wait_seconds_sum 3.0\n") && page.contains("answer_duration_seconds_count 0\n")
    );

    let mut attempt = Attempt { metrics: metrics.clone(), ..Attempt::new() };
    attempt.talk.expect_post().once().returning(|_, _, _| Ok(()));
    attempt.expect_settle(Settlement::Done);
    attempt.run(Job { attempts: 2, reply: posting().reply, ..asked }).await;
    let page = metrics.render(None);
    assert!(
        page.contains("queue_wait_seconds_count 1\n") && page.contains("answer_duration_seconds_sum 3.0\n")
    );
}
