//! A listener with room for everybody who comes at once. One of the usual length drops what comes beyond 128, and then
//! everything is measured in the seconds after which a sender's kernel tries again.

use std::net::{SocketAddr, TcpListener};

use tokio::net::TcpSocket;

/// More than any load has senders.
const LENGTH: u32 = 1024;

/// Listens at a free port.
pub(crate) fn open() -> (TcpListener, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    let listener = runtime.block_on(async {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
        socket.listen(LENGTH).and_then(tokio::net::TcpListener::into_std).expect("a listener")
    });
    let address = listener.local_addr().expect("an address");
    (listener, address)
}
