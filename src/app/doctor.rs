//! The order of `doctor`'s checks, and what each is given. A check that depends on one that failed says so, and each ends
//! within a limit of its own.

use std::time::Duration;

use self::here::{machine, store};
use self::outside::{model, nextcloud, proxies};
use crate::adapters::clock::SystemClock;
use crate::adapters::doctor::{look_at_listener, post_event, takes_connections};
use crate::application::doctor::{
    Doubt, Finding, Listening, Loop, Outcome, Reply, SecretFacts, Signed, StoreState, Trouble, judge_backlog,
    judge_direct, judge_listener, judge_secret, judge_silence, judge_store, judge_webhook, ran_out,
    ready_elsewhere,
};
use crate::domain::message::RoomToken;
use crate::ports::clock::Clock;
use crate::settings::Settings;

mod here;
pub mod outside;

/// For a disk or a store, which is read as a whole.
const STORE: Duration = Duration::from_secs(30);
/// For a few requests of some seconds each.
const REQUESTS: Duration = Duration::from_mins(1);
/// For some requests, and one that Talk may hold back for half a minute.
const NEXTCLOUD: Duration = Duration::from_mins(2);
/// For each model server: its longest answer, and what is asked before.
const MODEL: Duration = Duration::from_mins(3);

/// What comes out of the looks at the servers, after the checks that bear their names.
const OF_NEXTCLOUD: [&str; 4] = ["certificate", "clock", "talk", "room"];
const OF_MODEL: [&str; 4] = ["model-name", "model-context", "model-answer", "model-stream"];

/// Looks at everything, and hands each finding to `tell` as soon as it is there.
pub async fn examine(
    settings: &Settings,
    secrets: &[SecretFacts],
    room: Option<&RoomToken>,
    mut tell: impl FnMut(Finding),
) {
    tell(Finding::good("settings", "every setting can be read"));
    secrets.iter().flat_map(judge_secret).for_each(&mut tell);
    machine(settings).await.into_iter().for_each(&mut tell);
    let known = stored(settings).await;
    known.findings.iter().cloned().for_each(&mut tell);

    let base = place(&settings.listen);
    let (listening, findings) = listener(settings, &base).await;
    findings.into_iter().for_each(&mut tell);
    proxies(settings).into_iter().for_each(&mut tell);
    let webhook = within_limit("webhook-url", REQUESTS, &[], webhook(settings, &base, &listening)).await;
    let (findings, event) = webhook.unwrap_or_else(|late| (late, None));
    findings.into_iter().for_each(&mut tell);

    let doubt = Doubt::find(known.paused, &listening, event.as_ref());
    let nextcloud = nextcloud(settings, room, doubt);
    let findings = within_limit("nextcloud", NEXTCLOUD, &OF_NEXTCLOUD, nextcloud).await;
    let findings = findings.unwrap_or_else(|late| late);
    findings.iter().cloned().for_each(&mut tell);
    ready_elsewhere(&listening, "talk", known.paused == Some(true) || is_fault(&findings))
        .into_iter()
        .for_each(&mut tell);

    let servers = u32::try_from(settings.model.base_urls.len()).unwrap_or(u32::MAX);
    let findings = within_limit("model", MODEL.saturating_mul(servers), &OF_MODEL, model(settings)).await;
    let findings = findings.unwrap_or_else(|late| late);
    findings.iter().cloned().for_each(&mut tell);
    ready_elsewhere(&listening, "model", is_fault(&findings)).into_iter().for_each(&mut tell);
}

fn is_fault(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.outcome == Outcome::Fault)
}

/// What is found at the disk or in the store, or that it took too long.
pub(super) async fn within<T>(check: &'static str, look: impl Future<Output = T>) -> Result<T, Vec<Finding>> {
    within_limit(check, STORE, &[], look).await
}

async fn within_limit<T>(
    check: &'static str,
    limit: Duration,
    rest: &[&'static str],
    look: impl Future<Output = T>,
) -> Result<T, Vec<Finding>> {
    tokio::time::timeout(limit, look).await.map_err(|_| ran_out(check, limit, rest))
}

/// What the store holds.
struct Stored {
    findings: Vec<Finding>,
    /// Whether Nextcloud's refusals hold something back; `None` where that cannot be read.
    paused: Option<bool>,
}

/// Checks `store` and `backlog`.
async fn stored(settings: &Settings) -> Stored {
    let skipped = |why: &str| Finding::skipped("backlog", why);
    let (mut findings, depth) = match within("store", store(settings)).await {
        Ok(Ok(facts)) => (vec![judge_store(&facts)], Some(facts.state)),
        Ok(Err(fault)) => (vec![fault], None),
        Err(late) => (late, None),
    };
    match depth {
        Some(StoreState::Ready(_, depth)) => {
            findings.extend(judge_backlog(&depth, SystemClock.now()));
            Stored { findings, paused: Some(!depth.pauses.is_empty()) }
        }
        Some(state) => {
            findings.push(skipped("there is no store of this version yet"));
            Stored { findings, paused: matches!(state, StoreState::Absent).then_some(false) }
        }
        None => {
            findings.push(skipped("the store cannot be read"));
            Stored { findings, paused: None }
        }
    }
}

/// Check `listener`.
async fn listener(settings: &Settings, base: &str) -> (Listening, Vec<Finding>) {
    let (host, port) = &settings.listen;
    let admin = settings.admin_listen.as_ref().map_or_else(|| base.to_owned(), place);
    let listening = if *port == 0 {
        Listening::AnyPort
    } else {
        let late = Listening::Nothing(Trouble::TimedOut);
        within_limit("listener", REQUESTS, &[], look_at_listener(base, &admin)).await.unwrap_or(late)
    };
    let is_silent = matches!(listening, Listening::Nothing(Trouble::TimedOut));
    let findings = if is_silent && takes_connections(host, *port).await {
        vec![judge_silence(base)]
    } else {
        judge_listener(base, &listening)
    };
    (listening, findings)
}

/// Checks `webhook-url` and, with TLS, `certificate`, and tells the answer of the running service, or of what is nearest to
/// it. A service that was not found may have its socket at a path, where only its proxy reaches it.
async fn webhook(settings: &Settings, base: &str, listening: &Listening) -> (Vec<Finding>, Option<Reply>) {
    let (backend, secret) = (settings.nextcloud_url.as_str(), &settings.bot_secret);
    let direct = match listening {
        Listening::Service(_) => {
            Some(post_event(&format!("{base}/webhook"), backend, secret, Signed::Rightly).await)
        }
        _ => None,
    };
    let Some(url) = &settings.webhook_url else { return (vec![judge_direct(direct.as_ref())], direct) };
    if matches!(listening, Listening::Other) {
        let why = "no service was found here that could take an event";
        return (vec![Finding::skipped("webhook-url", why)], None);
    }
    let public = post_event(url, backend, secret, Signed::Rightly).await;
    let control = if public.is_receipt() {
        Some(post_event(url, backend, secret, Signed::Wrongly).await)
    } else {
        None
    };
    let seen = Loop { direct, public, control };
    let findings = seen.public.judge_certificate(url).into_iter().chain([judge_webhook(url, &seen)]);
    (findings.collect(), Some(seen.nearest().clone()))
}

/// Where a listener is asked; one on every address is asked on this machine.
fn place((host, port): &(String, u16)) -> String {
    match host.as_str() {
        "0.0.0.0" => format!("http://127.0.0.1:{port}"),
        "::" => format!("http://[::1]:{port}"),
        host if host.contains(':') => format!("http://[{host}]:{port}"),
        host => format!("http://{host}:{port}"),
    }
}
