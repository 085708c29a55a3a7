use proptest::prelude::*;

use super::*;

const HOUR: Duration = Duration::from_hours(1);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1000)
}

#[test]
fn over_the_limit_it_is_told_once_a_window_and_refused_until_the_oldest_is_out() {
    let mut quota = Quota::new(2, HOUR);
    let mut admit = |seconds| quota.admit("mira", at(seconds));
    assert_eq!([admit(0), admit(600)], [Admission::Admitted; 2]);
    assert_eq!([admit(1200), admit(1300), admit(3599)], [Admission::First, Admission::Over, Admission::Over]);
    assert_eq!([admit(3600), admit(3601)], [Admission::Admitted, Admission::Over]);
    assert_eq!([admit(4200), admit(4800)], [Admission::Admitted, Admission::First]);
}

#[test]
fn what_is_given_back_was_never_counted() {
    let mut quota = Quota::new(1, HOUR);
    quota.give_back("mira");
    quota.admit("mira", at(0));
    quota.give_back("mira");
    assert_eq!(
        [quota.admit("mira", at(1)), quota.admit("mira", at(2))],
        [Admission::Admitted, Admission::First]
    );
}

#[test]
fn each_key_has_its_own() {
    let mut quota = Quota::new(1, HOUR);
    assert_eq!(quota.admit("mira", at(0)), Admission::Admitted);
    assert_eq!(quota.admit("tomas", at(0)), Admission::Admitted);
    assert_eq!(quota.admit("mira", at(1)), Admission::First);
}

#[test]
fn no_limit_admits_everything_and_remembers_nothing() {
    let mut quota = Quota::new(0, HOUR);
    assert!((0..1000).all(|_| quota.admit("mira", at(0)) == Admission::Admitted));
    assert!(quota.uses.is_empty() && quota.wait("mira", at(0)).is_zero());
}

#[test]
fn it_tells_how_long_the_wait_is() {
    let mut quota = Quota::new(2, HOUR);
    assert_eq!(quota.wait("mira", at(0)), Duration::ZERO);
    quota.admit("mira", at(0));
    assert_eq!(quota.wait("mira", at(0)), Duration::ZERO);
    quota.admit("mira", at(600));
    assert_eq!(quota.wait("mira", at(1200)), Duration::from_mins(40));
    assert_eq!(quota.wait("mira", at(9999)), Duration::ZERO);
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out_for_longer_than_a_window() {
    let mut quota = Quota::new(1, HOUR);
    let year = 365 * 86_400;
    assert_eq!(quota.admit("mira", at(year)), Admission::Admitted);
    assert_eq!(quota.admit("mira", at(0)), Admission::First);
    assert_eq!(quota.admit("mira", at(3600)), Admission::Admitted);
}

#[test]
fn the_number_of_keys_is_bounded_and_the_idlest_goes_first() {
    let mut quota = Quota::new(1, HOUR);
    quota.admit("idle", at(0));
    for nth in 1..KEYS {
        quota.admit(&nth.to_string(), at(1));
    }
    quota.admit("one more", at(2));
    assert!(quota.uses.len() == KEYS && !quota.uses.contains_key("idle"));
    assert_eq!((quota.admit("7", at(3)), quota.uses.len()), (Admission::First, KEYS));
    quota.admit("much later", at(9999));
    assert_eq!(quota.uses.len(), 1);
}

proptest! {
    #[test]
    fn within_any_window_no_more_than_the_limit_is_admitted(
        limit in 1u32..5,
        steps in prop::collection::vec(0i64..2000, 1..60),
    ) {
        let mut quota = Quota::new(limit, HOUR);
        let (mut now, mut admitted, mut told) = (0, Vec::new(), Vec::new());
        for step in steps {
            now += step;
            match quota.admit("mira", at(now)) {
                Admission::Admitted => admitted.push(now),
                Admission::First => told.push(now),
                Admission::Over => {}
            }
        }
        prop_assert!(admitted.windows(limit as usize + 1).all(|few| few[limit as usize] - few[0] >= 3600));
        prop_assert!(told.windows(2).all(|two| two[1] - two[0] >= 3600));
    }
}
