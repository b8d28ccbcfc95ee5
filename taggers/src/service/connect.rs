//! Connections to the service.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt as _;
use tokio::net::TcpSocket;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use super::fault::{Fault, Phase};
use super::line::{Line, Stream};
use super::names::Names;
use super::target::{SettingsError, Target};
use super::watched::Watched;

/// How much of a request the kernel takes before the other side does, in bytes: little,
/// so that a request counts as sent only when most of it has arrived.
const SEND_BUFFER: u32 = 16 * 1024;

/// Connects to the service.
pub(super) struct Connector {
    target: Target,
    names: Arc<dyn Names>,
    /// Nothing, if the service is not asked over TLS.
    tls: Option<TlsConnector>,
    limit: Duration,
}

impl Connector {
    pub(super) fn new(
        target: Target,
        names: Arc<dyn Names>,
        limit: Duration,
    ) -> Result<Self, SettingsError> {
        let tls = target.is_https.then(trusting).transpose()?;
        Ok(Self {
            target,
            names,
            tls,
            limit,
        })
    }

    /// Where it connects to.
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// A new connection, within its limit.
    pub(super) async fn connect(&self) -> Result<Line, Fault> {
        let deadline = Instant::now() + self.limit;
        match timeout_at(deadline, self.connected(deadline)).await {
            Ok(connected) => connected,
            Err(_) => Err(Fault::TimedOut(Phase::Connect)),
        }
    }

    async fn connected(&self, deadline: Instant) -> Result<Line, Fault> {
        let addresses = self.addresses().await?;
        let stream = first_of(&addresses, deadline).await?;
        let stream = Watched::new(stream);
        let progress = stream.progress();
        let stream: Stream = match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let name = ServerName::try_from(self.target.host()).map_err(io::Error::other);
                let name = name.map_err(Fault::NotConnected)?;
                let stream = tls.connect(name, stream).await;
                Box::new(stream.map_err(Fault::NotConnected)?)
            }
        };
        Line::over(stream, progress).await
    }

    /// Where it is now. All of its addresses must be ones that it may have: a name that
    /// leads elsewhere with one of them is not to be trusted. What was looked at is what
    /// is connected to; no one looks the name up again.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, Fault> {
        let host = self.target.host();
        let found = if let Some(address) = self.target.literal() {
            vec![address]
        } else {
            let found = self.names.look_up(&host, self.target.port).await;
            found.map_err(Fault::NotConnected)?
        };
        if found.iter().any(|it| !self.target.may_be_at(*it)) {
            tracing::warn!(
                host,
                "the tagger's service is in the own network, and not allowed by name"
            );
            return Err(Fault::OwnNetwork(host));
        }
        Ok(found)
    }
}

/// Connects to the first that answers. One that does not may take its share of the time.
async fn first_of(
    addresses: &[SocketAddr],
    deadline: Instant,
) -> Result<tokio::net::TcpStream, Fault> {
    let mut failed = io::Error::other("the name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let others = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let left = deadline.saturating_duration_since(Instant::now());
        match timeout(left / others, open(*address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failed = error,
            Err(_) => failed = io::ErrorKind::TimedOut.into(),
        }
    }
    match failed.kind() {
        io::ErrorKind::TimedOut => Err(Fault::TimedOut(Phase::Connect)),
        _ => Err(Fault::NotConnected(failed)),
    }
}

async fn open(address: SocketAddr) -> io::Result<tokio::net::TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.set_nodelay(true)?;
    socket.connect(address).await
}

/// TLS that trusts whom this machine trusts.
fn trusting() -> Result<TlsConnector, SettingsError> {
    // A process has one provider; whoever came first has chosen it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut config = ClientConfig::with_platform_verifier().map_err(SettingsError::Tls)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use bytes::Bytes;
    use http_body_util::Full;
    use hyper::Request;
    use rustls::RootCertStore;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tempfile::TempDir;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::super::limits::Limits;
    use super::super::names::SystemNames;
    use super::*;

    /// A certificate of its own for `localhost`, and its key.
    fn certificate(folder: &TempDir) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let (key, certificate) = (folder.path().join("key"), folder.path().join("certificate"));
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
            ])
            .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        (
            CertificateDer::from_pem_file(&certificate).unwrap(),
            PrivateKeyDer::from_pem_file(&key).unwrap(),
        )
    }

    /// Connects to `host`, which a server with a certificate for `localhost` answers; what
    /// that server was told, if it came so far.
    async fn asked(host: &str, is_trusted: bool) -> (Result<Bytes, Fault>, Option<String>) {
        let connector = trusting().unwrap();
        let (certificate, key) = certificate(&TempDir::new().unwrap());
        let server = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(server));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = async {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.ok()?;
            let mut buffer = [0; 1_024];
            let read = stream.read(&mut buffer).await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
            stream.write_all(answer).await.unwrap();
            stream.flush().await.unwrap();
            Some(String::from_utf8_lossy(&buffer[..read]).into_owned())
        };
        let url = format!("https://{host}:{port}/v1").parse().unwrap();
        let target = Target::of(&url, &[host.to_owned()]).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let trusted = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let trusted = TlsConnector::from(Arc::new(trusted));
        let connector = Connector {
            target,
            names: Arc::new(SystemNames),
            tls: Some(if is_trusted { trusted } else { connector }),
            limit: Duration::from_secs(20),
        };
        let asking = async {
            let mut line = connector.connect().await?;
            let request = Request::new(Full::new(Bytes::from_static(b"text")));
            let reply = line.exchange(request, &Limits::default()).await?;
            Ok(reply.body)
        };
        tokio::join!(asking, serving)
    }

    #[tokio::test]
    async fn whom_this_side_trusts_is_asked() {
        let (answered, told) = asked("localhost", true).await;
        assert_eq!(answered.unwrap(), "ok");
        assert!(told.unwrap().contains("text"));
    }

    #[tokio::test]
    async fn a_certificate_of_no_one_known_is_refused_and_nothing_is_told() {
        let (answered, told) = asked("localhost", false).await;
        assert!(matches!(answered, Err(Fault::NotConnected(_))));
        assert_eq!(told, None);
    }

    #[tokio::test]
    async fn one_for_another_name_is_refused_too() {
        let (answered, told) = asked("127.0.0.1", true).await;
        assert!(matches!(answered, Err(Fault::NotConnected(_))));
        assert_eq!(told, None);
    }
}
