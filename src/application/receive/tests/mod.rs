use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::application::signs::{Call, Calls};
use crate::application::testing::{START, at, cause, receive_settings, room, surroundings};
use crate::domain::actor::{ActorId, Person};
use crate::domain::message::{Attachment, AttachmentKind, Role, Room, RoomToken, ThreadId};
use crate::domain::phrase::Language;
use crate::domain::text::RichText;
use crate::ports::conversations::MockConversationStore;
use crate::ports::model::MockChatModel;
use crate::ports::outbox::MockOutbox;
use crate::ports::queue::MockJobQueue;
use crate::ports::steering::MockSteering;
use crate::ports::talk::MockTalk;
use crate::ports::upkeep::MockUpkeep;

mod commands;
mod failures;
mod limits;
mod membership;
mod neighbours;
mod questions;
mod reactions;
mod reports;
mod steering;

const OWN: &str = "bots/bot-1f";

/// The job that runs in every scene.
const RUNNING: JobId = JobId(7);

/// What a test expects; a mock without expectations fails it when it is called.
struct Scene {
    queue: MockJobQueue,
    steering: MockSteering,
    conversations: MockConversationStore,
    upkeep: MockUpkeep,
    model: MockChatModel,
    settings: ReceiveSettings,
    known: Vec<ActorId>,
    talk: Option<TalkVersion>,
    /// Whether the outbox refuses everything.
    mute: bool,
}

impl Default for Scene {
    fn default() -> Self {
        let mut settings = receive_settings();
        settings.access.users = ["mira".to_owned(), "tomas".to_owned()].into();
        settings.access.guests = true;
        Self {
            queue: MockJobQueue::new(),
            steering: MockSteering::new(),
            conversations: MockConversationStore::new(),
            upkeep: MockUpkeep::new(),
            model: MockChatModel::new(),
            settings,
            known: vec![ActorId::new(OWN)],
            talk: None,
            mute: false,
        }
    }
}

impl Scene {
    /// Where the next message is noted, and is new.
    fn noting() -> Self {
        let mut scene = Self::default();
        scene.steering.expect_claim().once().returning(|_, _, _| Ok(Enqueued::New));
        scene
    }

    fn play(self) -> Stage {
        let clock = Arc::new(HandClock::default());
        let queue = Arc::new(self.queue);
        let (signs, calls) = SignsHandle::channel();
        let running = Arc::<Running>::default();
        let (run, stopped) = running.enter(RUNNING);
        let said = Arc::<Mutex<Vec<NewNotice>>>::default();
        let identity = Identity { name: "Halo".into(), own_actors: self.known };
        let around = Surroundings {
            queue: queue.clone(),
            poster: Arc::new(Poster::new(Arc::new(MockTalk::new()), queue, clock.clone(), Arc::default())),
            steering: Arc::new(self.steering),
            conversations: Arc::new(self.conversations),
            upkeep: Arc::new(self.upkeep),
            outbox: Arc::new(outbox(Arc::clone(&said), self.mute)),
            clock: clock.clone(),
            model: Arc::new(self.model),
            running,
            signs,
            talk_version: watch::Sender::new(self.talk).subscribe(),
            ..surroundings()
        };
        let receive = Receive::new(around, self.settings, identity);
        Stage { receive, clock, calls, stopped, said, run }
    }
}

fn outbox(said: Arc<Mutex<Vec<NewNotice>>>, mute: bool) -> MockOutbox {
    let mut outbox = MockOutbox::new();
    outbox.expect_add().returning(move |notice, _| {
        if mute {
            return Err(OutboxError::Unavailable(cause()));
        }
        said.lock().expect("unpoisoned").push(notice.clone());
        Ok(())
    });
    outbox
}

/// A clock that is set by hand, in seconds after the start.
#[derive(Default)]
struct HandClock(AtomicU64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::Relaxed))
    }
}

/// The use case, and what is seen of it.
struct Stage {
    receive: Receive,
    clock: Arc<HandClock>,
    calls: Calls,
    stopped: CancellationToken,
    said: Arc<Mutex<Vec<NewNotice>>>,
    run: crate::application::running::Run,
}

impl Stage {
    async fn take(&self, event: Event) -> Received {
        self.receive.handle(event).await.expect("the store takes everything")
    }

    async fn fails(&self, event: Event) -> ReceiveError {
        self.receive.handle(event).await.expect_err("the store refuses")
    }

    fn later(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn notices(&self) -> Vec<NewNotice> {
        self.said.lock().expect("unpoisoned").clone()
    }

    /// What the bot said, in order.
    fn said(&self) -> Vec<String> {
        self.notices().into_iter().map(|notice| notice.text).collect()
    }

    /// What the signs were told since the last look.
    fn calls(&mut self) -> Vec<Call> {
        std::iter::from_fn(|| self.calls.next().now_or_never()).collect()
    }
}

/// The sentence as it reaches the room.
fn sentence(phrase: &Phrase<'_>) -> String {
    reply::compose(&phrase.text(Language::English), None, reply::LIMIT).remove(0)
}

fn here() -> RoomToken {
    room("kq7m2rtx")
}

fn person(id: &str) -> Person {
    Person { id: ActorId::new(id), name: "Mira".into() }
}

fn message(author: &str, text: &str) -> Message {
    Message {
        id: MessageId(42),
        room: Room { token: here(), pair: None },
        author: person(author),
        text: RichText::plain(text),
        attachments: Vec::new(),
        thread: None,
        role: None,
        parent: None,
    }
}

fn event(message: Message) -> Event {
    Event::Message(Box::new(message))
}

fn wrote(author: &str, text: &str) -> Event {
    event(message(author, text))
}

fn wrote_as(role: Role, author: &str, text: &str) -> Event {
    event(Message { role: Some(role), ..message(author, text) })
}

const IGNORED: Received = Received::Ignored(Ignored::Reaction);
