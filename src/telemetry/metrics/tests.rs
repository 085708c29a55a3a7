use super::*;

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
