//! Several messages that one answer is for, and the files they refer to.

use super::ask::{asked, said, stored};
use super::*;
use crate::domain::job::{FollowUp, JobId};
use crate::domain::message::MessageId;
use crate::domain::phrase::Phrase;
use crate::domain::prompt::spoken;
use crate::ports::model::{Completion, Finish, ModelError};

fn follow_up(job: i64, text: &str) -> FollowUp {
    FollowUp { job: JobId(job), message: MessageId(job), text: text.into(), files: false }
}

/// The job of the tests with two follow-ups.
fn three_at_once() -> Job {
    Job { follow_ups: vec![follow_up(8, "and why?"), follow_up(9, "in short")], ..job() }
}

fn with_file(mut job: Job) -> Job {
    job.question.files = true;
    job
}

fn closed() -> String {
    said(&Phrase::CannotOpenFiles)
}

#[tokio::test(start_paused = true)]
async fn follow_ups_are_asked_with_their_question_as_one_turn() {
    let prompt = asked(Vec::new(), three_at_once()).await;
    assert_eq!(prompt.len(), 2);
    assert_eq!(prompt[1].1, spoken(Some("Mira"), "question 42\n\nand why?\n\nin short"));
}

#[tokio::test(start_paused = true)]
async fn a_follow_up_that_was_sent_twice_is_asked_once_and_both_end() {
    let twice = Job { follow_ups: vec![follow_up(8, "and why?"), follow_up(9, "and why?")], ..job() };
    let prompt = asked(Vec::new(), twice.clone()).await;
    assert_eq!(prompt[1].1, spoken(Some("Mira"), "question 42\n\nand why?"));
    assert_eq!(stored(completion("the answer"), twice).await.joined, [JobId(8), JobId(9)]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_ends_the_follow_ups_that_it_is_for_and_is_remembered_with_all_of_them() {
    let reply = stored(completion("the answer"), three_at_once()).await;
    assert_eq!((reply.parts.len(), reply.joined), (1, vec![JobId(8), JobId(9)]));
    let turn = reply.turn.expect("a turn").turn;
    let (message, question) = (job().question.message, "question 42\n\nand why?\n\nin short");
    assert_eq!((turn.message, turn.question.as_str()), (message, question));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_text_is_for_the_follow_ups_as_well() {
    assert_eq!(stored(completion(""), three_at_once()).await.joined, [JobId(8), JobId(9)]);
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_failure_ends_no_follow_up() {
    let mut mocks = Mocks::quiet_room();
    mocks.model.expect_complete().once().returning(|_, _| Err(ModelError::Unauthorized));
    let saved = Saved::by(&mut mocks);
    mocks.answer().run(&leased(three_at_once())).await.expect("stored");
    let reply = saved.reply();
    assert_eq!((reply.failure, reply.joined), (Some(Failure::ModelRefused), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn that_files_cannot_be_opened_is_told_at_the_end_and_not_remembered() {
    let mut later = three_at_once();
    later.follow_ups[1].files = true;
    for job in [with_file(job()), later] {
        let reply = stored(completion("the answer"), job).await;
        assert_eq!(reply.parts, [format!("the answer\n\n{}", closed())]);
        assert_eq!(reply.turn.expect("a turn").turn.answer, "the answer");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_cut_tells_so_before_its_files() {
    let completion = Completion { finish: Finish::Length, ..completion("the ans") };
    let reply = stored(completion, with_file(job())).await;
    assert_eq!(reply.parts, [format!("the ans\n\n{}\n\n{}", said(&Phrase::Cut), closed())]);
}

#[tokio::test(start_paused = true)]
async fn files_that_cannot_be_opened_are_told_without_an_answer_too() {
    let reply = stored(completion(" "), with_file(job())).await;
    let empty = said(&Phrase::EmptyAnswer { reasoned: false });
    assert_eq!((reply.parts, reply.turn), (vec![format!("{empty}\n\n{}", closed())], None));
}
