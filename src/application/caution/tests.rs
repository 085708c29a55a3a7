use futures_util::FutureExt;

use super::*;
use crate::application::testing::{START, at, room};

#[test]
fn posts_go_one_at_a_time_until_one_is_taken() {
    let caution = Caution::default();
    assert_eq!(caution.posts_at_once(), 1);
    caution.taken(&room("z"), START);
    assert_eq!(caution.posts_at_once(), POSTS_AT_ONCE);
}

#[test]
fn after_a_refused_signature_posts_go_one_at_a_time_again() {
    let caution = Caution::default();
    caution.taken(&room("z"), START);
    caution.unauthorized(&room("a"), START);
    assert_eq!(caution.posts_at_once(), 1);
}

#[test]
fn after_a_lock_out_nothing_is_sent_until_its_end_and_then_one_post() {
    let caution = Caution::default();
    caution.taken(&room("z"), START);
    caution.pause(&PauseScope::Server, at(1800));
    assert_eq!(caution.held_until(&room("z"), at(1799)), Some(at(1800)));
    assert_eq!((caution.held_until(&room("z"), at(1800)), caution.posts_at_once()), (None, 1));
}

#[test]
fn one_room_that_refuses_again_and_again_does_not_hold_the_server_back() {
    let caution = Caution::default();
    for _ in 0..5 {
        assert_eq!(caution.unauthorized(&room("a"), START), None);
    }
}

#[test]
fn several_rooms_in_a_row_hold_the_server_back() {
    let caution = Caution::default();
    assert_eq!(caution.unauthorized(&room("a"), START), None);
    assert_eq!(caution.unauthorized(&room("b"), START), None);
    assert_eq!(caution.unauthorized(&room("c"), START), Some(START + PAUSE));
    assert_eq!(caution.held_until(&room("z"), START), Some(START + PAUSE));
}

#[test]
fn a_post_that_is_taken_between_them_begins_the_count_anew() {
    let caution = Caution::default();
    caution.unauthorized(&room("a"), START);
    caution.unauthorized(&room("b"), START);
    caution.taken(&room("z"), START);
    assert_eq!(caution.unauthorized(&room("c"), START), None);
}

#[test]
fn a_refused_probe_holds_the_server_back_again() {
    let caution = Caution::default();
    for name in ["a", "b", "c"] {
        caution.unauthorized(&room(name), START);
    }
    let later = START + PAUSE;
    assert_eq!(caution.unauthorized(&room("d"), later), Some(later + PAUSE));
}

#[test]
fn posts_fail_since_the_first_that_failed() {
    let caution = Caution::default();
    assert_eq!((caution.failed(JobId(1), at(10)), caution.failed(JobId(1), at(90))), (at(10), at(10)));
    assert_eq!(caution.failed(JobId(2), at(90)), at(90));
}

#[test]
fn posts_that_did_not_fail_between_begin_the_time_anew() {
    let caution = Caution::default();
    caution.failed(JobId(1), at(10));
    caution.not_failing(JobId(1));
    assert_eq!(caution.failed(JobId(1), at(90)), at(90));
}

/// Whether something else may be sent to that room while the first is on its way.
async fn two_at_once(caution: &Caution, first: &str, second: &str) -> bool {
    let _turn = caution.turn(&room(first), START).await;
    caution.turn(&room(second), START).now_or_never().is_some()
}

#[tokio::test(start_paused = true)]
async fn until_something_is_taken_one_thing_is_on_its_way() {
    let caution = Caution::default();
    assert!(!two_at_once(&caution, "a", "b").await);
    caution.taken(&room("a"), START);
    assert!(two_at_once(&caution, "a", "a").await);
    assert!(two_at_once(&caution, "b", "c").await);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_took_nothing_yet_is_sent_one_thing_at_a_time() {
    let caution = Caution::default();
    caution.taken(&room("a"), START);
    assert!(!two_at_once(&caution, "b", "b").await);
    caution.taken(&room("b"), START);
    assert!(two_at_once(&caution, "b", "b").await);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_refused_is_held_and_then_probed_while_the_others_go_on() {
    let caution = Caution::default();
    caution.taken(&room("a"), START);
    caution.unauthorized(&room("a"), START);
    caution.taken(&room("b"), START);
    assert_eq!(caution.held_until(&room("a"), at(1799)), Some(START + PAUSE));
    assert_eq!(caution.held_until(&room("b"), START), None);
    assert_eq!(caution.held_until(&room("a"), at(1800)), None);
    assert!(!two_at_once(&caution, "a", "a").await);
    assert!(two_at_once(&caution, "b", "b").await);
}

#[tokio::test(start_paused = true)]
async fn who_waited_for_one_that_was_taken_goes_together_with_the_others() {
    let caution = Caution::default();
    let own = room("a");
    let first = caution.turn(&own, START).await;
    let rest = async {
        let (_one, _other) = tokio::join!(caution.turn(&own, START), caution.turn(&own, START));
    };
    let taken = async {
        caution.taken(&own, START);
        drop(first);
    };
    tokio::join!(rest, taken);
}

#[test]
fn what_was_on_its_way_before_a_lock_out_does_not_end_the_caution() {
    let caution = Caution::default();
    caution.pause(&PauseScope::Server, at(1800));
    caution.taken(&room("a"), at(1));
    assert_eq!((caution.posts_at_once(), caution.held_until(&room("a"), at(1))), (1, Some(at(1800))));
    caution.taken(&room("a"), at(1800));
    assert_eq!(caution.posts_at_once(), POSTS_AT_ONCE);
}

#[test]
fn a_room_that_the_bot_is_enabled_in_anew_is_sent_to_at_once_and_one_thing_at_a_time() {
    let caution = Caution::default();
    caution.unauthorized(&room("a"), START);
    caution.resume(&room("a"));
    assert_eq!((caution.held_until(&room("a"), START), caution.posts_at_once()), (None, 1));
    assert_eq!(caution.unauthorized(&room("b"), START), None);
    assert_eq!(caution.unauthorized(&room("c"), START), None, "it counts no more among those that refuse");
}

#[test]
fn a_server_that_is_left_alone_stays_so_whatever_room_the_bot_is_enabled_in() {
    let caution = Caution::default();
    caution.pause(&PauseScope::Server, at(1800));
    caution.resume(&room("a"));
    assert_eq!(caution.held_until(&room("a"), START), Some(at(1800)));
}

#[tokio::test(start_paused = true)]
async fn who_goes_alone_after_a_refusal_waits_for_all_that_is_on_its_way() {
    let caution = Caution::default();
    for name in ["a", "b", "c"] {
        caution.taken(&room(name), START);
    }
    let on_its_way = caution.turn(&room("b"), START).await;
    caution.unauthorized(&room("a"), START);
    let c = room("c");
    let mut next = std::pin::pin!(caution.turn(&c, START));
    assert!(next.as_mut().now_or_never().is_none());
    drop(on_its_way);
    assert!(next.await.is_alone());
}

fn refusals(pauses: &[(&str, u64)], refusing: &[&str]) -> Refusals {
    let scope = |name: &str| if name.is_empty() { PauseScope::Server } else { PauseScope::Room(room(name)) };
    Refusals {
        pauses: pauses.iter().map(|(name, seconds)| (scope(name), at(*seconds))).collect(),
        refusing: refusing.iter().map(|name| room(name)).collect(),
    }
}

#[test]
fn what_others_leave_alone_is_left_alone_here_as_long_as_it_is_there() {
    let caution = Caution::default();
    assert!(caution.learn(&refusals(&[("a", 1800), ("b", 900)], &[]), 0));
    assert_eq!(caution.held_until(&room("a"), START), Some(at(1800)));
    assert!(caution.learn(&refusals(&[("b", 900)], &[]), 0));
    assert_eq!(
        (caution.held_until(&room("a"), START), caution.held_until(&room("b"), START)),
        (None, Some(at(900)))
    );
}

#[test]
fn what_the_store_does_not_have_yet_does_not_end_with_what_it_has() {
    let caution = Caution::default();
    caution.unauthorized(&room("a"), START);
    caution.learn(&Refusals::default(), 0);
    assert_eq!(caution.held_until(&room("a"), START), Some(START + PAUSE));
    caution.stored(&PauseScope::Room(room("a")), at(1));
    caution.learn(&Refusals::default(), 0);
    assert_eq!(caution.held_until(&room("a"), START), Some(START + PAUSE), "another pause was stored");
    caution.stored(&PauseScope::Room(room("a")), START + PAUSE);
    caution.learn(&Refusals::default(), 0);
    assert_eq!(caution.held_until(&room("a"), START), None);
}

#[test]
fn a_shorter_pause_of_others_ends_none_that_is_longer_here() {
    let caution = Caution::default();
    caution.pause(&PauseScope::Server, at(1800));
    caution.learn(&refusals(&[("", 900)], &[]), 0);
    assert_eq!(caution.held_until(&room("a"), START), Some(at(1800)));
}

#[test]
fn what_was_read_before_a_room_was_resumed_is_not_learned() {
    let caution = Caution::default();
    let before = caution.resumptions();
    caution.resume(&room("a"));
    assert!(!caution.learn(&refusals(&[("a", 1800)], &["a"]), before));
    assert_eq!(caution.held_until(&room("a"), START), None);
}

#[test]
fn when_all_rooms_of_others_refused_the_first_one_after_the_pause_is_one_too_many() {
    let caution = Caution::default();
    let several = ["a", "b", "c", "d"];
    caution.learn(&refusals(&[("a", 1800), ("b", 1800), ("c", 1800)], &several), 0);
    assert_eq!(caution.unauthorized(&room("z"), START), None, "the server is not left alone");
    caution.learn(&refusals(&[("", 1800)], &several), 0);
    assert_eq!(caution.unauthorized(&room("a"), at(1800)), Some(at(1800) + PAUSE));
    assert!(caution.taken(&room("b"), at(4000)));
    assert!(!caution.taken(&room("b"), at(4000)));
    assert_eq!(caution.unauthorized(&room("a"), at(4000)), None);
}

#[test]
fn refusals_of_others_are_a_reason_to_go_alone() {
    let caution = Caution::default();
    caution.taken(&room("a"), START);
    caution.doubt();
    assert_eq!(caution.posts_at_once(), 1);
}

#[test]
fn rooms_beyond_some_thousand_are_forgotten_unless_they_are_held() {
    let caution = Caution::default();
    caution.unauthorized(&room("held"), START);
    for number in 0..3 * REMEMBERED {
        caution.taken(&room(&format!("r{number}")), START);
    }
    assert!(caution.seen().rooms.len() <= REMEMBERED, "{}", caution.seen().rooms.len());
    assert_eq!(caution.held_until(&room("held"), START), Some(START + PAUSE));
}

#[tokio::test(start_paused = true)]
async fn a_room_is_not_forgotten_while_something_goes_alone_there() {
    let caution = Caution::default();
    caution.taken(&room("z"), START);
    let _turn = caution.turn(&room("a"), START).await;
    for number in 0..2 * REMEMBERED {
        caution.taken(&room(&format!("r{number}")), START);
    }
    assert!(caution.turn(&room("a"), START).now_or_never().is_none());
}

#[test]
fn of_failing_jobs_the_oldest_is_forgotten_beyond_some_thousand() {
    let caution = Caution::default();
    let many = i64::try_from(REMEMBERED).expect("few");
    for job in 0..=many {
        caution.failed(JobId(job), at(job.unsigned_abs()));
    }
    assert_eq!(caution.seen().failing.len(), REMEMBERED);
    assert_eq!(caution.failed(JobId(1), at(9000)), at(1));
    assert_eq!(caution.failed(JobId(0), at(9000)), at(9000));
}
