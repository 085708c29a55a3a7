use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::split::pieces;
use super::*;

mod borders;
mod mentions;

/// Words that no generated text holds.
const SENTINEL: &str = "AFTER THE PART";

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether what follows the part in the chat could be swallowed by a fence that it leaves open.
fn leaves_a_fence_open(part: &str) -> bool {
    let text = format!("{part}\n\n{SENTINEL}");
    let mut in_code = false;
    // With tables, as Talk shows them: what stands below one would else belong to a paragraph.
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Text(words) if in_code && words.contains(SENTINEL) => return true,
            _ => {}
        }
    }
    false
}

/// The content of all code blocks, without line ends.
fn code_of(text: &str) -> String {
    let mut in_code = false;
    let mut code = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Text(words) if in_code => code.push_str(&words.replace('\n', "")),
            _ => {}
        }
    }
    code
}

fn longest(parts: &[String]) -> usize {
    parts.iter().map(|part| part.chars().count()).max().unwrap_or(0)
}

#[test]
fn a_text_that_fits_stays_one_part() {
    assert_eq!(split("Hello\n\n* a\n* b", 100), ["Hello\n\n* a\n* b"]);
    assert_eq!(split(" \n\n", 100), [""; 0]);
}

#[test]
fn is_cut_at_the_best_border_of_the_second_half() {
    for (text, limit, parts) in [
        (
            "One two three four.\n\nFive six. Seven eight nine ten.",
            40,
            vec!["One two three four.", "Five six. Seven eight nine ten."],
        ),
        (
            "# A\n\nText one.\n\n# B\n\nText two.\n\n# C\n\nText three.",
            32,
            vec!["# A\n\nText one.\n\n# B\n\nText two.", "# C\n\nText three."],
        ),
        ("* one\n* two\n* three\n* four", 15, vec!["* one\n* two", "* three\n* four"]),
        ("First line here\nsecond line", 20, vec!["First line here", "second line"]),
        ("So. And then it is not.", 20, vec!["So. And then it is", "not."]),
        ("It is long so. And then it is.", 20, vec!["It is long so.", "And then it is."]),
        ("alpha beta gamma", 12, vec!["alpha beta", "gamma"]),
        ("今日は晴れです。明日は雨です。", 10, vec!["今日は晴れです。", "明日は雨です。"]),
        ("aaaaaaaaaaaaaaa", 6, vec!["aaaaaa", "aaaaaa", "aaa"]),
    ] {
        assert_eq!(split(text, limit), parts, "{text}");
    }
}

#[test]
fn links_code_and_emphasis_stay_whole_where_they_can() {
    assert_eq!(
        split("See now [the whole page](https://example.com/a) there", 45),
        ["See now", "[the whole page](https://example.com/a) there"]
    );
    assert_eq!(split("Run now `a b c d e f g` there", 20), ["Run now", "`a b c d e f g`", "there"]);
    assert_eq!(split("So it is **very bold indeed** here", 25), ["So it is", "**very bold indeed** here"]);
}

#[test]
fn visible_characters_stay_whole() {
    let family = "👩‍👩‍👧‍👦";
    assert_eq!(split(&family.repeat(4), 16), [family.repeat(2), family.repeat(2)]);
    assert_eq!(split(&"e\u{301}".repeat(4), 5), ["e\u{301}e\u{301}", "e\u{301}e\u{301}"]);
    assert_eq!(longest(&split(&format!("a{}", "\u{301}".repeat(100)), 30)), 30);
}

#[test]
fn a_fence_that_is_cut_is_closed_and_opened_again() {
    let code = "let a = 1;\n".repeat(6);
    let parts = split(&format!("Look:\n\n```rust\n{code}```\n\nDone."), 60);
    assert_eq!(parts[0], "Look:\n\n```rust\nlet a = 1;\nlet a = 1;\nlet a = 1;\n```");
    assert_eq!(parts[1], "```rust\nlet a = 1;\nlet a = 1;\nlet a = 1;\n```\n\nDone.");
    assert_eq!(parts.len(), 2);
}

#[test]
fn fences_in_quotes_and_lists_are_opened_again_as_they_were() {
    let quoted = split(&format!("> ```py\n{}> ```\n> end", "> call()\n".repeat(5)), 45);
    assert_eq!(quoted[0], "> ```py\n> call()\n> call()\n> call()\n> ```");
    assert_eq!(quoted[1], "> ```py\n> call()\n> call()\n> ```\n> end");
    let nested =
        format!("1. a\n   - b\n\n     ```py\n{}     ```\n2. c", "     if x:\n       y()\n".repeat(4));
    let parts = split(&nested, 80);
    assert_eq!(parts[1], "```py\nif x:\n  y()\nif x:\n  y()\n```\n2. c");
    assert_eq!(parts.concat().matches("  y()").count(), 4);
}

#[test]
fn a_table_is_cut_between_rows_and_gets_its_head_again() {
    let table = format!("| a | b |\n|---|---|\n{}", "| 1 | 2 |\n".repeat(8));
    let parts = split(&table, 60);
    assert_eq!(parts[0], "| a | b |\n|---|---|\n| 1 | 2 |\n| 1 | 2 |\n| 1 | 2 |\n| 1 | 2 |");
    assert_eq!(parts, [parts[0].clone(), parts[0].clone()]);
}

#[test]
fn a_quote_goes_on_as_a_quote() {
    assert_eq!(split("> one two three four five", 16), ["> one two three", "> four five"]);
}

#[test]
fn even_hostile_texts_are_split_in_no_time() {
    let size = 100_000;
    for unit in [
        "a",
        "`",
        "``` ",
        "~~~\n",
        "[",
        "](",
        "<",
        "*a ",
        "_",
        ">",
        "> ",
        "- ",
        "|",
        "| a | b |\n|---|---|\n",
        "@",
        "\n",
        " ",
        "\t",
        "#\n",
        "a\u{301}",
        "\u{301}",
        "🇩🇪",
        "👩‍👩‍👧‍👦",
        "a\n    b\n",
        "1. ",
        "\\",
        "&amp;",
        "<!--",
        "![a](",
        "a `b",
        "    x\n",
        "   - a\n",
    ] {
        let text = unit.repeat(size / unit.len());
        let parts = split(&text, LIMIT);
        assert!(longest(&parts) <= LIMIT, "{unit:?}");
        assert!(parts.len() <= 4 * size / LIMIT + 2, "{unit:?} {}", parts.len());
    }
}

#[test]
fn nobody_is_mentioned() {
    for (text, harmless) in [
        ("@all look", "@\u{200B}all look"),
        ("hi @\"group/x\"", "hi @\u{200B}\"group/x\""),
        ("`@here` (@mira)", "`@\u{200B}here` (@\u{200B}mira)"),
        ("-@a .@b '@c @@d", "-@\u{200B}a .@\u{200B}b '@\u{200B}c @\u{200B}@\u{200B}d"),
        ("mail mira@example.com, a_@b", "mail mira@example.com, a_@b"),
        ("a @ b @(x) é@all", "a @ b @(x) é@\u{200B}all"),
    ] {
        assert_eq!(compose(text, None, LIMIT), [harmless]);
    }
}

#[test]
fn what_trips_talk_is_left_out_or_made_up_for() {
    assert_eq!(compose("a\0b\u{7}c\r\nd\te\u{85}", None, LIMIT), ["abc\nd\te"]);
    assert_eq!(compose("//host/share", None, LIMIT), ["///host/share"]);
    assert_eq!(compose("  // b", None, LIMIT), ["/// b"]);
    assert_eq!(compose("/help", None, LIMIT), ["/help"]);
    for nothing in ["", " \n\t", "\0", "\u{200B} \u{FEFF}"] {
        assert!(compose(nothing, Some("(cut)"), LIMIT).is_empty(), "{nothing:?}");
    }
}

#[test]
fn a_cut_answer_says_so_outside_its_code() {
    assert_eq!(compose("and so", Some("(cut)"), LIMIT), [format!("and so\n\n{}", "(cut)")]);
    assert_eq!(compose("```\na", Some("(cut)"), LIMIT), [format!("```\na\n```\n\n{}", "(cut)")]);
    assert_eq!(compose("and so", Some("(cut)"), 14), ["and so\n\n(cut)"]);
    assert_eq!(compose("and so", Some("(cut)"), 13), ["and so", "(cut)"]);
    let full = "a".repeat(LIMIT - 5);
    assert_eq!(compose(&full, Some("(cut)"), LIMIT), [full.as_str(), "(cut)"]);
}

/// Text rich in what Markdown is made of.
fn markdown_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,9}[ .!?\n]",
        "[`~]{1,4}[a-z]{0,4}\n?",
        "\n{1,2}[>*#|-]{0,2} ?",
        "\n {0,6}([0-9]\\. |- )?",
        "[\\[\\]()*_<>|!:\\\\@ -]{1,4}",
        "\n\\| ?[a-z]{1,3} \\| [a-z] \\|\n\\|--\\|--\\|\n",
        ".{0,4}",
        "[a-z👍é\u{301}\u{200D}]{0,30}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat().replace('\r', ""))
}

/// More code points than closing any fence can take that is in the text or in a part of it. A fence for which there is
/// not four times as much room is left as it is.
fn longest_close(text: &str) -> usize {
    let longest = |of: fn(&str) -> usize| text.lines().map(of).max().unwrap_or(0);
    let prefix =
        longest(|line| line.find(|c: char| c.is_alphabetic() || "`~".contains(c)).unwrap_or(line.len()));
    let mark = longest(|line| line.split(|c| !"`~".contains(c)).map(str::len).max().unwrap_or(0));
    "\n".len() + prefix + mark
}

/// A document of fences, paragraphs and lists at the top level, as a model writes it.
fn document() -> impl Strategy<Value = String> {
    let block = prop_oneof![
        "[a-z]{1,8}( [a-z]{1,8}){0,20}\\.",
        "- [a-z]{1,8}( [a-z]{1,8}){0,9}\n- [a-z]{1,8}",
        ("(```|````|~~~)", "[a-z]{0,4}", "(( {0,4}[a-z(){}>]{1,12})?\n){1,12}")
            .prop_map(|(fence, info, code)| format!("{fence}{info}\n{code}{fence}")),
    ];
    proptest::collection::vec(block, 0..8).prop_map(|blocks| blocks.join("\n\n"))
}

#[test]
fn a_cut_makes_no_fence_of_a_code_span_that_begins_a_line() {
    let text = format!("```{}`` and words", "a".repeat(40));
    let parts = split(&text, 30);
    assert!(parts.iter().all(|part| !leaves_a_fence_open(part)), "{parts:?}");
    assert_eq!(parts.concat().matches('a').count(), 41);
}

#[test]
fn a_cut_ends_no_fence_with_a_line_of_its_code() {
    let text = format!("~~~\na\n~~~ {}\n~~~\nb", "c".repeat(60));
    let parts = split(&text, 30);
    assert!(parts.iter().all(|part| !leaves_a_fence_open(part)), "{parts:?}");
    let code: String = parts.iter().map(|part| code_of(part)).collect();
    assert_eq!(squeezed(&code), format!("a~~~{}", "c".repeat(60)));
    let parts = split("```\na\n```\u{A0}", 30);
    assert_eq!(parts, ["```\na\n```"]);
    assert_eq!(split("```\n>```", 30), ["```\n>```\n```"]);
}

proptest! {
    #[test]
    fn all_of_any_text_is_there_within_the_limit(text in prop_oneof![markdown_like(), ".{0,200}"], limit in 1usize..200) {
        let bodies: String = pieces(&text, limit).into_iter().map(|piece| piece.body).collect();
        prop_assert_eq!(squeezed(&bodies), squeezed(&text));
        let parts = split(&text, limit);
        prop_assert!(longest(&parts) <= limit, "{:?}", parts);
        prop_assert!(parts.iter().all(|part| !part.trim().is_empty()));
    }

    #[test]
    fn no_part_leaves_a_fence_open(text in markdown_like(), limit in 24usize..200) {
        for part in split(&text, limit.max(4 * longest_close(&text))) {
            prop_assert!(!leaves_a_fence_open(&part), "{:?}", part);
        }
    }

    #[test]
    fn code_stays_code_and_words_stay_words(text in document(), limit in 40usize..300) {
        let code: String = split(&text, limit).iter().map(|part| code_of(part)).collect();
        prop_assert_eq!(squeezed(&code), squeezed(&code_of(&text)));
    }
}
