use std::time::Duration;

use super::*;
use crate::domain::message::RoomToken;
use crate::ports::model::{EndpointState, Usage};

#[test]
fn an_answer_is_counted_with_its_cache_and_its_prompt_time() {
    let metrics = Metrics::default();
    let usage = Usage {
        prompt_tokens: 200,
        cached_tokens: 190,
        completion_tokens: 7,
        prompt_time: Some(Duration::from_millis(80)),
    };
    metrics.model_answered(Duration::from_secs(1), Some(usage));
    metrics.model_answered(Duration::from_secs(1), Some(Usage::default()));
    metrics.model_answered(Duration::from_secs(1), None);
    let page = metrics.render(None);
    for line in [
        "model_calls_total{outcome=\"answered\"} 3",
        "tokens_total{kind=\"cached\"} 190",
        "model_cached_share_bucket{le=\"0.95\"} 1",
        "model_cached_share_count 1",
        "model_prompt_duration_seconds_bucket{le=\"0.1\"} 1",
        "model_prompt_duration_seconds_count 1",
    ] {
        assert!(page.contains(&format!("opencode_bot_{line}\n")), "{line} in {page}");
    }
}

#[test]
fn servers_are_told_by_their_place() {
    let metrics = Metrics::default();
    metrics
        .endpoints(&[EndpointState { in_flight: 2, ..EndpointState::default() }, EndpointState::default()]);
    let page = metrics.render(None);
    assert!(page.contains("opencode_bot_model_endpoint_in_flight{endpoint=\"1\"} 2\n"), "{page}");
    assert!(page.contains("opencode_bot_model_endpoint_available{endpoint=\"2\"} 0\n"), "{page}");
}

#[test]
fn paused_rooms_and_a_paused_server_are_told_apart_and_their_end_as_well() {
    let metrics = Metrics::default();
    let room = |name: &str| PauseScope::Room(RoomToken::parse(name).expect("letters"));
    let page_with = |scopes: Vec<PauseScope>| {
        let pauses = scopes.into_iter().map(|scope| (scope, Timestamp::default())).collect();
        metrics.render(Some((&Depth { pauses, ..Depth::default() }, Duration::ZERO)))
    };
    for (scopes, rooms, servers) in
        [(vec![room("a"), PauseScope::Server, room("b")], 2, 1), (vec![room("a")], 1, 0), (vec![], 0, 0)]
    {
        let page = page_with(scopes);
        for line in [
            format!("talk_pauses{{scope=\"room\"}} {rooms}"),
            format!("talk_pauses{{scope=\"server\"}} {servers}"),
        ] {
            assert!(page.contains(&format!("opencode_bot_{line}\n")), "{line} in {page}");
        }
    }
}
