//! Plays the lines of the script, each to its end: the next one begins when all that this one causes is done.

use std::collections::HashMap;

use nextcloud_opencode_bot::adapters::demo::talk::{MessageKind, Room, Share};
use nextcloud_opencode_bot::domain::sign::Sign;
use wiremock::ResponseTemplate;

use super::script::{Act, Deed, Line, Model, Target};
use crate::support::app::{Response, TestApp};
use crate::support::exceptions::saying;
use crate::support::trap::{Awaited, Held, Moment};
use crate::support::until;

const SETTINGS: [(&str, &str); 8] = [
    ("ALLOW_GUESTS", "true"),
    ("ALLOW_FEDERATED", "true"),
    ("CONTEXT_MESSAGES", "3"),
    ("LIMIT_PER_GUEST", "6"),
    ("LIMIT_QUEUE", "4"),
    ("LIMIT_WINDOW", "10800"),
    ("MODEL_PARALLEL", "1"),
    ("REACTION_CONTROL", "on"),
];

/// What the model does with its next chat.
enum Turn {
    Answers,
    WillWait(Awaited),
    Waits(Held),
}

/// The service, and what was played so far.
pub(super) struct Stage {
    app: TestApp,
    turn: Turn,
    /// Messages by name.
    named: HashMap<String, i64>,
    /// The message of the newest line.
    pub(super) newest: i64,
}

impl Stage {
    pub(super) async fn build() -> Self {
        let app = TestApp::with(&SETTINGS).await;
        app.model.repeat().await;
        Self { app, turn: Turn::Answers, named: HashMap::new(), newest: 0 }
    }

    /// Plays a line. Returns what the service answered to Talk, if it was told anything.
    pub(super) async fn play(&mut self, line: &Line) -> String {
        let verdict = match line {
            Line::Deed(deed) => self.act(deed).await,
            Line::Model(model) => {
                self.direct(model).await;
                String::new()
            }
        };
        self.turn = match std::mem::replace(&mut self.turn, Turn::Answers) {
            Turn::WillWait(awaited) if line.deed().is_some() => Turn::Waits(awaited.held().await),
            turn => turn,
        };
        self.settle().await;
        verdict
    }

    /// Nothing is left to do, and nobody was woken in all that time.
    pub(super) async fn end(mut self) {
        assert!(matches!(self.turn, Turn::Answers), "the model still waits");
        self.app.stop().await;
        assert_eq!(self.app.talk.server().live_mentions(), []);
    }

    /// The rooms as they are now.
    pub(super) fn rooms(&self) -> Vec<Room> {
        self.app.talk.server().rooms().to_vec()
    }

    /// How the script names that message.
    pub(super) fn name_of(&self, message: i64) -> Option<&str> {
        self.named.iter().find(|(_, named)| **named == message).map(|(name, _)| name.as_str())
    }

    async fn direct(&mut self, model: &Model) {
        match model {
            Model::Waits => self.turn = Turn::WillWait(self.app.model.trap.set(0, Moment::Arrived)),
            Model::GoesOn => {
                let Turn::Waits(held) = std::mem::replace(&mut self.turn, Turn::Answers) else {
                    panic!("the model was not asked");
                };
                drop(held);
            }
            Model::Refuses => self.app.model.instead(ResponseTemplate::new(401), 1).await,
            Model::Says(text) => self.app.model.instead(saying(text), 1).await,
        }
    }

    async fn act(&mut self, deed: &Deed) -> String {
        let (message, response) = self.told(deed).await;
        self.newest = message;
        if let Some(name) = &deed.name {
            self.named.insert(name.clone(), message);
        }
        response.verdict()
    }

    async fn told(&self, Deed { room, actor, act, .. }: &Deed) -> (i64, Response) {
        let app = &self.app;
        let target = |target: &Target| self.target(room, target);
        match act {
            Act::Says(text) => {
                let (message, webhook) = app.said(room, actor, text);
                (message, app.deliver(&webhook).await)
            }
            Act::SaysIn(thread, text) => app.say_in(room, actor, target(thread), text).await,
            Act::OpensThread(title, text) => app.open_thread(room, actor, title, text).await,
            Act::Replies(to, text) => app.reply_to(room, actor, target(to), text).await,
            Act::Shares(thing, caption) => {
                app.share(room, actor, &Share::of(*thing).captioned(caption)).await
            }
            Act::Reacts(emoji, to) => (target(to), app.react(room, actor, target(to), emoji).await),
            Act::TakesBack(emoji, to) => (target(to), app.unreact(room, actor, target(to), emoji).await),
            Act::Edits(message, text) => {
                (target(message), app.edit(room, actor, target(message), text).await)
            }
            Act::Deletes(message) => (target(message), app.delete(room, actor, target(message)).await),
            Act::Clears => (0, app.clear(room, actor).await),
            Act::EnablesBot => (0, app.join(room).await),
            Act::DisablesBot => (0, app.leave(room).await),
        }
    }

    fn target(&self, room: &str, target: &Target) -> i64 {
        let named =
            |name: &String| *self.named.get(name).unwrap_or_else(|| panic!("no message is called {name}"));
        match target {
            Target::Message(name) => named(name),
            Target::AnswerTo(name) => {
                let (server, question) = (self.app.talk.server(), named(name));
                let messages = &server.room(room).expect("a room").messages;
                let answers = |message: &&_| is_answer_to(message, question);
                messages.iter().rfind(answers).unwrap_or_else(|| panic!("no answer to {name}")).id
            }
        }
    }

    /// Waits until the service has done all that it has to do. While the model waits, its questions stay open.
    async fn settle(&self) {
        let held = matches!(self.turn, Turn::Waits(_));
        until("everything is done", async || {
            let left = self.app.unfinished().await;
            (held || left.questions == 0)
                && (left.notices, left.signs) == (0, 0)
                && self.all_signs_show().await
        })
        .await;
    }

    /// A sign is recorded before it is put on.
    async fn all_signs_show(&self) -> bool {
        let recorded = self.app.recorded_signs().await;
        let server = self.app.talk.server();
        recorded.iter().all(|(room, message, sign)| {
            let emoji = Sign::parse(sign).expect("a sign").emoji();
            let message = server.room(room).and_then(|room| room.message(*message));
            message.is_none_or(|it| it.deleted || it.reactions.has(emoji, &server.bot().id))
        })
    }
}

fn is_answer_to(message: &nextcloud_opencode_bot::adapters::demo::talk::Message, question: i64) -> bool {
    message.kind == MessageKind::Bot && message.reply_to == Some(question)
}
