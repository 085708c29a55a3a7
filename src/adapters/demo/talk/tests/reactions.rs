use super::*;

const TOMAS: &str = "users/tomas";

fn put(talk: &mut TalkServer, method: Method, id: i64, emoji: &str) -> u16 {
    BotCall::reaction(method, GROUP, id, emoji).status(talk)
}

fn echoes(talk: &mut TalkServer) -> Vec<String> {
    talk.take_echoes().into_iter().map(|webhook| webhook.body).collect()
}

#[test]
fn a_reaction_taken_back_is_told_twice() {
    let mut talk = talk();
    say(&mut talk, GROUP, "Is the build green today?", None);
    talk.react(GROUP, MIRA, 4101, "👍").expect("reacted");
    let undone = talk.unreact(GROUP, MIRA, 4101, "👍", NOW).expect("taken back");
    let told: Vec<String> = undone.webhooks().map(|webhook| webhook.body).collect();
    // Here Mira is both the author and who reacted.
    assert_eq!(told[0], recorded(fixture!("undo-legacy-actor"), &[("\"4102\"", "\"4101\"")]));
    assert_eq!(told[1], recorded(fixture!("activity-reaction-revoked"), &[("\"4224\"", "\"4102\"")]));
}

#[test]
fn old_versions_name_the_author_of_the_message() {
    for (release, like) in
        [(Release::TALK_22_0_8, fixture!("like-legacy-actor")), (Release::TALK_22, fixture!("like"))]
    {
        let mut talk = talk();
        talk.set_release(release);
        say(&mut talk, GROUP, "Is the build green today?", None);
        let told = talk.react(GROUP, TOMAS, 4101, "👍").expect("reacted");
        assert_eq!(body(told), recorded(like, &[("\"4102\"", "\"4101\"")]), "{release:?}");
    }
}

#[test]
fn the_bots_own_reactions_come_back_to_it() {
    let mut talk = talk();
    say(&mut talk, GROUP, "@assistant what did we decide about the venue?", None);
    assert_eq!(put(&mut talk, Method::POST, 4101, "👀"), 201);
    assert_eq!(put(&mut talk, Method::POST, 4101, "👀"), 200);
    let like = recorded(fixture!("like-by-the-bot-itself"), &[("\"4106\"", "\"4101\"")]);
    assert_eq!(echoes(&mut talk), [like]);
    assert_eq!(put(&mut talk, Method::DELETE, 4101, "👀"), 200);
    let told = echoes(&mut talk);
    assert!(
        told[0].starts_with(r#"{"type":"Undo","actor":{"type":"Person","id":"bots\/bot-"#),
        "{}",
        told[0]
    );
    let revoked = recorded(fixture!("activity-reaction-revoked-by-bot"), &[("\"4225\"", "\"4102\"")]);
    assert_eq!(told[1..], [revoked]);
    assert!(talk.take_echoes().is_empty(), "each is handed out once");
}

#[test]
fn refused_reactions_leave_the_rest_alone() {
    let mut talk = talk();
    say(&mut talk, GROUP, "hi", None);
    put(&mut talk, Method::POST, 4101, "👀");
    talk.set_fault(TalkFault::ReactionsRefused);
    assert_eq!(put(&mut talk, Method::POST, 4101, "⚠️"), 400);
    assert_eq!(put(&mut talk, Method::DELETE, 4101, "👀"), 200);
    assert_eq!(BotCall::post(GROUP, "hi").status(&mut talk), 201);
}

#[test]
fn nobody_reacts_to_what_is_no_message() {
    let mut talk = talk();
    let cleared = talk.clear(GROUP, MIRA, NOW).expect("cleared").message;
    assert_eq!(talk.react(GROUP, TOMAS, cleared, "👍"), Err(NotSaid::NotAllowed));
    assert_eq!(put(&mut talk, Method::POST, cleared, "👍"), 400);
}
