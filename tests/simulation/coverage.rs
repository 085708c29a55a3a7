//! What occurred in a batch of runs, counted. What is listed here must occur: a simulation in which a fault never
//! happens proves nothing about it.

use std::collections::BTreeMap;

/// What must occur in a batch, by kind.
const EXPECTED: &[(&str, &[&str])] = &[
    ("Trouble at calls", super::fault::Fault::NAMES),
    ("Trouble around", WORLD),
    ("Processes", PROCESSES),
    ("What people do", PEOPLE),
    ("What senders are told", TOLD),
    ("How questions end", ENDS),
    ("What may be there twice, and why", TWICE),
    ("Memory, notices and signs", MEMORY),
];

const WORLD: &[&str] = &[
    "world: store away",
    "world: Talk in maintenance",
    "world: model away",
    "world: model loads",
    "world: the model's adapter panics",
    "world: another model",
    "world: wrong secret",
    "world: a room refuses the signature",
    "world: a room is deleted",
    "world: clock set back",
    "world: clock set forward",
    "store: away for seconds",
    "Talk: refuses a signature",
    "Talk: locks the address out",
    "Talk: finds a message too long",
    "Talk: knows the room no more",
    "Talk: arrives after its sender left",
    "Talk: lost with its sender",
    "model: finds a prompt too long",
    "model: has no slot for a call, since a dead one holds it",
    "webhook: nobody there",
    "webhook: waits behind the socket",
    "webhook: given up, and dropped",
    "webhook: given up, and handled",
];

const PROCESSES: &[&str] = &[
    "process: started",
    "process: dies before a change",
    "process: dies while something is on its way",
    "process: dies after a change",
    "process: dies at any time",
    "process: ends after a panic",
    "process: stopped",
    "process: stopped in haste",
    "process: cannot start, the store is away",
    "lease: lost",
    "probe: answered",
];

const PEOPLE: &[&str] = &[
    "people: ask a question",
    "people: ask about a message",
    "people: ask a follow-up",
    "people: repeat a question",
    "people: talk among themselves",
    "people: enable the bot",
    "people: disable the bot",
    "people: clear the history",
    "people: something that is only told",
    "people: something unknown",
    "command: stop",
    "command: retry",
    "command: reset",
    "command: forget-me",
    "command: status",
    "command: context",
    "command: help",
    "command: privacy",
    "command: version",
    "command: unknown",
    "reaction: stop",
    "reaction: again",
    "reaction: forget",
    "reaction: means nothing",
    "reaction: taken back",
    "dead letters: opened again",
    "dead letters: erased",
    "question: asked again",
];

const TOLD: &[&str] = &[
    "told: queued",
    "told: duplicate",
    "told: not addressed",
    "told: not allowed",
    "told: limited",
    "told: from a bot",
    "told: system message",
    "told: reaction without effect",
    "told: membership",
    "told: unknown type",
    "told: cannot be stored",
];

const ENDS: &[&str] = &[
    "end: answered",
    "end: joined",
    "end: stopped",
    "end: erased",
    "end: given up, and told",
    "end: model unavailable",
    "end: model timed out",
    "end: model refused",
    "end: Talk refused",
    "end: Talk unauthorized",
    "end: Talk uncertain",
    "end: Talk unavailable",
    "end: internal",
    "answer: has words",
    "answer: tells that there is none",
    "answer: of several parts",
    "order: answers compared",
];

const TWICE: &[&str] = &[
    "answer: a part is in the room twice",
    "twice: an unknown outcome",
    "twice: Talk failed, and had taken it",
    "twice: a proxy said that it was not taken",
    "twice: a crash or a stop between the post and its answer",
    "twice: a crash or a stop before the mark",
];

const MEMORY: &[&str] = &[
    "model: asked",
    "model: asked with earlier turns",
    "memory: turns forgotten",
    "memory: turns too old",
    "notice: stored",
    "notice: of a wait",
    "notice: posted or given up",
    "notice: tried again",
    "sign: on a dead letter",
];

/// Counts by name.
#[derive(Debug, Default, Clone)]
pub(crate) struct Coverage(BTreeMap<&'static str, u64>);

impl Coverage {
    /// It occurred.
    pub(crate) fn saw(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    pub(crate) fn add(&mut self, what: &'static str, times: u64) {
        *self.0.entry(what).or_default() += times;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (what, times) in &other.0 {
            self.add(what, *times);
        }
    }

    /// What of the list never occurred.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let lists = EXPECTED.iter().flat_map(|(kind, names)| names.iter().map(move |name| (kind, name)));
        lists.map(|(_, name)| *name).filter(|name| !self.0.contains_key(name)).collect()
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut rest = self.0.clone();
        for (kind, names) in EXPECTED {
            writeln!(f, "{kind}")?;
            for name in *names {
                writeln!(f, "  {:>9}  {name}", rest.remove(name).unwrap_or(0))?;
            }
        }
        writeln!(f, "others")?;
        rest.iter().try_for_each(|(name, times)| writeln!(f, "  {times:>9}  {name}"))
    }
}
