use super::*;

fn newest(talk: &TalkServer) -> &Message {
    talk.room(GROUP).and_then(|room| room.messages.last()).expect("a message")
}

fn told_thread(said: Said) -> Value {
    serde_json::from_str::<Value>(&body(said)).expect("JSON")["object"]["threadId"].clone()
}

fn opened(talk: &mut TalkServer) -> i64 {
    talk.open_thread(GROUP, MIRA, "Venue", "Where do we meet?", NOW).expect("opened").message
}

#[test]
fn a_thread_is_opened_with_a_message_and_a_system_message() {
    let mut talk = talk();
    let said = talk.open_thread(GROUP, MIRA, " Venue ", "Where do we meet?", NOW).expect("opened");
    let created =
        recorded(fixture!("activity-thread-created"), &[("\"4226\"", "\"4102\""), ("4166", "4101")]);
    assert_eq!(said.system.clone().expect("told").body, created);
    assert_eq!(told_thread(said), json!(4101), "the number of its first message");
    assert_eq!(talk.open_thread(GROUP, MIRA, " ", "hi", NOW), Err(NotSaid::BadLength));
}

#[test]
fn messages_in_a_thread_are_told_with_its_number() {
    let mut talk = talk();
    let thread = opened(&mut talk);
    let said = talk.say_in_thread(GROUP, MIRA, "@assistant continue here", thread, NOW).expect("said");
    let expected = [("\"4170\"", "\"4103\""), ("4166", "4101"), ("Type\":\"3", "Type\":\"1")];
    assert_eq!(body(said), recorded(fixture!("create-in-thread"), &expected));
    assert_eq!(BotCall::post(GROUP, "Done.").replying_to(4103).status(&mut talk), 201);
    let reply = say(&mut talk, GROUP, "and this?", Some(4104));
    let expected =
        [("\"4171\"", "\"4105\""), ("\"4168\"", "\"4104\""), ("4166", "4101"), ("Type\":\"3", "Type\":\"1")];
    assert_eq!(body(reply), recorded(fixture!("create-in-thread-with-quote"), &expected));
    assert_eq!(talk.say_in_thread(GROUP, MIRA, "hi", 4103, NOW), Err(NotSaid::NoSuchMessage));
    assert_eq!(told_thread(say(&mut talk, GROUP, "outside", None)), Value::Null);
}

#[test]
fn the_bot_posts_into_a_thread_by_its_number_or_by_a_reply() {
    let mut talk = talk();
    let outside = say(&mut talk, GROUP, "outside", None).message;
    let thread = opened(&mut talk);
    let post = |talk: &mut TalkServer, reply_to: i64, thread: i64| {
        let mut call = BotCall::post(GROUP, "hi").replying_to(reply_to);
        call.body["threadId"] = thread.into();
        (call.status(talk), newest(talk).thread)
    };
    assert_eq!(post(&mut talk, 0, thread), (201, Some(thread)));
    assert_eq!(post(&mut talk, thread, 0), (201, Some(thread)));
    assert_eq!(post(&mut talk, outside, thread), (201, None), "a reply stands where its parent stands");
    assert_eq!(post(&mut talk, 0, outside).0, 400);
    talk.set_release(Release::TALK_22_0_8);
    assert_eq!(post(&mut talk, 0, thread), (201, None), "an old server does not know the field");
}

#[test]
fn old_versions_know_or_tell_no_threads() {
    let mut talk = talk();
    talk.set_release(Release::TALK_22_0_8);
    let thread = opened(&mut talk);
    let said = talk.say_in_thread(GROUP, MIRA, "@assistant continue here", thread, NOW).expect("said");
    let expected = [("\"4172\"", "\"4103\""), ("Type\":\"3", "Type\":\"1")];
    assert_eq!(body(said), recorded(fixture!("create-in-thread-old-server"), &expected));
    talk.set_release(Release::TALK_21);
    assert_eq!(talk.open_thread(GROUP, MIRA, "Venue", "hi", NOW), Err(NotSaid::NoThreads));
}
