//! The program as a process on PostgreSQL: killed, beside another, looked at by its administrator.

use crate::support::NOBODY;
use crate::support::postgres::{meddle, shared};
use crate::support::process::{command, output};
use crate::support::scene::Scene;

#[tokio::test]
async fn what_was_acknowledged_before_a_kill_is_answered_after_the_next_start() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (Scene::with_groups(5).await, cluster.fresh().await);
    let settings = [("DATABASE_URL", url.as_str())];
    let mut bot = scene.start_with(&settings);
    let rooms: Vec<String> = (1..=5).map(|number| format!("group{number:02}")).collect();
    for room in &rooms {
        scene.ask(&bot, room, "@Halo question").await;
    }
    bot.kill();
    let mut bot = scene.start_with(&settings);
    scene.settled(&bot).await;
    for room in &rooms {
        assert!(!scene.talk.posted(room).is_empty(), "{room}");
    }
    bot.stop();
}

#[tokio::test]
async fn two_services_answer_together_and_the_rest_of_one_that_is_killed() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (Scene::with_groups(6).await, cluster.fresh().await);
    let settings = [("DATABASE_URL", url.as_str())];
    let (mut first, mut second) = (scene.start_with(&settings), scene.start_with(&settings));
    let rooms: Vec<String> = (1..=6).map(|number| format!("group{number:02}")).collect();
    for (number, room) in rooms.iter().enumerate() {
        let service = if number % 2 == 0 { &first } else { &second };
        scene.ask(service, room, "@Halo question").await;
    }
    first.kill();
    scene.settled(&second).await;
    for room in &rooms {
        assert!(!scene.talk.posted(room).is_empty(), "{room}");
    }
    second.stop();
}

#[tokio::test]
async fn the_administrator_sees_dead_letters_beside_the_service() {
    let Some(cluster) = shared().await else { return };
    let (scene, url) = (Scene::new().await, cluster.fresh().await);
    let mut bot = scene.start_with(&[("DATABASE_URL", &url)]);
    let dead =
        "INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one, failure, died_at)
        VALUES ('bot', 'r1', 7, 'dead', 1, 1, 1, 0, 'internal', 1)";
    meddle(&url, dead).await;
    let listed = output(command(&["dead-letters", "list"]).env("DATABASE_URL", &url));
    let listed = String::from_utf8(listed.stdout).expect("text");
    assert!(listed.contains("room r1\tmessage 7"), "{listed}");
    let dropped = output(command(&["dead-letters", "drop", "all"]).env("DATABASE_URL", &url));
    assert_eq!(String::from_utf8_lossy(&dropped.stdout), "1 question erased\n");
    bot.stop();
}

#[test]
fn a_password_is_in_no_word_of_a_failure() {
    let mut serve = command(&["serve"]);
    serve.env("NEXTCLOUD_URL", NOBODY).env("MODEL_BASE_URL", "http://127.0.0.1:1/v1");
    serve.env("BOT_SECRET", "a secret of the tests, between 40 and 128 bytes long").env("BOT_PORT", "0");
    serve.env("DATABASE_URL", "postgres://bot:hunter2@127.0.0.1:1/halo").env("LOG_LEVEL", "trace");
    let failed = output(&mut serve);
    let words =
        format!("{}{}", String::from_utf8_lossy(&failed.stdout), String::from_utf8_lossy(&failed.stderr));
    assert_eq!(failed.status.code(), Some(1), "{words}");
    assert!(
        words.contains("halo at 127.0.0.1 port 1 cannot be reached") && !words.contains("hunter2"),
        "{words}"
    );
    let line = words.lines().last().expect("a last word");
    assert_eq!(line.matches("onnection refused").count(), 1, "told twice: {line}");
}
