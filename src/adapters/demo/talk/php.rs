//! JSON as PHP's `json_encode` writes it without flags, byte for byte: the signature covers these bytes.

use std::fmt::Write;

use serde::Serialize;

/// Plain ASCII: `/` becomes `\/`, everything beyond ASCII `\uXXXX` in UTF-16 units.
pub(super) fn encode(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("strings, lists and string keys are always JSON");
    let mut ascii = String::with_capacity(json.len() + json.len() / 8);
    for c in json.chars() {
        match c {
            '/' => ascii.push_str("\\/"),
            c if c.is_ascii() => ascii.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(ascii, "\\u{unit:04x}").expect("a String takes everything");
                }
            }
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_letters_beyond_ascii_are_escaped() {
        assert_eq!(encode(&"a/b é 👍 \"\\\u{1}\n"), r#""a\/b \u00e9 \ud83d\udc4d \"\\\u0001\n""#);
    }

    #[test]
    fn a_text_inside_a_text_is_escaped_twice() {
        assert_eq!(encode(&encode(&"ä/")), r#""\"\\u00e4\\\/\"""#);
    }
}
