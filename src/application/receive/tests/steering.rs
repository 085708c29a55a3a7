//! `stop` and `retry`: whose questions, and by whom.

use super::*;
use crate::ports::steering::{Asked, Pointer, Progress, Whose};

/// A scene in which exactly these questions are stopped.
fn stopping(whose: Whose, stopped: Vec<JobId>) -> Scene {
    let mut scene = Scene::noting();
    scene
        .steering
        .expect_stop()
        .withf(move |room, meant| *room == here() && *meant == whose)
        .once()
        .return_once(|_, _| Ok(stopped));
    scene
}

fn mine() -> Whose {
    Whose::Person(ActorId::new("users/mira"))
}

#[tokio::test]
async fn a_moderator_stops_all_of_the_room_and_frees_the_model() {
    let mut stage = stopping(Whose::Everybody, vec![JobId(3), RUNNING]).play();
    stage.take(wrote_as(Role::Moderator, "users/mira", "@Halo /stop")).await;
    assert_eq!(stage.said(), [sentence(&Phrase::Stopped(2))]);
    assert!(stage.stopped.is_cancelled() && stage.calls() == [Call::Look]);
}

#[tokio::test]
async fn where_talk_tells_no_role_everyone_stops_all_of_the_room() {
    let stage = stopping(Whose::Everybody, vec![RUNNING]).play();
    stage.take(wrote("guests/1f", "@Halo /stop")).await;
    assert_eq!(stage.said(), [sentence(&Phrase::Stopped(1))]);
}

#[tokio::test]
async fn a_member_stops_their_own_questions() {
    let stage = stopping(mine(), vec![RUNNING]).play();
    stage.take(wrote_as(Role::Member, "users/mira", "@Halo /stop")).await;
    assert_eq!(stage.said(), [sentence(&Phrase::Stopped(1))]);
    assert!(stage.stopped.is_cancelled());
}

#[tokio::test]
async fn a_member_is_told_that_only_moderators_stop_what_others_asked() {
    let mut scene = stopping(mine(), vec![]);
    scene.steering.expect_open_in().once().returning(|_| Ok(2));
    let mut stage = scene.play();
    stage.take(wrote_as(Role::Member, "users/mira", "@Halo /stop")).await;
    assert_eq!(stage.said(), [sentence(&Phrase::ModeratorsOnly)]);
    assert!(!stage.stopped.is_cancelled() && stage.calls().is_empty());
}

#[tokio::test]
async fn where_nothing_is_open_there_is_nothing_to_forbid() {
    let mut scene = stopping(mine(), vec![]);
    scene.steering.expect_open_in().once().returning(|_| Ok(0));
    let stage = scene.play();
    stage.take(wrote_as(Role::Member, "users/mira", "@Halo /stop")).await;
    assert_eq!(stage.said(), [sentence(&Phrase::Stopped(0))]);
}

/// A scene whose newest question somebody else asked.
fn newest(progress: Option<Progress>) -> Scene {
    let mut scene = Scene::noting();
    let place = Place { room: here(), thread: Some(ThreadId(40)) };
    let asker = ActorId::new("users/tomas");
    let pointer = Pointer::Newest(place.clone());
    let newest = progress.map(|progress| Asked { place, message: MessageId(41), asker, progress });
    scene
        .steering
        .expect_find()
        .withf(move |asked_for| *asked_for == pointer)
        .once()
        .return_once(|_| Ok(newest));
    scene
}

fn retry() -> Event {
    let message = message("users/mira", "@Halo /retry");
    event(Message { thread: Some(ThreadId(40)), role: Some(Role::Member), ..message })
}

#[tokio::test]
async fn anybody_may_have_the_newest_question_of_the_place_answered_again() {
    for progress in [Progress::Answered, Progress::Dead] {
        let mut scene = newest(Some(progress));
        let old = |room: &RoomToken, message: &MessageId, now: &Timestamp| {
            *room == here() && *message == MessageId(41) && *now == START
        };
        scene.steering.expect_again().withf(old).once().returning(|_, _, _| Ok(true));
        let mut stage = scene.play();
        assert_eq!(stage.take(retry()).await, Received::Queued);
        assert_eq!(
            (stage.said(), stage.calls()),
            (vec![], vec![Call::Look]),
            "the sign and the answer follow"
        );
    }
}

#[tokio::test]
async fn an_open_question_is_not_asked_again() {
    let stage = newest(Some(Progress::Open)).play();
    stage.take(retry()).await;
    assert_eq!(stage.said(), [sentence(&Phrase::StillOpen)]);
}

#[tokio::test]
async fn without_a_question_there_is_nothing_to_repeat() {
    let stage = newest(None).play();
    stage.take(retry()).await;
    assert_eq!(stage.said(), [sentence(&Phrase::NothingToRepeat)]);
}

#[tokio::test]
async fn a_question_that_was_forgotten_meanwhile_is_not_repeated() {
    let mut scene = newest(Some(Progress::Answered));
    scene.steering.expect_again().once().returning(|_, _, _| Ok(false));
    let mut stage = scene.play();
    stage.take(retry()).await;
    assert_eq!(stage.said(), [sentence(&Phrase::NothingToRepeat)]);
    assert!(stage.calls().is_empty());
}
