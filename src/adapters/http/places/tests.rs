use futures_util::FutureExt;

use super::*;

const SHARE: usize = 10;

fn places(most: usize) -> Arc<Places> {
    Places::new(most, most * SHARE)
}

fn take(places: &Arc<Places>) -> Place {
    places.take().now_or_never().expect("a place is free")
}

fn must_leave(place: &Place) -> bool {
    place.given_up().now_or_never().is_some()
}

fn must_leave_of(places: &[Place]) -> Vec<bool> {
    places.iter().map(must_leave).collect()
}

#[test]
fn nobody_leaves_while_there_are_places() {
    let places = places(2);
    let taken = [take(&places), take(&places)];
    assert_eq!(must_leave_of(&taken), [false, false]);
}

#[test]
fn who_is_waited_for_for_longest_leaves() {
    let places = places(3);
    let taken = [take(&places), take(&places), take(&places)];
    taken[0].heard(1);
    taken[0].answered();
    taken[1].answered();
    assert!(places.take().now_or_never().is_none(), "it has not left yet");
    assert_eq!(must_leave_of(&taken), [false, true, false]);
}

#[test]
fn one_newcomer_costs_one_place() {
    let places = places(2);
    let taken = [take(&places), take(&places)];
    let mut newcomer = Box::pin(places.take());
    for _ in 0..3 {
        assert!((&mut newcomer).now_or_never().is_none());
        taken[1].answered();
    }
    assert_eq!(must_leave_of(&taken), [true, false]);
    let [first, second] = taken;
    drop(first);
    assert!(newcomer.now_or_never().is_some() && !must_leave(&second));
}

#[test]
fn a_newcomer_takes_a_spare_place_before_anybody_has_left() {
    let places = places(SPARE);
    let taken: Vec<_> = (1..SPARE).map(|_| take(&places)).collect();
    assert!(!taken.iter().any(must_leave));
    let _newcomer = take(&places);
    assert_eq!(must_leave_of(&taken[..2]), [true, false]);
}

#[test]
fn who_waits_by_right_keeps_the_place_until_the_answer() {
    let places = places(1);
    let only = take(&places);
    only.keep();
    let mut newcomer = Box::pin(places.take());
    assert!((&mut newcomer).now_or_never().is_none() && !must_leave(&only));
    only.answered();
    assert!((&mut newcomer).now_or_never().is_none() && must_leave(&only));
}

#[test]
fn who_has_too_much_unanswered_leaves_and_small_requests_stay() {
    let places = places(4);
    let taken = [take(&places), take(&places), take(&places), take(&places)];
    taken[0].heard(SHARE);
    taken[1].heard(2 * SHARE);
    assert_eq!(must_leave_of(&taken[..2]), [false, false]);
    taken[2].heard(SHARE + 1);
    assert_eq!(must_leave_of(&taken), [false, true, false, false]);
    taken[3].heard(SHARE);
    assert_eq!(must_leave_of(&taken), [false, true, false, false], "enough is left already");
}

#[test]
fn who_alone_has_too_much_leaves() {
    let places = places(2);
    let only = take(&places);
    only.heard(2 * SHARE + 1);
    assert!(must_leave(&only));
}

#[test]
fn what_is_answered_or_gone_counts_no_more() {
    let places = places(2);
    let (one, other) = (take(&places), take(&places));
    for _ in 0..3 {
        one.heard(2 * SHARE);
        one.answered();
    }
    other.heard(2 * SHARE);
    assert!(!must_leave(&one) && !must_leave(&other));
    drop(other);
    one.heard(2 * SHARE);
    assert!(!must_leave(&one));
}
