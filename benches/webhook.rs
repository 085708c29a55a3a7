//! What a sender waits for: from a webhook's first byte to its 200, beside a server that does only what cannot be left
//! out, and beside raw syncs of the same disk. Everything is measured once in each round, and ratios are of one round,
//! so that a machine that is busy for a while is so for both sides.

use std::net::SocketAddr;
use std::path::Path;

use tokio::runtime::Runtime;

use super::support::load::{Connections, send};
use super::support::report::{Goal, Report};
use super::support::sample::{Sample, now, number};
use super::support::service::Service;
use super::support::webhook::{ROOMS, Words, request};
use super::support::{bare, disk, stand_in, stand_ins};

/// Senders at once, how they get to the server, requests of one round, and of one that is answered to its end.
const LOADS: [(usize, Connections, usize, usize); 5] = [
    (1, Connections::Kept, 1_000, 300),
    (64, Connections::Kept, 4_096, 640),
    (512, Connections::Kept, 8_192, 1_024),
    (1, Connections::New, 500, 300),
    (64, Connections::New, 2_048, 640),
];

/// Questions before a round, so that the log has been through its first checkpoint.
const WARM_UP: usize = 2_048;

/// What is measured, in the order of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// The sender alone, against a server that reads nothing.
    Sender,
    Bare,
    Unaddressed,
    /// Questions that are stored while the model's slots are taken.
    Stored,
    /// Questions that are stored while others are answered and posted.
    Answered,
}

const SIDES: [Side; 5] = [Side::Sender, Side::Bare, Side::Unaddressed, Side::Stored, Side::Answered];

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Sender => "sender alone",
            Self::Bare => "bare server",
            Self::Unaddressed => "not for the bot",
            Self::Stored => "stored",
            Self::Answered => "stored while others are answered",
        }
    }
}

/// The samples of one round: of the disk, and of each side under each load.
struct Round {
    append: Sample,
    overwrite: Sample,
    /// Questions per second from the first webhook to the last answer, under the load of 64.
    answers: f64,
    sides: Vec<[Sample; SIDES.len()]>,
}

/// Measures that many rounds.
pub(crate) fn run(directory: &Path, rounds: usize, report: &mut Report) {
    let runtime = Runtime::new().expect("a runtime");
    let rounds: Vec<_> = (0..rounds).map(|_| measure(&runtime, directory)).collect();
    tell_disk(&rounds, report);
    for at in 0..LOADS.len() {
        tell(&rounds, at, report);
    }
    report.figure(
        "answers, 64 webhooks at once",
        "per second",
        rounds.iter().map(|round| round.answers).collect(),
        None,
    );
}

fn measure(runtime: &Runtime, directory: &Path) -> Round {
    let silent = stand_ins::silent();
    let waiting = Service::start(runtime, directory, silent, silent);
    let (model, talk) = (stand_in::start(stand_ins::model, None), stand_in::start(stand_ins::talk, None));
    let working = Service::start(runtime, directory, model, talk);
    let sender = stand_in::start(stand_ins::talk, None);
    let bare = bare::start(runtime);
    let question = || request(Words::Question, ROOMS);
    for service in [&waiting, &working] {
        send(service.address(), WARM_UP, 64, Connections::Kept, question);
    }
    working.wait_until_answered();
    let address = |side| match side {
        Side::Sender => sender,
        Side::Bare => bare,
        Side::Unaddressed | Side::Stored => waiting.address(),
        Side::Answered => working.address(),
    };
    let (append, overwrite) = (disk::append(directory), disk::overwrite(directory));
    let mut answers = 0.0;
    let sides = LOADS.map(|load| {
        SIDES.map(|side| {
            let began = now();
            let sample = one(side, address(side), load);
            if side == Side::Answered {
                working.wait_until_answered();
                if load == LOADS[1] {
                    answers = number(load.3) / began.elapsed().as_secs_f64();
                }
            }
            sample
        })
    });
    waiting.stop();
    working.stop();
    Round { append, overwrite, answers, sides: sides.to_vec() }
}

fn one(side: Side, address: SocketAddr, load: (usize, Connections, usize, usize)) -> Sample {
    let (senders, connections, many, few) = load;
    let (count, words) = match side {
        Side::Sender | Side::Bare | Side::Unaddressed => (many, Words::Unaddressed),
        Side::Stored => (many, Words::Question),
        Side::Answered => (few, Words::Question),
    };
    send(address, count, senders, connections, || request(words, ROOMS))
}

fn tell_disk(rounds: &[Round], report: &mut Report) {
    report.load("fdatasync of 4 KiB, appended", rounds.iter().map(|round| round.append).collect());
    report.load("fdatasync of 4 KiB, written over", rounds.iter().map(|round| round.overwrite).collect());
}

fn tell(rounds: &[Round], at: usize, report: &mut Report) {
    let load = words(at);
    for (side, name) in SIDES.map(|side| (side, side.name())) {
        let samples = rounds.iter().map(|round| sample(round, at, side)).collect();
        report.load(format!("{name}, {load}"), samples);
    }
    let each = |ratio: &dyn Fn(&Round) -> f64| rounds.iter().map(ratio).collect::<Vec<_>>();
    // A single sender is now and then left waiting by the machine, which says nothing about the server.
    let single = LOADS[at].0 == 1;
    let rate = |round: &Round, side| {
        let sample = sample(round, at, side);
        if single { 1_000.0 / sample.median } else { sample.rate }
    };
    let to_bare = |side| each(&|round| rate(round, side) / rate(round, Side::Bare));
    let measure = if single { "1 / median" } else { "rate" };
    let name = |side: Side| format!("{} : bare server, {measure}, {load}", side.name());
    report.ratio(name(Side::Unaddressed), to_bare(Side::Unaddressed), Some(Goal::AtLeast(0.8)));
    for side in [Side::Stored, Side::Answered] {
        report.ratio(name(side), to_bare(side), None);
        if single {
            let name = |sync| format!("{} : {sync} + bare, median, {load}", side.name());
            let sum = |sync: fn(&Round) -> Sample| {
                each(&|round| {
                    let least = sync(round).median + sample(round, at, Side::Bare).median;
                    sample(round, at, side).median / least
                })
            };
            let goal = Some(Goal::AtMost(1.5)).filter(|_| side == Side::Stored);
            report.ratio(name("sync appended"), sum(|round| round.append), goal);
            report.ratio(name("sync written over"), sum(|round| round.overwrite), goal);
        } else if LOADS[at].0 == 64 && side == Side::Stored {
            let part = |round: &Round| {
                let half = 0.5 * rate(round, Side::Bare);
                rate(round, side) / half.min(8_000.0)
            };
            let name = format!("stored : the less of 8,000/s and 0.5 x bare server, {load}");
            report.ratio(name, each(&part), Some(Goal::AtLeast(1.0)));
        }
    }
}

fn sample(round: &Round, at: usize, side: Side) -> Sample {
    let place = SIDES.iter().position(|other| *other == side).expect("every side is measured");
    round.sides[at][place]
}

fn words(at: usize) -> String {
    let (senders, connections, ..) = LOADS[at];
    let new = if connections == Connections::New { ", each new" } else { "" };
    format!("{senders} connection{}{new}", if senders == 1 { "" } else { "s" })
}
