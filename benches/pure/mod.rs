//! The parts that only compute: no disk, no network, no clock. Each is an act that can be timed, or be run alone in a
//! program that is counted instruction by instruction, which gives the same figure on a busy machine.

mod texts;

use std::hint::black_box;

use nextcloud_opencode_bot::domain::addressing::{self, Identity};
use nextcloud_opencode_bot::domain::context::Draft;
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::domain::signature::BotSecret;
use nextcloud_opencode_bot::domain::{reasoning, reply, window};

#[path = "../../src/adapters/openai/events.rs"]
#[cfg_attr(test, expect(dead_code, reason = "its tests run where it belongs"))]
mod events;

/// Something to be measured. What it needs is made before.
pub(crate) struct Scenario {
    /// Words joined by dashes.
    pub(crate) name: &'static str,
    /// Makes what it needs, and returns the act.
    pub(crate) prepare: fn() -> Box<dyn Fn()>,
}

/// Turns of a conversation that nobody should have.
const TURNS: i64 = 10_000;

/// How often what takes a microsecond is done.
const OFTEN: usize = 100;

/// Bytes that come from a server at once.
const PIECE: usize = 4096;

/// All of them.
pub(crate) const SCENARIOS: [Scenario; 14] = [
    Scenario { name: "nothing", prepare: || Box::new(|| {}) },
    Scenario { name: "window-of-10000-turns", prepare: window },
    Scenario { name: "prompt-of-10000-turns", prepare: || prompt(usize::MAX / 4) },
    Scenario { name: "prompt-of-4096-tokens-from-10000-turns", prepare: || prompt(4096) },
    Scenario { name: "reply-of-1-MB-Markdown", prepare: || compose(texts::markdown()) },
    Scenario { name: "reply-of-1-MB-in-one-line", prepare: || compose(texts::one_line()) },
    Scenario { name: "reply-of-1-MB-in-one-fence", prepare: || compose(texts::one_fence()) },
    Scenario { name: "reply-of-1-MB-of-marks", prepare: || compose(texts::marks()) },
    Scenario { name: "reply-of-2-KB-Markdown", prepare: || compose(texts::short()) },
    Scenario { name: "reasoning-out-of-1-MB", prepare: || strip(texts::thought()) },
    Scenario { name: "reasoning-out-of-1-MB-of-thoughts", prepare: || strip(texts::thoughts()) },
    Scenario { name: "events-of-a-1-MB-stream", prepare: stream },
    Scenario { name: "addressing-of-100-messages", prepare: address },
    Scenario { name: "signature-of-100-webhooks", prepare: verify },
];

fn window() -> Box<dyn Fn()> {
    let turns = texts::turns(TURNS);
    Box::new(move || {
        black_box(window::start_after(&turns, &turns[5_000..], MessageId(TURNS + 1), 6));
    })
}

fn prompt(longest: usize) -> Box<dyn Fn()> {
    let turns = texts::turns(TURNS);
    Box::new(move || {
        let draft =
            Draft { system: "Be brief.", turns: &turns, speaker: Some("Mira"), question: "Is it green?" };
        black_box(draft.fit(longest));
    })
}

fn compose(text: String) -> Box<dyn Fn()> {
    Box::new(move || {
        black_box(reply::compose(&text, None, reply::LIMIT));
    })
}

fn strip(text: String) -> Box<dyn Fn()> {
    Box::new(move || {
        black_box(reasoning::strip(&text));
    })
}

fn stream() -> Box<dyn Fn()> {
    let stream = texts::stream();
    Box::new(move || {
        let mut events = events::Events::default();
        for piece in stream.as_bytes().chunks(PIECE) {
            events.push(piece).expect("its lines are short");
            while let Some(event) = events.next() {
                match event {
                    events::Event::Data(text) | events::Event::Error(text) => drop(black_box(text)),
                }
            }
        }
        events.close();
    })
}

fn address() -> Box<dyn Fn()> {
    let identity = Identity { name: "Halo".to_owned(), own_actors: Vec::new() };
    let (question, chatter) =
        (texts::message("@Halo is the build green?"), texts::message("Is the build green?"));
    Box::new(move || {
        for _ in 0..OFTEN / 2 {
            black_box(addressing::read(&question, &identity));
            black_box(addressing::read(&chatter, &identity));
        }
    })
}

fn verify() -> Box<dyn Fn()> {
    let secret = BotSecret::new("s".repeat(64)).expect("its length is right");
    let (random, body) = ("r".repeat(64), "b".repeat(400));
    let signature = secret.sign(&random, body.as_bytes());
    Box::new(move || {
        for _ in 0..OFTEN {
            assert!(secret.verify(&random, black_box(body.as_bytes()), &signature));
        }
    })
}
