//! Judges as whom this runs, against who owns the store: what one account can read and write, another perhaps cannot.

use super::Finding;

const CHECK: &str = "account";

/// As whom this runs, and what that account is to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Number of the account that this runs as.
    pub uid: u32,
    /// Owner of the store's file, else of its directory; `None` where neither is there, or on a server.
    pub owner: Option<u32>,
}

/// Whether what is found holds for the service, too.
#[must_use]
pub fn judge_account(account: Account) -> Finding {
    const MEND: &str = "run this as the bot's account, as the troubleshooting chapter shows";
    let Account { uid, owner } = account;
    match owner {
        Some(owner) if owner != uid => {
            let who = if uid == 0 { "root".to_owned() } else { format!("account {uid}") };
            let found = format!(
                "this runs as {who}, but the store is that of account {owner}: what is found may not hold for it"
            );
            Finding::warning(CHECK, found, MEND)
        }
        _ if uid == 0 => Finding::warning(
            CHECK,
            "this runs as root, who may do everything: what is found may not hold for another account",
            "run this, and the service, as an account of the bot's own",
        ),
        Some(_) => Finding::good(CHECK, format!("this runs as account {uid}, whose the store is")),
        None => Finding::good(CHECK, format!("this runs as account {uid}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{Good, Warning};
    use super::*;

    #[test]
    fn each_pair_of_accounts_has_its_outcome() {
        for (uid, owner, expected, words) in [
            (990, Some(990), Good, "account 990, whose"),
            (990, None, Good, "account 990"),
            (990, Some(991), Warning, "runs as account 990, but the store is that of account 991"),
            (990, Some(0), Warning, "that of account 0"),
            (0, Some(990), Warning, "runs as root, but the store is that of account 990"),
            (0, Some(0), Warning, "as root, who"),
            (0, None, Warning, "as root, who"),
        ] {
            let finding = judge_account(Account { uid, owner });
            assert_eq!(finding.outcome, expected, "{finding:?}");
            assert!(finding.found.contains(words), "{finding:?}");
        }
    }
}
