//! Where a sandbox listens that was told nothing.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use crate::failure::Failure;

/// The first port that is tried.
const FIRST: u16 = 8080;
/// How many are tried before any other will do.
const TRIED: u16 = 20;

/// Starts what listens where it was asked for, and nowhere else; if nothing was
/// asked for, at the first port from 8080 on that no one has.
pub(super) async fn at_free_port<T>(
    asked: Option<SocketAddr>,
    start: impl AsyncFn(SocketAddr) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if let Some(address) = asked {
        return start(address).await;
    }
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    for port in FIRST..FIRST + TRIED {
        match start(at(port)).await {
            Err(Failure::Address { source, .. }) if source.kind() == ErrorKind::AddrInUse => {}
            started => return started,
        }
    }
    start(at(0)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(address: SocketAddr, kind: ErrorKind) -> Failure {
        Failure::Address {
            address,
            setting: "--listen",
            source: kind.into(),
        }
    }

    async fn port(asked: Option<&str>, taken: &[u16]) -> Result<u16, Failure> {
        let start = async |address: SocketAddr| {
            if taken.contains(&address.port()) {
                return Err(fails(address, ErrorKind::AddrInUse));
            }
            Ok(address.port())
        };
        at_free_port(asked.map(|it| it.parse().unwrap()), start).await
    }

    #[tokio::test]
    async fn the_first_port_that_no_one_has_is_taken() {
        assert_eq!(port(None, &[]).await.unwrap(), 8080);
        assert_eq!(port(None, &[8080, 8081]).await.unwrap(), 8082);
        let all: Vec<u16> = (FIRST..FIRST + TRIED).collect();
        assert_eq!(port(None, &all).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn who_names_a_port_gets_no_other() {
        let refused = port(Some("127.0.0.1:8080"), &[8080]).await.unwrap_err();
        assert!(refused.to_string().contains("--listen"), "{refused}");
        assert_eq!(port(Some("127.0.0.1:9000"), &[8080]).await.unwrap(), 9000);
    }

    #[tokio::test]
    async fn what_is_no_matter_of_the_port_is_told_at_once() {
        let start = async |address| Err::<(), _>(fails(address, ErrorKind::PermissionDenied));
        let refused = at_free_port(None, start).await.unwrap_err();
        let Failure::Address { source, .. } = &refused else {
            panic!("{refused}");
        };
        assert_eq!(source.kind(), ErrorKind::PermissionDenied);
    }
}
