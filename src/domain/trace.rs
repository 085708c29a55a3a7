//! What everything that becomes of one message has in common in logs and traces. It follows from the message alone, so
//! it needs no place in the store: every process of a bot knows it, also days later.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::message::{MessageId, RoomToken};
use super::signature::BotSecret;

/// Sets the key apart from everything that Talk and the bot sign.
const PURPOSE: &str = "nextcloud-opencode-bot trace 1\n";

/// What makes traces. Without it nobody can try room tokens, which are short and open public rooms, until one fits
/// a log line.
#[derive(Clone)]
pub struct TraceKey([u8; 32]);

/// One message's. `Display` is the id of the trace, 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trace([u8; 24]);

impl TraceKey {
    /// The same for every process that has that secret. A new secret makes new traces.
    #[must_use]
    pub fn of(secret: &BotSecret) -> Self {
        Self(secret.derive(PURPOSE))
    }

    /// Of that message.
    #[must_use]
    pub fn trace(&self, room: &RoomToken, message: MessageId) -> Trace {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(room.as_str().as_bytes());
        mac.update(b"\n");
        mac.update(&message.0.to_be_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut trace = [0; 24];
        trace.copy_from_slice(&digest[..24]);
        Trace(trace)
    }
}

impl std::fmt::Debug for TraceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TraceKey(…)")
    }
}

impl Trace {
    /// The id of its first span, 16 lower-case hex digits.
    #[must_use]
    pub fn root(&self) -> String {
        base16ct::lower::encode_string(&self.0[16..])
    }

    /// The id of another span of it: `name` began at `began`, as the `nth` of its kind.
    #[must_use]
    pub fn child(&self, name: &str, began: i64, nth: u32) -> String {
        let digest = Sha256::new()
            .chain_update(self.0)
            .chain_update(began.to_be_bytes())
            .chain_update(nth.to_be_bytes())
            .chain_update(name)
            .finalize();
        base16ct::lower::encode_string(&digest[..8])
    }
}

impl std::fmt::Display for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&base16ct::lower::encode_string(&self.0[..16]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(secret: &str, room: &str, message: i64) -> Trace {
        let secret = BotSecret::new(secret.repeat(40)).expect("length");
        TraceKey::of(&secret).trace(&RoomToken::parse(room).expect("valid"), MessageId(message))
    }

    /// Processes of different versions must agree.
    #[test]
    fn a_trace_stays_what_it_is() {
        let trace = trace("s", "kq7m2rtx", 4711);
        assert_eq!(trace.to_string(), "70f802e988277e1025df8d62efbc55f1");
        assert_eq!(trace.root(), "7b6f0fba4a4a7817");
        assert_eq!(trace.child("wait", 1_000, 1), "03908e8d3e34f8bb");
    }

    #[test]
    fn whatever_differs_makes_another_trace() {
        let one = trace("s", "kq7m2rtx", 4711);
        for other in
            [trace("t", "kq7m2rtx", 4711), trace("s", "kq7m2rty", 4711), trace("s", "kq7m2rtx", 4712)]
        {
            assert_ne!(one.to_string(), other.to_string());
            assert_ne!(one.root(), other.root());
        }
    }

    #[test]
    fn every_span_has_an_id_of_its_own() {
        let trace = trace("s", "kq7m2rtx", 1);
        let wait = trace.child("wait", 1_000, 1);
        for other in [trace.root(), trace.child("post", 1_000, 1), trace.child("wait", 1_001, 1)] {
            assert_ne!(wait, other);
        }
        assert_ne!(wait, trace.child("wait", 1_000, 2));
    }

    #[test]
    fn a_key_is_not_shown() {
        let secret = BotSecret::new("s".repeat(40)).expect("length");
        assert_eq!(format!("{:?}", TraceKey::of(&secret)), "TraceKey(…)");
    }
}
