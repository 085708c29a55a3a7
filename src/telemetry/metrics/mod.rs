//! Every figure of `/metrics`, declared once with its help text and the question it answers. Labels come from closed sets,
//! so the number of series has a bound; units are seconds, bytes and tokens.

mod book;
mod model;
mod process;
mod queue;
mod store;
mod talk;
mod tally;
mod webhooks;

use std::time::Duration;

use prometheus_client::encoding::text;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;

use self::book::{Book, Entry, Measure};
use self::model::ModelFigures;
use self::queue::QueueFigures;
use self::store::StoreFigures;
use self::talk::TalkFigures;
use self::webhooks::WebhookFigures;
use crate::ports::queue::Depth;

/// The registry and its figures. A value, not a global: two services in one process count apart.
pub struct Metrics {
    book: Book,
    webhooks: WebhookFigures,
    queue: QueueFigures,
    model: ModelFigures,
    talk: TalkFigures,
    store: StoreFigures,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut book = Book::default();
        let (webhooks, queue) = (WebhookFigures::enter(&mut book), QueueFigures::enter(&mut book));
        let (model, talk) = (ModelFigures::enter(&mut book), TalkFigures::enter(&mut book));
        let store = StoreFigures::enter(&mut book);
        book.chapter("Program");
        enter_build(&mut book);
        process::enter(&mut book);
        Self { book, webhooks, queue, model, talk, store }
    }
}

fn enter_build(book: &mut Book) {
    let entry = Entry {
        name: "build",
        help: "This program, always 1",
        measure: Measure::Of("1"),
        question: "Which version runs where?",
    };
    let labels = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    book.enter_by(&entry, "`version`: the program's", labels);
}

impl Metrics {
    /// The whole page in the Prometheus text format. `depth` and its age are read just before.
    #[must_use]
    pub fn render(&self, depth: Option<(&Depth, Duration)>) -> String {
        self.store.up.set(depth.is_some().into());
        if let Some((depth, age)) = depth {
            self.queue.show(depth, age);
            self.talk.show(&depth.pauses);
        }
        let mut page = String::new();
        text::encode(&mut page, &self.book.registry).expect("writing to a String does not fail");
        page
    }

    /// The page of the documentation that describes every figure: Markdown, the same for every call and every machine.
    #[must_use]
    pub fn reference(&self) -> String {
        self.book.reference()
    }
}

/// Sets it to a number that may be too large for it.
fn gauge<N>(gauge: &Gauge, value: N)
where
    i64: TryFrom<N>,
{
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
}

#[cfg(test)]
mod tests;
