use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::application::testing::{FakeModel, cause};
use crate::domain::conversation::{Conversation, ConversationId, Turn};
use crate::domain::message::MessageId;
use crate::domain::phrase::{Language, Phrase};
use crate::domain::prompt::Role;
use crate::domain::{context, reply as replies};
use crate::ports::conversations::StoreError;
use crate::ports::model::{Completion, Finish, ModelError, ModelRequest};
use crate::ports::queue::NewTurn;

/// The reply that is stored for that completion of that job.
pub(super) async fn stored(completion: Completion, job: Job) -> NewReply {
    let mut mocks = Mocks::quiet_room();
    mocks.model.expect_complete().once().return_once(|_, _| Ok(completion));
    let saved = Saved::by(&mut mocks);
    let settlement = mocks.answer().run(&leased(job)).await.expect("stored");
    assert_eq!(settlement, None);
    saved.reply()
}

fn earlier() -> Turn {
    Turn {
        message: MessageId(40),
        speaker: Some("Tomas".into()),
        question: "and now?".into(),
        answer: "now this".into(),
    }
}

fn one_to_one() -> Job {
    let mut job = job();
    job.question.one_to_one = true;
    job
}

/// The messages of the prompt that the model gets for that job.
pub(super) async fn asked(turns: Vec<Turn>, job: Job) -> Vec<(Role, String)> {
    let mut mocks = Mocks::default();
    mocks.conversations.expect_recent().return_once(move |room| Ok(conversation(room, turns)));
    let prompts = Arc::new(Mutex::new(Vec::new()));
    let seen = prompts.clone();
    mocks.model.expect_complete().once().returning(move |request: &ModelRequest, _| {
        let messages =
            request.prompt.messages().iter().map(|message| (message.role, message.content.clone()));
        seen.lock().expect("not poisoned").extend(messages);
        Ok(completion("yes"))
    });
    Saved::by(&mut mocks);
    mocks.answer().run(&leased(job)).await.expect("stored");
    prompts.lock().expect("not poisoned").clone()
}

pub(super) fn said(phrase: &Phrase<'_>) -> String {
    phrase.text(Language::English)
}

#[tokio::test(start_paused = true)]
async fn the_model_sees_instructions_the_conversation_and_the_question_with_their_speakers() {
    let prompt = asked(vec![earlier()], job()).await;
    let expected = [
        (Role::System, "be kind"),
        (Role::User, "Tomas: and now?"),
        (Role::Assistant, "now this"),
        (Role::User, "Mira: question 42"),
    ];
    assert_eq!(prompt, expected.map(|(role, content)| (role, content.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn in_a_one_to_one_room_nobody_is_named() {
    let prompt = asked(Vec::new(), one_to_one()).await;
    assert_eq!(prompt.last().expect("a question").1, "question 42");
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_fit_is_left_out() {
    let long = Turn { answer: "long ".repeat(3000), ..earlier() };
    assert_eq!(asked(vec![long], job()).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_turns_are_those_of_the_own_room_and_its_epoch_goes_with_them() {
    let mut mocks = Mocks::default();
    let own = conversation(&job().question.place, Vec::new());
    let id = ConversationId { epoch: 3, ..own.id };
    let (stored, asked) = (Conversation { id: id.clone(), ..own }, id.clone());
    mocks
        .conversations
        .expect_recent()
        .withf(move |place| *place == id.place)
        .once()
        .return_once(|_| Ok(stored));
    mocks
        .model
        .expect_complete()
        .withf(move |request, _| request.conversation == asked)
        .once()
        .returning(|_, _| Ok(completion("yes")));
    let saved = Saved::by(&mut mocks);
    assert_eq!(mocks.answer().run(&leased(job())).await.expect("stored"), None);
    assert_eq!(saved.reply().turn.expect("a turn").epoch, 3);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_stored_with_its_turn() {
    let reply = stored(completion("the answer"), job()).await;
    let turn = Turn {
        message: MessageId(42),
        speaker: Some("Mira".into()),
        question: "question 42".into(),
        answer: "the answer".into(),
    };
    let turn = NewTurn { turn, at: START, epoch: 0, window_start: None };
    let parts = vec!["the answer".into()];
    assert_eq!(reply, NewReply { failure: None, parts, turn: Some(turn), joined: Vec::new() });
}

#[tokio::test(start_paused = true)]
async fn a_turn_of_a_one_to_one_room_has_no_speaker() {
    let turn = stored(completion("the answer"), one_to_one()).await.turn.expect("a turn").turn;
    assert_eq!((turn.speaker, turn.question.as_str()), (None, "question 42"));
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_told_and_not_remembered() {
    let reply = stored(completion(" \n"), job()).await;
    let told = vec![said(&Phrase::EmptyAnswer { reasoned: false })];
    assert_eq!(reply, NewReply { failure: None, parts: told, turn: None, joined: Vec::new() });
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_reasoning_alone_is_told_as_such() {
    let reply = stored(Completion { reasoned: true, ..completion("") }, job()).await;
    assert_eq!((reply.parts, reply.turn), (vec![said(&Phrase::EmptyAnswer { reasoned: true })], None));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_reached_its_limit_is_marked_as_cut() {
    let reply = stored(Completion { finish: Finish::Length, ..completion("the ans") }, job()).await;
    assert_eq!(reply.parts, replies::compose("the ans", Some(&said(&Phrase::Cut)), replies::LIMIT));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_was_shortened_is_answered_with_a_note_and_remembered_as_asked() {
    let mut long = job();
    long.question.text = "long ".repeat(3000);
    let reply = stored(completion("the answer"), long).await;
    assert_eq!(reply.parts, ["the answer".to_owned(), said(&Phrase::Shortened)]);
    let turn = reply.turn.expect("a turn").turn;
    assert!(turn.question.contains(context::GAP) && turn.question.starts_with("long"), "{}", turn.question);
}

#[tokio::test(start_paused = true)]
async fn without_its_conversation_a_question_is_not_asked() {
    let mut mocks = Mocks::default();
    mocks.conversations.expect_recent().returning(|_| Err(StoreError::Unavailable(cause())));
    let result = mocks.answer().run(&leased(job())).await;
    assert!(matches!(result, Err(QueueError::Unavailable(_))), "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_the_store_does_not_take_at_once_is_not_asked_for_again() {
    let mut mocks = Mocks::quiet_room();
    mocks.model.expect_complete().once().returning(|_, _| Ok(completion("yes")));
    let tries = AtomicUsize::new(0);
    mocks.queue.expect_save_reply().times(3).returning(move |_, _| {
        if tries.fetch_add(1, Ordering::Relaxed) < 2 { Err(QueueError::Unavailable(cause())) } else { Ok(()) }
    });
    assert_eq!(mocks.answer().run(&leased(job())).await.expect("stored"), None);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_counted_with_its_tokens() {
    let mut mocks = Mocks::quiet_room();
    mocks.model.expect_complete().returning(|_, _| Ok(completion("yes")));
    Saved::by(&mut mocks);
    let answer = mocks.answer();
    answer.run(&leased(job())).await.expect("stored");
    assert!(answer.counted("model_calls_total{outcome=\"answered\"} 1"));
    for (kind, tokens) in [("prompt", 30), ("cached", 20), ("computed", 10), ("completion", 10)] {
        assert!(answer.counted(&format!("tokens_total{{kind=\"{kind}\"}} {tokens}")), "{kind}");
    }
    assert!(answer.counted("model_prompt_duration_seconds_sum 0.07"));
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_learnt_from_an_answer() {
    let mut mocks = Mocks::quiet_room();
    Saved::by(&mut mocks);
    let mut answer = mocks.answer();
    let slow = |_| (Duration::from_secs(5), Ok::<Completion, ModelError>(completion("yes")));
    answer.model = Arc::new(FakeModel::new(PausedClock::new(), slow));
    assert_eq!(answer.measure.tokens_per_second(), None);
    answer.run(&leased(job())).await.expect("stored");
    assert_eq!(answer.measure.tokens_per_second(), Some(2));
    assert!(answer.measure.estimate(0, 1).is_some());
}
