//! From Talk's answer to what it means for the message.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

use super::MAX_BODY;
use crate::adapters::http_client::{is_web_page, read_body, redirect_origin, retry_after};
use crate::ports::talk::TalkError;

/// Talk counts failed signatures for this long.
const LOCK_OUT: Duration = Duration::from_mins(30);

/// No server is believed to need a longer pause: it is stored, and nothing but time ends it.
const LONGEST_LOCK_OUT: Duration = Duration::from_hours(24);

/// OCS' own code for a route that does not exist.
const NO_SUCH_ROUTE: u64 = 998;

/// The same in the words of Nextcloud 31 and older, which answer in XML, whatever is asked for, and 29 with another code.
const NO_SUCH_ROUTE_IN_WORDS: &str = "Invalid query, please check the syntax";

/// Whether the message was posted, or why not.
pub(super) async fn of_post(response: Response) -> Result<(), TalkError> {
    outcome(response, "the text is blank, or the quoted message is not in this room").await
}

/// Whether the reaction is as it should be, or why not.
pub(super) async fn of_reaction(response: Response) -> Result<(), TalkError> {
    outcome(response, "the message is not in this room, or takes no reactions").await
}

async fn outcome(response: Response, bad_request: &str) -> Result<(), TalkError> {
    let status = response.status().as_u16();
    let refused = |why: &str| Err(TalkError::Refused(format!("{why} (HTTP {status})")));
    match status {
        200..=299 | 400 | 404 | 405 if is_web_page(response.headers()) => refused(
            "a web page instead of Talk's answer; check NEXTCLOUD_URL, and its host in Nextcloud's trusted_domains",
        ),
        200..=299 => Ok(()),
        300..=399 => refused(&redirected(&response)),
        400 => refused(bad_request),
        401 => Err(TalkError::Unauthorized),
        404 => Err(not_found(response).await),
        412 => refused("the header OCS-APIRequest did not arrive; a proxy drops it"),
        413 => Err(TalkError::TooLong),
        429 => {
            let pause = retry_after(response.headers()).unwrap_or_default().clamp(LOCK_OUT, LONGEST_LOCK_OUT);
            Err(TalkError::LockedOut { pause })
        }
        502 => Err(TalkError::Unavailable("a proxy has no connection to it (HTTP 502)".into())),
        503 => Err(TalkError::Unavailable(
            "it is in maintenance mode, or a proxy has no server (HTTP 503)".into(),
        )),
        // The proxy had sent the post on, so Talk may take it all the same: 524 is another proxy's 504.
        504 | 524 => Err(TalkError::Uncertain(format!("a proxy gave up waiting for it (HTTP {status})"))),
        500.. => Err(TalkError::Failed(format!("HTTP {status}"))),
        _ => refused("Talk does not take it"),
    }
}

/// What a redirect calls for.
pub(super) fn redirected(response: &Response) -> String {
    format!("it redirects to {}; set NEXTCLOUD_URL to the final address", redirect_origin(response))
}

async fn not_found(response: Response) -> TalkError {
    let body = read_body(response, MAX_BODY).await;
    let told: Value = serde_json::from_slice(&body).unwrap_or_default();
    let in_words = String::from_utf8_lossy(&body).contains(NO_SUCH_ROUTE_IN_WORDS);
    if in_words || told["ocs"]["meta"]["statuscode"] == NO_SUCH_ROUTE {
        return TalkError::Refused(
            "Talk is not enabled on this Nextcloud, or takes no bots yet (HTTP 404)".to_owned(),
        );
    }
    TalkError::RoomGone
}
