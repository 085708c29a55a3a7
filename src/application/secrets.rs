//! The bot's secret, and the one before it: a secret is changed in two places that are never changed at the same
//! moment, so for a while both count.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use crate::domain::signature::BotSecret;
use crate::domain::stamp::is_stamped;
use crate::domain::time::Timestamp;

/// How long a replaced secret still counts.
pub const WINDOW: Duration = Duration::from_hours(1);

/// Shared by all that sign and verify.
#[derive(Debug)]
pub struct Secrets(RwLock<Held>);

#[derive(Debug)]
struct Held {
    current: BotSecret,
    previous: Vec<Previous>,
    /// The one that Talk has, as far as its webhooks have shown. Once it is the current one it stays that: a webhook
    /// that was recorded before the change is no sign of the opposite.
    shown: Option<BotSecret>,
}

#[derive(Debug)]
struct Previous {
    secret: BotSecret,
    /// `None` as long as the administrator keeps it.
    until: Option<Timestamp>,
}

impl Secrets {
    /// `previous` is what the administrator keeps beside `current`.
    #[must_use]
    pub fn new(current: BotSecret, previous: Option<BotSecret>) -> Self {
        let previous = previous.into_iter().map(|secret| Previous { secret, until: None }).collect();
        Self(RwLock::new(Held { current, previous, shown: None }))
    }

    /// Takes what the administrator has now. A current secret that was replaced still counts for [`WINDOW`], and signs
    /// while Talk has it.
    pub fn replace(&self, current: BotSecret, previous: Option<BotSecret>, now: Timestamp) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let talks = held.signing(now).clone();
        held.previous.retain(|previous| previous.until.is_some_and(|until| now < until));
        if held.current != current {
            held.shown = (talks != current).then_some(talks);
            let secret = std::mem::replace(&mut held.current, current);
            held.previous.push(Previous { secret, until: Some(now + WINDOW) });
        }
        held.previous.extend(previous.map(|secret| Previous { secret, until: None }));
    }

    /// Whether one of the secrets that count signed it.
    pub fn verify(&self, random: &str, body: &[u8], signature: &str, now: Timestamp) -> bool {
        let by = {
            let held = self.held();
            let Some(by) = held.counting(now).find(|secret| secret.verify(random, body, signature)) else {
                return false;
            };
            if held.shown.as_ref().is_some_and(|shown| shown == by || *shown == held.current) {
                return true;
            }
            by.clone()
        };
        self.0.write().unwrap_or_else(PoisonError::into_inner).shown = Some(by);
        true
    }

    /// Whether the doctor made that random text with one of the secrets that count.
    pub fn is_stamped(&self, random: &str, now: Timestamp) -> bool {
        self.held().counting(now).any(|secret| is_stamped(secret, random))
    }

    /// The secret to sign with: Talk would refuse a post that is signed with another one than its own.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> BotSecret {
        self.held().signing(now).clone()
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// The current one first.
    fn counting(&self, now: Timestamp) -> impl Iterator<Item = &BotSecret> {
        let counts = move |previous: &&Previous| previous.until.is_none_or(|until| now < until);
        std::iter::once(&self.current)
            .chain(self.previous.iter().filter(counts).map(|previous| &previous.secret))
    }

    fn signing(&self, now: Timestamp) -> &BotSecret {
        let shown = self.counting(now).find(|secret| self.shown.as_ref() == Some(*secret));
        shown.unwrap_or(&self.current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(letter: u8) -> BotSecret {
        BotSecret::new([letter; 40]).expect("length")
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000) + Duration::from_secs(seconds)
    }

    /// Whether a webhook that was signed with that secret is taken at that second.
    fn takes(secrets: &Secrets, letter: u8, second: u64) -> bool {
        secrets.verify("random", b"body", &secret(letter).sign("random", b"body"), at(second))
    }

    #[test]
    fn one_secret_verifies_and_signs() {
        let secrets = Secrets::new(secret(b'a'), None);
        assert!(takes(&secrets, b'a', 0) && !takes(&secrets, b'b', 0));
        assert_eq!(secrets.signing(at(0)), secret(b'a'));
    }

    #[test]
    fn what_is_kept_counts_for_ever_and_signs_until_talk_uses_the_new_one() {
        let secrets = Secrets::new(secret(b'b'), Some(secret(b'a')));
        assert_eq!(secrets.signing(at(0)), secret(b'b'), "nobody has shown which one Talk has");
        assert!(takes(&secrets, b'a', 1));
        assert_eq!(secrets.signing(at(1)), secret(b'a'));
        assert!(takes(&secrets, b'b', 2));
        assert_eq!(secrets.signing(at(2)), secret(b'b'));
        assert!(takes(&secrets, b'a', 1_000_000), "it was recorded before the change");
        assert_eq!(secrets.signing(at(1_000_000)), secret(b'b'));
    }

    #[test]
    fn a_replaced_secret_counts_for_an_hour_and_signs_until_talk_has_the_new_one() {
        let secrets = Secrets::new(secret(b'a'), None);
        secrets.replace(secret(b'b'), None, at(0));
        assert!(takes(&secrets, b'a', 3599) && takes(&secrets, b'a', 0));
        assert_eq!(secrets.signing(at(0)), secret(b'a'));
        assert!(!takes(&secrets, b'a', 3600));
        assert_eq!(secrets.signing(at(3600)), secret(b'b'));
    }

    #[test]
    fn reading_the_same_again_changes_nothing_and_what_is_dropped_counts_no_more() {
        let secrets = Secrets::new(secret(b'b'), Some(secret(b'a')));
        assert!(takes(&secrets, b'a', 0));
        secrets.replace(secret(b'b'), Some(secret(b'a')), at(1));
        assert_eq!(secrets.signing(at(1)), secret(b'a'));
        secrets.replace(secret(b'b'), None, at(2));
        assert!(!takes(&secrets, b'a', 2) && takes(&secrets, b'b', 2));
    }

    #[test]
    fn a_second_reading_within_the_hour_does_not_shorten_it() {
        let secrets = Secrets::new(secret(b'a'), None);
        secrets.replace(secret(b'b'), None, at(0));
        secrets.replace(secret(b'b'), None, at(1));
        assert!(takes(&secrets, b'a', 3599));
    }

    #[test]
    fn a_change_that_is_taken_back_signs_with_what_talk_had_all_the_time() {
        let secrets = Secrets::new(secret(b'a'), None);
        assert!(takes(&secrets, b'a', 0));
        secrets.replace(secret(b'b'), None, at(1));
        secrets.replace(secret(b'a'), None, at(2));
        assert_eq!(secrets.signing(at(2)), secret(b'a'));
        assert!(takes(&secrets, b'b', 3), "Talk may have been changed in between");
        assert_eq!(secrets.signing(at(3)), secret(b'b'));
    }

    #[test]
    fn a_previous_secret_that_was_left_over_does_not_push_out_the_one_that_talk_has() {
        let secrets = Secrets::new(secret(b'b'), Some(secret(b'a')));
        assert!(takes(&secrets, b'b', 0));
        secrets.replace(secret(b'c'), Some(secret(b'a')), at(1));
        assert_eq!(secrets.signing(at(1)), secret(b'b'));
        assert!(takes(&secrets, b'b', 2) && takes(&secrets, b'c', 2));
    }

    #[test]
    fn a_second_change_signs_with_what_is_kept_as_long_as_talk_has_that() {
        let secrets = Secrets::new(secret(b'b'), Some(secret(b'a')));
        assert!(takes(&secrets, b'a', 0));
        secrets.replace(secret(b'c'), Some(secret(b'a')), at(1));
        assert_eq!(secrets.signing(at(1)), secret(b'a'));
    }
}
