//! Why a store could not be opened, in words that say what to do.

use std::path::PathBuf;

use crate::ports::Cause;

/// The store could not be opened. What was found there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The URL names no file.
    #[error("`{url}` {why}: write for example sqlite:///var/lib/bot/bot.db")]
    NoFile {
        /// As it is.
        url: String,
        /// What it names or holds.
        why: &'static str,
    },
    /// Neither the directory nor its parent exists.
    #[error("the directory {} does not exist and neither does the one above it: create it", .0.display())]
    NoDirectory(PathBuf),
    /// The same where the working directory is part of the path.
    #[error(
        "the directory {} does not exist and neither does the one above it: write the path from / on, or create it",
        .0.display()
    )]
    NoDirectoryHere(PathBuf),
    /// A file lies where there should be a directory.
    #[error("{} is no directory: name one", .0.display())]
    NotADirectory(PathBuf),
    /// What lies there cannot hold a store.
    #[error("{} is a directory or a device, and no file: name another one, or move it away", .0.display())]
    NotAFile(PathBuf),
    /// The file or its directory cannot be written.
    #[error("{} cannot be written: give it to the account that runs this program", path.display())]
    NotWritable {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: Cause,
    },
    /// No `SQLite` database, or a broken one.
    #[error(
        "{} is damaged or no SQLite database ({why}): restore it from a backup, or move it away to start anew",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What `SQLite` says.
        why: String,
    },
    /// Another program's database.
    #[error("{} is the database of another program: choose a file for this one alone", .0.display())]
    Foreign(PathBuf),
    /// Written by a later version.
    #[error(
        "{} was written by a newer version of this program (schema {found}, this version knows {known}): run that \
         version, or restore a backup from before it",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// The service has to make it, or bring it up to date, first.
    #[error("{} does not exist yet, or is of an older version: start the service once", .0.display())]
    NotReady(PathBuf),
    /// Another service works on it.
    #[error("another service works on {}: stop it, or give this one a file of its own", .0.display())]
    InUse(PathBuf),
    /// Anything else.
    #[error("{} cannot be opened: see the cause, and whether its disk is full", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: Cause,
    },
}
