//! `dead-letters` beside a running service, with no other setting than where the store is.

use super::{stderr, stdout};
use crate::support::process::{command, output};
use crate::support::scene::Scene;
use crate::support::talk::GROUP;

/// A room beside the usual one.
const OTHER: &str = "zz81lmfp";

/// What the command prints, and its exit code.
fn run(scene: &Scene, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = command(&[&["dead-letters"], arguments].concat());
    let output = output(command.env("DATABASE_URL", format!("sqlite://{}", scene.database().display())));
    (stdout(&output) + &stderr(&output), output.status.code())
}

/// Two questions that a model with a wrong address refused, and told so in their rooms.
async fn two_given_up() -> Scene {
    let scene = Scene::new().await;
    let wrong = scene.model.url().replace("/v1", "/wrong/v1");
    let mut bot = scene.start_with(&[("MODEL_BASE_URL", &wrong)]);
    for room in [GROUP, OTHER] {
        scene.ask(&bot, room, "@Halo what does the quokka eat?").await;
        scene.talk.wait_for_posts(room, 1).await;
    }
    scene.settled(&bot).await;
    bot.stop();
    scene
}

#[tokio::test]
async fn they_are_listed_without_what_was_asked() {
    let scene = two_given_up().await;
    let _bot = scene.start();
    let (list, code) = run(&scene, &["list"]);
    assert_eq!((list.lines().count(), code), (2, Some(0)), "{list}");
    for (line, (reference, room)) in list.lines().zip([("#1", GROUP), ("#2", OTHER)]) {
        assert!(
            line.starts_with(reference) && line.contains(room) && line.contains("model_refused"),
            "{line}"
        );
    }
    assert!(!list.contains("quokka") && !list.contains("Mira"), "{list}");
}

#[tokio::test]
async fn one_that_is_tried_again_is_answered_by_the_running_service() {
    let scene = two_given_up().await;
    let mut bot = scene.start();
    assert_eq!(run(&scene, &["retry", "#1"]), ("1 question will be tried again\n".to_owned(), Some(0)));
    let posted = scene.talk.wait_for_posts(GROUP, 2).await;
    assert!(posted[1].0.contains("what does the quokka eat?") && posted[1].1 == posted[0].1, "{posted:?}");
    bot.stop();
    let (list, _) = run(&scene, &["list"]);
    assert!(list.lines().count() == 1 && list.contains(OTHER), "{list}");
    assert_eq!(scene.talk.posted(OTHER).len(), 1);
}

#[tokio::test]
async fn what_is_dropped_is_gone() {
    let scene = two_given_up().await;
    let mut bot = scene.start();
    assert_eq!(run(&scene, &["drop", "1"]), ("1 question erased\n".to_owned(), Some(0)));
    assert_eq!(run(&scene, &["drop", "all"]), ("1 question erased\n".to_owned(), Some(0)));
    assert_eq!(run(&scene, &["list"]), ("no dead letters\n".to_owned(), Some(0)));
    bot.stop();
    let bytes = std::fs::read(scene.database()).expect("readable");
    assert!(!bytes.windows(6).any(|window| window == b"quokka"), "the words are still in the file");
}

#[tokio::test]
async fn what_is_dropped_while_no_service_runs_is_gone() {
    let scene = two_given_up().await;
    assert!(is_left(&scene, b"quokka"), "the search works");
    assert_eq!(run(&scene, &["drop", "all"]), ("2 questions erased\n".to_owned(), Some(0)));
    assert!(!is_left(&scene, b"quokka"), "the words are still on the disk");
}

/// Whether the store holds that, its log included.
fn is_left(scene: &Scene, words: &[u8]) -> bool {
    let database = scene.database();
    let files = std::fs::read_dir(database.parent().expect("it lies somewhere")).expect("a directory");
    files.map(|file| file.expect("readable").path()).filter(|path| path.is_file()).any(|path| {
        let bytes = std::fs::read(path).expect("readable");
        bytes.windows(words.len()).any(|window| window == words)
    })
}

#[tokio::test]
async fn a_reference_that_names_nothing_changes_nothing() {
    let scene = two_given_up().await;
    let _bot = scene.start();
    for arguments in [["retry", "99"], ["drop", "99"]] {
        let (said, code) = run(&scene, &arguments);
        assert!(said.contains("there is no dead letter #99") && code == Some(1), "{said}");
    }
    let (said, code) = run(&scene, &["drop", "everything"]);
    assert!(said.contains("everything") && code == Some(1), "{said}");
    assert_eq!(run(&scene, &["list"]).0.lines().count(), 2);
}
