//! The one place that builds HTTP clients, so that none is without time limits, and the few readings of a
//! response that every client needs.

use std::time::{Duration, SystemTime};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Response};
use url::{Host, Url};

use crate::ports::with_causes;

mod certificate;
mod trouble;

pub(super) use certificate::validity;
pub(super) use trouble::{cause, trouble};

/// Says who asks, in the other server's log.
const USER_AGENT: &str = concat!("nextcloud-opencode-bot/", env!("CARGO_PKG_VERSION"));

/// Time to get a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A client for the server at that address. It follows no redirects (a redirected POST would arrive as a GET), and
/// its whole request, body included, takes at most `limit`; `None` leaves that to the caller. A proxy of the
/// environment is used, but not for a server on this machine: from elsewhere it cannot be reached.
///
/// No connection is used twice. A server may close an idle one (llama-server after 5 s) just when a request is
/// written to it, and then nobody knows whether it was taken. Beside what a model or Talk needs for one request,
/// a new connection costs nothing.
#[must_use]
pub fn build(address: &str, limit: Option<Duration>) -> Client {
    builder(address, limit).build().unwrap_or_else(|error| {
        let error = with_causes(&error);
        tracing::warn!(error, "this machine has no CA certificates: no https address can be reached");
        without_certificates(address, limit)
    })
}

/// Trusts nobody, which is enough for `http` addresses.
fn without_certificates(address: &str, limit: Option<Duration>) -> Client {
    builder(address, limit).tls_certs_only([]).build().expect("it needs nothing of the machine")
}

#[expect(clippy::disallowed_methods, reason = "this is the one builder")]
fn builder(address: &str, limit: Option<Duration>) -> ClientBuilder {
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(0)
        .tls_info(true)
        .redirect(reqwest::redirect::Policy::none());
    if is_on_this_machine(address) {
        builder = builder.no_proxy();
    }
    match limit {
        Some(limit) => builder.timeout(limit),
        None => builder,
    }
}

/// Host and port of the proxy of the environment by which [`build`]'s client for that address asks.
#[must_use]
pub fn proxy_to(address: &str) -> Option<String> {
    let proxy = Matcher::from_system().intercept(&address.parse().ok()?)?;
    let (host, port) = (proxy.uri().host()?, proxy.uri().port_u16());
    (!is_on_this_machine(address))
        .then(|| port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether the address is this machine's own, by its name.
#[must_use]
pub fn is_on_this_machine(address: &str) -> bool {
    let address = Url::parse(address).ok();
    match address.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The body, cut after `limit` bytes or where the connection was lost.
pub(super) async fn read_body(mut response: Response, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() > limit {
            body.truncate(limit);
            break;
        }
    }
    body
}

/// Whether the body is a page for people: some proxy or another site answers, not the server that is meant.
pub(super) fn is_web_page(headers: &HeaderMap) -> bool {
    text(headers, &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"))
}

/// The pause a server asks for, in seconds or as a date. A date is read against the server's own clock.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, &RETRY_AFTER)?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    Some(until.duration_since(date(headers)?).unwrap_or_default())
}

/// Where a redirect leads: scheme, host and port only, since the rest may hold what belongs to somebody.
pub(super) fn redirect_origin(response: &Response) -> String {
    text(response.headers(), &LOCATION)
        .and_then(|location| response.url().join(location).ok())
        .map_or_else(|| "nowhere".to_owned(), |target| target.origin().ascii_serialization())
}

/// The server's time, where it tells.
pub(super) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, &DATE)?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("header"))).collect()
    }

    #[test]
    fn a_machine_without_certificates_has_a_client_too() {
        let _client = without_certificates("http://h", Some(Duration::from_secs(1)));
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        for (address, local) in [
            ("http://127.0.0.1:8080/v1", true),
            ("http://127.8.8.8", true),
            ("http://LOCALHOST:8080", true),
            ("http://llm.localhost", true),
            ("http://[::1]:8080", true),
            ("http://localhost.example.com", false),
            ("http://192.168.0.2", false),
            ("https://cloud.example.com", false),
            ("localhost", false),
        ] {
            assert_eq!(is_on_this_machine(address), local, "{address}");
        }
    }

    #[test]
    fn a_pause_comes_in_seconds_or_as_a_date() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let later = "Sun, 06 Nov 1994 08:50:07 GMT";
        for (pairs, expected) in [
            (vec![(RETRY_AFTER, " 20 ")], Some(20)),
            (vec![(RETRY_AFTER, later), (DATE, date)], Some(30)),
            (vec![(RETRY_AFTER, date), (DATE, later)], Some(0)),
            (vec![(RETRY_AFTER, later)], None),
            (vec![(RETRY_AFTER, "-1")], None),
            (vec![(RETRY_AFTER, "soon")], None),
            (vec![], None),
        ] {
            assert_eq!(retry_after(&headers(&pairs)), expected.map(Duration::from_secs), "{pairs:?}");
        }
    }
}
