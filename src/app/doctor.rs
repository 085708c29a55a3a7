//! The order of `doctor`'s checks, and what each is given. A check that depends on one that failed says so, and each ends
//! within a limit of its own.

use std::path::PathBuf;
use std::time::Duration;

use super::doctor_outside::{model, nextcloud, proxies};
use super::open_dead_letters;
use crate::adapters::clock::SystemClock;
use crate::adapters::doctor::{look_at_directory, look_at_listener, post_event};
use crate::application::doctor::{
    Finding, Listening, Loop, Outcome, Signed, judge_backlog, judge_directory, judge_listener, judge_webhook,
    ready_elsewhere,
};
use crate::domain::message::RoomToken;
use crate::ports::clock::Clock;
use crate::ports::queue::{Depth, JobQueue};
use crate::settings::Settings;

/// For a disk or a store.
const STORE: Duration = Duration::from_secs(10);
/// For a few requests of some seconds each.
const REQUESTS: Duration = Duration::from_mins(1);
/// For each model server: its longest answer, and what is asked before.
const MODEL: Duration = Duration::from_mins(3);

/// Looks at everything, and hands each finding to `tell` as soon as it is there.
pub async fn examine(settings: &Settings, room: Option<&RoomToken>, mut tell: impl FnMut(Finding)) {
    tell(Finding::good("settings", "every setting can be read"));
    state_directory(settings).await.into_iter().for_each(&mut tell);
    let mut known = Vec::new();
    let depth = match within("store", STORE, depth(settings)).await {
        Ok(Ok(depth)) => {
            tell(Finding::good("store", "it opens, in the version of this program"));
            known.extend(judge_backlog(&depth, SystemClock.now()));
            Some(depth)
        }
        Ok(Err(finding)) | Err(finding) => {
            tell(finding);
            tell(Finding::skipped("backlog", "the store cannot be read"));
            None
        }
    };
    known.iter().cloned().for_each(&mut tell);

    let base = place(&settings.listen);
    let admin = settings.admin_listen.as_ref().map_or_else(|| base.clone(), place);
    let listening = if settings.listen.1 == 0 {
        Listening::AnyPort
    } else {
        within("listener", REQUESTS, look_at_listener(&base, &admin)).await.unwrap_or(Listening::Other)
    };
    judge_listener(&base, &listening).into_iter().for_each(&mut tell);
    proxies(settings).into_iter().for_each(&mut tell);
    tell(within("webhook-url", REQUESTS, webhook(settings, &base, &listening)).await.unwrap_or_else(|it| it));

    let paused = depth.is_some_and(|depth| !depth.pauses.is_empty());
    let findings = within("nextcloud", REQUESTS, nextcloud(settings, room, paused)).await;
    known.extend(findings.unwrap_or_else(|finding| vec![finding]).into_iter().inspect(|it| tell(it.clone())));
    ready_elsewhere(&listening, "talk", is_fault(&known)).into_iter().for_each(&mut tell);

    let servers = u32::try_from(settings.model.base_urls.len()).unwrap_or(u32::MAX);
    let findings = within("model", MODEL.saturating_mul(servers), model(settings)).await;
    let findings = findings.unwrap_or_else(|finding| vec![finding]);
    findings.iter().cloned().for_each(&mut tell);
    ready_elsewhere(&listening, "model", is_fault(&findings)).into_iter().for_each(&mut tell);
}

fn is_fault(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.outcome == Outcome::Fault)
}

/// What is found, or that it took too long.
async fn within<T>(
    check: &'static str,
    limit: Duration,
    look: impl Future<Output = T>,
) -> Result<T, Finding> {
    tokio::time::timeout(limit, look).await.map_err(|_| {
        let found = format!("no result within {} s", limit.as_secs());
        Finding::fault(check, found, "look whether the disk or the server it is about hangs")
    })
}

async fn state_directory(settings: &Settings) -> Vec<Finding> {
    const CHECK: &str = "state-directory";
    let url = settings.database_url.expose();
    let Some(file) = url.strip_prefix("sqlite://") else {
        return vec![Finding::skipped(CHECK, "the store is in a server")];
    };
    let file = PathBuf::from(file.split('?').next().unwrap_or(file));
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).map(PathBuf::from);
    let parent = parent.unwrap_or_else(|| PathBuf::from("."));
    let look = tokio::task::spawn_blocking(move || look_at_directory(&parent));
    match within(CHECK, STORE, look).await {
        Ok(Ok(directory)) => judge_directory(&directory),
        Ok(Err(error)) => vec![Finding::fault(CHECK, error.to_string(), "report this defect")],
        Err(finding) => vec![finding],
    }
}

/// On a task of its own, since a disk may block it for ever.
async fn depth(settings: &Settings) -> Result<Depth, Finding> {
    let url = settings.database_url.expose().to_owned();
    let look = async move {
        let store = open_dead_letters(&url).await?;
        let depth = store.depth(SystemClock.now()).await;
        store.close().await;
        anyhow::Ok(depth?)
    };
    let fault =
        |found: String| Finding::fault("store", found, "see the troubleshooting chapter on the store");
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(look);
    match tasks.join_next().await.expect("one task was spawned") {
        Ok(depth) => depth.map_err(|error| fault(format!("{error:#}"))),
        Err(error) => Err(fault(error.to_string())),
    }
}

async fn webhook(settings: &Settings, base: &str, listening: &Listening) -> Finding {
    let Some(url) = &settings.webhook_url else {
        return Finding::skipped("webhook-url", "give the URL the bot was installed with: --webhook-url URL");
    };
    if !matches!(listening, Listening::Service(_)) {
        return Finding::skipped("webhook-url", "no service was found here that could take an event");
    }
    let (backend, secret) = (settings.nextcloud_url.as_str(), &settings.bot_secret);
    let direct = post_event(&format!("{base}/webhook"), backend, secret, Signed::Rightly).await;
    let public = post_event(url, backend, secret, Signed::Rightly).await;
    let control = if public.is_receipt() {
        Some(post_event(url, backend, secret, Signed::Wrongly).await)
    } else {
        None
    };
    judge_webhook(url, &Loop { direct, public, control })
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
