use std::time::Duration;

use super::*;
use crate::domain::job::PauseScope;
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;
use crate::ports::commits::Commits;
use crate::ports::model::{Completion, EndpointState, Finish, Streamed, Usage};

fn completion(usage: Option<Usage>, streamed: Option<Streamed>) -> Completion {
    Completion { text: String::new(), reasoned: false, finish: Finish::Stop, usage, streamed, model: None }
}

fn assert_lines(page: &str, lines: &[&str]) {
    for line in lines {
        assert!(page.contains(&format!("opencode_bot_{line}\n")), "{line} in {page}");
    }
}

#[test]
fn an_answer_is_counted_with_its_cache_and_its_prompt_time() {
    let metrics = Metrics::default();
    let usage = Usage {
        prompt_tokens: 200,
        cached_tokens: 190,
        completion_tokens: 7,
        prompt_time: Some(Duration::from_millis(80)),
    };
    let took = Duration::from_secs(1);
    metrics.model_answered(took, &completion(Some(usage), None));
    metrics.model_answered(took, &completion(Some(Usage::default()), None));
    metrics.model_answered(took, &completion(None, None));
    assert_lines(
        &metrics.render(None),
        &[
            "model_calls_total{outcome=\"answered\"} 3",
            "tokens_total{kind=\"cached\"} 190",
            "model_cached_share_bucket{le=\"0.95\"} 1",
            "model_cached_share_count 1",
            "model_prompt_duration_seconds_bucket{le=\"0.1\"} 1",
            "model_prompt_duration_seconds_count 1",
            "model_first_token_seconds_count 0",
            "model_tokens_per_second_count 0",
        ],
    );
}

#[test]
fn the_first_words_and_the_speed_after_them_are_told_where_both_are_known() {
    let (metrics, took) = (Metrics::default(), Duration::from_secs(3));
    let seconds = |first, rest| {
        Some(Streamed { first: Duration::from_secs(first), rest: Duration::from_secs(rest), pieces: 4 })
    };
    let tokens = |completion_tokens| Some(Usage { completion_tokens, ..Usage::default() });
    metrics.model_answered(took, &completion(tokens(41), seconds(1, 2)));
    for (usage, streamed) in [(tokens(1), seconds(1, 2)), (tokens(41), seconds(1, 0)), (None, seconds(1, 2))]
    {
        metrics.model_answered(took, &completion(usage, streamed));
    }
    assert_lines(
        &metrics.render(None),
        &[
            "model_first_token_seconds_sum 4.0",
            "model_first_token_seconds_count 4",
            "model_tokens_per_second_sum 20.0",
            "model_tokens_per_second_count 1",
        ],
    );
}

#[test]
fn commits_are_told_with_what_they_took_and_held() {
    let metrics = Metrics::default();
    metrics.committed(3, Duration::from_millis(2));
    metrics.failed();
    assert_lines(
        &metrics.render(None),
        &[
            "store_commits_total{outcome=\"committed\"} 1",
            "store_commits_total{outcome=\"failed\"} 1",
            "store_commit_duration_seconds_sum 0.002",
            "store_commit_changes_sum 3.0",
        ],
    );
}

#[test]
fn what_never_happened_is_told_as_well() {
    assert_lines(
        &Metrics::default().render(None),
        &[
            "webhooks_total{outcome=\"unavailable\"} 0",
            "jobs_total{outcome=\"model_timed_out\"} 0",
            "talk_posts_total{outcome=\"locked_out\"} 0",
            concat!("build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        ],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_is_told_under_the_names_of_every_process() {
    let page = Metrics::default().render(None);
    for name in [
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_start_time_seconds",
        "process_cpu_seconds_total",
    ] {
        let value = page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        assert!(value.is_some_and(|value| value >= 0.0), "{name} in {page}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_reference_and_the_page_name_the_same_figures() {
    let metrics = Metrics::default();
    // Where there is no server and no pause there is no figure of one.
    metrics.endpoints(&[EndpointState::default()]);
    let page = metrics.render(Some((&Depth::default(), Duration::ZERO)));
    let reference = metrics.reference();
    let typed = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let mut rendered: Vec<_> = typed.map(str::to_owned).collect();
    let rows = reference.lines().filter(|line| line.starts_with("| `"));
    let mut described: Vec<_> = rows
        .map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let (name, kind) = (cells[1].trim_matches('`'), cells[2]);
            format!("{} {kind}", name.trim_end_matches("_total").trim_end_matches("_info"))
        })
        .collect();
    rendered.sort();
    described.sort();
    assert_eq!(rendered, described);
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
