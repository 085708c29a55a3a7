//! What people do in the stand-in's rooms, as the page asks for it, and what Talk has to tell the bot of each.

use serde::Deserialize;

use crate::adapters::demo::talk::{NotSaid, Said, Share, TalkServer, Thing, Webhook};
use crate::domain::time::Timestamp;

/// What a person does in a room.
#[derive(Debug, Clone, Deserialize)]
pub struct Action {
    /// The room's token.
    pub room: String,
    /// The person's actor id.
    pub author: String,
    /// What.
    #[serde(flatten)]
    pub deed: Deed,
}

/// What a person can do.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Deed {
    /// Write.
    Say {
        /// The words.
        text: String,
        /// The message that they reply to.
        reply_to: Option<i64>,
        /// The thread they stand in, unless they are a reply.
        thread: Option<i64>,
    },
    /// Open a thread.
    OpenThread {
        /// What it is about.
        title: String,
        /// Its first words.
        text: String,
    },
    /// Share something.
    Share {
        /// What.
        thing: Thing,
        /// The words below it, for a file.
        #[serde(default)]
        caption: String,
        /// The message that it replies to.
        reply_to: Option<i64>,
        /// The thread it stands in.
        thread: Option<i64>,
    },
    /// Change a message.
    Edit {
        /// That message.
        message: i64,
        /// Its new words.
        text: String,
    },
    /// Take a message back.
    Delete {
        /// That message.
        message: i64,
    },
    /// Add a reaction.
    React {
        /// To that message.
        message: i64,
        /// The reaction.
        emoji: String,
    },
    /// Take a reaction back.
    Unreact {
        /// From that message.
        message: i64,
        /// The reaction.
        emoji: String,
    },
    /// Clear the room.
    Clear,
    /// Let the bot into the room.
    EnableBot,
    /// Put the bot out of the room.
    DisableBot,
}

/// What came of a deed.
pub(super) struct Done {
    /// The message that it made or changed.
    pub(super) message: Option<i64>,
    /// What the bot is told, in order.
    pub(super) webhooks: Vec<Webhook>,
}

impl From<Said> for Done {
    fn from(said: Said) -> Self {
        Self { message: Some(said.message), webhooks: said.webhooks().collect() }
    }
}

impl Deed {
    /// Whether it makes a message that shows what became of its webhook.
    pub(super) fn makes_a_message(&self) -> bool {
        matches!(self, Self::Say { .. } | Self::OpenThread { .. } | Self::Share { .. } | Self::Clear)
    }
}

impl Action {
    /// Does it.
    pub(super) fn apply(&self, server: &mut TalkServer, now: Timestamp) -> Result<Done, NotSaid> {
        let (room, author) = (self.room.as_str(), self.author.as_str());
        let said = match &self.deed {
            Deed::Say { text, reply_to: None, thread: Some(thread) } => {
                server.say_in_thread(room, author, text, *thread, now)
            }
            Deed::Say { text, reply_to, .. } => server.say(room, author, text, *reply_to, now),
            Deed::OpenThread { title, text } => server.open_thread(room, author, title, text, now),
            Deed::Share { thing, caption, reply_to, thread } => {
                let share = Share::of(*thing).captioned(caption);
                server.share(room, author, &share.replying_to(*reply_to).in_thread(*thread), now)
            }
            Deed::Edit { message, text } => server.edit(room, author, *message, text, now),
            Deed::Delete { message } => server.delete(room, author, *message, now),
            Deed::React { message, emoji } => server.react(room, author, *message, emoji),
            Deed::Unreact { message, emoji } => server.unreact(room, author, *message, emoji, now),
            Deed::Clear => server.clear(room, author, now),
            Deed::EnableBot | Deed::DisableBot => return self.decide_about_the_bot(server),
        };
        said.map(Done::from)
    }

    fn decide_about_the_bot(&self, server: &mut TalkServer) -> Result<Done, NotSaid> {
        server.check_moderator(&self.room, &self.author)?;
        let wanted = matches!(self.deed, Deed::EnableBot);
        if server.room(&self.room).is_some_and(|room| room.bot_enabled == wanted) {
            return Err(NotSaid::Unchanged);
        }
        let webhook = if wanted { server.enable_bot(&self.room) } else { server.disable_bot(&self.room) };
        Ok(Done { message: None, webhooks: webhook.into_iter().collect() })
    }
}
