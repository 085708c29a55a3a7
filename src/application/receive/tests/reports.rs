//! What `status` and `context` tell.

use super::*;
use crate::application::testing::conversation;
use crate::domain::conversation::{Conversation, Turn};
use crate::domain::phrase::{ContextUse, Status};
use crate::ports::model::EndpointState;
use crate::ports::queue::Depth;

/// So many turns of that many bytes in question and answer together.
fn turns(count: i64, bytes: usize) -> Vec<Turn> {
    let words = "x".repeat(bytes / 2);
    (0..count)
        .map(|id| Turn {
            message: MessageId(id),
            speaker: None,
            question: words.clone(),
            answer: words.clone(),
        })
        .collect()
}

fn remembering(conversation: Conversation) -> Scene {
    let mut scene = Scene::noting();
    scene.conversations.expect_recent().once().return_once(|_| Ok(conversation));
    scene
}

async fn context(conversation: Conversation) -> String {
    let stage = remembering(conversation).play();
    stage.take(wrote("users/mira", "@Halo /context")).await;
    stage.said().concat()
}

fn tells(turns: usize, tokens: u32, trimmed: bool) -> String {
    sentence(&Phrase::Context(ContextUse { turns, tokens, of: 4096, trimmed }))
}

/// The instructions and an empty question: 8 tokens around each, and 3 for seven letters.
const EMPTY: u32 = 19;

#[tokio::test]
async fn context_tells_the_turns_and_tokens_that_the_model_is_shown() {
    let place = Place::from(here());
    assert_eq!(context(conversation(&place, vec![])).await, tells(0, EMPTY, false));
    assert_eq!(context(conversation(&place, turns(3, 600))).await, tells(3, EMPTY + 3 * 216, false));
}

#[tokio::test]
async fn context_tells_that_older_turns_were_dropped_or_will_not_be_shown() {
    let place = Place::from(here());
    let trimmed = Conversation { trimmed: true, ..conversation(&place, turns(2, 600)) };
    assert_eq!(context(trimmed).await, tells(2, EMPTY + 2 * 216, true));
    assert_eq!(context(conversation(&place, turns(13, 60))).await, tells(6, EMPTY + 6 * 36, true));
    assert_eq!(context(conversation(&place, turns(6, 3000))).await, tells(1, EMPTY + 1016, true));
}

#[tokio::test]
async fn status_tells_the_server_in_use_its_trouble_and_what_waits() {
    let mut scene = remembering(conversation(&here().into(), vec![]));
    let endpoint = |used, problem: &str| EndpointState {
        used,
        problem: Some(problem.to_owned()),
        ..EndpointState::default()
    };
    let endpoints = vec![endpoint(false, "away"), endpoint(true, "busy: http://10.0.0.7:8080: refused")];
    scene.model.expect_endpoints().once().return_once(|| endpoints);
    scene.steering.expect_open_in().withf(|room| *room == here()).once().returning(|_| Ok(2));
    let depth = Depth { open: 5, leased: 1, ..Depth::default() };
    scene.queue.expect_depth().once().return_once(|_| Ok(depth));
    let stage = scene.play();
    stage.take(wrote("users/mira", "@Halo /status")).await;
    let status = Phrase::Status(Status {
        model: "halo-8000",
        endpoint: (2, 2),
        sharing: 1,
        problem: Some("busy"),
        open_here: 2,
        open: 5,
        running: 1,
        context: (EMPTY, 4096),
        tokens_per_second: None,
    });
    assert_eq!(stage.said(), [sentence(&status)]);
}
