//! Stands in front of a server and speaks TLS in its place, with any certificate.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener as AsyncListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use url::Url;

mod certificate;

pub(crate) use certificate::{Authority, VALID};

/// Ends TLS and passes on what is in it.
pub(crate) struct TlsFront {
    /// Its address: that of the server behind it, but for scheme and port.
    pub(crate) url: String,
    server: Arc<OnceLock<SocketAddr>>,
    _task: JoinSet<()>,
}

impl TlsFront {
    /// Shows that certificate to whoever comes. Starts on the current runtime.
    pub(crate) fn start(shown: CertifiedKey) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("https://{}", listener.local_addr().expect("bound"));
        let server = Arc::<OnceLock<SocketAddr>>::default();
        let mut task = JoinSet::new();
        task.spawn(accept(listener, acceptor(shown), Arc::clone(&server)));
        Self { url, server, _task: task }
    }

    /// The same in front of that server.
    pub(crate) fn of(server: &str, shown: CertifiedKey) -> Self {
        let mut front = Self::start(shown);
        front.lead_to(server);
        front.url += Url::parse(server).expect("an address").path().trim_end_matches('/');
        front
    }

    /// The server behind it.
    pub(crate) fn lead_to(&self, server: &str) {
        let addresses = Url::parse(server).expect("an address").socket_addrs(|| None);
        self.server.set(addresses.expect("a number")[0]).expect("one server");
    }
}

fn acceptor(shown: CertifiedKey) -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("known versions").with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)))))
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, server: Arc<OnceLock<SocketAddr>>) {
    listener.set_nonblocking(true).expect("a socket");
    let listener = AsyncListener::from_std(listener).expect("a socket");
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(pass(acceptor.clone(), client, *server.get().expect("it leads somewhere")));
    }
}

/// Until either side ends. A client that does not like the certificate leaves first.
async fn pass(acceptor: TlsAcceptor, client: TcpStream, server: SocketAddr) {
    let Ok(mut client) = acceptor.accept(client).await else { return };
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
