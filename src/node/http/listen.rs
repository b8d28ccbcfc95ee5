//! Listening, and taking connections.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use sesame_domain::reason::Reason;
use tokio::net::{TcpListener, TcpStream};

use crate::failure::Failure;

/// How long to wait when a connection cannot be taken, for want of files say.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens at this address, which `setting` names: a setting or an option.
pub(crate) async fn listen(
    address: SocketAddr,
    setting: &'static str,
) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|source| Failure::Address {
            address,
            setting,
            source,
        })
}

/// Where a listener listens: with the port that it was given.
pub(crate) fn address_of(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    listener
        .local_addr()
        .map_err(|error| Failure::other("the listener has no address", error))
}

/// An address at which this machine reaches a listener.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// The next connection, and who it is from.
pub(super) async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((connection, peer)) => return (connection, peer.ip().to_canonical()),
            // It was gone before it was taken.
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(error = %Reason::of(&error), "a connection cannot be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionRefused | ConnectionAborted | ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_is_taken_is_named() {
        let first = listen("127.0.0.1:0".parse().unwrap(), "LISTEN")
            .await
            .unwrap();
        let address = address_of(&first).unwrap();
        let failure = listen(address, "LISTEN").await.unwrap_err();
        assert!(
            failure.to_string().contains(&address.to_string()),
            "{failure}"
        );
    }

    #[test]
    fn everywhere_is_reached_at_home() {
        let reached = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(reached("[::]:80"), "[::1]:80");
        assert_eq!(reached("192.0.2.1:80"), "192.0.2.1:80");
    }
}
