//! kill -9 at any moment of an answer's way: the next start brings it to its end, and the room reads every part once
//! and in order. Only the part whose post was under way may be read twice.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;
use nextcloud_opencode_bot::adapters::demo::model::script::{Line, Role, speak};
use nextcloud_opencode_bot::domain::reply::{LIMIT, compose};

use crate::support::half::HalfModel;
use crate::support::process::BotProcess;
use crate::support::scene::{Open, SOON, Scene, Side};
use crate::support::talk::GROUP;
use crate::support::trap::Moment;

mod many;

const QUESTION: &str = "@Halo answer in several messages";

/// In the log line of a question whose answer is posted.
const DONE: &str = "\"outcome\":\"done\"";

/// What the room is to read.
fn parts() -> Vec<String> {
    let line = Line { role: Role::User, content: QUESTION.to_owned() };
    let parts = compose(&speak(&[line]).text, None, LIMIT);
    assert!(parts.len() >= 3, "the answer is too short for these tests");
    parts
}

/// A question whose process was killed.
struct Killed {
    scene: Scene,
    question: i64,
}

/// What became of it after the next start.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    /// How often the model was asked, both processes together.
    asked: usize,
    /// The part that the room read twice.
    repeated: Option<usize>,
}

impl Killed {
    /// Starts the program again, waits for the end of the question and checks what holds whenever it was killed.
    async fn end(self) -> Ended {
        let Self { scene, question } = self;
        let left = scene.left().await;
        let asked_before = scene.model.script.requests().len();
        let start = Stopwatch::start();
        let mut bot = scene.start();
        if !left.is_empty() {
            bot.line_with(DONE);
        }
        assert!(start.elapsed() < SOON, "it waited {:?} for what the killed process held", start.elapsed());
        bot.stop();
        let asked = scene.model.script.requests().len();
        let stored = left.iter().all(|open| open.waiting.is_some());
        assert_eq!(asked == asked_before, stored, "{left:?}");
        Ended { asked, repeated: repeated(&scene, question, &left) }
    }
}

/// Checks that the room has read every part in order, and says which twice: none, or the first that the killed
/// process had not marked.
fn repeated(scene: &Scene, question: i64, left: &[Open]) -> Option<usize> {
    let parts = parts();
    let waiting = left.first().map_or(parts.len(), |open| match &open.waiting {
        Some(waiting) => *waiting.first().expect("something to post"),
        None => 0,
    });
    let places: Vec<usize> = scene
        .talk
        .posted(GROUP)
        .iter()
        .map(|(text, _)| parts.iter().position(|part| part == text).expect("a part of the answer"))
        .collect();
    let once: Vec<usize> = (0..parts.len()).collect();
    let mut twice = once.clone();
    twice.insert(waiting, waiting);
    assert!(places == once || places == twice, "posted {places:?}, left {left:?}");
    let replies = scene.talk.posted(GROUP);
    assert!(replies.iter().all(|(_, to)| *to == Some(question)), "replies to somebody else");
    (places == twice).then_some(waiting)
}

/// Kills the process when the model, or Talk, has so many calls behind it and the next one is at that moment.
async fn killed_at(at: Side, calls_before: usize, moment: Moment) -> Ended {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    let call = scene.trap(at).set(calls_before, moment);
    let question = scene.ask(&bot, GROUP, QUESTION).await;
    let held = call.held().await;
    bot.kill();
    match moment {
        Moment::Arrived => held.forget(),
        Moment::Done => drop(held),
    }
    Killed { scene, question }.end().await
}

#[tokio::test]
async fn a_question_that_the_model_was_asked_is_asked_again() {
    for moment in [Moment::Arrived, Moment::Done] {
        let ended = killed_at(Side::Model, 0, moment).await;
        let asked = if moment == Moment::Arrived { 1 } else { 2 };
        assert_eq!(ended, Ended { asked, repeated: None }, "{moment:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_an_answer_is_no_answer() {
    let scene = Scene::new().await;
    let half = HalfModel::start();
    let mut bot = scene.start_with(&[("MODEL_BASE_URL", half.url())]);
    let question = scene.ask(&bot, GROUP, QUESTION).await;
    half.is_silent().await;
    bot.kill();
    assert_eq!(half.script.requests().len(), 1);
    assert_eq!(Killed { scene, question }.end().await, Ended { asked: 1, repeated: None });
}

#[tokio::test]
async fn a_part_that_did_not_reach_talk_is_posted_once() {
    for part in 0..parts().len() {
        let ended = killed_at(Side::Talk, part, Moment::Arrived).await;
        assert_eq!(ended, Ended { asked: 1, repeated: None }, "{part}");
    }
}

#[tokio::test]
async fn a_part_whose_post_was_under_way_is_posted_twice_and_no_other() {
    for part in 0..parts().len() {
        let ended = killed_at(Side::Talk, part, Moment::Done).await;
        assert_eq!(ended, Ended { asked: 1, repeated: Some(part) }, "{part}");
    }
}

/// From when on time is measured until the kill.
#[derive(Debug, Clone, Copy)]
enum Since {
    /// The webhook's answer.
    Acknowledged,
    /// The answer to a call of the model or of Talk that has so many before it.
    Answered(Side, usize),
}

impl Since {
    /// Asks, and returns at that moment.
    async fn pass(self, scene: &Scene, bot: &BotProcess) -> i64 {
        let Self::Answered(side, calls_before) = self else { return scene.ask(bot, GROUP, QUESTION).await };
        let call = scene.trap(side).set(calls_before, Moment::Done);
        let question = scene.ask(bot, GROUP, QUESTION).await;
        drop(call.held().await);
        question
    }

    /// How long everything takes that comes after it.
    async fn rest(self) -> Duration {
        let scene = Scene::new().await;
        let mut bot = scene.start();
        self.pass(&scene, &bot).await;
        let start = Stopwatch::start();
        bot.line_with(DONE);
        start.elapsed()
    }
}

/// Kills so many processes at even distances over that time: the steps that nobody outside sees lie in it.
#[expect(clippy::print_stdout, reason = "figures for who asks for them with --nocapture")]
async fn killed_all_along(since: Since, times: u32) {
    let rest = since.rest().await;
    for nth in 0..times {
        let scene = Scene::new().await;
        let mut bot = scene.start();
        let question = since.pass(&scene, &bot).await;
        let delay = rest * nth / (times - 1);
        std::thread::sleep(delay);
        bot.kill();
        let ended = Killed { scene, question }.end().await;
        println!("{since:?}, killed {delay:?} later: {ended:?}");
    }
}

#[tokio::test]
async fn killed_at_any_moment_after_the_acknowledgement_it_answers_after_the_next_start() {
    killed_all_along(Since::Acknowledged, 25).await;
}

#[tokio::test]
async fn killed_at_any_moment_after_the_models_answer_it_posts_after_the_next_start() {
    killed_all_along(Since::Answered(Side::Model, 0), 12).await;
}

#[tokio::test]
async fn killed_at_any_moment_after_a_post_was_taken_it_goes_on_after_the_next_start() {
    killed_all_along(Since::Answered(Side::Talk, 0), 8).await;
    killed_all_along(Since::Answered(Side::Talk, parts().len() - 1), 4).await;
}

#[tokio::test]
async fn a_killed_start_hinders_no_later_one() {
    let start = Stopwatch::start();
    Scene::new().await.start();
    let whole = start.elapsed();
    for nth in 0..15 {
        let scene = Scene::new().await;
        let mut killed = scene.spawn();
        std::thread::sleep(whole * nth / 14);
        killed.kill();
        let mut bot = scene.start();
        let question = scene.ask(&bot, GROUP, "@Halo are you there?").await;
        assert_eq!(scene.talk.wait_for_posts(GROUP, 1).await[0].1, Some(question));
        bot.stop();
    }
}
