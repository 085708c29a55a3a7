//! The directory of the store and the file system that it is on, as `doctor` sees them.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{Access, access, statfs, statvfs};

use crate::adapters::clock::Stopwatch;
use crate::application::doctor::{Account, Directory, Disk, FileSystem};

/// By which the kernel numbers kinds of file systems (linux/magic.h and the sources of each), of those where SQLite's log
/// does not work or does not last: it has to share memory with every program that uses the store. With 9p (a folder of the
/// host in a virtual machine), the host does not.
const KINDS: [(u64, FileSystem); 9] = [
    (0x6969, FileSystem::Network("NFS")),
    (0x517B, FileSystem::Network("SMB")),
    (0xFE53_4D42, FileSystem::Network("SMB")),
    (0xFF53_4D42, FileSystem::Network("CIFS")),
    (0x5346_414F, FileSystem::Network("AFS")),
    (0x00C3_6400, FileSystem::Network("Ceph")),
    (0x0102_1997, FileSystem::Network("9p")),
    (0x0102_1994, FileSystem::Memory),
    (0x8584_58F6, FileSystem::Memory),
];

/// Writes a file there and takes it away again.
#[must_use]
pub fn look_at_directory(path: &Path) -> Directory {
    let found = std::fs::metadata(path);
    let can_be_made = found.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound)
        && path.parent().is_some_and(|parent| access(parent, Access::WRITE_OK | Access::EXEC_OK).is_ok());
    let directory = found.ok().filter(std::fs::Metadata::is_dir);
    let mode = directory.map(|found| found.permissions().mode() & 0o7777);
    let written = probe(path).map_err(|error| cause(&error));
    Directory { path: path.display().to_string(), mode, can_be_made, written }
}

fn probe(path: &Path) -> std::io::Result<Duration> {
    let mut file = tempfile::Builder::new().prefix(".doctor-").tempfile_in(path)?;
    let stopwatch = Stopwatch::start();
    file.write_all(&[0; 4096])?;
    file.as_file().sync_all()?;
    Ok(stopwatch.elapsed())
}

/// Without the name of the file, which is made up.
fn cause(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split_once(" at path ").map_or_else(|| text.clone(), |(cause, _)| cause.to_owned())
}

/// The file system that a directory is on; `None` where it does not tell.
#[must_use]
pub fn look_at_disk(path: &Path) -> Option<Disk> {
    let (room, number) = (statvfs(path).ok()?, u64::try_from(statfs(path).ok()?.f_type));
    let number = number.unwrap_or_default() & 0xFFFF_FFFF;
    let kind = KINDS.iter().find(|(known, _)| *known == number);
    Some(Disk {
        path: path.display().to_string(),
        kind: kind.map_or(FileSystem::Local, |(_, kind)| *kind),
        free: room.f_bavail.saturating_mul(room.f_frsize),
        size: room.f_blocks.saturating_mul(room.f_frsize),
        // Some count no files, and say that there are 0 of 0.
        free_files: (room.f_files > 0).then_some(room.f_favail),
    })
}

/// Permissions of a file, without its kind; `None` where there is none.
#[must_use]
pub fn look_at_file(path: &Path) -> Option<u32> {
    std::fs::metadata(path).ok().map(|file| file.permissions().mode() & 0o7777)
}

/// As whom this runs, and to whom the first of the paths that is there belongs.
#[must_use]
pub fn look_at_account(paths: &[&Path]) -> Account {
    let owner = paths.iter().find_map(|path| std::fs::metadata(path).ok()).map(|found| found.uid());
    Account { uid: rustix::process::geteuid().as_raw(), owner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_of_a_directory_is_so() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o700)).expect("changed");
        assert_eq!(look_at_directory(path).mode, Some(0o700));
        assert!(look_at_directory(&path.join("new")).can_be_made);
        assert!(!look_at_directory(&path.join("new/below")).can_be_made);
        let nowhere = look_at_directory(Path::new("/dev/null"));
        assert_eq!((nowhere.mode, nowhere.can_be_made), (None, false), "a file is none");
        let full = look_at_directory(Path::new("/proc/self")).written.expect_err("nobody makes files there");
        assert!(!full.contains("/proc"), "{full}");
        assert!(std::fs::read_dir(path).expect("a directory").next().is_none(), "nothing is left");

        let disk = look_at_disk(path).expect("told");
        assert!(0 < disk.free && disk.free <= disk.size, "{disk:?}");
        assert!(look_at_disk(&path.join("new")).is_none());

        let account = look_at_account(&[&path.join("new"), path]);
        assert_eq!(account.owner, Some(account.uid));
        assert_eq!(look_at_account(&[]).owner, None);
        assert_eq!(look_at_file(&path.join("new")), None);
    }

    #[test]
    fn a_kind_that_is_not_in_the_table_is_local() {
        assert_eq!(look_at_disk(Path::new("/proc")).expect("told").kind, FileSystem::Local);
    }
}
