//! When more rooms wait for the model than can be asked, people stand in line.

use std::collections::HashMap;

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};
use nextcloud_opencode_bot::ports::queue::Leased;

use super::{Engine, Store, at, question};

on_every_engine![
    nobodys_ten_questions_come_before_the_first_of_another,
    whoever_asks_later_waits_for_one_of_each_other_at_most,
    nobody_waits_for_more_than_one_question_of_each_other,
    a_question_behind_others_in_its_room_brings_the_room_forward,
    a_question_that_came_with_others_of_its_asker_is_behind_them,
    replies_are_posted_in_the_order_of_their_questions,
];

async fn ask(store: &Store, asker: &str, room: &str, message: i64, second: i64) {
    let mut question = question(room, message);
    question.asker.id = ActorId::new(format!("users/{asker}"));
    store.queue.enqueue(&question, at(second)).await.expect("stored");
}

/// Leases up to so many.
async fn lease(store: &Store, limit: usize, second: i64) -> Vec<Leased> {
    store.queue.lease(Stage::Ask, limit, at(second), at(second + 60)).await.expect("leased")
}

/// Leases one after the other from that second on, each when the one before was answered; the askers.
async fn askers_in_turn(store: &Store, mut second: i64) -> Vec<String> {
    let mut askers = Vec::new();
    while let Some(leased) = lease(store, 1, second).await.pop() {
        store.settle(&leased, Settlement::Done, second).await;
        askers.push(leased.job.question.asker.id.id().to_owned());
        second += 1;
    }
    askers
}

async fn nobodys_ten_questions_come_before_the_first_of_another(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=10 {
        ask(&store, "mira", &format!("r{message}"), message, 1).await;
    }
    ask(&store, "tomas", "own", 11, 2).await;
    ask(&store, "tomas", "own2", 12, 2).await;
    let first: Vec<_> = lease(&store, 2, 3).await;
    let askers: Vec<_> = first.iter().map(|leased| leased.job.question.asker.id.id()).collect();
    assert_eq!(askers, ["mira", "tomas"]);
    assert_eq!(askers_in_turn(&store, 4).await[..3], ["mira", "tomas", "mira"]);
}

async fn whoever_asks_later_waits_for_one_of_each_other_at_most(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=10 {
        ask(&store, "mira", &format!("r{message}"), message, 1).await;
        ask(&store, "eve", &format!("s{message}"), message, 1).await;
    }
    for second in 2..=5 {
        let leased = lease(&store, 1, second).await;
        store.settle(&leased[0], Settlement::Done, second).await;
    }
    ask(&store, "tomas", "own", 11, 6).await;
    assert!(askers_in_turn(&store, 7).await[..3].contains(&"tomas".to_owned()));
}

/// Many people, each with rooms of their own, at random times; none, one or two are taken at once.
async fn nobody_waits_for_more_than_one_question_of_each_other(engine: &dyn Engine) {
    let store = engine.serve().await;
    let (mut random, mut asked_at, mut taken) = (7_u64, HashMap::new(), Vec::new());
    let mut roll = |sides: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).expect("31 bits") % sides
    };
    for (second, message) in (1..).zip(1..=120) {
        let name = ["mira", "tomas", "eve", "lena"][roll(10).min(3)];
        ask(&store, name, &format!("{name}{message}"), message, second).await;
        asked_at.insert(message, second);
        for one in lease(&store, roll(4).max(1) - 1, second).await {
            store.settle(&one, Settlement::Done, second).await;
            taken.push((second, one.job.question));
        }
    }
    assert!(taken.len() > 50, "too little happened");
    for (nth, (second, question)) in taken.iter().enumerate() {
        let (own, others): (Vec<_>, Vec<_>) =
            taken[..nth].iter().partition(|(_, other)| other.asker.id == question.asker.id);
        let served = own.last().map_or(0, |(second, _)| *second);
        let since = served.max(asked_at[&question.message.0]);
        let mut before = HashMap::<&str, u32>::new();
        for (_, other) in others.iter().filter(|(when, _)| *when > since && when < second) {
            *before.entry(other.asker.id.id()).or_default() += 1;
        }
        assert!(before.values().all(|count| *count <= 1), "{question:?} waited for {before:?}");
    }
}

async fn a_question_behind_others_in_its_room_brings_the_room_forward(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=10 {
        ask(&store, "mira", &format!("r{message}"), message, 1).await;
    }
    ask(&store, "tomas", "r10", 11, 2).await;
    assert_eq!(askers_in_turn(&store, 3).await[..3], ["mira", "mira", "tomas"]);
}

async fn a_question_that_came_with_others_of_its_asker_is_behind_them(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (message, room) in (1..).zip(["c", "b", "a"]) {
        ask(&store, "mira", room, message, message).await;
    }
    let mut messages = Vec::new();
    for second in 5..8 {
        let leased = lease(&store, 1, second).await.remove(0);
        messages.push(leased.job.question.message.0);
        store.settle(&leased, Settlement::Done, second).await;
    }
    assert_eq!(messages, [1, 2, 3]);
}

async fn replies_are_posted_in_the_order_of_their_questions(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        ask(&store, "mira", &format!("r{message}"), message, message).await;
    }
    ask(&store, "tomas", "own", 4, 4).await;
    for leased in lease(&store, 9, 5).await {
        store.reply(&leased, &["answer"]).await;
    }
    let posting = store.queue.lease(Stage::Post, 3, at(6), at(60)).await.expect("leased");
    let messages: Vec<_> = posting.iter().map(|leased| leased.job.question.message.0).collect();
    assert_eq!(messages, [1, 2, 3]);
}
