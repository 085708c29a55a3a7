//! The file a store lies in, as the file system sees it: its path, its directory, its lock. The database itself is
//! opened by `SQLite` alone: closing it here would drop its own locks on it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::open_error::FileError;

/// The absolute path in `sqlite:///path`, `sqlite://path`, `sqlite:path` or a bare path.
pub(in crate::adapters::sql) fn path(url: &str) -> Result<PathBuf, FileError> {
    let given = given(url);
    let no_file = |why| FileError::NoFile { url: url.to_owned(), why };
    for (is_wrong, why) in [
        (given.is_empty(), "names no file"),
        (given.ends_with('/'), "names a directory, and no file in it"),
        (given.contains(":memory:"), "names no file, and questions have to survive a restart"),
        (given.contains('?'), "has parameters, of which a file takes none"),
    ] {
        if is_wrong {
            return Err(no_file(why));
        }
    }
    std::path::absolute(given).map_err(|_| no_file("is relative, and there is no working directory"))
}

/// The path as it is written there.
fn given(url: &str) -> &str {
    url.strip_prefix("sqlite:").map_or(url, |rest| rest.strip_prefix("//").unwrap_or(rest))
}

/// The path with more at its end: `bot.db` and `-wal` make `bot.db-wal`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Makes the directory of the file that the address names, when only the last part of it is missing.
pub(super) fn make_directory(path: &Path, url: &str) -> Result<(), FileError> {
    let directory = path.parent().unwrap_or(Path::new("/"));
    match DirBuilder::new().mode(0o700).create(directory) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(if Path::new(given(url)).is_absolute() {
            FileError::NoDirectory(directory.to_owned())
        } else {
            FileError::NoDirectoryHere(directory.to_owned())
        }),
        Err(_) if directory.is_dir() => Ok(()),
        Err(error) => Err(failed(directory, error)),
    }
}

/// Makes an empty file that only its owner can read, unless there is one.
pub(super) fn make_file(path: &Path) -> Result<(), FileError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(path, error)),
        _ => Ok(()),
    }
}

/// Whether this account may write the file; asked without opening it.
pub(super) fn may_write(path: &Path) -> Result<(), FileError> {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).map_err(|error| failed(path, error.into()))
}

/// The sole right to serve a store. The kernel ends it with the process, however that ends.
#[derive(Debug)]
pub(in crate::adapters::sql) struct ServiceLock {
    _file: File,
}

impl ServiceLock {
    /// Takes it, or says that another service has it.
    pub(super) fn take(path: &Path) -> Result<Self, FileError> {
        let beside = beside(path, ".lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&beside);
        let file = file.map_err(|error| failed(&beside, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(FileError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(&beside, error)),
        }
    }
}

/// Sorts an error of the file system.
pub(super) fn failed(path: &Path, error: io::Error) -> FileError {
    let (path, kind) = (path.to_owned(), error.kind());
    let source = Box::new(error);
    match kind {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            FileError::NotWritable { path, source }
        }
        ErrorKind::NotADirectory => FileError::NotADirectory(obstacle(&path).to_owned()),
        ErrorKind::IsADirectory => FileError::NotAFile(path),
        _ => FileError::Failed { path, source },
    }
}

/// The part of the path that is there and leads no further.
fn obstacle(path: &Path) -> &Path {
    let mut above = path.ancestors().skip(1);
    above.find(|part| part.metadata().is_ok_and(|found| !found.is_dir())).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_the_same_file() {
        for url in ["sqlite:///srv/bot.db", "sqlite:/srv/bot.db", "/srv/bot.db"] {
            assert_eq!(path(url).expect("a file"), Path::new("/srv/bot.db"), "{url}");
        }
        let relative = path("sqlite://./state/bot.db").expect("a file");
        assert!(relative.is_absolute() && relative.ends_with("state/bot.db"), "{relative:?}");
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for url in ["", "sqlite:", "sqlite://", "sqlite::memory:", "sqlite:///srv/", "sqlite:///a.db?mode=ro"]
        {
            assert!(matches!(path(url), Err(FileError::NoFile { .. })), "{url}");
        }
    }
}
