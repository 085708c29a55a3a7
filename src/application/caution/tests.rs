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
    let _turn = caution.turn(&room(first)).await;
    caution.turn(&room(second)).now_or_never().is_some()
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
    let first = caution.turn(&own).await;
    let rest = async {
        let (_one, _other) = tokio::join!(caution.turn(&own), caution.turn(&own));
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
