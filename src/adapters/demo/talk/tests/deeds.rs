use super::*;

fn talk_23() -> TalkServer {
    let mut talk = talk();
    talk.set_release(Release::TALK_23);
    talk
}

fn share(talk: &mut TalkServer, share: &Share) -> String {
    body(talk.share(GROUP, MIRA, share, NOW).expect("shared"))
}

#[test]
fn what_is_shared_is_told_byte_for_byte_as_by_nextcloud() {
    let mut talk = talk_23();
    for (thing, file, number) in [
        (Thing::File, fixture!("activity-file"), "4202"),
        (Thing::Image, fixture!("activity-image"), "4205"),
        (Thing::Voice, fixture!("activity-voice-message"), "4206"),
        (Thing::Location, fixture!("activity-geo-location"), "4210"),
        (Thing::DeckCard, fixture!("activity-deck-card"), "4211"),
        (Thing::Poll, fixture!("activity-poll-created"), "4212"),
    ] {
        let id = format!("\"{}\"", talk.last_id + 1);
        let expected = recorded(file, &[(&format!("\"{number}\""), &id)]);
        assert_eq!(share(&mut talk, &Share::of(thing)), expected, "{thing:?}");
    }
    let captioned = Share::of(Thing::File).captioned("@assistant please summarise, cc @tomas");
    let expected = recorded(fixture!("activity-file-caption"), &[("\"4204\"", "\"4107\"")]);
    assert_eq!(share(&mut talk, &captioned), expected);
    talk.set_release(Release::TALK_22);
    let expected = recorded(fixture!("activity-file-legacy-name"), &[("\"4201\"", "\"4108\"")]);
    assert_eq!(share(&mut talk, &Share::of(Thing::File)), expected);
}

#[test]
fn a_file_can_be_replied_to_and_reacted_to() {
    let mut talk = talk_23();
    share(&mut talk, &Share::of(Thing::File));
    let like = talk.react(GROUP, "users/tomas", 4101, "🎉").expect("reacted");
    assert_eq!(body(like), recorded(fixture!("like-on-file"), &[("\"4202\"", "\"4101\"")]));
    let quoting = body(say(&mut talk, GROUP, "@assistant sum column C", Some(4101)));
    // Whoever quotes a file sees it under the address that accounts have for it.
    assert!(quoting.contains(r"https:\\\/\\\/cloud.example.com\\\/f\\\/90112"), "{quoting}");
    assert!(quoting.contains(r#""inReplyTo":{"type":"Note","actor":{"type":"Person","id":"users\/mira""#));
}

#[test]
fn another_name_and_only_a_files_caption_are_taken() {
    let mut talk = talk();
    let named = Share::of(Thing::Poll).named("{file} @all?").captioned("dropped");
    let told = share(&mut talk, &named);
    assert!(told.contains("{file} @all?") && !told.contains("dropped"), "{told}");
    assert!(told.contains(r#"{\"message\":\"{object}\""#), "{told}");
}

#[test]
fn edits_and_deletions_are_told_without_the_message() {
    let mut talk = talk();
    say(&mut talk, GROUP, "first", None);
    let edited = talk.edit(GROUP, MIRA, 4101, "second, @tomas", NOW).expect("edited");
    assert_eq!(body(edited), recorded(fixture!("activity-message-edited"), &[("\"4221\"", "\"4102\"")]));
    assert_eq!(talk.room(GROUP).expect("room").messages[0].text, "second, {mention-user1}");
    let deleted = talk.delete(GROUP, MIRA, 4101, NOW).expect("deleted");
    assert_eq!(body(deleted), recorded(fixture!("activity-message-deleted"), &[("\"4222\"", "\"4103\"")]));
    assert_eq!(talk.react(GROUP, MIRA, 4101, "👍"), Err(NotSaid::NotAllowed));
    assert_eq!(talk.edit(GROUP, MIRA, 4101, "third", NOW), Err(NotSaid::NotAllowed));
}

#[test]
fn a_reply_to_a_deleted_message_carries_talks_words_for_it() {
    let mut talk = talk();
    talk.say(GROUP, "users/tomas", "gone", None, NOW).expect("said");
    talk.delete(GROUP, "users/tomas", 4101, NOW).expect("deleted");
    let reply = [("\"4164\"", "\"4103\""), ("\"4159\"", "\"4101\""), ("Type\":\"3", "Type\":\"1")];
    let reply = recorded(fixture!("create-reply-to-deleted-message"), &reply);
    assert_eq!(body(say(&mut talk, GROUP, "what was that?", Some(4101))), reply);
}

#[test]
fn people_change_their_own_messages_and_moderators_any() {
    let mut talk = talk();
    say(&mut talk, GROUP, "Mira's", None);
    assert_eq!(talk.delete(GROUP, "users/tomas", 4101, NOW), Err(NotSaid::NotAllowed));
    BotCall::post(GROUP, "the bot's").status(&mut talk);
    assert_eq!(talk.edit(GROUP, "users/tomas", 4102, "his", NOW), Err(NotSaid::NotAllowed));
    assert!(talk.edit(GROUP, MIRA, 4102, "hers", NOW).is_ok());
    assert_eq!(talk.clear(GROUP, "users/tomas", NOW), Err(NotSaid::NotAllowed));
}

#[test]
fn every_role_and_kind_of_actor_is_told() {
    let mut talk = talk();
    let members = talk.room("w0rksh0p").expect("room").members;
    let roles = members.iter().map(|(actor, role)| {
        let said = talk.say("w0rksh0p", actor, "hi", None, NOW).expect("said");
        let told: Value = serde_json::from_str(&body(said)).expect("JSON");
        assert_eq!(
            (&told["actor"]["id"], &told["actor"]["talkParticipantType"]),
            (&json!(actor), &json!(role))
        );
        (actor.split('/').next().unwrap_or(""), *role)
    });
    let expected = [
        ("users", "1"),
        ("users", "2"),
        ("users", "5"),
        ("federated_users", "3"),
        ("guests", "6"),
        ("emails", "4"),
    ];
    assert_eq!(roles.collect::<Vec<_>>(), expected);
}
