//! What a sender waits for: from a webhook's first byte to its 200, beside one raw fdatasync on the same disk.
//! `cargo bench` prints a table; figures of one run are to be read as ratios.
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use nextcloud_opencode_bot::adapters::http_client;
use nextcloud_opencode_bot::adapters::systemd::PassedSockets;
use nextcloud_opencode_bot::app::{App, Listeners};
use nextcloud_opencode_bot::domain::signature::BotSecret;
use nextcloud_opencode_bot::settings::{Settings, Source};
use tokio::task::JoinSet;

const SECRET: &str = "a secret of the benches, between 40 and 128 bytes";
const RANDOM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Requests of one measurement, over all connections.
const REQUESTS: usize = 4_000;

/// Each row is measured this often; the median counts.
const ROUNDS: usize = 5;

static NEXT_ID: AtomicI64 = AtomicI64::new(1);

fn main() {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("{:<52} {:>10} {:>10} {:>10}", "", "per second", "median", "99 %");
    let sync = row("one fdatasync of 4 KiB", || fdatasync(directory.path()));
    row("signature of a 400-byte body, checked", verify);
    runtime.block_on(async {
        let app = start(directory.path()).await;
        let url = format!("http://{}/webhook", app.address().expect("a port"));
        let mut rows = Vec::new();
        for (what, text) in [("not for the bot", "Is the build green?"), ("stored", "@Halo what now?")] {
            for connections in [1, 64] {
                let name = format!("200, {what}, {connections} connection(s)");
                let mut rounds = Vec::new();
                for _ in 0..ROUNDS {
                    rounds.push(load(&url, text, connections).await);
                }
                rows.push((connections, print(&name, rounds)));
            }
        }
        println!();
        let ratio = |row: usize| rows[row].1.median.as_secs_f64() / sync.median.as_secs_f64();
        println!("stored, 1 connection: median = {:.2} x one fdatasync", ratio(2));
        println!("stored, 64 connections: {:.1} x the rate of single fdatasyncs", rows[3].1.rate / sync.rate);
        println!("stored : not for the bot, 64 connections = {:.2}", rows[3].1.rate / rows[1].1.rate);
        app.stop().await;
    });
}

/// One measurement.
#[derive(Clone, Copy)]
struct Figures {
    rate: f64,
    median: Duration,
    late: Duration,
}

fn figures(mut times: Vec<Duration>, whole: Duration) -> Figures {
    times.sort_unstable();
    let count = f64::from(u32::try_from(times.len()).expect("few"));
    let rate = count / whole.as_secs_f64();
    Figures { rate, median: times[times.len() / 2], late: times[times.len() * 99 / 100] }
}

fn row(name: &str, measure: impl Fn() -> Figures) -> Figures {
    print(name, (0..ROUNDS).map(|_| measure()).collect())
}

fn print(name: &str, mut rounds: Vec<Figures>) -> Figures {
    rounds.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let figures = rounds[rounds.len() / 2];
    let Figures { rate, median, late } = figures;
    println!("{name:<52} {rate:>10.0} {:>10} {:>10}", shown(median), shown(late));
    figures
}

fn shown(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1000.0)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}

fn repeat(count: usize, mut act: impl FnMut()) -> Figures {
    let whole = now();
    let times = (0..count)
        .map(|_| {
            let began = now();
            act();
            began.elapsed()
        })
        .collect();
    figures(times, whole.elapsed())
}

fn fdatasync(directory: &Path) -> Figures {
    let path = directory.join("raw");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a file");
    repeat(400, || {
        file.write_all(&[0; 4096]).expect("written");
        file.sync_data().expect("synced");
    })
}

fn verify() -> Figures {
    let secret = BotSecret::new(SECRET).expect("length");
    let body = body("Is the build green?");
    let signature = secret.sign(RANDOM, body.as_bytes());
    repeat(20_000, || assert!(secret.verify(RANDOM, body.as_bytes(), &signature)))
}

fn body(text: &str) -> String {
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    format!(
        r#"{{"type":"Create","actor":{{"type":"Person","id":"users\/mira","name":"Mira Halloran","talkParticipantType":"3"}},"object":{{"type":"Note","id":"{id}","name":"message","content":"{{\"message\":\"{text}\",\"parameters\":[]}}","mediaType":"text\/markdown"}},"target":{{"type":"Collection","id":"room{}","name":"Launch crew"}}}}"#,
        id % 50
    )
}

/// `REQUESTS` webhooks over that many connections, each sending the next when the last is answered.
async fn load(url: &str, text: &'static str, connections: usize) -> Figures {
    let whole = now();
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let (url, client) = (url.to_owned(), http_client::build(url, None));
        let secret = BotSecret::new(SECRET).expect("length");
        senders.spawn(async move {
            let mut times = Vec::new();
            for _ in 0..REQUESTS / connections {
                let body = body(text);
                let signature = secret.sign(RANDOM, body.as_bytes());
                let request = client
                    .post(&url)
                    .header("Content-Type", "application/json")
                    .header("X-Nextcloud-Talk-Random", RANDOM)
                    .header("X-Nextcloud-Talk-Signature", signature)
                    .body(body);
                let began = now();
                let answer = request.send().await.expect("answered");
                assert_eq!(answer.status(), 200);
                answer.bytes().await.expect("whole");
                times.push(began.elapsed());
            }
            times
        });
    }
    figures(senders.join_all().await.concat(), whole.elapsed())
}

/// The whole service with a model that takes requests and never answers, so that nothing but webhooks happens.
async fn start(directory: &Path) -> App {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent_url = format!("http://{}", silent.local_addr().expect("an address"));
    std::mem::forget(silent);
    let database = format!("sqlite://{}", directory.join("bot.db").display());
    let environment = [
        ("NEXTCLOUD_URL", silent_url.as_str()),
        ("MODEL_BASE_URL", silent_url.as_str()),
        ("MODEL_CONTEXT_TOKENS", "4096"),
        ("MODEL_PARALLEL", "1"),
        ("BOT_SECRET", SECRET),
        ("BOT_PORT", "0"),
        ("SHUTDOWN_GRACE", "0.1"),
        ("DATABASE_URL", database.as_str()),
    ];
    let environment = environment.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let settings = Settings::read(&Source { flags: BTreeMap::new(), environment }).expect("valid");
    let listeners = Listeners::open(&settings, PassedSockets::default()).await.expect("bound");
    App::start(settings, listeners).await.expect("started")
}
