//! The checks of `doctor` that look at this machine: the account, the directory of the store, and the store itself, which
//! may as well be on a server. Nothing is made or changed in it.

use std::path::{Path, PathBuf};

use super::within;
use crate::adapters::clock::SystemClock;
use crate::adapters::doctor::{look_at_account, look_at_directory, look_at_disk, look_at_file};
use crate::adapters::sql::{file_of, is_shared, look};
use crate::app::BOT;
use crate::application::doctor::{
    Finding, StoreFacts, judge_account, judge_directory, judge_disk, judge_store_file,
};
use crate::ports::clock::Clock;
use crate::ports::with_causes;
use crate::settings::Settings;

/// Checks `account` and `state-directory`.
pub(super) async fn machine(settings: &Settings) -> Vec<Finding> {
    const CHECK: &str = "state-directory";
    let (url, setting) = (settings.database_url.expose(), settings.database_url.setting());
    let Some(file) = file_of(url) else {
        let no_file = format!("{setting} names no file");
        let why = if is_shared(url) { "the store is in a server" } else { &no_file };
        return vec![judge_account(look_at_account(&[])), Finding::skipped(CHECK, why)];
    };
    match within(CHECK, tokio::task::spawn_blocking(move || around(&file))).await {
        Ok(Ok(findings)) => findings,
        Ok(Err(error)) => vec![Finding::fault(CHECK, error.to_string(), "report this defect")],
        Err(late) => late,
    }
}

fn around(file: &Path) -> Vec<Finding> {
    let directory = file.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned);
    let mut findings = vec![judge_account(look_at_account(&[file, &directory]))];
    findings.extend(judge_directory(&look_at_directory(&directory)));
    findings.extend(look_at_disk(&directory).iter().flat_map(judge_disk));
    let mode = look_at_file(file);
    findings.extend(mode.and_then(|mode| judge_store_file(&file.display().to_string(), mode)));
    findings
}

/// On a task of its own, since a disk may block it for ever.
pub(super) async fn store(settings: &Settings) -> Result<StoreFacts, Finding> {
    let (url, setting) = (settings.database_url.expose().to_owned(), settings.database_url.setting());
    let fault = |found: String, mend: String| Finding::fault("store", format!("{setting}: {found}"), mend);
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { look(&url, BOT, SystemClock.now()).await });
    match tasks.join_next().await.expect("one task was spawned") {
        Ok(facts) => facts.map_err(|error| fault(with_causes(&error), error.mend(setting))),
        Err(error) => Err(fault(error.to_string(), "report this defect".to_owned())),
    }
}
