//! Where the data centres are.

use std::net::{IpAddr, SocketAddr};

/// The addresses of all data centres.
#[derive(Clone, Debug)]
pub(crate) struct Directory(Vec<(i32, SocketAddr)>);

impl Directory {
    pub(crate) fn new(addresses: Vec<(i32, SocketAddr)>) -> Self {
        Self(addresses)
    }

    /// The addresses as bound.
    pub(crate) fn addresses(&self) -> &[(i32, SocketAddr)] {
        &self.0
    }

    /// The address of one data centre.
    pub(crate) fn get(&self, dc: i32) -> Option<SocketAddr> {
        let found = self.0.iter().find(|(id, _)| *id == dc);
        found.map(|(_, address)| *address)
    }

    /// The addresses for a client that reached one of them at `local`: a
    /// server that listens everywhere cannot tell the client `0.0.0.0`.
    pub(crate) fn seen_from(&self, local: IpAddr) -> Vec<(i32, SocketAddr)> {
        let reachable = |&(id, address): &(i32, SocketAddr)| {
            let ip = if address.ip().is_unspecified() {
                local
            } else {
                address.ip()
            };
            (id, SocketAddr::new(ip, address.port()))
        };
        self.0.iter().map(reachable).collect()
    }
}
