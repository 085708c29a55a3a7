//! What one durable write costs on this disk, without a database. A log that was checkpointed is written over, which
//! changes nothing but its blocks; one that grows changes the file's length, too.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::sample::Sample;

/// Syncs of one measurement.
const SYNCS: usize = 400;

const PAGE: u64 = 4096;

/// Pages of the file that is written over: as many as a log of `SQLite` has before its checkpoint.
const PAGES: u64 = 1000;

/// Appends a page and syncs, again and again.
pub(crate) fn append(directory: &Path) -> Sample {
    let file = open(&directory.join("appended"));
    let start = file.metadata().expect("its length").len();
    let mut places = (0..).map(|page| start + page * PAGE);
    Sample::of_each(SYNCS, || write(&file, places.next().expect("endless")))
}

/// Writes over one page after the other of a file that has its length, and syncs each.
pub(crate) fn overwrite(directory: &Path) -> Sample {
    let file = open(&directory.join("written-over"));
    let whole = vec![1; usize::try_from(PAGES * PAGE).expect("a few megabytes")];
    file.write_all_at(&whole, 0).expect("written");
    file.sync_all().expect("synced");
    let mut places = (0..PAGES).cycle().map(|page| page * PAGE);
    Sample::of_each(SYNCS, || write(&file, places.next().expect("endless")))
}

fn open(path: &Path) -> File {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).expect("a file")
}

fn write(file: &File, place: u64) {
    file.write_all_at(&[0; 4096], place).expect("written");
    file.sync_data().expect("synced");
}
