//! Where the data centres are.

use std::net::{IpAddr, SocketAddr};

/// The number of the CDN's data centre.
pub(crate) const CDN_DC: i32 = 203;

/// The addresses of all data centres.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    all: Vec<(i32, SocketAddr)>,
    /// Where the CDN is, if there is one.
    cdn: Option<SocketAddr>,
}

impl Directory {
    pub(crate) fn new(all: Vec<(i32, SocketAddr)>, cdn: Option<SocketAddr>) -> Self {
        Self { all, cdn }
    }

    /// Where the CDN is, as bound.
    pub(crate) fn cdn(&self) -> Option<SocketAddr> {
        self.cdn
    }

    /// The addresses as bound.
    pub(crate) fn addresses(&self) -> &[(i32, SocketAddr)] {
        &self.all
    }

    /// The address of one data centre.
    pub(crate) fn get(&self, dc: i32) -> Option<SocketAddr> {
        let found = self.all.iter().find(|(id, _)| *id == dc);
        found.map(|(_, address)| *address)
    }

    /// The addresses for a client that reached one of them at `local`: a
    /// server that listens everywhere cannot tell the client `0.0.0.0`.
    pub(crate) fn seen_from(&self, local: IpAddr) -> Vec<(i32, SocketAddr)> {
        let all = self.all.iter();
        all.map(|(id, address)| (*id, reachable(*address, local)))
            .collect()
    }

    /// The same of the CDN.
    pub(crate) fn cdn_seen_from(&self, local: IpAddr) -> Option<SocketAddr> {
        self.cdn.map(|address| reachable(address, local))
    }
}

fn reachable(address: SocketAddr, local: IpAddr) -> SocketAddr {
    let ip = if address.ip().is_unspecified() {
        local
    } else {
        address.ip()
    };
    SocketAddr::new(ip, address.port())
}
