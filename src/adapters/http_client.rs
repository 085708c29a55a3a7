//! The one place that builds HTTP clients, so that none is without time limits.

use std::time::Duration;

/// Says who asks, in the other server's log.
const USER_AGENT: &str = concat!("nextcloud-opencode-bot/", env!("CARGO_PKG_VERSION"));

/// Time to get a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// llama-server closes a connection that was idle for 5 s, and a request sent on a closed one fails.
const IDLE: Duration = Duration::from_secs(4);

/// A client that follows no redirects (a redirected POST would arrive as a GET) and whose whole request, body
/// included, takes at most `limit`; `None` leaves that to the caller.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one builder")]
pub fn build(limit: Option<Duration>) -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
        .redirect(reqwest::redirect::Policy::none());
    let builder = match limit {
        Some(limit) => builder.timeout(limit),
        None => builder,
    };
    builder.build().expect("the TLS library starts: no option above depends on the machine")
}
