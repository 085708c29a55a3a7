//! The committed document is the generated one.

use nextcloud_opencode_bot::adapters::http;

#[test]
fn the_committed_document_is_current() {
    let committed = include_str!("../../openapi/openapi.json");
    assert!(
        committed == http::document(),
        "openapi/openapi.json is out of date; run: cargo run -- openapi > openapi/openapi.json"
    );
}
