//! Whether a message is meant for the bot, and what it says then: harmless to a chat template, and
//! with no note of the chat in it but the real ones.

use nextcloud_opencode_bot::domain::actor::{ActorId, Person};
use nextcloud_opencode_bot::domain::addressing::{Addressed, Identity, read};
use nextcloud_opencode_bot::domain::command::Command;
use nextcloud_opencode_bot::domain::markup;
use nextcloud_opencode_bot::domain::message::{Attachment, Message, MessageId, Parent, Room, RoomToken};

use super::input::{Numbers, rich_text, texts};

/// Everything that ends a line.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'];

/// The bot's name, the author's id, the other member of a one-to-one room, the author of the parent and its name;
/// then the message and its parameters, and the parent's.
pub fn check(data: &[u8]) {
    let mut texts = texts(data);
    let mut next = || texts.next().unwrap_or_default();
    let (name, author, partner, parent, parent_name) = (next(), next(), next(), next(), next());
    let identity = Identity { name, own_actors: vec![ActorId::new("bots/bot-1")] };
    let text = rich_text(&mut texts, 3);
    let parent = (!parent.is_empty()).then(|| Parent {
        id: None,
        author: person(&parent, &parent_name),
        text: rich_text(&mut texts, 3),
    });
    let author = person(&author, "Mira");
    let pair = (!partner.is_empty()).then(|| [author.id.id().to_owned(), partner]);
    let room = Room { token: RoomToken::parse("kq7m2rtx").expect("a token"), pair };
    let attachments = Attachment::all_of(&text);
    let id = MessageId(1);
    let message = Message { id, room, thread: None, author, role: None, text, attachments, parent };
    let addressed = read(&message, &identity);
    match &addressed {
        Some(addressed) => addressed_holds(addressed, &message),
        None => assert!(!is_surely_meant(&message), "not meant"),
    }
    if addressed.is_some() && message.room.pair.is_none() && message.parent.is_none() {
        assert!(can_be_meant(&message), "meant without a call");
    }
    a_call_in_front_is_heard(message, &identity, Numbers::of(data).below(3));
}

fn person(id: &str, name: &str) -> Person {
    Person { id: ActorId::new(id), name: name.to_owned() }
}

/// Somebody's words in a one-to-one room always are.
fn is_surely_meant(message: &Message) -> bool {
    let plain = message.text.parameters.is_empty() && !message.text.raw.trim().is_empty();
    plain && message.room.is_one_to_one_of(&message.author.id)
}

fn can_be_meant(message: &Message) -> bool {
    message.text.raw.contains('@') || message.text.parameters.keys().any(|key| key.starts_with("mention-"))
}

fn addressed_holds(addressed: &Addressed, message: &Message) {
    let Addressed { words, question, files } = addressed;
    for text in [words, question] {
        assert_eq!(markup::defuse(text), *text, "markup");
    }
    let _ = Command::parse(words);
    let attached = message.attachments.len();
    let replied = usize::from(message.parent.is_some());
    let notes = question.strip_prefix(words.as_str()).expect("the words come first");
    let lower = words.to_lowercase();
    assert!(!lower.contains("[in reply to ") && !lower.contains("[attached "), "a forged note: {words:?}");
    // Each note is one line; further lines of a quote are indented.
    let lines: Vec<&str> = notes.split(LINE_ENDS).collect();
    assert!(lines[0].is_empty());
    let margin = lines[1..].iter().filter(|line| !line.starts_with("  ")).collect::<Vec<_>>();
    assert_eq!(margin.len(), replied + attached, "lines at the margin: {margin:?}");
    let begins = |start: &str| margin.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!((begins("[in reply to "), begins("[attached ")), (replied, attached), "{margin:?}");
    assert_eq!(notes.to_lowercase().matches("[in reply to ").count(), replied, "a forged note: {notes:?}");
    assert_eq!(notes.to_lowercase().matches("[attached ").count(), attached, "a forged note: {notes:?}");
    let quoted = message.parent.as_ref().map(|parent| Attachment::all_of(&parent.text)).unwrap_or_default();
    assert_eq!(*files, quoted.iter().chain(&message.attachments).any(|shared| shared.kind.is_file()));
}

/// Whatever follows. Names here are such as a person can type.
fn a_call_in_front_is_heard(mut message: Message, identity: &Identity, way: usize) {
    let name = &identity.name;
    let is_typed = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    if name.is_empty() || name.trim() != name || !name.chars().all(is_typed) {
        return;
    }
    let raw = std::mem::take(&mut message.text.raw);
    let call = [format!("@{name} "), format!("@\"{}\": ", name.to_uppercase()), format!("@{name}, ")];
    message.text.raw = format!("{}{raw}", call[way]);
    let heard = read(&message, identity).expect("a call");
    if raw.chars().any(char::is_alphanumeric) && message.text.parameters.is_empty() && !raw.contains('@') {
        assert!(!heard.words.contains('@'), "the call is left: {:?}", heard.words);
    }
}
