//! Which proxies are believed when they say for whom they ask.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv6Net};

/// The networks of the proxies that are believed when they say for whom they
/// ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// Why a list of networks is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("each must be an IP address, or one with a number of bits after a slash")]
pub struct NoNetwork;

impl TrustedProxies {
    /// Whether this address is one of theirs.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether there are some, and all on this machine.
    pub fn are_of_this_machine(&self) -> bool {
        let is_loopback = |network: &IpNet| network.network().is_loopback();
        !self.0.is_empty() && self.0.iter().all(is_loopback)
    }
}

/// Networks with commas or spaces between them; `none`: no proxy is believed.
impl FromStr for TrustedProxies {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self::default());
        }
        let parts = text.split([',', ' ', '\t']).filter(|part| !part.is_empty());
        let network = |part: &str| match part.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address)),
            Err(_) => part.parse::<IpNet>().map_err(|_| NoNetwork),
        };
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// Whom an address counts for: itself, or the network of IPv6 that whoever has
/// one has the whole of (64 bits).
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = Ipv6Net::new_assert(address, 64);
            network.network().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("127.0.0.0/8 ::1", "127.0.0.1", true)]
    #[case("127.0.0.0/8 ::1", "::1", true)]
    #[case("127.0.0.0/8, ::1", "::ffff:127.0.0.1", true)]
    #[case("127.0.0.0/8", "10.0.0.1", false)]
    #[case("10.0.0.7", "10.0.0.7", true)]
    #[case("10.0.0.7", "10.0.0.8", false)]
    #[case("fd00::/8", "fd12::1", true)]
    #[case("none", "127.0.0.1", false)]
    fn a_proxy_is_known_by_its_network(
        #[case] networks: &str,
        #[case] address: &str,
        #[case] trusted: bool,
    ) {
        let proxies: TrustedProxies = networks.parse().unwrap();
        assert_eq!(proxies.trusts(address.parse().unwrap()), trusted);
    }

    #[rstest]
    #[case("127.0.0.0/8 ::1/128", true)]
    #[case("127.0.0.1 10.0.0.7", false)]
    #[case("none", false)]
    fn proxies_of_this_machine_are_known_by_their_networks(
        #[case] networks: &str,
        #[case] of_this: bool,
    ) {
        let proxies: TrustedProxies = networks.parse().unwrap();
        assert_eq!(proxies.are_of_this_machine(), of_this);
    }

    #[rstest]
    #[case("localhost")]
    #[case("10.0.0.0/33")]
    #[case("10.0.0.0/8;127.0.0.1")]
    fn what_is_no_network_is_refused(#[case] networks: &str) {
        assert_eq!(networks.parse::<TrustedProxies>(), Err(NoNetwork));
    }

    #[rstest]
    #[case("192.0.2.1", "192.0.2.1")]
    #[case("::ffff:192.0.2.1", "192.0.2.1")]
    #[case("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    fn an_address_counts_for_whoever_has_it(#[case] address: &str, #[case] network: &str) {
        let network: IpAddr = network.parse().unwrap();
        assert_eq!(network_of(address.parse().unwrap()), network);
    }
}
