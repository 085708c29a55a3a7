//! The address of a server that is not there yet.

use std::net::TcpListener;

use tokio::net::TcpSocket;

/// Refuses connections until somebody listens. Nobody else can take the address meanwhile.
pub(crate) struct ClosedDoor(TcpSocket);

impl ClosedDoor {
    /// At a free port.
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        Self(socket)
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("bound"))
    }

    /// Takes connections from now on.
    pub(crate) fn open(self) -> TcpListener {
        self.0.listen(64).expect("nobody else listens").into_std().expect("not yet used")
    }
}
