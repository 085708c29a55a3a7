//! Versions of Talk, as far as a bot can tell them apart.

use serde::Serialize;

/// A version of Nextcloud with the Talk that belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    nextcloud: [u8; 3],
    talk: [u8; 3],
}

impl Release {
    /// No threads yet, and reactions are told with the wrong actor.
    pub const TALK_21: Self = Self { nextcloud: [31, 0, 2], talk: [21, 1, 0] };
    /// Threads that no bot is told of, and reactions still with the wrong actor.
    pub const TALK_22_0_8: Self = Self { nextcloud: [32, 0, 4], talk: [22, 0, 8] };
    /// Threads and the right actor.
    pub const TALK_22: Self = Self { nextcloud: [32, 0, 9], talk: [22, 0, 12] };
    /// The same; files are named like messages.
    pub const TALK_23: Self = Self { nextcloud: [33, 0, 2], talk: [23, 0, 2] };

    /// Every one, oldest first.
    pub const ALL: [Self; 4] = [Self::TALK_21, Self::TALK_22_0_8, Self::TALK_22, Self::TALK_23];

    /// The one with that version of Talk.
    #[must_use]
    pub fn of_talk(version: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.talk() == version)
    }

    /// Talk's version.
    #[must_use]
    pub fn talk(self) -> String {
        self.talk.map(|part| part.to_string()).join(".")
    }

    /// Nextcloud's version.
    #[must_use]
    pub fn nextcloud(self) -> String {
        self.nextcloud.map(|part| part.to_string()).join(".")
    }

    /// The parts of Nextcloud's version.
    pub(super) fn nextcloud_parts(self) -> [u8; 3] {
        self.nextcloud
    }

    /// Whether people can open threads.
    #[must_use]
    pub fn has_threads(self) -> bool {
        self.talk >= [22, 0, 0]
    }

    /// Whether bots are told of threads and can post into one.
    #[must_use]
    pub fn tells_threads(self) -> bool {
        self.talk >= [22, 0, 10] && !([23, 0, 0]..[23, 0, 2]).contains(&self.talk)
    }

    /// Whether the actor of a reaction is who reacted; before, it was the author of the message.
    #[must_use]
    pub fn names_who_reacted(self) -> bool {
        self.talk >= [22, 0, 9]
    }

    /// The name of a message with a file or another thing in it.
    pub(super) fn name_of_shared(self) -> &'static str {
        if self.talk >= [23, 0, 0] { "message" } else { "" }
    }
}

impl Default for Release {
    fn default() -> Self {
        Self::TALK_22
    }
}

impl Serialize for Release {
    /// Talk's version, by which `of_talk` finds it again.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.talk())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_found_by_its_talk() {
        assert_eq!(Release::of_talk("22.0.12"), Some(Release::default()));
        assert_eq!(Release::of_talk("22"), None);
    }

    #[test]
    fn what_a_bot_is_told_depends_on_it() {
        let told = Release::ALL
            .map(|r| (r.has_threads(), r.names_who_reacted(), r.tells_threads(), r.name_of_shared()));
        let (old, middle) = ((false, false, false, ""), (true, false, false, ""));
        assert_eq!(told, [old, middle, (true, true, true, ""), (true, true, true, "message")]);
    }
}
