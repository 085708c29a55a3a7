//! The bot's secret, and the one before it: a secret is changed in two places that are never changed at the same
//! moment, so for a while both count.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use crate::domain::signature::BotSecret;
use crate::domain::time::Timestamp;

/// How long a replaced secret still counts.
pub const WINDOW: Duration = Duration::from_hours(1);

/// Shared by all that sign and verify.
#[derive(Debug)]
pub struct Secrets(RwLock<Held>);

#[derive(Debug)]
struct Held {
    current: BotSecret,
    previous: Option<Previous>,
    known: Known,
}

#[derive(Debug)]
struct Previous {
    secret: BotSecret,
    /// `None` as long as the administrator keeps it.
    until: Option<Timestamp>,
}

/// Which secret Talk has, as far as its webhooks have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Previous,
    /// It never goes back: a webhook that was recorded before the change is no sign of that.
    Current,
}

impl Secrets {
    /// `previous` is what the administrator keeps beside `current`.
    #[must_use]
    pub fn new(current: BotSecret, previous: Option<BotSecret>) -> Self {
        let previous = previous.map(|secret| Previous { secret, until: None });
        Self(RwLock::new(Held { current, previous, known: Known::Nothing }))
    }

    /// Takes what the administrator has now. A current secret that was replaced, without another one kept beside the
    /// new one, still counts for [`WINDOW`].
    pub fn replace(&self, current: BotSecret, previous: Option<BotSecret>, now: Timestamp) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let kept = previous.map(|secret| Previous { secret, until: None });
        if held.current == current {
            held.previous = kept.or_else(|| held.previous.take().filter(|previous| previous.until.is_some()));
            return;
        }
        let replaced = std::mem::replace(&mut held.current, current);
        held.previous = kept.or(Some(Previous { secret: replaced, until: Some(now + WINDOW) }));
        held.known = Known::Previous;
    }

    /// Whether one of the secrets that count signed it.
    pub fn verify(&self, random: &str, body: &[u8], signature: &str, now: Timestamp) -> bool {
        let by = {
            let held = self.held();
            let signed = |secret: &BotSecret| secret.verify(random, body, signature);
            let by = match held.previous(now) {
                _ if signed(&held.current) => Known::Current,
                Some(previous) if signed(previous) => Known::Previous,
                _ => return false,
            };
            if held.known == by || held.known == Known::Current {
                return true;
            }
            by
        };
        self.0.write().unwrap_or_else(PoisonError::into_inner).known = by;
        true
    }

    /// The secret to sign with: Talk would refuse a post that is signed with another one than its own.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> BotSecret {
        let held = self.held();
        let previous = held.previous(now).filter(|_| held.known == Known::Previous);
        previous.unwrap_or(&held.current).clone()
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn previous(&self, now: Timestamp) -> Option<&BotSecret> {
        let counts = |previous: &&Previous| previous.until.is_none_or(|until| now < until);
        self.previous.as_ref().filter(counts).map(|previous| &previous.secret)
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
}
