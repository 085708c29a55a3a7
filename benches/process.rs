//! The real program as a process: how soon it answers after its start, what memory it takes, and how large it is.

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::support::load::{Connections, send};
use super::support::process::{Memory, PROGRAM, Process};
use super::support::report::{Goal, Report};
use super::support::sample::{now, number};
use super::support::webhook::{ROOMS, Words, request};
use super::support::{questions, stand_in, stand_ins};

/// Open questions of the large database.
const JOBS: i64 = 100_000;

/// Rooms of the large database, and of those that have a conversation.
const MANY_ROOMS: i64 = 10_000;

/// After its start or a load, until nothing is done any more.
const REST: Duration = Duration::from_secs(2);

/// Measures the start that many times, and the memory once: `messages` are those of an hour.
pub(crate) fn run(directory: &Path, rounds: usize, messages: usize, report: &mut Report) {
    let size = std::fs::metadata(PROGRAM).expect("it is built").len() / 1024;
    let mebibytes = number(usize::try_from(size).expect("it fits")) / 1024.0;
    report.figure("size of the program", "MiB", vec![mebibytes], Some(Goal::AtMost(20.0)));
    let silent = stand_ins::silent();
    starts(&directory.join("empty"), rounds, silent, "an empty database", report);
    let large = directory.join("large");
    std::fs::create_dir_all(&large).expect("a directory");
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async { questions::stored(&large, JOBS, MANY_ROOMS).await.close().await });
    starts(&large, rounds, silent, "100,000 open questions", report);
    load(&directory.join("load"), messages, report);
}

/// Where the directory is new, each start makes a database.
fn starts(state: &Path, rounds: usize, silent: SocketAddr, name: &str, report: &mut Report) {
    let is_new = !state.exists();
    let (mut times, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        if is_new {
            let _ = std::fs::remove_dir_all(state);
            std::fs::create_dir_all(state).expect("a directory");
        }
        let process = Process::start(state, silent, silent);
        times.push(process.start);
        thread::sleep(REST);
        idle.push(process.memory());
    }
    report.figure(format!("start to the first answer, {name}"), "ms", times, Some(Goal::AtMost(50.0)));
    memory(&format!("idle with {name}"), &idle, Some(Goal::AtMost(20.0)), report);
}

fn memory(name: &str, rounds: &[Memory], goal: Option<Goal>, report: &mut Report) {
    let of = |part: fn(&Memory) -> f64| rounds.iter().map(part).collect();
    report.figure(format!("memory {name}"), "MiB", of(|memory| memory.resident), goal);
    report.figure(format!("  of it allocated, {name}"), "MiB", of(|memory| memory.allocated), None);
    report.figure(format!("  at most so far, {name}"), "MiB", of(|memory| memory.peak), None);
}

/// First one question in each of many rooms, then the rest of an hour's in some, all answered.
fn load(state: &Path, messages: usize, report: &mut Report) {
    std::fs::create_dir_all(state).expect("a directory");
    let model = stand_in::start(stand_ins::model, None);
    let talk = stand_in::start(stand_ins::talk, None);
    let process = Process::start(state, model, talk);
    let many = usize::try_from(MANY_ROOMS).expect("small").min(messages);
    let loads = [
        ("with 10,000 rooms' conversations", many, MANY_ROOMS),
        ("after an hour's questions", messages, ROOMS),
    ];
    for (name, count, rooms) in loads {
        let began = now();
        send(process.address(), count, 64, Connections::Kept, || request(Words::Question, rooms));
        process.wait_until_answered();
        let rate = number(count) / began.elapsed().as_secs_f64();
        thread::sleep(REST);
        report.figure(format!("{count} questions sent at once and answered"), "per second", vec![rate], None);
        memory(name, &[process.memory()], None, report);
    }
}
