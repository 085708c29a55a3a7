use super::*;
use crate::domain::reasoning;

/// What Talk takes for a mention, in every form it knows.
const FORMS: [&str; 12] = [
    "@all",
    "@here",
    "@mira",
    "@Mira.H-2'x@y",
    "@\"release helper\"",
    "@\"group/crew\"",
    "@\"team/9f8e\"",
    "@\"guest/0a1b2c\"",
    "@\"email/0a1b2c\"",
    "@\"federated_user/mira@https://other.example\"",
    "@group/crew",
    "@guest/0a1b2c",
];

/// Answers of a model that calls people, in all kinds of Markdown and with what is taken out on the way.
fn calling() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(&FORMS[..]).prop_map(str::to_owned),
        "[ \n\t.'@\"_-]{1,3}",
        "[\0\u{7}\u{85}\u{b}\u{c}\r\u{200B}\u{ad}\u{feff}é]{1,2}",
        "(```|~~~)[@a-z]{0,4}\n",
        "\n\\| ?@[a-z]{1,3} \\| [a-z] \\|\n\\|--\\|--\\|\n",
        "[\\[\\](){}*>#`/]{1,2}",
        "[a-z]{1,6} ?",
        "</?think>",
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

#[test]
fn the_pattern_knows_every_form() {
    for form in FORMS {
        for text in [form.to_owned(), format!("hi {form}"), format!("a\n{form}"), format!("-{form}")] {
            assert!(has_live_mention(&text), "{text}");
        }
        assert!(
            !has_live_mention(&format!("a{form}")) && !has_live_mention(&format!("(`{form}`)")),
            "{form}"
        );
    }
}

proptest! {
    #[test]
    fn no_part_of_an_answer_mentions_anybody(text in "[a-z@\"/`\n '.é-]{0,80}", limit in 20usize..60) {
        for part in compose(&text, None, limit) {
            prop_assert!(!has_live_mention(&part), "{:?}", part);
            prop_assert!(part.chars().count() <= limit);
            for half in split(&part, limit / 2) {
                prop_assert!(!has_live_mention(&half), "{:?}", half);
            }
        }
    }

    #[test]
    fn whatever_a_model_returns_nobody_is_called(text in calling(), limit in 20usize..400) {
        for part in compose(&reasoning::strip(&text), Some("*(cut)*"), limit) {
            prop_assert!(!has_live_mention(&part), "{:?}", part);
            // Talk itself drops NUL and white space around a message before it looks.
            let taken = part.trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\0']);
            prop_assert!(!has_live_mention(taken), "{:?}", part);
        }
    }

    #[test]
    fn neutralising_twice_changes_nothing_more(text in "[a@\"\u{200B} .é]{0,30}") {
        let once = mention::neutralise(&text);
        prop_assert_eq!(mention::neutralise(&once), once);
    }
}
