//! Recorded webhooks with what is to be understood of each.

use serde_json::Value;

/// One recorded body.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) addressed: String,
    pub(super) random: String,
    pub(super) signature: String,
    pub(super) expect: Value,
    pub(super) body: Vec<u8>,
}

fn read(file: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/talk").join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(super) fn index() -> Value {
    serde_json::from_slice(&read("index.json")).expect("JSON")
}

/// The secret that signed the recorded bodies.
pub(super) fn secret() -> String {
    index()["test_config"]["secret"].as_str().expect("secret").to_owned()
}

/// Every case of the index.
pub(super) fn cases() -> Vec<Case> {
    let index = index();
    let cases = index["cases"].as_array().expect("list");
    assert_eq!(cases.len(), 81);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    cases
        .iter()
        .map(|case| Case {
            name: text(&case["name"]),
            kind: text(&case["kind"]),
            addressed: text(&case["addressed"]),
            random: text(&case["headers"]["X-Nextcloud-Talk-Random"]),
            signature: text(&case["headers"]["X-Nextcloud-Talk-Signature"]),
            expect: case["expect"].clone(),
            body: read(&text(&case["file"])),
        })
        .collect()
}

/// The vector of that id: secret, random, body, signature.
pub(super) fn golden(id: &str) -> [String; 4] {
    let vectors: Value = serde_json::from_slice(&read("golden-vectors.json")).expect("JSON");
    let vectors = vectors["vectors"].as_array().expect("list");
    let vector = vectors.iter().find(|vector| vector["id"] == id).expect("known id");
    ["secret", "random", "body", "signature"].map(|key| vector[key].as_str().expect("text").to_owned())
}
