//! What the pure parts are given: texts of about a megabyte that are the same each time, and people's messages.

use std::fmt::Write;

use nextcloud_opencode_bot::domain::actor::{ActorId, Person};
use nextcloud_opencode_bot::domain::conversation::Turn;
use nextcloud_opencode_bot::domain::message::{Message, MessageId, Role, Room, RoomToken};
use nextcloud_opencode_bot::domain::text::RichText;

const MEGABYTE: usize = 1_000_000;

/// Repeats what `piece` makes of a running number.
fn repeated(length: usize, piece: impl Fn(&mut String, usize)) -> String {
    let mut text = String::with_capacity(length + 1000);
    for number in 0.. {
        if text.len() >= length {
            break;
        }
        piece(&mut text, number);
    }
    text
}

/// All that models write: headings, lists, code, tables, quotes, links.
pub(super) fn markdown() -> String {
    repeated(MEGABYTE, section)
}

/// An answer of the usual length.
pub(super) fn short() -> String {
    repeated(2_000, section)
}

fn section(text: &mut String, number: usize) {
    write!(
        text,
        "## Step {number}: look at the build\n\n\
         The job **number {number}** failed because *its cache* was [too old](https://ci.example.com/{number}). \
         Ask @mira or write to ops@example.com; the switch is `--no-cache={number}`. Grüße aus Köln!\n\n\
         1. Open the page of the job.\n   - Choose *Run again*.\n   - Wait for {number} minutes.\n\
         2. Look at the log:\n\n   ```sh\n   journalctl -u build@{number} --since today | tail -n 20\n   ```\n\n\
         | job | state | minutes |\n|---|---|---|\n| lint | green | {number} |\n| test | red | 7 |\n\n\
         > What was said before: it works here.\n> And there, too.\n\n\
         ```rust\nfn main() {{\n    let answer = {number};\n    println!(\"{{answer}}\");\n}}\n```\n\n"
    )
    .expect("a text takes everything");
}

/// Words without a line's end.
pub(super) fn one_line() -> String {
    repeated(MEGABYTE, |text, number| {
        write!(text, "word{number} and so on, ").expect("a text takes everything");
    })
}

/// Code without an end.
pub(super) fn one_fence() -> String {
    let mut text = "```rust\n".to_owned();
    text.push_str(&repeated(MEGABYTE, |text, number| {
        writeln!(text, "    let line{number} = {number}; // and more").expect("a text takes everything");
    }));
    text
}

/// What makes parsers look far ahead.
pub(super) fn marks() -> String {
    repeated(MEGABYTE, |text, number| {
        let mark = ["[", "*a ", "`", "_b_", "> ", "![", "~~", "<a ", "@x ", "``"][number % 10];
        text.push_str(mark);
        if number % 97 == 0 {
            text.push('\n');
        }
    })
}

/// A long thought, and then as long an answer.
pub(super) fn thought() -> String {
    let half = repeated(MEGABYTE / 2, section);
    format!("<think>\n{half}\n</think>\n\n{half}")
}

/// Nothing but thoughts, some of them in code.
pub(super) fn thoughts() -> String {
    repeated(MEGABYTE, |text, number| {
        write!(text, "word `<think>` {number}\n<think>hm</think>\n").expect("a text takes everything");
    })
}

/// What a server sends for an answer, token by token.
pub(super) fn stream() -> String {
    repeated(MEGABYTE, |text, number| {
        write!(
            text,
            "data: {{\"choices\":[{{\"finish_reason\":null,\"index\":0,\"delta\":{{\"content\":\" word{number}\"}}}}],\
             \"created\":1760000000,\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\"}}\n\n"
        )
        .expect("a text takes everything");
    })
}

/// A conversation with the usual questions and answers.
pub(super) fn turns(count: i64) -> Vec<Turn> {
    let turn = |message| Turn {
        message: MessageId(message),
        speaker: Some("Mira Halloran".to_owned()),
        question: format!("And what about number {message}?\nIt was green yesterday."),
        answer: format!("Number {message} is red since this morning. ").repeat(10),
    };
    (1..=count).map(turn).collect()
}

/// Somebody says that in a room.
pub(super) fn message(words: &str) -> Message {
    Message {
        id: MessageId(4711),
        room: Room { token: RoomToken::parse("kq7m2rtx").expect("letters and digits"), pair: None },
        thread: None,
        author: Person { id: ActorId::new("users/mira"), name: "Mira Halloran".to_owned() },
        role: Some(Role::Member),
        text: RichText::plain(words),
        attachments: Vec::new(),
        parent: None,
    }
}
