//! Questions that are asked again.

use nextcloud_opencode_bot::domain::actor::{ActorId, Person};
use nextcloud_opencode_bot::domain::job::{Failure, Question, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::ports::queue::{NewReply, NewTurn};
use nextcloud_opencode_bot::ports::upkeep::Sweep;

use super::{Engine, Store, answer, at, by, new_turn, question, room, thread, turn};

on_every_engine![
    an_answered_question_is_asked_as_it_is_remembered,
    its_turn_is_forgotten_and_an_epoch_begins,
    a_new_answer_is_remembered,
    a_dead_letter_is_asked_in_its_own_words,
    the_notice_of_a_dead_letter_is_dropped,
    a_stored_answer_of_a_dead_letter_is_dropped,
    an_open_question_is_not_asked_again,
    an_unknown_question_is_not_asked_again,
    a_question_whose_identity_was_purged_is_asked_again,
    its_sign_is_wrong_until_it_is_shown,
    it_rings,
];

async fn again(store: &Store, token: &str, message: i64) -> bool {
    store.steering.again(&room(token), MessageId(message), at(100)).await.expect("stored")
}

async fn an_answered_question_is_asked_as_it_is_remembered(engine: &dyn Engine) {
    let store = engine.serve().await;
    let before = by("users/tomas", Question { place: thread("r1", 5), ..question("r1", 7) });
    let job = store.converse(&before, 1).await;
    assert!(again(&store, "r1", 7).await);
    assert!(store.lease(Stage::Ask, 99).await.is_empty());
    let leased = store.lease_one(Stage::Ask, 100).await;
    let asker = Person { id: ActorId::new("users/tomas"), name: "Mira".to_owned() };
    let text = turn(7).question;
    assert_eq!(leased.job.question, Question { asker, text, ..before });
    assert_eq!((leased.job.id, leased.job.asked_at, leased.job.attempts), (job, at(100), 1));
    assert_eq!((leased.job.reply, leased.job.trouble_since), (None, None));
}

async fn its_turn_is_forgotten_and_an_epoch_begins(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        store.converse(&question("r1", message), 1).await;
    }
    assert!(again(&store, "r1", 2).await);
    let memory = store.conversation("r1").await;
    assert_eq!((memory.id.epoch, memory.turns), (1, vec![turn(1), turn(3)]));
}

async fn a_new_answer_is_remembered(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.converse(&question("r1", 1), 1).await;
    again(&store, "r1", 1).await;
    let leased = store.lease_one(Stage::Ask, 100).await;
    let turn = Some(NewTurn { epoch: 1, ..new_turn(1) });
    let reply = NewReply { turn, ..answer(&leased, &["better"]) };
    store.queue.save_reply(&leased.lease, &reply).await.expect("saved");
    assert_eq!(store.turns("r1").await, [super::turn(1)]);
    let posting = store.lease_one(Stage::Post, 100).await;
    assert_eq!(posting.job.reply.expect("stored").parts[0].text, "better");
}

async fn a_dead_letter_is_asked_in_its_own_words(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 1, Settlement::Dead(Failure::ModelRefused)).await;
    assert!(again(&store, "r1", 7).await);
    assert!(store.dead_letters.list().await.expect("read").is_empty());
    let leased = store.lease_one(Stage::Ask, 100).await;
    assert_eq!((leased.job.question, leased.job.attempts), (question("r1", 7), 1));
}

async fn the_notice_of_a_dead_letter_is_dropped(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let failure = Some(Failure::ModelTimedOut);
    let notice = NewReply { failure, turn: None, ..answer(&leased, &["sorry"]) };
    store.queue.save_reply(&leased.lease, &notice).await.expect("saved");
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Dead(Failure::ModelTimedOut), 1).await;
    assert!(again(&store, "r1", 7).await);
    let leased = store.lease_one(Stage::Ask, 100).await;
    store.reply(&leased, &["answer"]).await;
    let reply = store.lease_one(Stage::Post, 100).await.job.reply.expect("stored");
    assert_eq!((reply.failure, reply.parts.len()), (None, 1));
}

async fn a_stored_answer_of_a_dead_letter_is_dropped(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["never posted"]).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Dead(Failure::TalkRefused), 1).await;
    assert!(again(&store, "r1", 7).await);
    assert!(store.turns("r1").await.is_empty());
    let words = turn(7).question;
    let asked = Question { text: words, ..question("r1", 7) };
    assert_eq!(store.lease_one(Stage::Ask, 100).await.job.question, asked, "with what was joined to it");
}

async fn an_open_question_is_not_asked_again(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    assert!(!again(&store, "r1", 7).await);
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    assert!(!again(&store, "r1", 7).await);
    assert_eq!(store.turns("r1").await, [turn(7)]);
    store.lease_one(Stage::Post, 1).await;
}

async fn an_unknown_question_is_not_asked_again(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.converse(&question("r1", 7), 1).await;
    assert!(!again(&store, "r1", 8).await);
    assert!(!again(&store, "r2", 7).await);
    store.forget("r1").await;
    assert!(!again(&store, "r1", 7).await);
    assert!(store.lease(Stage::Ask, 100).await.is_empty());
}

async fn a_question_whose_identity_was_purged_is_asked_again(engine: &dyn Engine) {
    let store = engine.serve().await;
    let job = store.converse(&question("r1", 7), 1).await;
    store.signs.record(job, None).await.expect("recorded");
    let sweep = Sweep { texts_before: None, identities_before: at(50) };
    assert_eq!(store.upkeep.sweep(sweep).await.expect("swept").identities, 1);
    assert!(again(&store, "r1", 7).await);
    assert!(!again(&store, "r1", 7).await, "it is open");
    assert_eq!(store.lease_one(Stage::Ask, 100).await.job.question.message, MessageId(7));
}

async fn its_sign_is_wrong_until_it_is_shown(engine: &dyn Engine) {
    let store = engine.serve().await;
    let answered = store.converse(&question("r1", 7), 1).await;
    let dead = store.bury("r1", 8, 1, Settlement::Dead(Failure::Internal)).await;
    store.signs.record(answered, None).await.expect("recorded");
    store.signs.record(dead, Some(Sign::Failed)).await.expect("recorded");
    for message in [7, 8] {
        again(&store, "r1", message).await;
    }
    let wrong = store.signs.wrong(at(100), 9).await.expect("read");
    let signs: Vec<_> = wrong.iter().map(|one| (one.shown, one.wanted)).collect();
    assert_eq!(signs, [(None, Some(Sign::Thinking)), (Some(Sign::Failed), Some(Sign::Thinking))]);
}

async fn it_rings(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.converse(&question("r1", 7), 1).await;
    store.queue.changed(Stage::Ask).await;
    again(&store, "r1", 7).await;
    tokio::time::timeout(super::LEASE, store.queue.changed(Stage::Ask)).await.expect("a signal");
}
