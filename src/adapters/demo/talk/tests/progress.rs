use super::*;
use crate::domain::job::{Failure, JobId};
use crate::domain::phrase::{Language, Phrase};

fn asked(talk: &mut TalkServer, room: &str, status: u16, verdict: &str) -> i64 {
    let message = say(talk, room, "hi", None).message;
    let took = Duration::from_millis(3);
    let reason = (verdict == "ignored").then(|| "not meant".to_owned());
    let delivery = Delivery::Answered { status, took, verdict: verdict.into(), reason };
    talk.delivered(room, message, delivery);
    message
}

fn of_group(talk: &TalkServer, writing: Option<usize>) -> Progress {
    talk.progress(writing)[1].clone()
}

#[test]
fn goes_from_asked_over_waiting_and_answering_to_answered() {
    let mut talk = talk();
    assert_eq!(of_group(&talk, None), Progress::Quiet);
    say(&mut talk, GROUP, "hi", None);
    assert_eq!(of_group(&talk, None), Progress::Asked);
    talk.clear(GROUP, MIRA, NOW).expect("cleared");
    talk.delivered(GROUP, 4102, Delivery::Lost { took: Duration::ZERO });
    let question = asked(&mut talk, GROUP, 200, "queued");
    assert_eq!(of_group(&talk, Some(0)), Progress::Waiting);
    assert_eq!(of_group(&talk, Some(1)), Progress::Answering);
    BotCall::post(GROUP, "yes").replying_to(question).answer(&mut talk, NOW + Duration::from_secs(2));
    assert_eq!(of_group(&talk, None), Progress::Answered(Duration::from_secs(2)));
}

#[test]
fn the_model_writes_for_the_oldest_questions() {
    let mut talk = talk();
    asked(&mut talk, GROUP, 200, "queued");
    asked(&mut talk, DIRECT, 200, "queued");
    assert_eq!(talk.progress(Some(1))[..2], [Progress::Waiting, Progress::Answering]);
    assert_eq!(talk.progress(Some(2))[..2], [Progress::Answering, Progress::Answering]);
}

#[test]
fn tells_what_was_not_answered_and_why() {
    let mut talk = talk();
    asked(&mut talk, GROUP, 200, "ignored");
    assert_eq!(of_group(&talk, None), Progress::Ignored(Some("not meant".into())));
    asked(&mut talk, GROUP, 503, "");
    assert_eq!(of_group(&talk, None), Progress::NotDelivered);
    let question = asked(&mut talk, GROUP, 200, "queued");
    talk.set_fault(TalkFault::ServerError);
    BotCall::post(GROUP, "yes").status(&mut talk);
    assert_eq!(of_group(&talk, Some(1)), Progress::Refused(500));
    talk.set_fault(TalkFault::None);
    let notice = Phrase::Failure(Failure::ModelTimedOut, JobId(7)).text(Language::English);
    BotCall::post(GROUP, &notice).replying_to(question).status(&mut talk);
    assert_eq!(of_group(&talk, None), Progress::Failed);
}

#[test]
fn a_reaction_whose_signature_is_refused_tells_that_no_answer_comes_now() {
    let mut talk = talk();
    let question = asked(&mut talk, GROUP, 200, "queued");
    let mut react = |fault| {
        talk.set_fault(fault);
        BotCall::reaction(Method::POST, GROUP, question, "👀").status(&mut talk);
        of_group(&talk, None)
    };
    assert_eq!(react(TalkFault::ServerError), Progress::Waiting);
    assert_eq!(react(TalkFault::Unauthorized), Progress::Refused(401));
    assert_eq!(react(TalkFault::None), Progress::Refused(401));
}

#[test]
fn the_bots_sign_tells_what_an_answer_does_not() {
    let mut talk = talk();
    let sign =
        |talk: &mut TalkServer, method, id, emoji| BotCall::reaction(method, GROUP, id, emoji).status(talk);
    let stopped = asked(&mut talk, GROUP, 200, "queued");
    sign(&mut talk, Method::POST, stopped, "👀");
    assert_eq!(of_group(&talk, None), Progress::Waiting);
    sign(&mut talk, Method::DELETE, stopped, "👀");
    assert_eq!(of_group(&talk, None), Progress::Ended);
    let failed = asked(&mut talk, GROUP, 200, "queued");
    sign(&mut talk, Method::POST, failed, "👀");
    sign(&mut talk, Method::DELETE, failed, "👀");
    sign(&mut talk, Method::POST, failed, "⚠️");
    assert_eq!(of_group(&talk, None), Progress::Failed);
    sign(&mut talk, Method::POST, failed, "👀");
    assert_eq!(of_group(&talk, None), Progress::Waiting, "it is tried again");
}

#[test]
fn nobody_works_any_more_on_what_was_asked_before_the_bot_was_put_out() {
    let mut talk = talk();
    let question = asked(&mut talk, GROUP, 200, "queued");
    BotCall::reaction(Method::POST, GROUP, question, "👀").status(&mut talk);
    talk.disable_bot(GROUP).expect("told");
    assert_eq!(of_group(&talk, None), Progress::Ended);
    talk.enable_bot(GROUP).expect("told");
    assert_eq!(of_group(&talk, None), Progress::Ended);
    asked(&mut talk, GROUP, 200, "queued");
    assert_eq!(of_group(&talk, Some(1)), Progress::Answering);
}

#[test]
fn an_answer_is_for_what_was_asked_in_the_meantime_too() {
    let mut talk = talk();
    let [head, follow_up] = [(); 2].map(|()| asked(&mut talk, GROUP, 200, "queued"));
    for id in [head, follow_up] {
        BotCall::reaction(Method::POST, GROUP, id, "👀").status(&mut talk);
    }
    BotCall::post(GROUP, "both").replying_to(head).answer(&mut talk, NOW + Duration::from_secs(2));
    assert_eq!(of_group(&talk, None), Progress::Waiting);
    for id in [head, follow_up] {
        BotCall::reaction(Method::DELETE, GROUP, id, "👀").status(&mut talk);
    }
    assert_eq!(of_group(&talk, None), Progress::Answered(Duration::from_secs(2)));
}
