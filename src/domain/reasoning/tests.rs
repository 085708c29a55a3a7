use proptest::prelude::*;

use super::*;

#[test]
fn thoughts_at_the_beginning_are_left_out() {
    for content in [
        "<think>\nTwo and two make four.\n</think>\n\nThe answer is 4.",
        " \n<THINK>a</THINK>The answer is 4.",
        "<think></think>\n\nThe answer is 4.",
        "<think>a</think>\n<think>b</think>\nThe answer is 4.",
        "<thinking>a</thinking><thought>b</thought> The answer is 4.",
        "<reasoning>\n```\nnever closed\n</reasoning>\nThe answer is 4.",
        "[THINK]a[/THINK]The answer is 4.\n",
        "<|channel>thought\na<channel|>The answer is 4.",
        "The answer is 4.",
    ] {
        assert_eq!(strip(content), "The answer is 4.", "{content}");
    }
}

#[test]
fn a_thought_that_is_never_closed_leaves_nothing() {
    assert_eq!(strip("<think>Two and two"), "");
    assert_eq!(strip("<think>Two</think><think>and two"), "");
    assert_eq!(strip("<think>Two</think>"), "");
}

#[test]
fn text_before_a_closing_mark_that_nothing_opened_is_a_thought() {
    assert_eq!(strip("Two and two make four.\n</think>\n\nThe answer is 4."), "The answer is 4.");
    assert_eq!(strip("Two and two make four.\n</think>"), "");
    assert_eq!(strip("Two and two.\n</think><think>Four.</think>The answer is 4."), "The answer is 4.");
    assert_eq!(strip("<think>They ask what </think> does.\n</think>\nIt closes."), "It closes.");
}

#[test]
fn a_thought_in_between_begins_a_line() {
    assert_eq!(strip("First.\n<think>hm\n\nhm</think>\nThen."), "First.\n\nThen.");
    assert_eq!(strip("First.\n\n<think>hm"), "First.");
    assert_eq!(strip("First.\n<think>hm\n<think>hm</think>\nThen."), "First.\n\nThen.");
    let prose = "Some models write <think> and </think> around thoughts.";
    assert_eq!(strip(prose), prose);
}

#[test]
fn marks_in_code_are_the_subject_and_stay() {
    for answer in [
        "It ends with `</think>`, always.",
        "Like this:\n```xml\n<think>\nhm\n</think>\n```\nDone.",
        "`<think>` opens, `</think>` closes.",
        "~~~\n<think>\n~~~",
    ] {
        assert_eq!(strip(answer), answer);
        assert_eq!(strip(&format!("<think>hm</think>\n{answer}")), answer);
    }
}

#[test]
fn of_gpt_oss_only_the_final_channel_is_for_people() {
    let thoughts = "<|channel|>analysis<|message|>Two and two.<|end|>";
    assert_eq!(strip(&format!("{thoughts}<|start|>assistant<|channel|>final<|message|>4.<|return|>")), "4.");
    assert_eq!(strip("<|channel|>final<|message|>4."), "4.");
    assert_eq!(strip(thoughts), "");
}

#[test]
fn many_marks_do_not_take_long() {
    assert_eq!(strip(&"<think></think>".repeat(20_000)), "");
    assert_eq!(strip(&"<think>".repeat(50_000)), "");
    assert_eq!(strip(&format!("a{}b", "\n".repeat(200_000))).len(), 200_002);
    assert_eq!(strip(&"a\n<think></think>\n".repeat(20_000)).len(), 20_000 * 3 - 2);
}

proptest! {
    #[test]
    fn ordinary_text_is_only_trimmed(text in "[a-z <>/`~\n]{0,60}") {
        prop_assume!(!text.contains("think") && !text.contains("thought") && !text.contains("reasoning"));
        prop_assert_eq!(strip(&text), text.trim());
    }

    #[test]
    fn a_thought_never_shows(thought in "[a-z \n`]{0,30}", answer in "[a-z]{1,10}( [a-z]{1,10}){0,3}") {
        prop_assert_eq!(strip(&format!("<think>{thought}</think>{answer}")), answer.as_str());
    }

    #[test]
    fn any_text_is_taken(text in ".{0,100}") {
        prop_assert!(strip(&text).len() <= text.len());
    }
}
