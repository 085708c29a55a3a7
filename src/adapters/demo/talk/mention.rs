//! Mentions, found as the server finds them: `@` and an id that exists become a placeholder, for people and for
//! bots alike. A bot's own name is no account and stays plain text.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::ser::{Serialize, Serializer};

use super::cast::{Account, PEOPLE, RoomKind};
use crate::domain::actor::{ActorId, ActorKind};

/// What a placeholder stands for, as Talk tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Parameter {
    /// Talk's type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Id within its kind.
    pub id: String,
    /// Display name.
    pub name: String,
    /// For an account of another server, that server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// For a room, its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_type: Option<&'static str>,
    /// For a room, its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    /// What has to be typed.
    pub mention_id: String,
}

impl Parameter {
    /// An account of this server.
    #[must_use]
    pub fn user(id: &str, name: &str) -> Self {
        Self {
            kind: "user",
            id: id.to_owned(),
            name: name.to_owned(),
            server: None,
            call_type: None,
            icon_url: None,
            mention_id: id.to_owned(),
        }
    }
}

/// Placeholder keys and their meanings. PHP writes an empty one as a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(pub BTreeMap<String, Parameter>);

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { serializer.collect_seq([(); 0]) } else { serializer.collect_map(&self.0) }
    }
}

/// The room in which a mention is read.
pub(super) struct Place<'a> {
    pub(super) token: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: RoomKind,
    /// The server's address, for pictures.
    pub(super) backend: &'a str,
}

/// The text with placeholders, and their meanings.
pub(super) fn resolve(text: &str, place: &Place<'_>) -> (String, Parameters) {
    let found: Vec<(Range<usize>, &str, Parameter)> = candidates(text)
        .into_iter()
        .filter_map(|(range, id)| meaning(id, place).map(|(key, parameter)| (range, key, parameter)))
        .collect();
    let keys = numbered(&found);
    let (mut resolved, mut at) = (String::with_capacity(text.len()), 0);
    for (range, _, parameter) in &found {
        resolved.push_str(&text[at..range.start]);
        resolved.extend(['{'].into_iter().chain(keys[parameter.mention_id.as_str()].chars()).chain(['}']));
        at = range.end;
    }
    resolved.push_str(&text[at..]);
    let parameters = found
        .iter()
        .map(|(_, _, parameter)| (keys[parameter.mention_id.as_str()].clone(), parameter.clone()));
    (resolved, Parameters(parameters.collect()))
}

/// One number per distinct id and kind, the longest id first.
fn numbered<'a>(found: &'a [(Range<usize>, &str, Parameter)]) -> BTreeMap<&'a str, String> {
    let mut distinct: Vec<(&str, &str)> =
        found.iter().map(|(_, key, parameter)| (*key, parameter.mention_id.as_str())).collect();
    distinct.sort_by_key(|(_, id)| std::cmp::Reverse(id.len()));
    let mut counts = BTreeMap::new();
    let mut keys = BTreeMap::new();
    for (key, id) in distinct {
        keys.entry(id).or_insert_with(|| {
            let count = counts.entry(key).or_insert(0);
            *count += 1;
            format!("{key}{count}")
        });
    }
    keys
}

/// Every place that looks like a mention, with the id in it.
fn candidates(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(sign) = text[at..].find('@').map(|offset| at + offset) {
        at = sign + 1;
        if !may_precede(text[..sign].chars().next_back()) {
            continue;
        }
        let rest = &text[sign + 1..];
        let (id, len) = if let Some(quoted) = rest.strip_prefix('"') {
            let Some(end) = quoted.find('"') else { continue };
            (&quoted[..end], end + 2)
        } else {
            let end = rest.find(|c: char| !is_id_char(c)).unwrap_or(rest.len());
            (&rest[..end], end)
        };
        if !id.is_empty() {
            found.push((sign..sign + 1 + len, id));
            at = sign + 1 + len;
        }
    }
    found
}

/// The server's pattern: not after a letter, and not after a bracket, a star or other marks.
fn may_precede(before: Option<char>) -> bool {
    before.is_none_or(|c| c.is_whitespace() || matches!(c, '-' | '@' | '.' | '\''))
}

/// Greedy: a dot at the end belongs to the id, and then no such account is found.
fn is_id_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@' | '.' | '\'')
}

fn meaning(id: &str, place: &Place<'_>) -> Option<(&'static str, Parameter)> {
    if id == "all" {
        return Some(("mention-call", whole_room(place)));
    }
    PEOPLE.iter().find_map(|account| match_account(account, id))
}

fn whole_room(place: &Place<'_>) -> Parameter {
    let icon = format!("{}/ocs/v2.php/apps/spreed/api/v1/room/{}/avatar?v=1", place.backend, place.token);
    Parameter {
        kind: "call",
        call_type: Some(place.kind.call_type()),
        icon_url: Some(icon),
        mention_id: "all".to_owned(),
        ..Parameter::user(place.token, place.name)
    }
}

/// Nextcloud's ids are the same in either case, and another server may be named with its scheme.
fn match_account(account: &Account, typed: &str) -> Option<(&'static str, Parameter)> {
    let actor = ActorId::new(account.actor);
    let (key, parameter) = match actor.kind() {
        ActorKind::User => ("mention-user", Parameter::user(actor.id(), account.name)),
        ActorKind::Guest => {
            let id = format!("guest/{}", actor.id());
            ("mention-guest", Parameter { kind: "guest", ..Parameter::user(&id, account.name) })
        }
        _ => {
            let (id, host) = actor.id().split_once('@')?;
            let parameter = Parameter {
                server: Some(format!("https://{host}")),
                mention_id: format!("federated_user/{id}@https://{host}"),
                ..Parameter::user(id, account.name)
            };
            ("mention-federated-user", parameter)
        }
    };
    let wanted = parameter.mention_id.replace("https://", "");
    wanted.eq_ignore_ascii_case(&typed.replace("https://", "")).then_some((key, parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> (String, Vec<String>) {
        let place = Place { token: "kq7m2rtx", name: "Launch crew", kind: RoomKind::Group, backend: "" };
        let (text, parameters) = resolve(text, &place);
        (text, parameters.0.into_keys().collect())
    }

    #[test]
    fn an_existing_account_becomes_a_placeholder() {
        for (typed, stored) in [
            ("@mira hi", "{mention-user1} hi"),
            ("hi @\"mira\"!", "hi {mention-user1}!"),
            ("@mira @tomas", "{mention-user2} {mention-user1}"),
            ("@tomas and @tomas", "{mention-user1} and {mention-user1}"),
            ("@all @mira", "{mention-call1} {mention-user1}"),
            ("@\"federated_user/lena@cloud.partner.example\"", "{mention-federated-user1}"),
            ("@\"guest/5b0e7f3a9c1d4e2f8a6b7c5d3e1f0a9b8c7d6e5f\"", "{mention-guest1}"),
        ] {
            assert_eq!(resolved(typed).0, stored, "{typed}");
        }
    }

    #[test]
    fn everything_else_stays_plain() {
        for typed in
            ["@Halo", "@\"Halo\"", "@tomas.", "(@tomas)", "**@tomas**", "`@tomas`", "a@mira", "@", "@\"mira"]
        {
            assert_eq!(resolved(typed), (typed.to_owned(), vec![]), "{typed}");
        }
    }

    #[test]
    fn no_meanings_are_a_list_for_php() {
        assert_eq!(serde_json::to_string(&Parameters::default()).expect("JSON"), "[]");
    }
}
