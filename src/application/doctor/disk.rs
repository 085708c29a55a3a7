//! Judges the file system of the store: whether it has room, keeps what is written, and can do what SQLite's log needs;
//! and who may read the store's file.

use super::Finding;

const CHECK: &str = "state-directory";

const MIB: u64 = 1 << 20;

/// With less, a few long answers may fill it.
const LEAST: u64 = 16 * MIB;

/// With less, or with less than one part in twenty, it is filled by something else before anybody notices.
const LITTLE: u64 = 256 * MIB;
const PARTS: u64 = 20;

/// The store makes three files, and an editor or a backup some more.
const FEW_FILES: u64 = 100;

/// Of what kind a file system is, where that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSystem {
    /// On another machine, by that protocol.
    Network(&'static str),
    /// In memory.
    Memory,
    /// Any other.
    Local,
}

/// What there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// The directory of the store, for a person.
    pub path: String,
    /// Its kind.
    pub kind: FileSystem,
    /// Bytes for whoever is not root.
    pub free: u64,
    /// Bytes in all.
    pub size: u64,
    /// Files that may still be made; `None` where they are not counted.
    pub free_files: Option<u64>,
}

/// Whether a store can stay there.
#[must_use]
pub fn judge_disk(disk: &Disk) -> Vec<Finding> {
    let Disk { path, .. } = disk;
    let mut findings: Vec<Finding> = kind(disk).into_iter().chain(files(disk)).collect();
    let (free, size) = (size(disk.free), size(disk.size));
    let found = format!("{path}: {free} of {size} are free");
    findings.push(if disk.free < LEAST {
        Finding::fault(CHECK, found, "make room there: a question that cannot be stored is lost")
    } else if disk.free < LITTLE || disk.free < disk.size / PARTS {
        Finding::warning(CHECK, found, "make room there before it is full: questions could not be stored")
    } else {
        Finding::good(CHECK, found)
    });
    findings
}

fn kind(disk: &Disk) -> Option<Finding> {
    let path = &disk.path;
    match disk.kind {
        FileSystem::Network(protocol) => Some(Finding::warning(
            CHECK,
            format!("{path} is on another machine ({protocol}): SQLite's log may be damaged there"),
            "put the store on a disk of this machine, or use PostgreSQL (DATABASE_URL)",
        )),
        FileSystem::Memory => Some(Finding::warning(
            CHECK,
            format!("{path} is in memory: questions and conversations are lost when this machine restarts"),
            "put the store on a disk (DATABASE_URL)",
        )),
        FileSystem::Local => None,
    }
}

fn files(disk: &Disk) -> Option<Finding> {
    let (path, count) = (&disk.path, disk.free_files.filter(|count| *count < FEW_FILES)?);
    let found = format!("{path}: only {count} more files can be made there (df -i)");
    let mend = "delete files there that nobody needs; the file system has too many";
    Some(if count == 0 { Finding::fault(CHECK, found, mend) } else { Finding::warning(CHECK, found, mend) })
}

fn size(bytes: u64) -> String {
    let mebibytes = bytes / MIB;
    if mebibytes < 10 * 1024 { format!("{mebibytes} MiB") } else { format!("{} GiB", mebibytes / 1024) }
}

/// Who may read or change the store's file, by its permissions.
#[must_use]
pub fn judge_store_file(path: &str, mode: u32) -> Option<Finding> {
    (mode & 0o006 != 0).then(|| {
        Finding::warning(
            CHECK,
            format!("{path} holds conversations and is open to every account ({mode:o})"),
            format!("chmod 600 {path}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{self, Fault, Good, Warning};
    use super::*;

    fn worst(disk: &Disk) -> Option<Outcome> {
        judge_disk(disk).iter().map(|finding| finding.outcome).max()
    }

    fn disk() -> Disk {
        let path = "/state".to_owned();
        Disk { path, kind: FileSystem::Local, free: 5000 * MIB, size: 100_000 * MIB, free_files: None }
    }

    #[test]
    fn room_is_judged_by_bytes_and_by_share() {
        for (free, size, expected) in [
            (256 * MIB, 1000 * MIB, Good),
            (256 * MIB - 1, 1000 * MIB, Warning),
            (5000 * MIB, 100_000 * MIB, Good),
            (4999 * MIB, 100_000 * MIB, Warning),
            (16 * MIB, 20 * MIB, Warning),
            (16 * MIB - 1, 20 * MIB, Fault),
            (0, 0, Fault),
        ] {
            assert_eq!(worst(&Disk { free, size, ..disk() }), Some(expected), "{free} of {size}");
        }
    }

    #[test]
    fn files_are_counted_where_the_file_system_does() {
        for (free_files, expected) in
            [(None, Good), (Some(100), Good), (Some(99), Warning), (Some(1), Warning), (Some(0), Fault)]
        {
            assert_eq!(worst(&Disk { free_files, ..disk() }), Some(expected), "{free_files:?}");
        }
    }

    #[test]
    fn each_kind_has_its_outcome() {
        for (kind, expected, words) in [
            (FileSystem::Local, Good, "free"),
            (FileSystem::Memory, Warning, "in memory"),
            (FileSystem::Network("NFS"), Warning, "(NFS)"),
        ] {
            let findings = judge_disk(&Disk { kind, ..disk() });
            assert!(findings[0].outcome == expected && findings[0].found.contains(words), "{findings:?}");
        }
    }

    #[test]
    fn sizes_are_told_in_few_figures() {
        assert_eq!(
            [size(15 * MIB), size(10 * 1024 * MIB), size(9 * 1024 * MIB)],
            ["15 MiB", "10 GiB", "9216 MiB"]
        );
    }

    #[test]
    fn only_a_file_for_every_account_is_told() {
        let told =
            [0o600, 0o640, 0o660, 0o601, 0o644, 0o602].map(|mode| judge_store_file("f", mode).is_some());
        assert_eq!(told, [false, false, false, false, true, true]);
    }
}
