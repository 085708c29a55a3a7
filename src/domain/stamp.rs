//! The doctor's stamp: the random text of its events, by which the service knows them again, taken or refused, so that its
//! figures tell of Talk alone. It lets nothing in: what is signed wrongly is refused, stamped or not.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::signature::BotSecret;

/// Sets the key apart from everything that Talk and the bot sign.
const PURPOSE: &str = "nextcloud-opencode-bot doctor 1\n";

/// Bytes that make an event new.
pub const NONCE: usize = 16;

/// Hex digits of a stamp, as many as Talk's own random texts have characters: the nonce, and as much of what only who has
/// the secret can say of it.
const DIGITS: usize = 4 * NONCE;

/// The random text for an event.
#[must_use]
pub fn stamp(secret: &BotSecret, nonce: [u8; NONCE]) -> String {
    let digest = mac(secret, &nonce).finalize().into_bytes();
    base16ct::lower::encode_string(&[&nonce, &digest[..NONCE]].concat())
}

/// Whether that random text was made with the secret. The comparison takes the same time wherever the difference is.
#[must_use]
pub fn is_stamped(secret: &BotSecret, random: &str) -> bool {
    if random.len() != DIGITS {
        return false;
    }
    let Ok(bytes) = base16ct::lower::decode_vec(random) else { return false };
    let (nonce, digest) = bytes.split_at(NONCE);
    mac(secret, nonce).verify_truncated_left(digest).is_ok()
}

fn mac(secret: &BotSecret, nonce: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&secret.derive(PURPOSE)).expect("HMAC takes a key of any length");
    mac.update(nonce);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(letter: u8) -> BotSecret {
        BotSecret::new([letter; 40]).expect("length")
    }

    #[test]
    fn who_has_the_secret_knows_it_again() {
        let random = stamp(&secret(b'a'), [7; NONCE]);
        assert_eq!(random.len(), 64);
        assert!(is_stamped(&secret(b'a'), &random) && !is_stamped(&secret(b'b'), &random));
        assert_ne!(random, stamp(&secret(b'a'), [8; NONCE]));
    }

    #[test]
    fn nothing_else_is_one() {
        let (secret, random) = (secret(b'a'), stamp(&secret(b'a'), [7; NONCE]));
        let of_signature = secret.sign("", &[7; NONCE]);
        for other in [
            "",
            "0",
            &random[..32],
            &random[..62],
            &format!("{random}00"),
            &random.replacen("07", "08", 1),
            &format!("{}{}", &random[..32], "0".repeat(32)),
            &format!("{}{}", &random[..32], &of_signature[..32]),
            &random.to_uppercase(),
            &"ä".repeat(32),
        ] {
            assert!(!is_stamped(&secret, other), "{other}");
        }
    }
}
