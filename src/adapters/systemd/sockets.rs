//! Listening sockets: the own ones, and those that somebody else has bound and keeps while the service restarts.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::{fmt, io};

use listenfd::ListenFd;
use socket2::SockRef;

/// A listening socket.
#[derive(Debug)]
pub enum Socket {
    /// Host and port.
    Tcp(TcpListener),
    /// A path.
    Unix(UnixListener),
}

/// Connections that may wait to be accepted. One that does not fit comes again only after a second.
const BACKLOG: i32 = 1024;

impl Socket {
    /// One of this process's own.
    pub fn listening(listener: TcpListener) -> io::Result<Self> {
        SockRef::from(&listener).listen(BACKLOG)?;
        Ok(Self::Tcp(listener))
    }

    /// Where it is, unless that is a path.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }

    /// Whether it can be the one of that host and port. A host name may stand for any address, and a path for anything.
    #[must_use]
    pub fn may_be_at(&self, host: &str, port: u16) -> bool {
        let Some(address) = self.address() else { return true };
        let same_host = host.parse().map_or(true, |host: IpAddr| host == address.ip());
        same_host && address.port() == port
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(listener) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(_) => f.write_str("an unknown address"),
            },
            Self::Unix(listener) => {
                let address = listener.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                write!(f, "unix:{}", path.unwrap_or(Path::new("?")).display())
            }
        }
    }
}

impl From<TcpListener> for Socket {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

/// A passed socket that no HTTP can be spoken on.
#[derive(Debug, thiserror::Error)]
#[error("socket {number} that the supervisor passes ({name}) does not listen for streams: {source}")]
pub struct UnusableSocket {
    /// Its place, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    source: std::io::Error,
}

/// What the supervisor passes.
#[derive(Debug, Default)]
pub struct PassedSockets {
    /// For webhooks.
    pub public: Option<Socket>,
    /// For the probes.
    pub admin: Option<Socket>,
}

/// The name by which a socket is the probes' one, as in `FileDescriptorName=admin`.
const ADMIN: &str = "admin";

/// And the name by which it is not.
const WEBHOOK: &str = "webhook";

impl PassedSockets {
    /// Takes the sockets that this process was started with. `names` is the variable `LISTEN_FDNAMES`; a socket named
    /// `admin`, or else a second one that is not named `webhook`, is for the probes. The first call gets them, later
    /// ones get none.
    pub fn take(names: &str) -> Result<Self, UnusableSocket> {
        Self::sort(ListenFd::from_env(), names)
    }

    fn sort(mut passed: ListenFd, names: &str) -> Result<Self, UnusableSocket> {
        let mut names = names.split(':');
        let mut sockets = Self::default();
        for at in 0..passed.len() {
            let name = names.next().unwrap_or_default();
            let Some(socket) = socket(&mut passed, at, name)? else { continue };
            let place = match (name, &sockets.public) {
                (WEBHOOK, _) | (_, None) if name != ADMIN => &mut sockets.public,
                _ => &mut sockets.admin,
            };
            if place.is_some() {
                tracing::error!(
                    number = at + 1,
                    name,
                    "a socket more than is needed was passed and stays unused; take it out of its socket unit"
                );
                continue;
            }
            *place = Some(socket);
        }
        Ok(sockets)
    }
}

fn socket(passed: &mut ListenFd, at: usize, name: &str) -> Result<Option<Socket>, UnusableSocket> {
    if let Ok(listener) = passed.take_tcp_listener(at) {
        return Ok(listener.map(Socket::Tcp));
    }
    let listener = passed.take_unix_listener(at);
    let listener =
        listener.map_err(|source| UnusableSocket { number: at + 1, name: name.to_owned(), source })?;
    Ok(listener.map(Socket::Unix))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_socket_tells_where_it_is_and_whether_that_is_wanted() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let socket = Socket::from(listener);
        assert_eq!(socket.to_string(), format!("127.0.0.1:{port}"));
        assert!(socket.may_be_at("127.0.0.1", port) && socket.may_be_at("bot.example", port));
        assert!(!socket.may_be_at("127.0.0.2", port) && !socket.may_be_at("127.0.0.1", port ^ 1));
    }

    #[test]
    fn a_crowd_finds_room_to_wait_until_it_is_accepted() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let _socket = Socket::listening(listener).expect("listening");
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_secs(5)).expect("room");
        assert_eq!((0..300).map(connect).collect::<Vec<_>>().len(), 300);
    }

    #[test]
    fn a_path_is_shown_and_never_wrong() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("bot.sock");
        let socket = Socket::Unix(UnixListener::bind(&path).expect("bound"));
        assert_eq!(socket.to_string(), format!("unix:{}", path.display()));
        assert!(socket.may_be_at("127.0.0.1", 8086) && socket.address().is_none());
    }

    #[test]
    fn without_a_supervisor_nothing_is_passed() {
        let passed = PassedSockets::sort(ListenFd::empty(), "webhook:admin").expect("nothing to refuse");
        assert!(passed.public.is_none() && passed.admin.is_none());
    }
}
