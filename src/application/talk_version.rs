//! The version of Talk, asked for at the start and now and then: a server is upgraded under a running bot, and what
//! its events may be trusted in hangs on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::ports::talk::{Talk, TalkVersion};

const EVERY: Duration = Duration::from_hours(1);

/// While it is not known: the server may still be starting.
const UNKNOWN_EVERY: Duration = Duration::from_mins(1);

/// A server that does not answer within this time is asked again later.
const PATIENCE: Duration = Duration::from_secs(10);

/// The first one that names who reacted; those before name the author of the message instead.
const NAMES_WHO_REACTS: TalkVersion = TalkVersion { major: 22, minor: 0, patch: 9 };

/// Whether that version tells who reacted to a message.
#[must_use]
pub fn names_who_reacts(version: TalkVersion) -> bool {
    version >= NAMES_WHO_REACTS
}

/// Keeps `version` current until `stop`. What was known stays when the server does not answer.
pub async fn watch_talk_version(
    talk: Arc<dyn Talk>,
    version: watch::Sender<Option<TalkVersion>>,
    stop: CancellationToken,
) {
    loop {
        let asked = tokio::time::timeout(PATIENCE, talk.version());
        let Some(answer) = stop.run_until_cancelled(asked).await else { return };
        let wait = if let Ok(Ok(Some(current))) = answer {
            version.send_if_modified(|known| learn(known, current));
            EVERY
        } else {
            UNKNOWN_EVERY
        };
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
    }
}

fn learn(known: &mut Option<TalkVersion>, current: TalkVersion) -> bool {
    let changed = *known != Some(current);
    if changed {
        let TalkVersion { major, minor, patch } = current;
        let trusted = names_who_reacts(current);
        tracing::info!(
            version = format!("{major}.{minor}.{patch}"),
            names_who_reacts = trusted,
            "version of Talk"
        );
        *known = Some(current);
    }
    changed
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;
    use crate::application::testing::cause;
    use crate::ports::talk::{MockTalk, TalkError};

    const OLD: TalkVersion = TalkVersion { major: 22, minor: 0, patch: 8 };

    struct Watched {
        version: watch::Receiver<Option<TalkVersion>>,
        stop: CancellationToken,
        tasks: JoinSet<()>,
    }

    fn watched(talk: MockTalk) -> Watched {
        let (sender, version) = watch::channel(None);
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        tasks.spawn(watch_talk_version(Arc::new(talk), sender, stop.clone()));
        Watched { version, stop, tasks }
    }

    #[test]
    fn who_reacted_is_told_since_22_0_9() {
        let version = |major, minor, patch| TalkVersion { major, minor, patch };
        for old in [version(21, 1, 12), version(22, 0, 0), OLD] {
            assert!(!names_who_reacts(old), "{old:?}");
        }
        for new in [version(22, 0, 9), version(22, 1, 0), version(23, 0, 0), version(24, 0, 1)] {
            assert!(names_who_reacts(new), "{new:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_upgrade_is_noticed_within_the_hour() {
        let mut talk = MockTalk::new();
        talk.expect_version().once().returning(|| Ok(Some(OLD)));
        talk.expect_version().returning(|| Ok(Some(NAMES_WHO_REACTS)));
        let mut watched = watched(talk);
        watched.version.changed().await.expect("still watched");
        assert_eq!(*watched.version.borrow_and_update(), Some(OLD));
        let changed = tokio::time::timeout(EVERY + UNKNOWN_EVERY, watched.version.changed()).await;
        changed.expect("within the hour").expect("still watched");
        assert_eq!(*watched.version.borrow(), Some(NAMES_WHO_REACTS));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_known_is_asked_for_soon_again() {
        let mut talk = MockTalk::new();
        talk.expect_version().once().returning(|| Ok(None));
        talk.expect_version().once().returning(|| Err(TalkError::Unavailable(cause())));
        talk.expect_version().returning(|| Ok(Some(OLD)));
        let mut watched = watched(talk);
        let changed = tokio::time::timeout(UNKNOWN_EVERY * 3, watched.version.changed()).await;
        changed.expect("after two more tries").expect("still watched");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_falls_silent_changes_nothing() {
        let mut talk = MockTalk::new();
        talk.expect_version().once().returning(|| Ok(Some(OLD)));
        talk.expect_version().returning(|| Err(TalkError::Unavailable(cause())));
        let watched = watched(talk);
        tokio::time::sleep(EVERY * 3).await;
        assert_eq!(*watched.version.borrow(), Some(OLD));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_watch() {
        let mut talk = MockTalk::new();
        talk.expect_version().returning(|| Ok(Some(OLD)));
        let mut watched = watched(talk);
        watched.version.changed().await.expect("still watched");
        watched.stop.cancel();
        assert!(watched.tasks.join_next().await.expect("one task").is_ok());
    }
}
