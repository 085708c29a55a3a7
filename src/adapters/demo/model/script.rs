//! What the scripted model says: always the same to the same conversation, and something that shows what it saw.

use std::fmt::Write;

use super::samples;

/// Who said something, in the words of the chat-completions API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The instructions.
    System,
    /// A person.
    User,
    /// The model.
    Assistant,
}

/// One message of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// By whom.
    pub role: Role,
    /// What.
    pub content: String,
}

/// What the model says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speech {
    /// Thoughts, sent apart from the answer.
    pub reasoning: String,
    /// The answer; may be empty.
    pub text: String,
}

/// The answer to a conversation whose last line is a person's.
#[must_use]
pub fn speak(lines: &[Line]) -> Speech {
    let questions: Vec<&str> =
        lines.iter().filter(|line| line.role == Role::User).map(|line| line.content.as_str()).collect();
    let question = questions.last().copied().unwrap_or("").trim();
    let lower = question.to_lowercase();
    let asks = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let text = if asks(&["say nothing"]) {
        String::new()
    } else if asks(&["first question"]) {
        format!(
            "Your first question that I remember was:\n\n{}",
            quoted(questions.first().unwrap_or(&question))
        )
    } else if asks(&["how many", "remember"]) {
        memory(&questions)
    } else if asks(&["everybody", "everyone"]) {
        samples::EVERYBODY.to_owned()
    } else if asks(&["without end", "endless"]) {
        samples::paragraphs(usize::from(u16::MAX))
    } else if asks(&["several messages"]) {
        samples::numbers(15_000)
    } else if asks(&["long"]) {
        samples::paragraphs(12)
    } else {
        sample(&asks).unwrap_or_else(|| echo(question, questions.len()))
    };
    let reasoning = if asks(&["think", "reason"]) { samples::REASONING.to_owned() } else { String::new() };
    Speech { reasoning, text }
}

fn sample(asks: &impl Fn(&[&str]) -> bool) -> Option<String> {
    let wanted = [
        (asks(&["markdown"]), samples::MARKDOWN),
        (asks(&["table"]), samples::TABLE),
        (asks(&["code", "script"]), samples::CODE),
        (asks(&["list", "steps"]), samples::LIST),
    ];
    wanted.into_iter().find(|(wanted, _)| *wanted).map(|(_, sample)| sample.to_owned())
}

fn memory(questions: &[&str]) -> String {
    match questions.len() {
        0 | 1 => "This is the first thing that I hear in this room.".to_owned(),
        count => {
            let mut text = format!("I remember {} earlier questions here:\n\n", count - 1);
            for question in &questions[..count - 1] {
                let line = question.lines().next().unwrap_or("");
                writeln!(text, "1. {line}").expect("a String takes everything");
            }
            text
        }
    }
}

fn echo(question: &str, count: usize) -> String {
    format!(
        "{}\n\nI heard that; it is question **{count}** that I know of in this room. I am a scripted stand-in, so I \
         cannot know more. Ask me for a `list`, some `code`, a `table` or a `long` answer, or what your \
         `first question` was.",
        quoted(question)
    )
}

fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().take(12).map(|line| format!("> {line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(questions: &[&str]) -> String {
        let mut lines = vec![Line { role: Role::System, content: "Be brief.".into() }];
        for question in questions {
            lines.push(Line { role: Role::User, content: (*question).into() });
            lines.push(Line { role: Role::Assistant, content: "yes".into() });
        }
        lines.pop();
        speak(&lines).text
    }

    #[test]
    fn quotes_the_question_and_counts() {
        let text = said(&["Why?", "Mira Halloran: where\nto?"]);
        assert!(
            text.starts_with("> Mira Halloran: where\n> to?\n\nI heard that; it is question **2**"),
            "{text}"
        );
    }

    #[test]
    fn knows_the_first_question() {
        assert!(said(&["Is it late?", "what was my first question?"]).ends_with("> Is it late?"));
    }

    #[test]
    fn remembers_what_it_was_sent_and_no_more() {
        assert_eq!(
            said(&["a", "b", "what do you remember?"]),
            "I remember 2 earlier questions here:\n\n1. a\n1. b\n"
        );
        assert_eq!(said(&["do you remember me?"]), "This is the first thing that I hear in this room.");
    }

    #[test]
    fn gives_a_sample_of_what_is_asked_for() {
        for (question, part) in
            [("a list please", "1. "), ("show code", "```rust"), ("a table", "| --- |"), ("markdown", "~~")]
        {
            assert!(said(&[question]).contains(part), "{question}");
        }
        assert!(said(&["a long story"]).len() > 3000);
        assert!(said(&["in several messages"]).chars().count() > 2 * 32_000);
        assert_eq!(said(&["say nothing"]), "");
    }

    #[test]
    fn thinks_apart_from_the_answer() {
        let lines = [Line { role: Role::User, content: "think first".into() }];
        let speech = speak(&lines);
        assert!(!speech.reasoning.is_empty() && !speech.text.contains(&speech.reasoning));
    }
}
