//! The document of what is offered: the rules that it keeps, the events that Talk is known to send, and the answers that
//! it shows.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::wire::Document;

/// Every operation with its method and path.
fn operations(document: &Document) -> impl Iterator<Item = (String, &Value)> {
    let paths = document.whole()["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, operations)| {
        let operations = operations.as_object().expect("operations").iter();
        operations.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

/// Every body that an operation takes or answers, with where it stands.
fn bodies(document: &Document) -> impl Iterator<Item = (String, &Value)> {
    operations(document).flat_map(|(name, operation)| {
        let answers = operation["responses"].as_object().expect("responses").iter();
        let answers = answers.map(|(status, answer)| (status.clone(), answer));
        let all = answers.chain([("body".to_owned(), &operation["requestBody"])]);
        let all: Vec<_> = all.map(|(part, body)| (format!("{name} {part}"), body)).collect();
        all.into_iter().flat_map(|(at, body)| {
            let contents = body["content"].as_object().into_iter().flatten();
            contents.map(move |(media_type, content)| (format!("{at} {media_type}"), content))
        })
    })
}

#[test]
fn every_operation_says_what_a_reader_needs() {
    let document = Document::offered();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        for field in ["operationId", "summary", "description"] {
            assert!(operation[field].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {field}");
        }
        assert!(ids.insert(operation["operationId"].as_str()), "{name} shares its id");
        assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{name} has no tag");
        assert!(operation["security"].is_array(), "{name} does not say who may call it");
        let answers = operation["responses"].as_object().expect("responses");
        let has = |class: char| answers.keys().any(|status| status.starts_with(class));
        assert!(has('2') && has('4') && has('5'), "{name} does not say how it fails");
        for (status, answer) in answers {
            assert!(answer["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {status}");
        }
    }
    assert_eq!(ids.len(), 6);
}

#[test]
fn the_ids_of_operations_stay() {
    let document = Document::offered();
    let ids: BTreeSet<_> = operations(&document).filter_map(|(_, one)| one["operationId"].as_str()).collect();
    assert_eq!(ids, ["docs", "health", "metrics", "openapi", "ready", "receiveEvent"].into());
}

#[test]
fn every_example_fits_its_schema() {
    let document = Document::offered();
    for (at, content) in bodies(&document) {
        assert!(!content["example"].is_null(), "{at} has no example");
        let faults = document.faults(&content["schema"], &content["example"]);
        assert!(faults.is_empty(), "{at}: {faults:?}");
    }
}

#[test]
fn a_failure_is_a_problem_with_the_status_of_its_answer() {
    let document = Document::offered();
    for (at, content) in bodies(&document) {
        let words: Vec<_> = at.split(' ').collect();
        let fails = words[2].starts_with(['4', '5']);
        let failure = fails && words[..3] != ["get", "/ready", "503"];
        let is_problem = words[3] == "application/problem+json";
        assert!(!failure || is_problem, "{at}");
        assert!(!is_problem || content["example"]["status"].as_u64() == words[2].parse().ok(), "{at}");
    }
}

#[test]
fn no_schema_is_without_use() {
    for document in [Document::offered(), Document::talk_bot(), Document::chat_completions()] {
        let text = document.whole().to_string();
        for kind in ["schemas", "responses", "parameters"] {
            for name in
                document.whole()["components"][kind].as_object().into_iter().flat_map(|all| all.keys())
            {
                assert!(
                    text.contains(&format!("\"#/components/{kind}/{name}\"")),
                    "{kind}/{name} is not used"
                );
            }
        }
    }
}

#[test]
fn every_recorded_event_fits() {
    let document = Document::offered().closed();
    let folder = format!("{}/tests/fixtures/talk", env!("CARGO_MANIFEST_DIR"));
    let (mut events, lists) = (0, ["index.json", "golden-vectors.json"]);
    for file in std::fs::read_dir(folder).expect("a folder") {
        let file = file.expect("a file");
        let name = file.file_name().to_string_lossy().into_owned();
        if !lists.contains(&name.as_str()) {
            let event = serde_json::from_slice(&std::fs::read(file.path()).expect("a file")).expect("JSON");
            let faults = document.faults_of("WebhookEvent", &event);
            assert!(faults.is_empty(), "{name}: {faults:?}");
            events += 1;
        }
    }
    assert!(events >= 81, "{events}");
}
