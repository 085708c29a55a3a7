use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::application::testing::{START, cause, room};
use crate::domain::actor::Person;
use crate::domain::message::{MessageId, Parent, Room};
use crate::domain::text::RichText;
use crate::ports::clock::MockClock;
use crate::ports::conversations::MockConversationStore;
use crate::ports::queue::MockJobQueue;

const OWN: &str = "bots/bot-1f";

/// A mock without expectations fails the test when it is called: nothing may be stored.
fn receive_with(queue: MockJobQueue, conversations: MockConversationStore, known: &[&str]) -> Receive {
    let mut clock = MockClock::new();
    clock.expect_now().return_const(START);
    let identity =
        Identity { name: "Halo".into(), own_actors: known.iter().map(|id| ActorId::new(*id)).collect() };
    let access = Access { users: ["mira".to_owned()].into(), ..Access::default() };
    Receive::new(Arc::new(queue), Arc::new(conversations), Arc::new(clock), access, identity)
}

fn receive(queue: MockJobQueue) -> Receive {
    receive_with(queue, MockConversationStore::new(), &[OWN])
}

fn person(id: &str) -> Person {
    Person { id: ActorId::new(id), name: "Mira".into() }
}

fn message(author: &str, text: &str) -> Message {
    Message {
        id: MessageId(42),
        room: Room { token: room("kq7m2rtx"), pair: None },
        author: person(author),
        text: RichText::plain(text),
        attachments: Vec::new(),
        thread: None,
        role: None,
        parent: None,
    }
}

fn wrote(author: &str, text: &str) -> Event {
    Event::Message(Box::new(message(author, text)))
}

async fn ignored(event: Event) -> Option<Ignored> {
    match receive(MockJobQueue::new()).handle(event).await {
        Ok(Received::Ignored(reason)) => Some(reason),
        _ => None,
    }
}

#[tokio::test]
async fn what_calls_nobody_is_ignored_and_stored_nowhere() {
    assert_eq!(ignored(wrote("users/mira", "lunch?")).await, Some(Ignored::NotAddressed));
}

#[tokio::test]
async fn who_may_not_ask_is_ignored_and_stored_nowhere() {
    assert_eq!(ignored(wrote("users/eve", "@Halo hi")).await, Some(Ignored::NotAllowed));
    assert_eq!(ignored(wrote("guests/1f", "@Halo hi")).await, Some(Ignored::NotAllowed));
}

#[tokio::test]
async fn a_bot_is_ignored_also_when_it_calls_this_one() {
    assert_eq!(ignored(wrote(OWN, "@Halo hi")).await, Some(Ignored::FromBot));
    assert_eq!(ignored(wrote("bots/bot-other", "@Halo hi")).await, Some(Ignored::FromBot));
}

#[tokio::test]
async fn what_the_room_itself_tells_is_ignored() {
    let renamed = Event::System { room: room("kq7m2rtx"), name: "conversation_renamed".into() };
    assert_eq!(ignored(renamed).await, Some(Ignored::SystemMessage));
}

#[tokio::test]
async fn a_reaction_is_ignored() {
    let reaction = Event::Reaction {
        room: room("kq7m2rtx"),
        message: MessageId(42),
        text: "hello".into(),
        actor: person("users/mira"),
        emoji: "👍".into(),
        added: true,
    };
    assert_eq!(ignored(reaction).await, Some(Ignored::Reaction));
}

#[tokio::test]
async fn a_leave_is_ignored() {
    let left = Event::Left { room: room("kq7m2rtx"), bot: ActorId::new(OWN) };
    assert_eq!(ignored(left).await, Some(Ignored::Membership));
}

#[tokio::test]
async fn an_unknown_type_is_ignored() {
    assert_eq!(ignored(Event::Unknown).await, Some(Ignored::UnknownType));
}

#[tokio::test]
async fn a_question_is_stored_as_the_model_will_see_it() {
    let mut queue = MockJobQueue::new();
    let expected = Question {
        place: room("kq7m2rtx").into(),
        message: MessageId(42),
        asker: person("users/mira"),
        text: "what time is it?".into(),
        one_to_one: false,
        files: false,
    };
    queue
        .expect_enqueue()
        .withf(move |question, now| *question == expected && *now == START)
        .once()
        .returning(|_, _| Ok(Enqueued::New));
    let received = receive(queue).handle(wrote("users/mira", "@Halo what time is it?")).await;
    assert_eq!(received.expect("stored"), Received::Queued);
}

#[tokio::test]
async fn a_one_to_one_room_needs_no_name_and_is_marked_as_one() {
    let mut queue = MockJobQueue::new();
    queue
        .expect_enqueue()
        .withf(|question, _| question.one_to_one)
        .once()
        .returning(|_, _| Ok(Enqueued::New));
    let mut message = message("users/mira", "what time is it?");
    message.room.pair = Some(["mira".into(), "tomas".into()]);
    let received = receive(queue).handle(Event::Message(Box::new(message))).await;
    assert_eq!(received.expect("stored"), Received::Queued);
}

#[tokio::test]
async fn a_replayed_question_is_a_duplicate() {
    let mut queue = MockJobQueue::new();
    queue.expect_enqueue().returning(|_, _| Ok(Enqueued::Duplicate));
    let received = receive(queue).handle(wrote("users/mira", "@Halo hi")).await;
    assert_eq!(received.expect("known"), Received::Duplicate);
}

#[tokio::test]
async fn a_question_that_cannot_be_stored_is_an_error() {
    let mut queue = MockJobQueue::new();
    queue.expect_enqueue().returning(|_, _| Err(QueueError::Unavailable(cause())));
    let received = receive(queue).handle(wrote("users/mira", "@Halo hi")).await;
    assert!(matches!(received, Err(ReceiveError::Queue(_))), "{received:?}");
}

fn joined(bot: &str) -> Event {
    Event::Joined { room: room("kq7m2rtx"), bot: ActorId::new(bot) }
}

/// A reply to the message of that bot, which calls no name.
fn reply_to(bot: &str) -> Event {
    let mut message = message("users/mira", "and tomorrow?");
    let author = Person { id: ActorId::new(bot), name: "Renamed (Bot)".into() };
    message.parent = Some(Parent { id: Some(MessageId(40)), author, text: RichText::plain("today") });
    Event::Message(Box::new(message))
}

#[tokio::test]
async fn a_join_teaches_the_own_actor_which_is_stored_once() {
    let mut conversations = MockConversationStore::new();
    conversations
        .expect_add_own_actor()
        .withf(|actor| actor.as_str() == "bots/bot-2e")
        .once()
        .returning(|_| Ok(()));
    let mut queue = MockJobQueue::new();
    queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    let receive = receive_with(queue, conversations, &[]);
    for _ in 0..2 {
        let received = receive.handle(joined("bots/bot-2e")).await;
        assert_eq!(received.expect("noted"), Received::Ignored(Ignored::Membership));
    }
    assert_eq!(receive.handle(reply_to("bots/bot-2e")).await.expect("stored"), Received::Queued);
}

#[tokio::test]
async fn an_own_actor_that_is_not_stored_is_not_used_and_stored_the_next_time() {
    let tries = Arc::new(AtomicUsize::new(0));
    let mut conversations = MockConversationStore::new();
    let count = tries.clone();
    conversations.expect_add_own_actor().times(2).returning(move |_| {
        if count.fetch_add(1, Ordering::Relaxed) == 0 {
            Err(StoreError::Unavailable(cause()))
        } else {
            Ok(())
        }
    });
    let receive = receive_with(MockJobQueue::new(), conversations, &[]);
    let first = receive.handle(joined("bots/bot-2e")).await;
    assert!(matches!(first, Err(ReceiveError::Store(_))), "{first:?}");
    let reply = receive.handle(reply_to("bots/bot-2e")).await;
    assert_eq!(reply.expect("nothing to store"), Received::Ignored(Ignored::NotAddressed));
    assert!(receive.handle(joined("bots/bot-2e")).await.is_ok());
}

#[tokio::test]
async fn a_join_of_somebody_who_is_no_bot_teaches_nothing() {
    let receive = receive_with(MockJobQueue::new(), MockConversationStore::new(), &[]);
    assert!(receive.handle(joined("users/mira")).await.is_ok());
}
