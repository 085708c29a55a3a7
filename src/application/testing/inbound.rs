//! An inbound side of mocks. One without expectations fails the test when it is called.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{LIMITS, START};
use crate::application::answer::AnswerSettings;
use crate::application::poster::Poster;
use crate::application::receive::{
    QuestionLimits, ReactionControl, ReceiveSettings, RoomCommands, Surroundings,
};
use crate::application::signs::SignsHandle;
use crate::domain::access::Access;
use crate::domain::phrase::Language;
use crate::ports::clock::MockClock;
use crate::ports::conversations::MockConversationStore;
use crate::ports::model::MockChatModel;
use crate::ports::outbox::MockOutbox;
use crate::ports::queue::MockJobQueue;
use crate::ports::steering::MockSteering;
use crate::ports::talk::MockTalk;
use crate::ports::upkeep::MockUpkeep;

/// Where it is always the start, and nobody hears the calls for signs.
pub(crate) fn surroundings() -> Surroundings {
    let mut clock = MockClock::new();
    clock.expect_now().return_const(START);
    Surroundings {
        queue: Arc::new(MockJobQueue::new()),
        steering: Arc::new(MockSteering::new()),
        conversations: Arc::new(MockConversationStore::new()),
        upkeep: Arc::new(MockUpkeep::new()),
        outbox: Arc::new(MockOutbox::new()),
        clock: Arc::new(clock),
        model: Arc::new(MockChatModel::new()),
        limits: watch::Sender::new(LIMITS).subscribe(),
        measure: Arc::default(),
        running: Arc::default(),
        signs: SignsHandle::off(),
        poster: Arc::new(poster()),
        traces: super::traces(),
        talk_version: watch::Sender::new(None).subscribe(),
    }
}

/// Whose rooms are never paused.
fn poster() -> Poster {
    let mut queue = MockJobQueue::new();
    queue.expect_resume().returning(|_, _| Ok(()));
    let mut clock = MockClock::new();
    clock.expect_now().return_const(START);
    Poster::new(Arc::new(MockTalk::new()), Arc::new(queue), Arc::new(clock), Arc::default())
}

/// The defaults, without limits.
pub(crate) fn receive_settings() -> ReceiveSettings {
    ReceiveSettings {
        access: Access::default(),
        limits: QuestionLimits {
            window: Duration::from_hours(1),
            per_user: 0,
            per_guest: 0,
            per_room: 0,
            queue: 0,
        },
        room_commands: RoomCommands::Moderators,
        reaction_control: ReactionControl::Auto,
        welcome: true,
        retain_on_leave: false,
        retention_days: None,
        model: "halo-8000".into(),
        answer: AnswerSettings {
            system_prompt: "be kind".into(),
            context_turns: 6,
            answer_tokens: 1024,
            timeout: Duration::from_mins(2),
            language: Language::English,
        },
    }
}
