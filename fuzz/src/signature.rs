//! The headers of a signed webhook: whatever they and the body hold, only what the secret signed is taken, and what
//! it signed is taken in either case of its digits. No bit of it can be another.

use nextcloud_opencode_bot::adapters::http::is_signed;
use nextcloud_opencode_bot::application::secrets::Secrets;
use nextcloud_opencode_bot::domain::signature::BotSecret;
use nextcloud_opencode_bot::domain::time::Timestamp;
use poem::Request;
use poem::http::HeaderValue;

use super::input::Numbers;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// The letter of the secret, the lengths of both headers, the headers, the body.
pub fn check(data: &[u8]) {
    let Some(([letter, random, claimed], rest)) = data.split_first_chunk::<3>() else { return };
    let (random, rest) = rest.split_at(usize::from(*random).min(rest.len()));
    let (claimed, body) = rest.split_at(usize::from(*claimed).min(rest.len()));
    let secrets = Secrets::new(secret(*letter), None);
    let words = HeaderValue::from_bytes(random).ok();
    let words = words.as_ref().and_then(|value| value.to_str().ok()).filter(|words| !words.is_empty());
    let right = words.map(|words| secret(*letter).sign(words, body));
    let expected = right.is_some_and(|right| right.as_bytes().eq_ignore_ascii_case(claimed));
    assert_eq!(takes(&secrets, random, claimed, body), expected, "any headers");
    if let Some(words) = words {
        what_was_signed_is_taken(*letter, words, body, &mut Numbers::of(data));
    }
}

fn what_was_signed_is_taken(letter: u8, random: &str, body: &[u8], numbers: &mut Numbers) {
    let secrets = Secrets::new(secret(letter), None);
    let signature = secret(letter).sign(random, body);
    let (random, signed) = (random.as_bytes(), signature.as_bytes());
    assert!(signed.len() == 64 && signed.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
    assert!(takes(&secrets, random, signed, body));
    assert!(takes(&secrets, random, signature.to_uppercase().as_bytes(), body));

    let other = Secrets::new(secret(letter ^ 1), None);
    assert!(!takes(&other, random, signed, body), "another secret");
    let changed = Secrets::new(secret(letter ^ 1), Some(secret(letter)));
    assert!(takes(&changed, random, signed, body), "the previous secret");

    let flipped = flip(signed, numbers);
    assert_eq!(takes(&secrets, random, &flipped, body), flipped.eq_ignore_ascii_case(signed), "a bit of it");
    assert!(!takes(&secrets, &flip(random, numbers), signed, body), "a bit of the random text");
    assert!(body.is_empty() || !takes(&secrets, random, signed, &flip(body, numbers)), "a bit of the body");
    assert!(!takes(&secrets, random, &signed[..numbers.below(64)], body), "less of it");
    assert!(!takes(&secrets, random, &[signed, b"0"].concat(), body), "more of it");
    assert!(!takes(&secrets, b"", signed, &[random, body].concat()), "an empty random text");
}

fn secret(letter: u8) -> BotSecret {
    BotSecret::new(vec![letter; 40 + usize::from(letter) % 89]).expect("40 to 128 bytes")
}

/// With one bit turned; there is at least one byte.
fn flip(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = numbers.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << numbers.below(8);
    }
    bytes
}

/// What no header can hold never arrives.
fn takes(secrets: &Secrets, random: &[u8], signature: &[u8], body: &[u8]) -> bool {
    let (Ok(random), Ok(signature)) = (HeaderValue::from_bytes(random), HeaderValue::from_bytes(signature))
    else {
        return false;
    };
    let request = Request::builder()
        .header("X-Nextcloud-Talk-Random", random)
        .header("X-Nextcloud-Talk-Signature", signature)
        .finish();
    is_signed(&request, body.to_vec(), secrets, NOW)
}
