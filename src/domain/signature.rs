//! Talk's signature, both ways: HMAC-SHA256 with the bot's secret over a random text and what is protected.
//! Inbound that is the raw body, outbound the text of the message (not its JSON).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The bot's shared secret. Never shown: `Debug` is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct BotSecret(Vec<u8>);

/// Talk's own limits for a secret, in bytes.
pub const SECRET_BYTES: std::ops::RangeInclusive<usize> = 40..=128;

/// The secret has a length that Talk cannot have accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("has {0} bytes, Talk takes 40 to 128")]
pub struct BadSecretLength(pub usize);

impl BotSecret {
    /// Takes 40 to 128 bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, BadSecretLength> {
        let bytes = bytes.into();
        if SECRET_BYTES.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(BadSecretLength(bytes.len())) }
    }

    /// The signature of `random` followed by `protected`, in lower-case hex.
    #[must_use]
    pub fn sign(&self, random: &str, protected: &[u8]) -> String {
        base16ct::lower::encode_string(&self.mac(random, protected).finalize().into_bytes())
    }

    /// Whether `signature` (hex, either case) is the one of `random` and `protected`. An empty random is refused.
    /// The comparison takes the same time wherever the difference is.
    #[must_use]
    pub fn verify(&self, random: &str, protected: &[u8], signature: &str) -> bool {
        let Ok(digest) = base16ct::mixed::decode_vec(signature) else { return false };
        !random.is_empty() && self.mac(random, protected).verify_slice(&digest).is_ok()
    }

    /// A key for another purpose, which tells nothing of the secret. Nothing is signed with that purpose as its random.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.mac(purpose, b"").finalize().into_bytes().into()
    }

    fn mac(&self, random: &str, protected: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(random.as_bytes());
        mac.update(protected);
        mac
    }
}

impl std::fmt::Debug for BotSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BotSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const VECTORS: &str = include_str!("../../tests/fixtures/talk/golden-vectors.json");

    #[test]
    fn agrees_with_every_golden_vector() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("fixture");
        let vectors = vectors["vectors"].as_array().expect("list");
        assert!(vectors.len() >= 18);
        for vector in vectors {
            let field = |name: &str| vector[name].as_str();
            let secret = BotSecret::new(field("secret").expect("secret")).expect("length");
            let random = field("random").expect("random");
            let protected = field("body").or(field("signed_text")).expect("what is signed");
            let signature = field("signature").expect("signature");
            assert_eq!(secret.sign(random, protected.as_bytes()), signature, "{}", vector["id"]);
            assert!(secret.verify(random, protected.as_bytes(), signature));
            assert!(secret.verify(random, protected.as_bytes(), &signature.to_uppercase()));
        }
    }

    #[test]
    fn refuses_whatever_is_not_exactly_it() {
        let secret = BotSecret::new("s".repeat(40)).expect("length");
        let good = secret.sign("random", b"body");
        for (random, body, signature) in [
            ("random", &b"body\n"[..], good.as_str()),
            ("Random", b"body", &good),
            ("random", b"body", &good[..63]),
            ("random", b"body", &good[..62]),
            ("random", b"body", ""),
            ("random", b"body", "zz"),
            ("", b"randombody", &good),
        ] {
            assert!(!secret.verify(random, body, signature), "{random} {signature}");
        }
    }

    #[test]
    fn takes_the_lengths_that_talk_takes() {
        for (bytes, fits) in [(0, false), (39, false), (40, true), (128, true), (129, false)] {
            assert_eq!(BotSecret::new(vec![b'x'; bytes]).is_ok(), fits, "{bytes}");
        }
    }

    #[test]
    fn is_not_shown() {
        let secret = BotSecret::new("topsecret".repeat(5)).expect("length");
        assert_eq!(format!("{secret:?}"), "BotSecret(…)");
    }
}
