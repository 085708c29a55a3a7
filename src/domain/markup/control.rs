//! What the chat templates of the common model families use as control sequences.

/// Characters that a control sequence can begin with; each is one byte.
pub(super) const OPENERS: [char; 3] = ['<', '[', ']'];

/// Beginnings that are enough, whatever follows and whether or not it is closed. Most families use `<|`, some its
/// full-width twin, `[|`, `]~` or `[e~`. `<__` begins llama.cpp's mark for an image: one without an image makes the
/// whole request fail.
const BEGINNINGS: [&str; 9] = ["<|", "<｜", "<__", "<<sys", "<</sys", "[|", "[e~", "]~", "[unused_token"];

/// Names that are tokens in angle brackets, also with a slash or as `<name|>`.
const ANGLE_NAMES: [&str; 23] = [
    "bos",
    "channel",
    "cls",
    "empty_output",
    "eop",
    "eos",
    "eot",
    "file_sep",
    "gmask",
    "image",
    "img",
    "mask",
    "pad",
    "reasoning",
    "repo_name",
    "reponame",
    "s",
    "sop",
    "think",
    "thinking",
    "thought",
    "thoughts",
    "unk",
];

/// Beginnings of names in angle brackets of which there are many: `<start_of_turn>`, `<tool_call>`, `<unused7>`.
const ANGLE_FAMILIES: [&str; 17] = [
    "audio_",
    "begin_of_",
    "box_",
    "commit_",
    "end_of_",
    "extra_id_",
    "fim_",
    "image_",
    "issue_",
    "jupyter_",
    "mask:",
    "reserved",
    "seed:",
    "special_",
    "start_of_",
    "tool_",
    "unused",
];

/// Names that are tokens in square brackets: Mistral's and BERT's.
const SQUARE_NAMES: [&str; 26] = [
    "args",
    "audio",
    "available_tools",
    "begin_audio",
    "bos",
    "call_id",
    "cls",
    "eos",
    "gmask",
    "img",
    "img_break",
    "img_end",
    "inst",
    "mask",
    "middle",
    "model_settings",
    "pad",
    "prefix",
    "sep",
    "suffix",
    "system_prompt",
    "think",
    "tool_calls",
    "tool_content",
    "tool_results",
    "unk",
];

/// Longest name worth reading.
const LONGEST_NAME: usize = 48;

/// Whether a control sequence begins where `text` begins. Case does not matter.
pub(super) fn begins(text: &str) -> bool {
    if BEGINNINGS.iter().any(|beginning| starts_with(text, beginning)) {
        return true;
    }
    let inner = &text[1..];
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let len = inner.bytes().take(LONGEST_NAME).take_while(|byte| is_name(*byte)).count();
    let (name, after) = inner.split_at(len);
    let name = name.to_ascii_lowercase();
    match text.as_bytes()[0] {
        b'<' if after.starts_with("|>") => !name.is_empty(),
        b'<' if after.starts_with('>') => {
            ANGLE_NAMES.contains(&name.as_str())
                || ANGLE_FAMILIES.iter().any(|family| name.starts_with(family))
        }
        b'[' if after.starts_with(']') => SQUARE_NAMES.contains(&name.as_str()),
        _ => false,
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-')
}

fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}
