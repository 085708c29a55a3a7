//! Several questions that one answer is for.

use nextcloud_opencode_bot::domain::job::{Failure, FollowUp, Question, Settlement, Stage};
use nextcloud_opencode_bot::ports::queue::{Enqueued, Leased, NewReply};

use super::{Engine, Store, answer, at, by, names, question, thread};

on_every_engine![
    what_the_asker_sent_right_after_comes_along,
    another_asker_ends_the_follow_ups,
    another_thread_ends_the_follow_ups,
    a_question_that_was_asked_before_is_no_follow_up,
    a_question_whose_answer_is_stored_is_no_follow_up,
    an_answer_that_is_posted_has_no_follow_ups,
    joined_questions_end_with_the_answer,
    a_joined_question_of_another_place_is_left_alone,
    an_identical_question_ends_with_the_answer,
    a_question_identical_to_a_joined_one_ends_as_well,
    identical_questions_of_others_or_elsewhere_are_left_alone,
    a_failure_ends_no_identical_question,
    an_ended_question_is_known_and_its_room_goes_on,
];

async fn enqueue(store: &Store, question: &Question, second: i64) {
    assert_eq!(store.queue.enqueue(question, at(second)).await.expect("stored"), Enqueued::New);
}

/// Messages of the follow-ups, as their texts tell.
fn follow_ups(leased: &Leased) -> Vec<String> {
    let text = |follow_up: &FollowUp| follow_up.text.split(" of").next().expect("a word").to_owned();
    leased.job.follow_ups.iter().map(text).collect()
}

async fn save(store: &Store, leased: &Leased, joined: usize) {
    let joined = leased.job.follow_ups[..joined].iter().map(|follow_up| follow_up.job).collect();
    let reply = NewReply { joined, ..answer(leased, &["answer"]) };
    store.queue.save_reply(&leased.lease, &reply).await.expect("saved");
}

/// Messages that are asked one after the other from now on.
async fn rest(store: &Store) -> Vec<i64> {
    let mut messages = Vec::new();
    for _ in 0..9 {
        for stage in [Stage::Post, Stage::Ask] {
            for leased in store.lease(stage, 50).await {
                store.settle(&leased, Settlement::Done, 50).await;
                messages.extend((stage == Stage::Ask).then_some(leased.job.question.message.0));
            }
        }
    }
    messages
}

fn same_text(message: i64) -> Question {
    Question { text: "the same".to_owned(), ..question("r1", message) }
}

async fn what_the_asker_sent_right_after_comes_along(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        store.ask("r1", message, message).await;
    }
    store.ask("r2", 4, 4).await;
    let leased = store.lease(Stage::Ask, 5).await;
    assert_eq!(names(&leased), [("r1", 1), ("r2", 4)]);
    let expected = |message| (question("r1", message).text, question("r1", message).files);
    let found: Vec<_> = leased[0].job.follow_ups.iter().map(|one| (one.text.clone(), one.files)).collect();
    assert_eq!(found, [expected(2), expected(3)]);
    assert!(leased[1].job.follow_ups.is_empty());
}

async fn another_asker_ends_the_follow_ups(engine: &dyn Engine) {
    let store = engine.serve().await;
    for question in [1, 2, 4].map(|message| question("r1", message)) {
        enqueue(&store, &question, 1).await;
    }
    enqueue(&store, &by("users/tomas", question("r1", 3)), 1).await;
    assert_eq!(follow_ups(&store.lease_one(Stage::Ask, 2).await), ["question 2"]);
}

async fn another_thread_ends_the_follow_ups(engine: &dyn Engine) {
    let store = engine.serve().await;
    enqueue(&store, &question("r1", 1), 1).await;
    enqueue(&store, &Question { place: thread("r1", 5), ..question("r1", 2) }, 1).await;
    enqueue(&store, &question("r1", 3), 1).await;
    assert!(store.lease_one(Stage::Ask, 2).await.job.follow_ups.is_empty());
}

async fn a_question_that_was_asked_before_is_no_follow_up(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 2, 1).await;
    store.ask("r1", 1, 3).await;
    assert!(store.lease_one(Stage::Ask, 4).await.job.follow_ups.is_empty());
}

async fn a_question_whose_answer_is_stored_is_no_follow_up(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 2, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    store.ask("r1", 1, 1).await;
    store.ask("r1", 3, 1).await;
    assert!(store.lease_one(Stage::Ask, 2).await.job.follow_ups.is_empty());
}

async fn an_answer_that_is_posted_has_no_follow_ups(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    store.ask("r1", 2, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    save(&store, &leased, 0).await;
    assert!(store.lease_one(Stage::Post, 1).await.job.follow_ups.is_empty());
}

async fn joined_questions_end_with_the_answer(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=4 {
        store.ask("r1", message, 1).await;
    }
    let leased = store.lease_one(Stage::Ask, 1).await;
    save(&store, &leased, 2).await;
    assert_eq!(store.queue.depth(at(1)).await.expect("read").open, 2);
    assert_eq!(rest(&store).await, [4]);
}

async fn a_joined_question_of_another_place_is_left_alone(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    store.ask("r2", 2, 1).await;
    let leased = store.lease(Stage::Ask, 1).await;
    store.settle(&leased[1], Settlement::HandBack, 1).await;
    let reply = NewReply { joined: vec![leased[1].job.id], ..answer(&leased[0], &["answer"]) };
    store.queue.save_reply(&leased[0].lease, &reply).await.expect("saved");
    assert_eq!(rest(&store).await, [2]);
}

async fn an_identical_question_ends_with_the_answer(engine: &dyn Engine) {
    let store = engine.serve().await;
    enqueue(&store, &same_text(1), 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    enqueue(&store, &question("r1", 2), 2).await;
    enqueue(&store, &same_text(3), 2).await;
    save(&store, &leased, 0).await;
    assert_eq!(rest(&store).await, [2]);
}

async fn a_question_identical_to_a_joined_one_ends_as_well(engine: &dyn Engine) {
    let store = engine.serve().await;
    enqueue(&store, &question("r1", 1), 1).await;
    enqueue(&store, &same_text(2), 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    enqueue(&store, &question("r1", 3), 2).await;
    enqueue(&store, &same_text(4), 2).await;
    save(&store, &leased, 1).await;
    assert_eq!(rest(&store).await, [3]);
}

async fn identical_questions_of_others_or_elsewhere_are_left_alone(engine: &dyn Engine) {
    let store = engine.serve().await;
    enqueue(&store, &same_text(1), 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    enqueue(&store, &by("users/tomas", same_text(2)), 2).await;
    enqueue(&store, &Question { place: thread("r1", 5), ..same_text(3) }, 2).await;
    enqueue(&store, &Question { place: question("r2", 4).place, ..same_text(4) }, 2).await;
    save(&store, &leased, 0).await;
    assert_eq!(store.queue.depth(at(2)).await.expect("read").open, 4);
}

async fn a_failure_ends_no_identical_question(engine: &dyn Engine) {
    let store = engine.serve().await;
    enqueue(&store, &same_text(1), 1).await;
    enqueue(&store, &same_text(2), 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let failure = Some(Failure::ModelTimedOut);
    let reply = NewReply { failure, turn: None, ..answer(&leased, &["sorry"]) };
    store.queue.save_reply(&leased.lease, &reply).await.expect("saved");
    assert_eq!(rest(&store).await, [2]);
}

async fn an_ended_question_is_known_and_its_room_goes_on(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=2 {
        store.ask("r1", message, 1).await;
    }
    let leased = store.lease_one(Stage::Ask, 1).await;
    save(&store, &leased, 1).await;
    assert_eq!(store.ask("r1", 2, 2).await, Enqueued::Duplicate);
    let posting = store.lease_one(Stage::Post, 2).await;
    store.settle(&posting, Settlement::Done, 2).await;
    store.ask("r1", 3, 3).await;
    assert_eq!(store.lease_one(Stage::Ask, 3).await.job.question.message.0, 3);
}
