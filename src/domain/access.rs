//! Who may ask.

use std::collections::BTreeSet;

use super::actor::{ActorId, ActorKind};

/// The administrator's rules. The default admits every account of this Nextcloud and nobody else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// User ids that may ask; empty means every user of this Nextcloud.
    pub users: BTreeSet<String>,
    /// Whether guests may, invited by link or by mail.
    pub guests: bool,
    /// Whether accounts of other servers may.
    pub federated: bool,
}

impl Access {
    /// Whether that actor may ask. Decided by the id, never by a display name. Bots, bridges and unknown kinds
    /// never may.
    #[must_use]
    pub fn admits(&self, actor: &ActorId) -> bool {
        match actor.kind() {
            ActorKind::User => self.users.is_empty() || self.users.contains(actor.id()),
            ActorKind::Guest | ActorKind::Email => self.guests,
            ActorKind::Federated => self.federated,
            ActorKind::Bot | ActorKind::Other => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(access: &Access) -> Vec<&'static str> {
        [
            "users/mira",
            "users/tomas",
            "guests/1f",
            "emails/9c",
            "federated_users/mira@a",
            "bots/bot-1",
            "phones/+4",
        ]
        .into_iter()
        .filter(|id| access.admits(&ActorId::new(*id)))
        .collect()
    }

    #[test]
    fn by_default_every_user_of_this_nextcloud() {
        assert_eq!(admitted(&Access::default()), ["users/mira", "users/tomas"]);
    }

    #[test]
    fn a_list_admits_its_users_only() {
        let access = Access { users: ["mira".to_owned()].into(), ..Access::default() };
        assert_eq!(admitted(&access), ["users/mira"]);
    }

    #[test]
    fn guests_and_other_servers_are_admitted_apart_from_the_list() {
        let access = Access { users: ["mira".to_owned()].into(), guests: true, federated: true };
        assert_eq!(admitted(&access), ["users/mira", "guests/1f", "emails/9c", "federated_users/mira@a"]);
    }
}
