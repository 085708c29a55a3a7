//! Things that people share in a room: one of each kind, told as Talk tells it.

use super::parameter::Parameter;

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A document.
    File,
    /// A picture.
    Image,
    /// A recording of a voice.
    Voice,
    /// A place on the map.
    Location,
    /// A card of a Deck board.
    DeckCard,
    /// A poll.
    Poll,
}

/// Something to be shared, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    thing: Thing,
    name: Option<String>,
    pub(super) caption: String,
    pub(super) reply_to: Option<i64>,
    pub(super) thread: Option<i64>,
}

impl Share {
    /// The example of its kind, without a word.
    #[must_use]
    pub fn of(thing: Thing) -> Self {
        Self { thing, name: None, caption: String::new(), reply_to: None, thread: None }
    }

    /// Under another name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// With words below it. Talk takes them for files and pictures only; for anything else they are dropped.
    #[must_use]
    pub fn captioned(self, caption: &str) -> Self {
        Self { caption: caption.to_owned(), ..self }
    }

    /// In reply to a message; Talk does not tell bots of that.
    #[must_use]
    pub fn replying_to(self, message: Option<i64>) -> Self {
        Self { reply_to: message, ..self }
    }

    /// In a thread.
    #[must_use]
    pub fn in_thread(self, thread: Option<i64>) -> Self {
        Self { thread, ..self }
    }

    /// Whether words can stand below it.
    pub(super) fn takes_caption(&self) -> bool {
        matches!(self.thing, Thing::File | Thing::Image)
    }

    /// The placeholder's key.
    pub(super) fn key(&self) -> &'static str {
        match self.thing {
            Thing::File | Thing::Image | Thing::Voice => "file",
            Thing::Location | Thing::DeckCard | Thing::Poll => "object",
        }
    }

    /// The event's name, where it has one of its own in every version.
    pub(super) fn event_name(&self) -> Option<&'static str> {
        (self.thing == Thing::Voice).then_some("file_shared")
    }

    /// What the placeholder stands for. `backend` is the server's address.
    pub(super) fn parameter(&self, backend: &str) -> Parameter {
        let named = |example: &'static str| self.name.clone().unwrap_or_else(|| example.to_owned());
        match self.thing {
            Thing::File => PDF.parameter(&named("Q3 plan.pdf"), backend),
            Thing::Image => {
                let picture = JPEG.parameter(&named("whiteboard.jpg"), backend);
                let picture = picture.with("width", "4032").with("height", "3024");
                picture.with("blurhash", "LKO2?U%2Tw=w]~RBVZRi};RPxuwH")
            }
            Thing::Voice => {
                let name = named("Talk recording from 2026-03-02 10-14-55 (Launch crew).mp3");
                MP3.parameter(&name, backend)
            }
            Thing::Location => {
                let place =
                    Parameter::new("geo-location", "geo:52.5163,13.3777", &named("Brandenburger Tor"));
                place.with("latitude", "52.5163").with("longitude", "13.3777")
            }
            Thing::DeckCard => {
                let card = Parameter::new("deck-card", "311", &named("Book the venue"));
                let card = card.with("boardname", "Launch").with("stackname", "To do");
                card.with("link", &format!("{backend}/apps/deck/board/4/card/311"))
            }
            Thing::Poll => Parameter::new("talk-poll", "57", &named("Which day?")),
        }
    }
}

/// A file without its name.
struct File {
    id: &'static str,
    size: &'static str,
    share: &'static str,
    etag: &'static str,
    media_type: &'static str,
    preview: &'static str,
}

const PDF: File = File {
    id: "90112",
    size: "284113",
    share: "Jx2mW8bQyT4kZsE",
    etag: "6d1b0f4a9c8e7723",
    media_type: "application/pdf",
    preview: "yes",
};

const JPEG: File = File {
    id: "90120",
    size: "812004",
    share: "aB3dE5gH7jK9mN2",
    etag: "aa01bb02cc03dd04",
    media_type: "image/jpeg",
    preview: "yes",
};

const MP3: File = File {
    id: "90133",
    size: "60211",
    share: "Vc0iCe5n0tE77ab",
    etag: "1234abcd5678ef90",
    media_type: "audio/mpeg",
    preview: "no",
};

impl File {
    fn parameter(&self, name: &str, backend: &str) -> Parameter {
        Parameter::new("file", self.id, name)
            .with("size", self.size)
            .with("path", name)
            .with("link", &format!("{backend}/s/{}", self.share))
            .with("etag", self.etag)
            .with("permissions", "19")
            .with("mimetype", self.media_type)
            .with("preview-available", self.preview)
            .with("hide-download", "no")
    }
}
