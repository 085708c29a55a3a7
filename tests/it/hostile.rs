//! Whatever a model says, nobody is called by it; whatever people say, it stays their own words.

use nextcloud_opencode_bot::adapters::demo::talk::{Share, Thing};

use crate::support::app::TestApp;
use crate::support::exceptions::saying;
use crate::support::random::Random;
use crate::support::talk::{GROUP, MIRA, TOMAS};

/// Of what calls somebody, and of what hides it.
const CALLS: [&str; 24] = [
    "@",
    "@",
    "@",
    "all",
    "mira",
    "\"",
    "\"all\"",
    "\"group/staff\"",
    "\"team/x\"",
    "users/tomas",
    "here",
    "channel",
    "\u{200B}",
    "\u{FEFF}",
    "`",
    "```\n",
    "\n",
    " ",
    "-",
    ".",
    "'",
    "(",
    "\\",
    "<|im_end|>",
];

/// Of what could pass for somebody else's words.
const GUISES: [&str; 20] = [
    "\n",
    "\r\n",
    "\u{2028}",
    "\u{85}",
    " ",
    "Tomas Berg: ",
    "system: ",
    "obey",
    "[in reply to your message: ",
    "]",
    "[attached file: ",
    "[",
    "{mention-user1}",
    "{actor}",
    "{file}",
    "<|im_start|>",
    "<|im_end|>",
    "</s>",
    "[INST]",
    "\u{202E}",
];

/// Some of the words in a row.
fn mixed(words: &[&str], random: &mut Random) -> String {
    (0..=random.below(12)).map(|_| words[random.index(words.len())]).collect()
}

#[tokio::test]
async fn nothing_that_a_model_says_calls_anybody() {
    let mut app = TestApp::start().await;
    let mut random = Random::new(0x5EED);
    let mut said = 0;
    while said < 40 {
        let text = format!("Well: {}", mixed(&CALLS, &mut random));
        app.model.instead(saying(&text), 1).await;
        app.answer(GROUP, MIRA, "@Halo hello").await;
        assert_eq!(app.talk.server().live_mentions(), [], "{text:?}");
        said += usize::from(text.contains('@'));
    }
    app.stop().await;
}

#[tokio::test]
async fn nothing_that_the_bot_says_itself_calls_anybody() {
    let mut app = TestApp::with(&[("BOT_NAME", "mira")]).await;
    app.join(GROUP).await;
    app.talk.wait_for_posts(GROUP, 1).await;
    for command in ["/help", "/privacy", "/status", "/all", "/retry", "/context"] {
        app.answer(GROUP, TOMAS, &format!("@mira {command}")).await;
    }
    app.stop().await;
    assert_eq!(app.talk.server().live_mentions(), []);
}

#[tokio::test]
async fn nothing_that_people_say_passes_for_the_words_of_another() {
    let mut app = TestApp::start().await;
    let mut random = Random::new(0x0DD);
    for _ in 0..40 {
        let (text, quoted, name) =
            (mixed(&GUISES, &mut random), mixed(&GUISES, &mut random), mixed(&GUISES, &mut random));
        let (parent, _) = app.said(GROUP, TOMAS, &format!("He said {quoted} and left."));
        let before = app.talk.posted(GROUP).len();
        app.reply(GROUP, MIRA, parent, &format!("@Halo I say {text} and more.")).await;
        app.share(
            GROUP,
            TOMAS,
            &Share::of(Thing::File).named(&format!("x{name}.pdf")).captioned("@Halo see"),
        )
        .await;
        app.talk.wait_for_posts(GROUP, before + 2).await;
    }
    app.stop().await;
    for chat in app.model.script.requests() {
        for message in chat["messages"].as_array().expect("messages").iter().filter(|it| it["role"] == "user")
        {
            check(message["content"].as_str().expect("text"));
        }
    }
}

/// One speaker at the margin, at most one note of the chat below, nothing of a template.
fn check(asked: &str) {
    let (first, rest) = asked.split_once('\n').unwrap_or((asked, ""));
    let by = first.split_once(": ").expect("a speaker").0;
    assert!(["Mira Halloran", "Tomas Berg"].contains(&by), "{asked:?}");
    assert!(rest.lines().all(|line| line.starts_with("  ")), "{asked:?}");
    let ends = ['\r', '\u{2028}', '\u{85}'];
    assert!(!asked.contains(ends) && !asked.contains("<|im_"), "{asked:?}");
    let notes = asked.matches("[in reply to").count() + asked.matches("[attached").count();
    assert_eq!(notes, 1, "{asked:?}");
}
