//! Where a value comes from: a flag, else the environment. A secret: a credential, else a file that a setting names,
//! else the setting itself.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::variables::{Presence, Variable};

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Flag,
    /// In the environment.
    Environment,
    /// In a systemd credential of that name.
    Credential(&'static str),
    /// In a file.
    File(PathBuf),
    /// Nowhere.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::Credential(name) => write!(f, "credential {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting that cannot be. One line: the variable, what is wrong, an example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {fault}; for example {variable}={example}")]
pub struct SettingsError {
    /// Which.
    pub variable: &'static str,
    /// What is wrong with it, and what would be right.
    pub fault: String,
    /// A value that works.
    pub example: &'static str,
}

impl SettingsError {
    /// About that variable.
    #[must_use]
    pub fn new(variable: &Variable, fault: impl Into<String>) -> Self {
        Self { variable: variable.name, fault: fault.into(), example: variable.example }
    }
}

/// The flags of this start and its environment.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Variable name to the value given by flag.
    pub flags: BTreeMap<String, OsString>,
    /// The environment.
    pub environment: BTreeMap<String, OsString>,
    /// What counts before everything else, for who looks for further faults; an empty one as not given.
    pub stand_ins: BTreeMap<&'static str, String>,
}

impl Source {
    /// The environment of this process, with these flags before it.
    #[must_use]
    pub fn of_process(flags: BTreeMap<String, OsString>) -> Self {
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect();
        Self { flags, environment, ..Self::default() }
    }

    /// Names of the sockets that the supervisor passes, in their order, with colons between.
    #[must_use]
    pub fn passed_socket_names(&self) -> String {
        let names = self.environment.get("LISTEN_FDNAMES").and_then(|names| names.to_str());
        names.unwrap_or_default().to_owned()
    }

    /// The given value and its origin; `None` when it is not given.
    pub fn given(&self, variable: &Variable) -> Result<Option<(String, Origin)>, SettingsError> {
        if let Some(value) = self.stand_ins.get(variable.name) {
            return Ok((!value.is_empty()).then(|| (value.clone(), Origin::Default)));
        }
        let flag = self.flags.get(variable.name).map(|value| (value, Origin::Flag));
        let found = flag.or_else(|| Some((self.environment.get(variable.name)?, Origin::Environment)));
        let Some((value, origin)) = found else { return Ok(None) };
        let Some(value) = value.to_str() else {
            return Err(SettingsError::new(variable, "is not UTF-8 text"));
        };
        match (value.is_empty(), variable.default) {
            (true, Presence::Unset(_)) => Ok(None),
            (true, _) => Err(SettingsError::new(variable, "is empty")),
            (false, _) => Ok(Some((value.to_owned(), origin))),
        }
    }

    /// The value, given or default.
    pub fn value(&self, variable: &Variable) -> Result<Option<(String, Origin)>, SettingsError> {
        match (self.given(variable)?, variable.default) {
            (Some(given), _) => Ok(Some(given)),
            (None, Presence::Required) => Err(SettingsError::new(variable, "is missing")),
            (None, Presence::Default(value)) => Ok(Some((value.to_owned(), Origin::Default))),
            (None, Presence::Unset(_)) => Ok(None),
        }
    }

    /// A secret: from the credential, else from the file that `file` names, else from `value` itself. One final
    /// newline of a file is dropped.
    pub fn secret(
        &self,
        credential: &'static str,
        file: &Variable,
        value: &Variable,
    ) -> Result<Option<(Vec<u8>, Origin)>, SettingsError> {
        if self.stand_ins.contains_key(value.name) {
            return Ok(self.given(value)?.map(|(text, origin)| (text.into_bytes(), origin)));
        }
        if let Some(directory) = self.environment.get("CREDENTIALS_DIRECTORY") {
            let path = Path::new(directory).join(credential);
            match std::fs::read(&path) {
                Ok(bytes) => return Ok(Some((without_newline(bytes), Origin::Credential(credential)))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    let fault = format!("the credential {credential} cannot be read: {error}");
                    return Err(SettingsError::new(value, fault));
                }
            }
        }
        if let Some((path, _)) = self.given(file)? {
            let path = PathBuf::from(path);
            let bytes = std::fs::read(&path).map_err(|error| {
                SettingsError::new(file, format!("{} cannot be read: {error}", path.display()))
            })?;
            return Ok(Some((without_newline(bytes), Origin::File(path))));
        }
        Ok(self.given(value)?.map(|(text, origin)| (text.into_bytes(), origin)))
    }
}

fn without_newline(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    bytes
}
