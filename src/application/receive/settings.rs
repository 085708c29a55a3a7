//! What the administrator decided about events.

use super::limits::QuestionLimits;
use crate::application::answer::AnswerSettings;
use crate::domain::access::Access;

/// Whether people steer the bot by reactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReactionControl {
    /// Yes, also where Talk names the author of the message as the one who reacted.
    On,
    /// No.
    Off,
    /// Where Talk is known to tell who reacted.
    Auto,
}

/// Who may give commands that change a room for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomCommands {
    /// Moderators; everybody where Talk does not tell who is one.
    Moderators,
    /// Everybody who may ask.
    Everyone,
}

/// The administrator's decisions.
#[derive(Debug, Clone)]
pub struct ReceiveSettings {
    /// Who may ask.
    pub access: Access,
    /// How much may be asked.
    pub limits: QuestionLimits,
    /// Who may change a room.
    pub room_commands: RoomCommands,
    /// What reactions do.
    pub reaction_control: ReactionControl,
    /// Whether the bot introduces itself in a new room.
    pub welcome: bool,
    /// Whether a room's memory outlives the bot's stay in it.
    pub retain_on_leave: bool,
    /// Days after which texts are erased in any case.
    pub retention_days: Option<u32>,
    /// The model's name, as requests say it.
    pub model: String,
    /// How answers are made, and in which language the bot speaks.
    pub answer: AnswerSettings,
}
