//! Counters of one closed set of words. Each is there from the start, so that its first event is seen as an increase, and
//! counting one allocates nothing.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// One label with its value.
pub(super) type Label = [(&'static str, &'static str); 1];

/// A counter for each word.
#[derive(Debug)]
pub(super) struct Tally {
    label: &'static str,
    words: Vec<&'static str>,
    counters: Family<Label, Counter>,
}

impl Tally {
    /// With these values of that label, and no others.
    pub(super) fn of(label: &'static str, words: impl IntoIterator<Item = &'static str>) -> Self {
        let (words, counters) = (Vec::from_iter(words), Family::<Label, Counter>::default());
        for word in &words {
            drop(counters.get_or_create(&[(label, *word)]));
        }
        Self { label, words, counters }
    }

    pub(super) fn count(&self, word: &'static str) {
        self.add(word, 1);
    }

    pub(super) fn add(&self, word: &'static str, count: u64) {
        debug_assert!(self.words.contains(&word), "{word} is not among {:?}", self.words);
        self.counters.get_or_create(&[(self.label, word)]).inc_by(count);
    }

    pub(super) fn counters(&self) -> Family<Label, Counter> {
        self.counters.clone()
    }

    /// For the documentation.
    pub(super) fn described(&self) -> String {
        described(self.label, &self.words)
    }
}

/// A label with its values, for the documentation.
pub(super) fn described(label: &str, words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    format!("`{label}`: {}", words.join(", "))
}
