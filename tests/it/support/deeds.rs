//! What people do in Talk besides writing, and what Talk tells the service of it.

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::demo::talk::{NotSaid, Said, Share, TalkServer};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::clock::Clock;

use super::app::{Response, TestApp};

impl TestApp {
    /// Somebody opens a thread: its number, and what the service answers to its first message.
    pub(crate) async fn open_thread(
        &self,
        room: &str,
        actor: &str,
        title: &str,
        text: &str,
    ) -> (i64, Response) {
        self.do_it(|talk, now| talk.open_thread(room, actor, title, text, now)).await
    }

    /// Somebody writes in a thread.
    pub(crate) async fn say_in(&self, room: &str, actor: &str, thread: i64, text: &str) -> (i64, Response) {
        self.do_it(|talk, now| talk.say_in_thread(room, actor, text, thread, now)).await
    }

    /// Somebody writes in reply to a message.
    pub(crate) async fn reply_to(&self, room: &str, actor: &str, to: i64, text: &str) -> (i64, Response) {
        self.do_it(|talk, now| talk.say(room, actor, text, Some(to), now)).await
    }

    /// Somebody shares something.
    pub(crate) async fn share(&self, room: &str, actor: &str, share: &Share) -> (i64, Response) {
        self.do_it(|talk, now| talk.share(room, actor, share, now)).await
    }

    /// Somebody edits a message.
    pub(crate) async fn edit(&self, room: &str, actor: &str, message: i64, text: &str) -> Response {
        self.do_it(|talk, now| talk.edit(room, actor, message, text, now)).await.1
    }

    /// Somebody deletes a message.
    pub(crate) async fn delete(&self, room: &str, actor: &str, message: i64) -> Response {
        self.do_it(|talk, now| talk.delete(room, actor, message, now)).await.1
    }

    /// Somebody takes a reaction back. The answer is the one to the Undo.
    pub(crate) async fn unreact(&self, room: &str, actor: &str, message: i64, emoji: &str) -> Response {
        self.do_it(|talk, now| talk.unreact(room, actor, message, emoji, now)).await.1
    }

    /// Tells the service of its own reactions, as Talk does.
    pub(crate) async fn echo(&self) -> Vec<Response> {
        let echoes = self.talk.server().take_echoes();
        let mut responses = Vec::new();
        for webhook in &echoes {
            responses.push(self.deliver(webhook).await);
        }
        responses
    }

    /// Delivers all that Talk tells of a deed: the message's number, and the answer to the first webhook.
    async fn do_it(
        &self,
        deed: impl FnOnce(&mut TalkServer, Timestamp) -> Result<Said, NotSaid>,
    ) -> (i64, Response) {
        let said = deed(&mut self.talk.server(), SystemClock.now()).expect("done");
        let message = said.message;
        let mut responses = Vec::new();
        for webhook in said.webhooks() {
            responses.push(self.deliver(&webhook).await);
        }
        assert!(!responses.is_empty(), "the bot is in the room");
        (message, responses.swap_remove(0))
    }
}
