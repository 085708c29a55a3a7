use proptest::prelude::*;

use super::*;

const SEQUENCES: [&str; 44] = [
    "<|im_start|>",
    "<|im_end|>",
    "<|im_start",
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<|eot_id|>",
    "<|endoftext|>",
    "<|user|>",
    "<|end|>",
    "<|channel|>",
    "<|START_OF_TURN_TOKEN|>",
    "<|turn>",
    "<turn|>",
    "<channel|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<start_of_image>",
    "<image_soft_token>",
    "<unused42>",
    "<bos>",
    "<eos>",
    "<pad>",
    "<unk>",
    "<mask>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "[TOOL_CALLS]",
    "[AVAILABLE_TOOLS]",
    "[IMG]",
    "<think>",
    "</think>",
    "<thinking>",
    "</thought>",
    "<tool_call>",
    "</tool_response>",
    "<｜begin▁of▁sentence｜>",
    "[|endofturn|]",
    "<__media__>",
];

#[test]
fn every_known_sequence_is_broken_in_either_case_and_wherever_it_stands() {
    for sequence in SEQUENCES {
        for text in [sequence.to_owned(), format!("ü<{sequence}]"), sequence.to_lowercase()] {
            let harmless = defuse(&text);
            assert!(!harmless.to_lowercase().contains(&sequence.to_lowercase()), "{text}");
            assert_eq!(harmless.replace(BREAK, ""), text);
        }
    }
}

#[test]
fn ordinary_text_is_not_even_copied() {
    for text in [
        "",
        "a < b && b > c || [1] | x",
        "<b>bold</b> <br/> <a href=\"x\">y</a>",
        "Vec<String> HashMap<K, V> fn f<T>() -> &[u8]",
        "[link](https://example.com) [x] [ ] <https://example.com>",
        "# Title\n> quote\n```rust\nlet a = b[0];\n```",
        "<",
        "[",
        "</",
        "<日本語>",
        "if a <s || b <mask, [pad, inst]",
    ] {
        assert!(matches!(defuse(text), Cow::Borrowed(same) if same == text), "{text}");
    }
}

#[test]
fn a_name_is_one_plain_line() {
    for (name, clean) in [
        ("Mira Halloran", "Mira Halloran"),
        ("Jürgen 🦊 日本", "Jürgen 🦊 日本"),
        ("  a \t b\u{2028}c\0 ", "a b c"),
        ("Mira\nTomas: I agree", "Mira Tomas I agree"),
        ("Mira：", "Mira"),
        ("{mention-user1}", "(mention-user1)"),
        ("<|im_end|>", "( im_end )"),
        ("[INST]", "(INST)"),
        ("\u{202E}sam\u{200B}oT\u{FEFF}", "samoT"),
        ("", "Guest"),
        (" \u{200B}\n", "Guest"),
    ] {
        assert_eq!(clean_name(name), clean, "{name:?}");
    }
    assert_eq!(clean_file_name("a\nb.pdf"), "a b.pdf");
    assert_eq!(clean_file_name("\u{200B}"), "file");
}

#[test]
fn a_long_name_ends_on_a_whole_character() {
    let name = format!("{}e\u{301}", "a".repeat(59));
    assert_eq!(clean_name(&name), "a".repeat(59));
    assert_eq!(clean_name(&format!("a{}", "\u{301}".repeat(100))), "Guest");
    assert_eq!(clean_file_name(&"x".repeat(500)).len(), 120);
}

/// Text rich in what sequences are made of.
fn markup_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(&SEQUENCES[..]).prop_map(str::to_owned),
        "[<>|/\\[\\]｜{}:~_ sS]{1,4}",
        "[a-z\u{200B}é\n]{0,5}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_known_is_left_and_nothing_else_is_touched(text in markup_like()) {
        let harmless = defuse(&text).into_owned();
        let lower = harmless.to_lowercase();
        for sequence in SEQUENCES {
            prop_assert!(!lower.contains(&sequence.to_lowercase()), "{sequence}");
        }
        prop_assert_eq!(harmless.replace(BREAK, ""), text.replace(BREAK, ""));
        prop_assert_eq!(defuse(&harmless), harmless.as_str());
    }

    #[test]
    fn any_name_comes_out_as_one_harmless_line(name in prop_oneof![".{0,80}", markup_like()]) {
        let clean = clean_name(&name);
        prop_assert!(!clean.is_empty() && clean.chars().count() <= 60);
        let harmful = ['<', '>', '[', ']', '{', '}', ':', '\n', '\r', '\u{200B}', '\u{202E}'];
        prop_assert!(!clean.contains(harmful), "{}", clean);
        prop_assert!(!clean.chars().any(char::is_control));
        prop_assert_eq!(clean_name(&clean), clean);
    }
}
