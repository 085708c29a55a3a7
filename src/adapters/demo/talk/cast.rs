//! The people and rooms of the stand-in: one of each kind that makes a difference to a bot.

/// Somebody who can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The actor id.
    pub actor: &'static str,
    /// The display name.
    pub name: &'static str,
}

/// Accounts of this Nextcloud, one of another, and a guest.
pub const PEOPLE: [Account; 4] = [
    Account { actor: "users/mira", name: "Mira Halloran" },
    Account { actor: "users/tomas", name: "Tomas Berg" },
    Account { actor: "federated_users/lena@cloud.partner.example", name: "Lena Okafor" },
    Account { actor: "guests/5b0e7f3a9c1d4e2f8a6b7c5d3e1f0a9b8c7d6e5f", name: "Visitor Pat" },
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
const USER: &str = "3";
const GUEST: &str = "4";

pub(super) const PUBLIC: Seed = Seed {
    token: "zz81lmfp",
    name: "Open house",
    kind: RoomKind::Public,
    members: &[(PEOPLE[0].actor, OWNER), (PEOPLE[1].actor, USER), (PEOPLE[3].actor, GUEST)],
};

pub(super) const ROOMS: [Seed; 4] = [
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
];
