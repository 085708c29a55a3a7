//! What to do where a store could not be opened, by the kind of its fault. What the error says itself is not said again.

use super::{FileError, OpenError, ServerError};

impl OpenError {
    /// What to do where `setting` holds the address.
    #[must_use]
    pub fn mend(&self, setting: &str) -> String {
        match self {
            Self::File(error) => of_file(error, setting),
            Self::Server(error) => of_server(error, setting),
        }
    }
}

fn of_server(error: &ServerError, setting: &str) -> String {
    match error {
        ServerError::Address(_) => format!("correct {setting}"),
        ServerError::Unreachable { .. } => format!(
            "start PostgreSQL, or correct server and port in {setting}; see its log, its listen_addresses and the \
             firewalls between here and there"
        ),
        ServerError::Refused { .. } => format!(
            "correct the account in {setting}, and DATABASE_PASSWORD (or its file or credential); pg_hba.conf has to \
             admit that account from here; where it is missing, CREATE ROLE makes it"
        ),
        ServerError::NoDatabase(_) => {
            format!("CREATE DATABASE … OWNER the bot's account, or correct its name in {setting}")
        }
        ServerError::NoSchema { .. } => {
            format!("CREATE SCHEMA … AUTHORIZATION the bot's account, or correct search_path in {setting}")
        }
        ServerError::ReadOnly { .. } => format!(
            "name the primary in {setting}, or promote the standby; where it was set read-only, take \
             default_transaction_read_only back"
        ),
        ServerError::NotPermitted { .. } => {
            "ALTER DATABASE … OWNER TO the bot's account, or ALTER SCHEMA … OWNER TO it where search_path names one"
                .to_owned()
        }
        ServerError::Encoding { .. } => format!(
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, owned by the bot's account, and name it in {setting}"
        ),
        ServerError::TooOld { .. } => format!("upgrade that server, or name a newer one in {setting}"),
        ServerError::Unsafe { .. } => format!(
            "sslrootcert in {setting} has to name the authority of the server's certificate, and the server has to have \
             ssl = on with a certificate for the name that {setting} holds; sslmode says how much of it is asked for"
        ),
        ServerError::Foreign(_) => {
            format!("CREATE DATABASE … owned by the bot's account, and name it in {setting}")
        }
        ServerError::Newer { .. } => newer(),
        ServerError::NotReady(_) => not_ready(),
        ServerError::Failed { .. } => {
            "see PostgreSQL's log, and whether its disk is full".to_owned()
        }
    }
}

fn of_file(error: &FileError, setting: &str) -> String {
    match error {
        FileError::NoFile { .. } | FileError::NotADirectory(_) | FileError::NotAFile(_) => {
            format!("name a file of its own in {setting}")
        }
        FileError::NoDirectory(_) | FileError::NoDirectoryHere(_) => {
            format!("make the directory and give it to the service's account, or correct {setting}")
        }
        FileError::NotWritable { .. } => {
            "chown the directory and all in it to the service's account; the file system must not be read-only".to_owned()
        }
        FileError::Damaged { .. } => {
            "stop the service, put the newest backup in its place, and look after the disk".to_owned()
        }
        FileError::Foreign(_) => format!("name another file in {setting}"),
        FileError::Newer { .. } => newer(),
        FileError::NotReady(_) => not_ready(),
        FileError::InUse(_) => "stop the other service".to_owned(),
        FileError::Failed { .. } => "make room on the disk, and see whether it reports errors (dmesg)".to_owned(),
    }
}

fn newer() -> String {
    "start the newer version again; the way back to this one is the backup from before the upgrade".to_owned()
}

fn not_ready() -> String {
    "start the service once".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_another_mend() {
        let place = || "bot at db port 5432".to_owned();
        let source = || "refused".into();
        let errors = [
            ServerError::Address("names no database".to_owned()),
            ServerError::Unreachable { place: place(), source: source() },
            ServerError::Refused { place: place(), source: source() },
            ServerError::NoDatabase(place()),
            ServerError::NoSchema { place: place(), path: "bots".to_owned() },
            ServerError::ReadOnly { place: place(), source: source() },
            ServerError::NotPermitted { place: place(), source: source() },
            ServerError::Encoding { place: place(), found: "LATIN1".to_owned() },
            ServerError::TooOld { place: place(), found: 11, oldest: 12 },
            ServerError::Unsafe { place: place(), source: source() },
            ServerError::Foreign(place()),
            ServerError::Newer { place: place(), found: 3, known: 2 },
            ServerError::NotReady(place()),
            ServerError::Failed { place: place(), source: source() },
        ];
        let count = errors.len();
        let mends = errors.map(|error| OpenError::from(error).mend("DATABASE_URL"));
        assert_eq!(std::collections::BTreeSet::from(mends).len(), count);
    }

    #[test]
    fn a_file_is_mended_in_the_setting_that_names_it() {
        let error = OpenError::from(FileError::NotAFile("/srv".into()));
        assert_eq!(error.mend("STATE_DIRECTORY"), "name a file of its own in STATE_DIRECTORY");
    }
}
