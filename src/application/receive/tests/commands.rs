//! Commands: noted first, obeyed, and answered where they were given.

use super::*;
use crate::domain::phrase::Memory;

/// The one sentence that the command is answered with.
async fn answer(scene: Scene, text: &str) -> String {
    let stage = scene.play();
    assert_eq!(stage.take(wrote("users/mira", text)).await, Received::Queued);
    let [notice] = <[_; 1]>::try_from(stage.notices()).expect("one sentence");
    assert_eq!((notice.place, notice.reply_to), (here().into(), Some(MessageId(42))));
    notice.text
}

#[tokio::test]
async fn help_and_version_need_nothing_but_a_note() {
    let help = Phrase::Help { name: "Halo", reactions: false };
    assert_eq!(answer(Scene::noting(), "@Halo /help").await, sentence(&help));
    let version = Phrase::Version(env!("CARGO_PKG_VERSION"));
    assert_eq!(answer(Scene::noting(), "@Halo !version").await, sentence(&version));
}

#[tokio::test]
async fn help_names_the_reactions_where_they_steer() {
    let talk = Some(TalkVersion { major: 22, minor: 0, patch: 9 });
    let scene = Scene { talk, ..Scene::noting() };
    let help = Phrase::Help { name: "Halo", reactions: true };
    assert_eq!(answer(scene, "@Halo /help").await, sentence(&help));
}

#[tokio::test]
async fn privacy_tells_what_the_settings_say() {
    let mut scene = Scene::noting();
    scene.settings.retention_days = Some(30);
    let privacy = Phrase::Privacy(Memory { turns: 12, retention_days: Some(30), retain_on_leave: false });
    assert_eq!(answer(scene, "@Halo /privacy").await, sentence(&privacy));
}

#[tokio::test]
async fn an_unknown_command_gets_a_hint_and_reaches_no_model() {
    let hint = sentence(&Phrase::UnknownCommand("dance"));
    assert_eq!(answer(Scene::noting(), "@Halo /dance").await, hint);
}

#[tokio::test]
async fn the_bot_speaks_the_language_that_is_set() {
    let mut scene = Scene::noting();
    scene.settings.answer.language = Language::German;
    let text = Phrase::Forgotten.text(Language::German);
    scene.conversations.expect_forget().returning(|_| Ok(()));
    assert_eq!(answer(scene, "@Halo /reset").await, text);
}

#[tokio::test]
async fn a_command_is_noted_with_its_place_and_answered_in_its_thread() {
    let place = Place { room: here(), thread: Some(ThreadId(40)) };
    let mut scene = Scene::default();
    let expected = place.clone();
    scene
        .steering
        .expect_claim()
        .withf(move |place, id, now| *place == expected && *id == MessageId(42) && *now == START)
        .once()
        .returning(|_, _, _| Ok(Enqueued::New));
    let expected = place.clone();
    scene.conversations.expect_forget().withf(move |place| *place == expected).once().returning(|_| Ok(()));
    let stage = scene.play();
    let message = Message { thread: Some(ThreadId(40)), ..message("users/mira", "@Halo /reset") };
    assert_eq!(stage.take(event(message)).await, Received::Queued);
    assert_eq!(stage.notices()[0].place, place);
}

#[tokio::test]
async fn a_repeated_command_does_nothing() {
    for name in ["help", "reset", "stop", "retry", "status", "context", "privacy", "forget-me", "dance"] {
        let mut scene = Scene::default();
        scene.steering.expect_claim().once().returning(|_, _, _| Ok(Enqueued::Duplicate));
        let stage = scene.play();
        let received = stage.take(wrote("users/mira", &format!("@Halo /{name}"))).await;
        assert_eq!((received, stage.notices()), (Received::Duplicate, vec![]), "{name}");
    }
}

#[tokio::test]
async fn in_a_one_to_one_room_a_command_needs_no_name() {
    let mut message = message("users/mira", "!version");
    message.room.pair = Some(["mira".into(), "tomas".into()]);
    let stage = Scene::noting().play();
    assert_eq!(stage.take(event(message)).await, Received::Queued);
    assert_eq!(stage.notices().len(), 1);
}

#[tokio::test]
async fn who_wants_to_be_forgotten_is_whoever_they_are_and_the_model_is_freed() {
    for who in ["users/mira", "guests/1f", "emails/9c"] {
        let mut scene = Scene::noting();
        let erased = move |person: &ActorId| person.as_str() == who;
        scene.upkeep.expect_erase_person().withf(erased).once().returning(|_| Ok(vec![RUNNING]));
        let mut stage = scene.play();
        let event = wrote_as(Role::Member, who, "@Halo /forget-me");
        assert_eq!(stage.take(event).await, Received::Queued, "{who}");
        assert_eq!(stage.said(), [sentence(&Phrase::PersonForgotten)]);
        assert!(stage.stopped.is_cancelled() && stage.calls() == [Call::Look]);
    }
}

#[tokio::test]
async fn who_may_not_ask_can_still_learn_what_is_stored_and_be_forgotten() {
    for who in ["users/lena", "federated_users/lena@other.example"] {
        let mut scene = Scene::noting();
        scene
            .upkeep
            .expect_erase_person()
            .withf(move |person| person.as_str() == who)
            .once()
            .returning(|_| Ok(vec![]));
        let stage = scene.play();
        assert_eq!(stage.take(wrote(who, "@Halo /forget-me")).await, Received::Queued, "{who}");
        let stage = Scene::noting().play();
        assert_eq!(stage.take(wrote(who, "@Halo /privacy")).await, Received::Queued, "{who}");
        for other in ["help", "reset", "stop", "retry", "status", "context", "version", "dance"] {
            let received = Scene::default().play().take(wrote(who, &format!("@Halo /{other}"))).await;
            assert_eq!(received, Received::Ignored(Ignored::NotAllowed), "{who} {other}");
        }
    }
}

#[tokio::test]
async fn a_bridge_is_not_obeyed_whatever_it_carries() {
    for who in ["bridged/bridge-bot", "phones/+49"] {
        let received = Scene::default().play().take(wrote(who, "@Halo /forget-me")).await;
        assert_eq!(received, Received::Ignored(Ignored::NotAllowed), "{who}");
    }
}

#[tokio::test]
async fn who_is_forgotten_leaves_no_sign_on_what_had_failed() {
    let mut scene = Scene::noting();
    scene.upkeep.expect_erase_person().once().returning(|_| Ok(Vec::new()));
    let mut stage = scene.play();
    stage.take(wrote("users/mira", "@Halo /forget-me")).await;
    assert_eq!(stage.calls(), [Call::Look]);
}

/// Whether that person's `reset` is obeyed.
async fn resets(scene: Scene, message: Message) -> bool {
    let mut scene = scene;
    scene.conversations.expect_forget().returning(|_| Ok(()));
    let stage = scene.play();
    assert_eq!(stage.take(event(message)).await, Received::Queued);
    let said = stage.said();
    assert!(
        said == [sentence(&Phrase::Forgotten)] || said == [sentence(&Phrase::ModeratorsOnly)],
        "{said:?}"
    );
    said == [sentence(&Phrase::Forgotten)]
}

#[tokio::test]
async fn a_room_is_reset_by_moderators_or_by_everyone_where_talk_tells_no_role() {
    for who in ["users/mira", "guests/1f", "emails/9c"] {
        for (role, obeyed) in [(Some(Role::Moderator), true), (Some(Role::Member), false), (None, true)] {
            let message = Message { role, ..message(who, "@Halo /reset") };
            assert_eq!(resets(Scene::noting(), message).await, obeyed, "{who} {role:?}");
        }
    }
}

#[tokio::test]
async fn a_room_is_reset_by_everyone_where_that_is_wanted() {
    let mut scene = Scene::noting();
    scene.settings.room_commands = RoomCommands::Everyone;
    let message = Message { role: Some(Role::Member), ..message("users/mira", "@Halo /reset") };
    assert!(resets(scene, message).await);
}

#[tokio::test]
async fn the_caption_of_a_file_tells_no_role_and_resets_nothing() {
    let file = Attachment { kind: AttachmentKind::File, name: "plan.pdf".into() };
    let message = Message { attachments: vec![file], ..message("users/mira", "@Halo /reset") };
    let stage = Scene::noting().play();
    stage.take(event(message)).await;
    assert!(stage.said() != [sentence(&Phrase::Forgotten)]);
}
