use super::*;

#[test]
fn a_line_of_code_is_cut_only_where_no_line_ends() {
    let parts = split("```\nshort\na bb cc dd ee ff gg hh ii jj kk ll mm\n```", 30);
    assert_eq!(parts[0], "```\nshort\n```");
}

#[test]
fn marks_of_a_fence_inside_a_line_do_not_begin_a_part() {
    for mark in ["```", "~~~"] {
        let parts = split(&format!("one two three four {mark} five six seven"), 22);
        assert_eq!(parts[0], "one two three");
    }
}

#[test]
fn in_parts_that_are_too_short_for_a_fence_its_marks_are_words() {
    assert_eq!(split("```a bbbb cccc", 10), ["```a bbbb", "cccc"]);
}

#[test]
fn a_border_of_words_inside_a_visible_character_is_none() {
    assert_eq!(split("aaaa bbbb \u{301}cccc", 12), ["aaaa", "bbbb \u{301}cccc"]);
}

#[test]
fn a_fence_that_would_just_fit_leaves_room_for_its_end() {
    assert_eq!(split("```\naaaa\nbbbb", 17), ["```\naaaa\nbbbb\n```"]);
    assert_eq!(split("```\naaaa\nbbbb", 16), ["```\naaaa\n```", "```\nbbbb\n```"]);
}

#[test]
fn code_goes_on_without_the_empty_lines_at_the_cut() {
    let parts = split("```\naaaa\nbbbb\n\n  cccc\n```", 18);
    assert_eq!(parts, ["```\naaaa\nbbbb\n```", "```\n  cccc\n```"]);
}

#[test]
fn a_head_that_takes_too_much_room_is_not_written_again() {
    let parts = split(&format!("| {} | b |\n|---|---|\n{}", "a".repeat(20), "| 1 | 2 |\n".repeat(4)), 60);
    assert_eq!(parts[1], "| 1 | 2 |\n| 1 | 2 |");
}

#[test]
fn a_further_line_of_a_quote_goes_on_as_a_quote() {
    assert_eq!(split("> so:\n> one two three four five", 22), ["> so:\n> one two three", "> four five"]);
}

#[test]
fn what_follows_a_cut_in_a_list_loses_its_indentation() {
    assert_eq!(split("- a\n\n  bbbb cccc dddd\n  eeee", 17), ["- a\n\n  bbbb cccc", "dddd\neeee"]);
}

#[test]
fn the_end_of_a_link_is_looked_for_in_as_much_again() {
    let words = "word ".repeat(12);
    let near = split(&format!("{words}[{words}](x)"), 100);
    assert_eq!(near[0], words.trim_end());
    let far = split(&format!("{words}[{words}{words}{words}](x)"), 100);
    assert!(far[0].len() > 90, "{}", far[0]);
}

#[test]
fn a_long_word_of_a_quote_is_cut_where_the_room_ends() {
    assert_eq!(split(&format!("> aaa {}", "b".repeat(20)), 12), ["> aaa", "> bbbbbbbbbb", "> bbbbbbbbbb"]);
}
