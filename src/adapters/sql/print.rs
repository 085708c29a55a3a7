//! By what a message is known again that the bot posted: Talk does not tell it the number of its own messages, and the
//! store keeps no second copy of them.

use sha2::{Digest, Sha256};

/// The print of a message, of its text as it was sent or as Talk gives it back: Talk trims it and, of slashes at its
/// beginning, takes one for itself.
pub(in crate::adapters) fn of(text: &str) -> String {
    let text = text.trim();
    let after = text.trim_start_matches('/');
    let text = if text.len() == after.len() { text } else { &text[text.len() - after.len() - 1..] };
    base16ct::lower::encode_string(&Sha256::digest(text))
}

/// The prints of several messages, as they are stored.
pub(super) fn of_all(texts: &[String]) -> String {
    texts.iter().map(|text| of(text)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_as_it_was_sent_and_as_it_comes_back() {
        for (sent, comes_back) in
            [(" Yes.\n", "Yes."), ("//help", "/help"), ("///", "//"), ("/", "/"), ("a // b", "a // b")]
        {
            assert_eq!(of(sent), of(comes_back), "{sent}");
        }
    }

    #[test]
    fn different_messages_have_different_prints() {
        assert_ne!(of("help"), of("/help"));
        assert_ne!(of("Yes."), of("yes."));
    }

    #[test]
    fn a_print_is_plain_text() {
        let print = of("abc");
        assert_eq!(print, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(of_all(&["abc".to_owned(), "abc".to_owned()]), format!("{print} {print}"));
    }
}
