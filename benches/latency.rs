//! What the service adds to the model's own time, when nothing else is going on: from a webhook's 200 to the request
//! at the model, and from the model's last word to the post at Talk. Beside one request of the service's own client and
//! one sync, which each way needs at least.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use nextcloud_opencode_bot::adapters::http_client;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::support::load::exchange;
use super::support::report::Report;
use super::support::sample::{median, millis, now};
use super::support::service::Service;
use super::support::stand_in::Exchange;
use super::support::webhook::{ROOMS, Words, request};
use super::support::{disk, stand_in, stand_ins};

/// Questions of one round, one after the other.
const QUESTIONS: usize = 60;

/// After an answer, until the next question: what the service does after a post is done by then.
const REST: Duration = Duration::from_millis(20);

/// Nothing takes this long.
const DEADLINE: Duration = Duration::from_secs(30);

/// Times of one question, in milliseconds.
struct Way {
    acknowledged: f64,
    /// From the acknowledgement; below zero where the model was asked before the sender had read it.
    to_model: f64,
    to_post: f64,
}

/// One of these.
type Part = fn(&Way) -> f64;

/// What is measured in a round: the median of its questions, and the least that each way needs.
struct Round {
    ways: Vec<Way>,
    client: f64,
    sync: f64,
}

/// The service with its two neighbours, and who asks.
struct Stage<'a> {
    service: Service<'a>,
    model: Receiver<Exchange>,
    talk: Receiver<Exchange>,
    sender: Runtime,
    connection: TcpStream,
}

/// Measures that many rounds.
pub(crate) fn run(directory: &Path, rounds: usize, report: &mut Report) {
    let runtime = Runtime::new().expect("a runtime");
    let rounds: Vec<_> = (0..rounds).map(|_| measure(&runtime, directory)).collect();
    let of = |part: Part, percent| -> Vec<f64> {
        rounds.iter().map(|round| at(percent, round.ways.iter().map(part).collect())).collect()
    };
    let ratio = |part: Part| -> Vec<f64> {
        let least = rounds.iter().map(|round| round.client + round.sync);
        of(part, 50).into_iter().zip(least).map(|(way, least)| way / least).collect()
    };
    report.ratio("webhook's 200 to model : one request + one sync", ratio(|way| way.to_model), None);
    report.ratio("last token to post : one request + one sync", ratio(|way| way.to_post), None);
    let ways: [(&str, Part); 3] = [
        ("webhook to its 200, idle service", |way| way.acknowledged),
        ("webhook's 200 to the request at the model", |way| way.to_model),
        ("the model's last token to the post at Talk", |way| way.to_post),
    ];
    for (name, part) in ways {
        report.figure(name, "ms", of(part, 50), None);
        report.figure(format!("{name}, 90 %"), "ms", of(part, 90), None);
    }
    report.figure(
        "one request of the service's client",
        "ms",
        rounds.iter().map(|round| round.client).collect(),
        None,
    );
    report.figure("one sync, written over", "ms", rounds.iter().map(|round| round.sync).collect(), None);
}

fn measure(runtime: &Runtime, directory: &Path) -> Round {
    let ((model_log, model), (talk_log, talk)) = (channel(), channel());
    let model_address = stand_in::start(stand_ins::thinking_model, Some(model_log));
    let talk_address = stand_in::start(stand_ins::talk, Some(talk_log));
    let service = Service::start(runtime, directory, model_address, talk_address);
    let sender = Builder::new_current_thread().enable_io().build().expect("a runtime");
    let connection = sender.block_on(TcpStream::connect(service.address())).expect("a connection");
    let mut stage = Stage { service, model, talk, sender, connection };
    // The first one finds out what kind of server the model is.
    stage.ask();
    let ways = (0..QUESTIONS).map(|_| stage.ask()).collect();
    let client = client(runtime);
    stage.service.stop();
    Round { ways, client, sync: disk::overwrite(directory).median }
}

impl Stage<'_> {
    fn ask(&mut self) -> Way {
        let question = request(Words::Question, ROOMS);
        let began = now();
        self.sender.block_on(exchange(&mut self.connection, &question)).expect("answered");
        let acknowledged = now();
        let asked = next(&self.model, "/chat/completions");
        let posted = next(&self.talk, "/message");
        self.service.wait_until_answered();
        thread::sleep(REST);
        Way {
            acknowledged: between(began, acknowledged),
            to_model: between(acknowledged, asked.arrived),
            to_post: between(asked.answered, posted.arrived),
        }
    }
}

fn next(log: &Receiver<Exchange>, path: &str) -> Exchange {
    loop {
        let exchange = log.recv_timeout(DEADLINE).expect("the service comes to it");
        if exchange.line.contains(path) {
            return exchange;
        }
    }
}

/// One request of the service's own client, which opens a connection for each: until it is at the server.
fn client(runtime: &Runtime) -> f64 {
    let (log, arrived) = channel();
    let address: SocketAddr = stand_in::start(stand_ins::talk, Some(log));
    let url = format!("http://{address}/status.php");
    let client = http_client::build(&url, None);
    let one = || {
        let began = now();
        runtime.block_on(client.get(&url).send()).expect("answered");
        between(began, next(&arrived, "/status.php").arrived)
    };
    at(50, (0..QUESTIONS).map(|_| one()).collect())
}

fn between(from: Instant, to: Instant) -> f64 {
    millis(to.saturating_duration_since(from)) - millis(from.saturating_duration_since(to))
}

fn at(percent: usize, mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    if percent == 50 { median(&times) } else { times[times.len() * percent / 100] }
}
