//! Which addresses are those of anyone's network, and not of this one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one of the internet at large: none of this machine, of its
/// network or of its provider's (IANA's registries of special-purpose addresses).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b, c) {
        // "This network"; this machine; multicast, reserved and broadcast.
        (0 | 127 | 224.., _, _)
        // Carriers' own (RFC 6598); benchmarks (RFC 2544).
        | (100, 64..=127, _)
        | (198, 18 | 19, _)
        // Protocol assignments; the old relays of 6to4.
        | (192, 0, 0)
        | (192, 88, 99) => true,
        _ => address.is_documentation(),
    };
    // 169.254.0.0/16 has the metadata services of clouds.
    !(is_special || address.is_private() || address.is_link_local())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let inner = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // Addresses of IPv4 in other clothes: mapped, compatible (with `::` and `::1`),
        // translated, 6to4.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => inner(high, low),
        // Translated in the own network; Teredo and other protocols; documentation.
        [0x64, 0xff9b, 1, ..] | [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // All that was ever given out is in 2000::/3: unique local, link-local, site-local
        // and multicast addresses are not.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("127.0.0.1")]
    #[case("127.8.8.8")]
    #[case("0.0.0.0")]
    #[case("10.1.2.3")]
    #[case("172.16.0.1")]
    #[case("172.31.255.255")]
    #[case("192.168.1.1")]
    #[case::metadata("169.254.169.254")]
    #[case::carrier("100.64.0.1")]
    #[case::carrier("100.127.255.255")]
    #[case("192.0.0.8")]
    #[case("198.18.0.1")]
    #[case("203.0.113.9")]
    #[case("224.0.0.1")]
    #[case("255.255.255.255")]
    #[case("::")]
    #[case("::1")]
    #[case("fe80::1")]
    #[case("fd00:ec2::254")]
    #[case("fc00::1")]
    #[case("fec0::1")]
    #[case("ff02::1")]
    #[case::mapped("::ffff:127.0.0.1")]
    #[case::mapped("::ffff:169.254.169.254")]
    #[case::compatible("::10.0.0.1")]
    #[case::nat64("64:ff9b::7f00:1")]
    #[case::nat64_of_its_own("64:ff9b:1::1")]
    #[case::six_to_four("2002:7f00:1::1")]
    #[case::teredo("2001:0:53aa:64c::1")]
    #[case("2001:db8::1")]
    fn an_address_of_the_own_network_is_not_public(#[case] address: IpAddr) {
        assert!(!is_public(address), "{address}");
    }

    #[rstest]
    #[case("8.8.8.8")]
    #[case("100.63.255.255")]
    #[case("100.128.0.1")]
    #[case("172.32.0.1")]
    #[case("169.253.1.1")]
    #[case("2606:4700::1111")]
    #[case("2a00:1450:4001::1")]
    #[case::mapped("::ffff:8.8.8.8")]
    #[case::nat64("64:ff9b::808:808")]
    fn others_are(#[case] address: IpAddr) {
        assert!(is_public(address), "{address}");
    }
}
