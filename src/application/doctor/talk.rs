//! What Talk tells: whether it takes bots, what its version does differently, and what the bot may do in a room.

use super::{Doubt, Finding, Trouble};
use crate::application::talk_version::names_who_reacts;
use crate::ports::talk::TalkVersion;

const CHECK: &str = "talk";
const ROOM: &str = "room";
const INSTALL: &str = "occ talk:bot:state -f webhook -f response -f reaction <bot-id> 1 \
                       (occ talk:bot:list tells the id)";

/// What Nextcloud's capabilities answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capabilities {
    /// No answer.
    Unreached(Trouble),
    /// Another HTTP status than success.
    Refused(u16),
    /// An answer; what it tells of Talk, if anything.
    Told(Option<Spreed>),
}

/// What is told of Talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spreed {
    /// Absent where it is not told, or not understood.
    pub version: Option<TalkVersion>,
    /// `bots-v1`.
    pub takes_bots: bool,
    /// `bot-features-api`.
    pub tells_features: bool,
}

/// What Talk answers to the one signed question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomAnswer {
    /// The bot's features, one bit each.
    Features(u64),
    /// An answer that is none.
    Garbled,
    /// Another HTTP status.
    Status(u16),
    /// No answer.
    Unreached(Trouble),
}

/// Check `talk`: one finding for Talk itself, then one for each peculiarity of its version.
#[must_use]
pub fn judge(facts: &Capabilities) -> Vec<Finding> {
    let spreed = match facts {
        Capabilities::Unreached(trouble) => {
            let found = format!("the capabilities: {}", trouble.found());
            return vec![Finding::fault(CHECK, found, trouble.mend("NEXTCLOUD_URL"))];
        }
        Capabilities::Refused(status) => {
            return vec![Finding::fault(
                CHECK,
                format!("the capabilities answer HTTP {status}"),
                "see Nextcloud's log; a proxy must let /ocs/ pass",
            )];
        }
        Capabilities::Told(None) => {
            return vec![Finding::fault(
                CHECK,
                "Nextcloud tells nothing of Talk: it is not enabled, or hidden from whoever is not logged in",
                "occ app:enable spreed",
            )];
        }
        Capabilities::Told(Some(spreed)) => spreed,
    };
    let name = spreed.version.map_or_else(
        || "Talk of an unknown version".to_owned(),
        |TalkVersion { major, minor, patch }| format!("Talk {major}.{minor}.{patch}"),
    );
    if !spreed.takes_bots {
        return vec![Finding::fault(
            CHECK,
            format!("{name} takes no bots"),
            "Talk 17.1 or newer, with Nextcloud 27.1, is needed",
        )];
    }
    let attachments = match spreed.version {
        Some(version) if version.major < 23 => {
            "; attachments come without a name there, and are known all the same"
        }
        _ => "",
    };
    let mut findings = vec![Finding::good(CHECK, format!("{name} takes bots{attachments}"))];
    findings.extend(spreed.version.into_iter().flat_map(peculiarities));
    findings
}

fn peculiarities(version: TalkVersion) -> Vec<Finding> {
    let at = |major, minor, patch| TalkVersion { major, minor, patch };
    // Before 22 there are none.
    let hides_threads =
        [at(22, 0, 0)..at(22, 0, 10), at(23, 0, 0)..at(23, 0, 2)].iter().any(|all| all.contains(&version));
    let mut findings = Vec::new();
    let mut tell = |found: &str, mend: &str| findings.push(Finding::warning(CHECK, found, mend));
    if version < at(21, 0, 0) {
        tell("it tells bots of no reactions: nobody can steer by them", "Talk 22.0.9 or newer does");
    } else if !names_who_reacts(version) {
        tell(
            "it names the wrong person for a reaction: REACTION_CONTROL=auto is off",
            "Talk 22.0.9, or 23 and newer, names the right one",
        );
    }
    if hides_threads {
        tell("it tells bots of no threads: answers stand outside of them", "Talk 22.0.10 or 23.0.2 does");
    }
    findings
}

/// Why the signed question is not sent; `None` to send it.
#[must_use]
pub fn spares_room(facts: &Capabilities, has_room: bool, doubt: Option<Doubt>) -> Option<Finding> {
    let why = match facts {
        _ if !has_room => "name a room with --room TOKEN, the end of its address in the browser",
        Capabilities::Told(Some(Spreed { tells_features: true, .. })) => doubt?.why(),
        Capabilities::Told(Some(_)) => "only Talk 25 and newer tell what a bot may do in a room",
        _ => "Talk was not found",
    };
    Some(Finding::skipped(ROOM, why))
}

/// Check `room`.
#[must_use]
pub fn judge_room(answer: RoomAnswer) -> Vec<Finding> {
    let fault = |found: &str, mend: &str| vec![Finding::fault(ROOM, found, mend)];
    match answer {
        RoomAnswer::Features(bits) => features(bits),
        RoomAnswer::Status(401) => fault(
            "Talk refuses the signature (HTTP 401); this is not tried again",
            "check that BOT_SECRET is the secret of `occ talk:bot:install`, and that a moderator enabled the bot in \
             this room: occ talk:bot:setup <bot-id> <room>",
        ),
        RoomAnswer::Status(429) => fault(
            "Talk has locked this address out (HTTP 429)",
            "send nothing for 30 minutes; find what sent wrong signatures first",
        ),
        RoomAnswer::Status(404) => {
            vec![Finding::skipped(ROOM, "Talk does not have that question after all (HTTP 404)")]
        }
        RoomAnswer::Status(status) => {
            fault(&format!("Talk answers HTTP {status}"), "see Nextcloud's log, and the proxies before it")
        }
        RoomAnswer::Garbled => fault("what answers is not Talk", "check the proxies before Nextcloud"),
        RoomAnswer::Unreached(trouble) => fault(trouble.found(), &trouble.mend("NEXTCLOUD_URL")),
    }
}

fn features(bits: u64) -> Vec<Finding> {
    let has = |bit: u64| bits & bit != 0;
    let mut findings = Vec::new();
    if has(4) {
        findings.push(Finding::fault(
            ROOM,
            "the bot has the feature `event`: Talk never calls its webhook",
            INSTALL,
        ));
    }
    if !has(1) {
        let found = "the bot lacks the feature `webhook`: it hears of no message";
        findings.push(Finding::fault(ROOM, found, INSTALL));
    }
    if !has(2) {
        let found = "the bot lacks the feature `response`: it cannot answer";
        findings.push(Finding::fault(ROOM, found, INSTALL));
    }
    if !has(8) {
        let found = "the bot lacks the feature `reaction`: nobody can steer it by reactions";
        findings.push(Finding::warning(ROOM, found, INSTALL));
    }
    if findings.is_empty() {
        findings.push(Finding::good(ROOM, "the bot is enabled there, with webhook, response and reaction"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{self, Fault, Good, Skipped, Warning};
    use super::*;

    fn spreed(version: (u32, u32, u32)) -> Spreed {
        let (major, minor, patch) = version;
        let version = Some(TalkVersion { major, minor, patch });
        Spreed { version, takes_bots: true, tells_features: major >= 25 }
    }

    fn outcomes(findings: &[Finding]) -> Vec<Outcome> {
        findings.iter().map(|it| it.outcome).collect()
    }

    #[test]
    fn each_version_has_its_peculiarities() {
        for (version, expected) in [
            ((20, 1, 0), vec![Good, Warning]),
            ((21, 1, 0), vec![Good, Warning]),
            ((22, 0, 0), vec![Good, Warning, Warning]),
            ((22, 0, 9), vec![Good, Warning]),
            ((22, 0, 10), vec![Good]),
            ((23, 0, 1), vec![Good, Warning]),
            ((23, 0, 2), vec![Good]),
            ((25, 0, 0), vec![Good]),
        ] {
            let facts = Capabilities::Told(Some(spreed(version)));
            assert_eq!(outcomes(&judge(&facts)), expected, "{version:?}");
        }
    }

    #[test]
    fn without_a_talk_that_takes_bots_there_is_one_fault() {
        let old = Spreed { takes_bots: false, ..spreed((17, 0, 0)) };
        for facts in [
            Capabilities::Unreached(Trouble::TimedOut),
            Capabilities::Refused(500),
            Capabilities::Told(None),
            Capabilities::Told(Some(old)),
        ] {
            assert_eq!(outcomes(&judge(&facts)), [Fault], "{facts:?}");
        }
    }

    #[test]
    fn the_signed_question_is_sent_only_where_it_can_be_answered() {
        let (old, new) = (spreed((24, 0, 0)), spreed((25, 0, 0)));
        for (told, has_room, doubt, sent) in [
            (Some(new), true, None, true),
            (Some(new), true, Some(Doubt::Paused), false),
            (Some(new), true, Some(Doubt::Unread), false),
            (Some(new), true, Some(Doubt::OtherSecret), false),
            (Some(new), true, Some(Doubt::RefusedAll), false),
            (Some(new), false, None, false),
            (Some(old), true, None, false),
            (None, true, None, false),
        ] {
            let spared = spares_room(&Capabilities::Told(told), has_room, doubt);
            assert_eq!(spared.is_none(), sent, "{told:?} {has_room} {doubt:?}");
        }
    }

    #[test]
    fn each_answer_about_a_room_has_its_outcomes() {
        for (answer, expected) in [
            (RoomAnswer::Features(11), vec![Good]),
            (RoomAnswer::Features(3), vec![Warning]),
            (RoomAnswer::Features(15), vec![Fault]),
            (RoomAnswer::Features(0), vec![Fault, Fault, Warning]),
            (RoomAnswer::Status(401), vec![Fault]),
            (RoomAnswer::Status(429), vec![Fault]),
            (RoomAnswer::Status(404), vec![Skipped]),
            (RoomAnswer::Status(500), vec![Fault]),
            (RoomAnswer::Garbled, vec![Fault]),
            (RoomAnswer::Unreached(Trouble::Lost), vec![Fault]),
        ] {
            assert_eq!(outcomes(&judge_room(answer)), expected, "{answer:?}");
        }
    }
}
