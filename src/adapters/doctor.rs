//! Looks at things for `doctor` and judges nothing: the directory of the store and its disk, what answers where the
//! service should, and what comes back for a signed event. Every look outside ends by itself.

use std::time::Duration;

use serde_json::Value;

use super::clock::{Stopwatch, SystemClock};
use super::http_client::{self, trouble};
use crate::application::doctor::{Listening, Reply, Service, Signed, Trouble};
use crate::domain::signature::BotSecret;
use crate::domain::stamp::{NONCE, stamp};
use crate::ports::clock::Clock;

mod disk;

pub use disk::{look_at_account, look_at_directory, look_at_disk, look_at_file};

const GLANCE: Duration = Duration::from_secs(3);
/// `/ready` asks other servers itself.
const READY: Duration = Duration::from_secs(15);
const LOOP: Duration = Duration::from_secs(10);
const MAX_BODY: usize = 64 * 1024;

const WEBHOOKS: &str = "opencode_bot_webhooks_total{outcome=\"";

/// What a proxy that writes JSON anew would change: white space, escapes, characters outside of ASCII.
const EVENT: &str = "{ \"type\" : \"DoctorProbe\",\t\"text\":\"\\u00e4\\/ ä 😀  \",\"n\":1.0 }\n";

/// Whether something takes connections at that address, whatever it then does.
pub async fn takes_connections(host: &str, port: u16) -> bool {
    let connection = tokio::net::TcpStream::connect((host, port));
    tokio::time::timeout(GLANCE, connection).await.is_ok_and(|connected| connected.is_ok())
}

/// Asks `/health` at `base` and `/ready` at `admin`.
pub async fn look_at_listener(base: &str, admin: &str) -> Listening {
    match get(&format!("{base}/health"), GLANCE).await {
        Err(why) => Listening::Nothing(why),
        Ok(health) if health["status"] == "ok" => {
            let problems = get(&format!("{admin}/ready"), READY).await.ok().and_then(|it| problems(&it));
            let figures = body(&format!("{admin}/metrics"), GLANCE).await.unwrap_or_default();
            Listening::Service(Service { problems, webhooks: webhooks(&String::from_utf8_lossy(&figures)) })
        }
        Ok(_) => Listening::Other,
    }
}

/// `Null` when the answer is no JSON.
async fn get(url: &str, limit: Duration) -> Result<Value, Trouble> {
    Ok(serde_json::from_slice(&body(url, limit).await?).unwrap_or_default())
}

async fn body(url: &str, limit: Duration) -> Result<Vec<u8>, Trouble> {
    let response =
        http_client::build(url, Some(limit)).get(url).send().await.map_err(|error| trouble(&error))?;
    Ok(http_client::read_body(response, MAX_BODY).await)
}

/// By outcome.
fn webhooks(figures: &str) -> Vec<(String, u64)> {
    let counts = figures.lines().filter_map(|line| line.strip_prefix(WEBHOOKS)?.split_once("\"} "));
    counts.filter_map(|(outcome, count)| Some((outcome.to_owned(), count.parse().ok()?))).collect()
}

fn problems(report: &Value) -> Option<Vec<(String, String)>> {
    let word =
        |check: &Value| Some((check["name"].as_str()?.to_owned(), check["problem"].as_str()?.to_owned()));
    Some(report["checks"].as_array()?.iter().filter_map(word).collect())
}

/// Posts an event of no known type in Talk's way, stamped; the service writes nothing for it, and counts it apart. A wrong
/// signature costs a line of its log: our door shuts nobody out.
pub async fn post_event(url: &str, backend: &str, secret: &BotSecret, signed: Signed) -> Reply {
    let mut nonce = [0; NONCE];
    if getrandom::fill(&mut nonce).is_err() {
        return Reply::None(Trouble::Lost);
    }
    let random = stamp(secret, nonce);
    let signature = match signed {
        Signed::Rightly => secret.sign(&random, EVENT.as_bytes()),
        Signed::Wrongly => secret.sign(&random, b"another event"),
    };
    let stopwatch = Stopwatch::start();
    let request = http_client::build(url, Some(LOOP))
        .post(url)
        .header("Content-Type", "application/json")
        .header("X-Nextcloud-Talk-Signature", signature)
        .header("X-Nextcloud-Talk-Random", random)
        .header("X-Nextcloud-Talk-Backend", format!("{}/", backend.trim_end_matches('/')))
        .header("OCS-APIRequest", "true")
        .body(EVENT);
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return Reply::None(trouble(&error)),
    };
    let certificate = http_client::validity(&response, SystemClock.now());
    let (status, redirect) = (response.status().as_u16(), http_client::redirect_origin(&response));
    let body = http_client::read_body(response, MAX_BODY).await;
    let receipt = serde_json::from_slice::<Value>(&body)
        .is_ok_and(|it| it == serde_json::json!({ "status": "ignored", "reason": "unknown_type" }));
    Reply::Answer { status, receipt, redirect, took: stopwatch.elapsed(), certificate }
}
