//! The people and rooms of the stand-in: one of each kind that makes a difference to a bot.

/// Somebody who can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The actor id.
    pub actor: &'static str,
    /// The display name.
    pub name: &'static str,
}

/// Accounts of this Nextcloud, one of another, a guest by link and a guest by mail.
pub const PEOPLE: [Account; 6] = [
    Account { actor: "users/mira", name: "Mira Halloran" },
    Account { actor: "users/tomas", name: "Tomas Berg" },
    Account { actor: "federated_users/lena@cloud.partner.example", name: "Lena Okafor" },
    Account { actor: "guests/5b0e7f3a9c1d4e2f8a6b7c5d3e1f0a9b8c7d6e5f", name: "Visitor Pat" },
    Account { actor: "users/oda", name: "Oda Lindqvist" },
    Account {
        actor: "emails/9f2c0d6ab1e84c7f3d5a60be71c2f4987e0d1a3b5c6f8e9d0a1b2c3d4e5f6071",
        name: "Pat from Acme",
    },
];

/// Talk's kinds of rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomKind {
    /// Two people.
    OneToOne,
    /// Invited people.
    Group,
    /// Whoever has the link.
    Public,
    /// One person.
    NoteToSelf,
}

impl RoomKind {
    /// Talk's word in a mention of the whole room.
    pub(super) fn call_type(self) -> &'static str {
        match self {
            Self::OneToOne | Self::NoteToSelf => "one2one",
            Self::Group => "group",
            Self::Public => "public",
        }
    }
}

/// A room as it is at the start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seed {
    pub(super) token: &'static str,
    /// The raw name, as webhooks tell it.
    pub(super) name: &'static str,
    pub(super) kind: RoomKind,
    /// Actor ids, each with Talk's number for its role.
    pub(super) members: &'static [(&'static str, &'static str)],
}

const OWNER: &str = "1";
const MODERATOR: &str = "2";
const USER: &str = "3";
const GUEST: &str = "4";
const USER_BY_LINK: &str = "5";
const GUEST_MODERATOR: &str = "6";

/// Roles that may clear a room and decide about its bots.
pub(super) const MODERATORS: [&str; 3] = [OWNER, MODERATOR, GUEST_MODERATOR];

pub(super) const PUBLIC: Seed = Seed {
    token: "zz81lmfp",
    name: "Open house",
    kind: RoomKind::Public,
    members: &[(PEOPLE[0].actor, OWNER), (PEOPLE[1].actor, USER), (PEOPLE[3].actor, GUEST)],
};

pub(super) const ROOMS: [Seed; 5] = [
    Seed {
        token: "d8wq3zzk",
        name: r#"["mira","tomas"]"#,
        kind: RoomKind::OneToOne,
        members: &[(PEOPLE[0].actor, OWNER), (PEOPLE[1].actor, OWNER)],
    },
    Seed {
        token: "kq7m2rtx",
        name: "Launch crew",
        kind: RoomKind::Group,
        members: &[(PEOPLE[0].actor, OWNER), (PEOPLE[1].actor, USER), (PEOPLE[2].actor, USER)],
    },
    PUBLIC,
    Seed {
        token: "7fxkp2y6",
        name: "Note to self",
        kind: RoomKind::NoteToSelf,
        members: &[(PEOPLE[0].actor, OWNER)],
    },
    Seed {
        token: "w0rksh0p",
        name: "Workshop",
        kind: RoomKind::Public,
        members: &[
            (PEOPLE[4].actor, OWNER),
            (PEOPLE[0].actor, MODERATOR),
            (PEOPLE[1].actor, USER_BY_LINK),
            (PEOPLE[2].actor, USER),
            (PEOPLE[3].actor, GUEST_MODERATOR),
            (PEOPLE[5].actor, GUEST),
        ],
    },
];
