use super::super::Outcome::{self, Fault, Good, Skipped, Warning};
use super::*;
use crate::ports::model::{Streamed, Usage};

fn completion(first: u64, rest: Option<u64>, tokens: u64) -> Completion {
    let streamed = rest.map(|rest| (Duration::from_millis(first), Duration::from_millis(rest)));
    let streamed = streamed.map(|(first, rest)| Streamed { first, rest, pieces: 1 });
    Completion {
        text: "1, 2, 3".into(),
        reasoned: false,
        finish: Finish::Length,
        usage: Some(Usage { completion_tokens: tokens, ..Usage::default() }),
        streamed,
        model: None,
    }
}

fn facts(trial: Option<Trial>) -> ModelFacts {
    ModelFacts {
        server: "h:8080".into(),
        has_key: false,
        problem: None,
        certificate: None,
        is_api: true,
        wanted: "halo".into(),
        names: Some(vec![vec!["halo".into()]]),
        serves_any_name: false,
        context_tokens: Some(8192),
        slots: Some(2),
        max_tokens: 1024,
        trial,
    }
}

fn answered(completion: Completion, took: u64) -> ModelFacts {
    facts(Some(Trial { result: Ok(completion), took: Duration::from_millis(took) }))
}

#[test]
fn what_fails_at_first_skips_the_rest_and_tells_what_to_do() {
    for (error, trouble, mend) in [
        (ModelError::Unreachable("x".into()), Some(Trouble::Refused), "start the server"),
        (ModelError::Unreachable("HTTP 502".into()), Some(Trouble::Lost), "the server's log"),
        (ModelError::Loading, None, "wait until"),
        (ModelError::Unauthorized, None, "set MODEL_API_KEY"),
        (ModelError::Refused("no".into()), None, "check MODEL_BASE_URL"),
    ] {
        let findings = judge(&ModelFacts { problem: Some(Problem { error, trouble }), ..facts(None) });
        let outcomes: Vec<Outcome> = findings.iter().map(|it| it.outcome).collect();
        assert_eq!(outcomes, [Fault, Skipped, Skipped, Skipped, Skipped]);
        let told = findings[0].mend.as_deref().expect("a fault");
        assert!(told.contains(mend), "{told}");
    }
}

#[test]
fn what_answers_without_being_an_api_is_a_fault() {
    assert_eq!(reach(&ModelFacts { is_api: false, ..facts(None) }).outcome, Fault);
}

#[test]
fn a_name_counts_where_the_server_heeds_it() {
    let names = |names: &[&str]| Some(vec![names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()]);
    for (names, serves_any_name, expected) in [
        (names(&["halo"]), false, Good),
        (names(&["a", "halo"]), false, Good),
        (names(&["a"]), true, Good),
        (names(&["a"]), false, Fault),
        (Some(vec![]), false, Fault),
        (None, false, Skipped),
    ] {
        let facts = ModelFacts { names: names.clone(), serves_any_name, ..facts(None) };
        assert_eq!(name(&facts).outcome, expected, "{names:?}");
    }
}

#[test]
fn a_context_has_room_for_answer_and_question() {
    for (context_tokens, expected) in [
        (None, Warning),
        (Some(1024), Fault),
        (Some(1025), Warning),
        (Some(2047), Warning),
        (Some(2048), Good),
    ] {
        let facts = ModelFacts { context_tokens, ..facts(None) };
        assert_eq!(context(&facts).outcome, expected, "{context_tokens:?}");
    }
}

#[test]
fn a_stream_that_is_held_back_is_told_from_a_short_one() {
    for (completion, took, expected) in [
        (completion(400, Some(600), 32), 1000, Good),
        (completion(1000, Some(1), 32), 1001, Warning),
        (completion(0, None, 32), 1000, Warning),
        (completion(499, Some(0), 32), 499, Skipped),
        (completion(1000, Some(0), 7), 1000, Skipped),
    ] {
        assert_eq!(stream(&answered(completion.clone(), took)).outcome, expected, "{completion:?}");
    }
}

#[test]
fn where_no_tokens_are_counted_pieces_and_letters_tell_whether_a_stream_is_held_back() {
    let none = Some(Usage { prompt_tokens: 30, ..Usage::default() });
    let twenty = (1..=20).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    for (usage, text, pieces, rest, expected) in [
        (None, "1, 2, 3", 32, Some(1), Warning),
        (none, "1, 2, 3", 32, Some(1), Warning),
        (None, "1, 2, 3", 32, Some(600), Good),
        (None, "", 32, Some(1), Warning),
        (None, "", 7, Some(1), Skipped),
        (None, "1, 2, 3", 1, Some(0), Skipped),
        (None, &twenty, 1, Some(0), Warning),
        (None, &twenty, 1, None, Warning),
        (None, "1, 2, 3", 1, None, Skipped),
    ] {
        let whole = completion(1000, rest, 0);
        let streamed = whole.streamed.map(|streamed| Streamed { pieces, ..streamed });
        let completion = Completion { usage, text: text.to_owned(), streamed, ..whole };
        assert_eq!(stream(&answered(completion.clone(), 2000)).outcome, expected, "{completion:?}");
        assert!(!answer(&answered(completion, 2000)).found.contains("tokens/s"));
    }
}

#[test]
fn an_answer_tells_its_pace_and_its_end() {
    let found = answer(&answered(completion(250, Some(1550), 32), 1800)).found;
    assert_eq!(
        found,
        "h:8080: first words after 0.25 s, then 20.0 tokens/s, cut at its limit as it should be"
    );
    let empty = Completion { text: String::new(), ..completion(1, Some(1), 1) };
    assert_eq!(answer(&answered(empty.clone(), 2)).outcome, Warning);
    let thoughts = Completion { reasoned: true, ..empty };
    let finding = answer(&answered(thoughts, 2));
    assert!(finding.outcome == Good && finding.found.contains("thoughts only"), "{finding:?}");
}
