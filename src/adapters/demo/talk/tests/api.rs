use super::*;

#[test]
fn a_signed_post_appears_trimmed_and_answers_its_question() {
    let mut talk = talk();
    let question = say(&mut talk, GROUP, "@Assistant hi", None).message;
    assert_eq!(BotCall::post(GROUP, "  //two\n").replying_to(question).status(&mut talk), 201);
    let message = talk.room(GROUP).and_then(|room| room.messages.last()).expect("posted");
    assert_eq!((message.text.as_str(), message.reply_to), ("/two", Some(question)));
    assert_eq!(message.author.name, "Assistant (Bot)");
    assert_eq!(message.delivery, None, "no webhook tells a bot of a bot's message");
}

#[test]
fn refuses_what_the_real_one_refuses() {
    let post = |text: &str| BotCall::post(GROUP, text);
    let long = "👍".repeat(32_001);
    for (call, status) in [
        (post("hi").without("ocs-apirequest"), 412),
        (post("hi").without("content-type"), 400),
        (post("hi").without("x-nextcloud-talk-bot-random"), 400),
        (post("hi").with("x-nextcloud-talk-bot-random", &RANDOM[1..]), 400),
        (post("hi").without("x-nextcloud-talk-bot-signature"), 400),
        (post("hi").with("x-nextcloud-talk-bot-signature", &secret().sign(RANDOM, b"ho")), 401),
        (post(" \n\0"), 400),
        (post("hi").replying_to(4000), 400),
        (BotCall::post("nowhere", "hi"), 401),
        (post(&long), 413),
        (post(&format!(" {} ", &long[4..])), 201),
        (BotCall::new(Method::GET, &format!("{GROUP}/message"), Value::Null, ""), 405),
        (BotCall::new(Method::POST, &format!("{GROUP}/poll"), Value::Null, ""), 404),
        (BotCall::new(Method::POST, &format!("{GROUP}/message"), json!({"text": "hi"}), "hi"), 400),
        (BotCall::new(Method::POST, "ask-features", json!({"token": GROUP}), GROUP), 200),
    ] {
        assert_eq!(call.status(&mut talk()), status, "{} {:?}", call.path, call.headers);
    }
}

#[test]
fn reactions_of_the_bot_are_added_once_and_taken_back_once() {
    let mut talk = talk();
    let id = say(&mut talk, GROUP, "hi", None).message;
    let elsewhere = say(&mut talk, DIRECT, "hi", None).message;
    let add = |id, emoji: &str| BotCall::reaction(Method::POST, GROUP, id, emoji);
    let remove = |id, emoji: &str| BotCall::reaction(Method::DELETE, GROUP, id, emoji);
    for (call, status) in [
        (add(id, "👍"), 201),
        (add(id, "👍"), 200),
        (add(id, "👩🏽‍🚀"), 201),
        (add(id, "ok"), 400),
        (add(id, "👍👍"), 400),
        (add(elsewhere, "👍"), 400),
        (add(9, "👍"), 404),
        (remove(elsewhere, "👍"), 404),
        (remove(id, "👎"), 404),
        (remove(id, "👍"), 200),
        (remove(id, "👍"), 404),
    ] {
        assert_eq!(call.status(&mut talk), status, "{} {}", call.method, call.body);
    }
    let mut in_query = BotCall::new(Method::DELETE, &format!("{GROUP}/reaction/{id}"), Value::Null, "👩🏽‍🚀");
    in_query.query = "reaction=%F0%9F%91%A9%F0%9F%8F%BD%E2%80%8D%F0%9F%9A%80";
    assert_eq!(in_query.status(&mut talk), 200);
}

#[test]
fn refused_signatures_slow_everything_down_and_close_the_door_at_last() {
    let mut talk = talk();
    let bad = BotCall::post(GROUP, "hi").with("x-nextcloud-talk-bot-signature", "00");
    assert_eq!(bad.answer(&mut talk, NOW).delay, Duration::from_millis(200));
    assert_eq!(bad.answer(&mut talk, NOW).delay, Duration::from_millis(200 + 400));
    assert_eq!(BotCall::post(GROUP, "hi").answer(&mut talk, NOW).delay, Duration::from_millis(400));
    (2..11).for_each(|_| assert_eq!(bad.status(&mut talk), 401));
    assert_eq!(BotCall::post(GROUP, "hi").status(&mut talk), 429);
    let later = NOW + Duration::from_mins(31);
    assert_eq!(BotCall::post(GROUP, "hi").answer(&mut talk, later).status(), 201);
}

#[test]
fn switched_faults_hit_the_bot_until_they_are_switched_off() {
    let mut talk = talk();
    for (fault, status) in [
        (TalkFault::ServerError, 500),
        (TalkFault::Unauthorized, 401),
        (TalkFault::LockedOut, 429),
        (TalkFault::BadGateway, 502),
        (TalkFault::GatewayTimeout, 504),
        (TalkFault::Slow, 201),
        (TalkFault::None, 201),
    ] {
        talk.set_fault(fault);
        let answer = BotCall::post(GROUP, "hi").answer(&mut talk, NOW);
        assert_eq!(answer.status(), status, "{fault:?}");
        assert_eq!(answer.delay >= Duration::from_secs(27), fault == TalkFault::Slow);
    }
    assert_eq!(talk.room(GROUP).expect("room").messages.len(), 3, "what a proxy gave up on is posted too");
}

#[test]
fn mentions_in_a_bots_text_are_live_and_recorded() {
    let mut talk = talk();
    BotCall::post(GROUP, "hello @all, @\u{200b}mira and @tomas!").status(&mut talk);
    BotCall::post(GROUP, "hello @\u{200b}all").status(&mut talk);
    say(&mut talk, GROUP, "@mira", None);
    let mentioned: Vec<String> = talk.live_mentions().into_iter().map(|(_, id)| id).collect();
    assert_eq!(mentioned, ["all", "tomas"]);
}

#[test]
fn shows_that_it_is_up_and_what_it_is() {
    let mut talk = talk();
    talk.set_release(Release::TALK_21);
    let mut call = |path: &'static str| {
        let call = Call { method: &Method::GET, path, query: "", headers: &HeaderMap::new(), body: b"" };
        match talk.answer(&call, NOW).content {
            Content::Whole { body, .. } => serde_json::from_str::<Value>(&body).expect("JSON"),
            Content::Events { .. } => panic!("no events here"),
        }
    };
    assert_eq!(call("/status.php")["maintenance"], false);
    let capabilities = call("/ocs/v2.php/cloud/capabilities");
    let data = &capabilities["ocs"]["data"];
    assert_eq!(data["capabilities"]["spreed"], json!({"features": ["bots-v1"], "version": "21.1.0"}));
    assert_eq!(data["version"]["string"], "31.0.2");
    assert_eq!(call("/nowhere")["ocs"]["meta"]["statuscode"], 998);
}
