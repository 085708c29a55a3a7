//! All that people do in Talk is acknowledged, and so is what Talk tells the bot of its own reactions.

use nextcloud_opencode_bot::adapters::demo::talk::{Share, Thing};
use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::ports::talk::Talk;

use crate::support::app::{Response, TestApp};
use crate::support::bot_api::bot_api;
use crate::support::process::SECRET;
use crate::support::talk::{GROUP, MIRA, TOMAS};

#[tokio::test]
async fn all_that_people_do_is_acknowledged() {
    let mut app = TestApp::start().await;
    let (thread, opened) = app.open_thread(GROUP, MIRA, "Venue", "Where do we meet?").await;
    let (inside, said) = app.say_in(GROUP, TOMAS, thread, "At the harbour.").await;
    let mut statuses = vec![opened.status, said.status];
    for thing in [Thing::File, Thing::Image, Thing::Voice, Thing::Location, Thing::DeckCard, Thing::Poll] {
        statuses.push(app.share(GROUP, MIRA, &Share::of(thing)).await.1.status);
    }
    statuses.push(app.edit(GROUP, TOMAS, inside, "At the pier.").await.status);
    statuses.push(app.react(GROUP, MIRA, inside, "👍").await.status);
    statuses.push(app.unreact(GROUP, MIRA, inside, "👍").await.status);
    statuses.push(app.delete(GROUP, TOMAS, inside).await.status);
    assert_eq!(statuses, [200; 12]);
    app.stop().await;
}

#[tokio::test]
async fn the_bots_own_reactions_are_nobodys_wish() {
    let mut app = TestApp::start().await;
    let (message, _) = app.said(GROUP, MIRA, "a message");
    let api = bot_api(&app.talk.url(), SECRET);
    let room = RoomToken::parse(GROUP).expect("a token");
    api.react(&room, MessageId(message), "🛑").await.expect("added");
    app.talk.wait_for_reactions(GROUP, message, &["🛑"]).await;
    api.unreact(&room, MessageId(message), "🛑").await.expect("taken away");
    let verdicts: Vec<String> = app.echo().await.iter().map(Response::verdict).collect();
    assert_eq!(verdicts.len(), 3, "a Like, an Undo, and the system message that goes with it");
    assert!(verdicts.iter().all(|verdict| verdict.starts_with("200 ignored")), "{verdicts:?}");
    app.stop().await;
}
