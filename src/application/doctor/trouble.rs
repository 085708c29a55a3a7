//! Why there is no connection to a server. Each reason has another cure, which only the words of a library tell apart.

/// Why a server gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Its name has no address.
    UnknownName,
    /// Nobody listens at its port.
    Refused,
    /// Silence.
    TimedOut,
    /// Its certificate is by somebody whom this machine does not trust.
    UnknownIssuer,
    /// Its certificate is no longer valid.
    Expired,
    /// Its certificate is not valid yet: mostly a clock is wrong.
    NotYetValid,
    /// Its certificate is for another name.
    WrongName,
    /// Its certificate is not accepted for another reason.
    NotAccepted,
    /// No TLS, or another fault in it.
    Tls,
    /// Anything else.
    Lost,
}

impl Trouble {
    /// What there is, after the name of the server.
    #[must_use]
    pub fn found(self) -> &'static str {
        match self {
            Self::UnknownName => "its name has no address",
            Self::Refused => "the connection is refused: nobody listens there",
            Self::TimedOut => "it does not answer in time",
            Self::UnknownIssuer => "its certificate is by an issuer that this machine does not trust",
            Self::Expired => "its certificate has expired, by this machine's clock",
            Self::NotYetValid => "its certificate is not valid yet, by this machine's clock",
            Self::WrongName => "its certificate is for another name",
            Self::NotAccepted => "its certificate is not one that a server may use",
            Self::Tls => "it does not speak TLS as it should",
            Self::Lost => "the connection is lost before an answer",
        }
    }

    /// What to do where `setting` holds the address.
    #[must_use]
    pub fn mend(self, setting: &str) -> String {
        match self {
            Self::UnknownName => format!("check the host in {setting}, and this machine's DNS"),
            Self::Refused => format!("start the server, or check the port in {setting}"),
            Self::TimedOut => format!("check firewalls between here and there, and the host in {setting}"),
            Self::UnknownIssuer => {
                "put the issuer's certificate among this machine's CA certificates, or into a file that SSL_CERT_FILE \
                 names (which counts in their place), and restart the service; or have the server send its whole chain"
                    .to_owned()
            }
            Self::Expired => {
                "renew it and have the server load the new one; if it is a new one, set this machine's clock".to_owned()
            }
            Self::NotYetValid => {
                "set this machine's clock; if it is right, the certificate was made where one is wrong".to_owned()
            }
            Self::WrongName => format!("put a name that it is for into {setting}"),
            Self::NotAccepted => {
                "give the server a certificate of its own: a self-signed one of an authority (CA:TRUE) is none".to_owned()
            }
            Self::Tls => format!("check that {setting} begins with http or https as the server has it"),
            Self::Lost => format!("check {setting}, and the proxies between here and there"),
        }
    }

    /// Whether the server is there, and its certificate is at fault.
    #[must_use]
    pub fn is_of_certificate(self) -> bool {
        matches!(
            self,
            Self::UnknownIssuer | Self::Expired | Self::NotYetValid | Self::WrongName | Self::NotAccepted
        )
    }
}
