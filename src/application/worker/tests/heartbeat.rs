//! By what the watchdog knows that the worker lives.

use super::*;

#[test]
fn a_heartbeat_is_fresh_for_a_while_and_never_when_the_clock_was_set_back() {
    let heartbeat = Heartbeat::default();
    assert!(!heartbeat.is_fresh(START), "nobody has looked yet");
    heartbeat.beat(START);
    assert!(heartbeat.is_fresh(START) && heartbeat.is_fresh(START + PULSE));
    assert!(!heartbeat.is_fresh(START + PULSE + SECOND));
    heartbeat.beat(START + PULSE * 2);
    assert!(!heartbeat.is_fresh(START), "it would stay fresh until the clock has caught up");
}

#[tokio::test(start_paused = true)]
async fn an_idle_worker_has_a_fresh_heartbeat_and_one_that_has_ended_has_not() {
    let mut service = Service::start(1, answers(SECOND), takes(SECOND));
    service.pass(PULSE * 4).await;
    assert!(service.is_fresh());
    service.stop.cancel();
    service.ended().await;
    service.pass(PULSE + SECOND).await;
    assert!(!service.is_fresh());
}
