//! Passes bytes between a client and a server and keeps them, whatever they are: answers that are cut or late pass as
//! they come.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener as AsyncListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::exchange::{Exchange, exchanges_of};

type Bytes = Arc<Mutex<Vec<u8>>>;

/// What one connection said: the client, and the server.
#[derive(Clone, Default)]
struct Said {
    asked: Bytes,
    answered: Bytes,
}

/// Listens for one server.
pub(super) struct Tee {
    address: SocketAddr,
    said: Arc<Mutex<Vec<Said>>>,
    /// The thread ends with it.
    _stop: oneshot::Sender<()>,
}

impl Tee {
    /// Connections to the listener go to the server.
    pub(super) fn start(listener: TcpListener, server: SocketAddr) -> Self {
        let address = listener.local_addr().expect("bound");
        listener.set_nonblocking(true).expect("a socket");
        let said = Arc::<Mutex<Vec<Said>>>::default();
        let all = Arc::clone(&said);
        let (stop, stopped) = oneshot::channel::<()>();
        // A thread of its own, since tests block theirs.
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                tokio::select! {
                    () = accept(listener, server, all) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address, said, _stop: stop }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was said until now.
    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        let bytes = |kept: &Bytes| kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().flat_map(|said| exchanges_of(&bytes(&said.asked), &bytes(&said.answered))).collect()
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, all: Arc<Mutex<Vec<Said>>>) {
    let listener = AsyncListener::from_std(listener).expect("a socket");
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let said = Said::default();
        all.lock().unwrap_or_else(PoisonError::into_inner).push(said.clone());
        connections.spawn(pass(client, server, said));
    }
}

async fn pass(client: TcpStream, server: SocketAddr, said: Said) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = copy(from_server, to_client, said.answered) => {}
        () = copy(from_client, to_server, said.asked) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, kept: Bytes) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
