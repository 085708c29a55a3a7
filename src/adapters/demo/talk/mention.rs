//! Mentions, found as the server finds them: `@` and an id that exists become a placeholder, for people and for
//! bots alike. A bot's own name is no account and stays plain text.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cast::{Account, PEOPLE};
use super::parameter::{Parameter, Parameters};
use super::room::Room;
use crate::domain::actor::ActorId;

/// What was found: where, the key of its kind, what it means, and what has to be typed for it.
struct Found {
    range: Range<usize>,
    key: &'static str,
    parameter: Parameter,
    typed: String,
}

/// The text with placeholders, and their meanings. `backend` is the server's address, for pictures.
pub(super) fn resolve(text: &str, room: &Room, backend: &str) -> (String, Parameters) {
    let found: Vec<Found> = candidates(text)
        .into_iter()
        .filter_map(|(range, id)| {
            let (key, parameter) = meaning(id, room, backend)?;
            let typed = parameter.mention_id()?.to_owned();
            Some(Found { range, key, parameter, typed })
        })
        .collect();
    let keys = numbered(&found);
    let (mut resolved, mut at) = (String::with_capacity(text.len()), 0);
    for each in &found {
        resolved.push_str(&text[at..each.range.start]);
        resolved.extend(["{", &keys[each.typed.as_str()], "}"]);
        at = each.range.end;
    }
    resolved.push_str(&text[at..]);
    let parameters = found.iter().map(|each| (keys[each.typed.as_str()].clone(), each.parameter.clone()));
    (resolved, Parameters(parameters.collect()))
}

/// One number per distinct id and kind, the longest id first.
fn numbered(found: &[Found]) -> BTreeMap<&str, String> {
    let mut distinct: Vec<(&str, &str)> = found.iter().map(|each| (each.key, each.typed.as_str())).collect();
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

fn meaning(id: &str, room: &Room, backend: &str) -> Option<(&'static str, Parameter)> {
    if id == "all" {
        return Some(("mention-call", whole_room(room, backend)));
    }
    PEOPLE.iter().find_map(|account| match_account(account, id))
}

fn whole_room(room: &Room, backend: &str) -> Parameter {
    let icon = format!("{backend}/ocs/v2.php/apps/spreed/api/v1/room/{}/avatar?v=1", room.token);
    Parameter::new("call", &room.token, &room.name)
        .with("call-type", room.kind.call_type())
        .with("icon-url", &icon)
        .with("mention-id", "all")
}

/// Nextcloud's ids are the same in either case, and another server may be named with its scheme.
fn match_account(account: &Account, typed: &str) -> Option<(&'static str, Parameter)> {
    let (key, parameter) = Parameter::actor(&ActorId::new(account.actor), account.name);
    let wanted = parameter.mention_id()?.replace("https://", "");
    wanted.eq_ignore_ascii_case(&typed.replace("https://", "")).then_some((key, parameter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::demo::talk::cast::ROOMS;

    fn resolved(text: &str) -> (String, Vec<String>) {
        let (text, parameters) = resolve(text, &Room::new(&ROOMS[1]), "");
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
}
