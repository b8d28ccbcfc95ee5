//! From which address a request comes.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::FORWARDED;
use axum::middleware::Next;
use axum::response::Response;

use super::trusted_proxies::TrustedProxies;
use crate::app::App;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// From which address a request comes; `None`: a proxy asks that does not say
/// for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) Option<IpAddr>);

/// Notes from which address the request comes.
pub(super) async fn note(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let address = peer.and_then(|peer| {
        let proxies = &app.settings.trusted_proxies;
        if !proxies.trusts(peer) && is_forwarded(request.headers()) {
            app.unknown_proxy.call_once(|| tell_of(peer));
        }
        address(peer, request.headers(), proxies)
    });
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// Whether whoever asks says that they ask for someone else.
fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED)
}

/// Anyone can write such a header, so it is told once, and no more.
fn tell_of(peer: IpAddr) {
    tracing::warn!(
        %peer,
        "X-Forwarded-For or Forwarded comes from an address that is none of TRUSTED_PROXIES: if it \
         is a proxy of yours, name it there, or all who come through it count as one"
    );
}

/// The peer's, or whom a proxy names that is trusted. What other proxies, or
/// the client itself, wrote before it is not believed.
fn address(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> Option<IpAddr> {
    if !proxies.trusts(peer) {
        return Some(peer);
    }
    let nearest = |hops: Vec<Option<IpAddr>>| {
        let mut hops = hops.into_iter().rev();
        hops.find(|hop| hop.is_none_or(|hop| !proxies.trusts(hop)))
            .flatten()
    };
    let common = nearest(x_forwarded_for(headers));
    let standard = nearest(forwarded(headers));
    match (common, standard) {
        // Proxies add to one of the two, and clients can make up the other:
        // all who do count together.
        (Some(common), Some(standard)) if common != standard => Some(peer),
        (address, other) => address.or(other),
    }
}

/// Those who asked, each as the one after it says.
fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter();
    lines
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .map(host)
        .collect()
}

/// The same by RFC 7239.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(FORWARDED).iter();
    lines
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .map(|hop| {
            let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
            let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
            host(node.trim().trim_matches('"'))
        })
        .collect()
}

/// The address in `address`, `address:port`, `[address]` or `[address]:port`.
fn host(node: &str) -> Option<IpAddr> {
    let node = node.trim();
    let address = if let Some(rest) = node.strip_prefix('[') {
        rest.split(']').next()?.parse().ok()
    } else {
        let socket = || node.parse::<SocketAddr>().ok().map(|it| it.ip());
        node.parse().ok().or_else(socket)
    };
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;
    use rstest::rstest;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn from(peer: &str, headers: &[(&str, &str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.append(name, value.parse().unwrap());
        }
        let proxies = "10.0.0.0/8 fd00::/8".parse().unwrap();
        let address = address(peer.parse().unwrap(), &map, &proxies);
        address.map(|it| it.to_string())
    }

    #[rstest]
    #[case("192.0.2.9", &[], Some("192.0.2.9"))]
    // Whoever is no proxy is not believed.
    #[case("192.0.2.9", &[("x-forwarded-for", "198.51.100.1")], Some("192.0.2.9"))]
    #[case("192.0.2.9", &[("forwarded", "for=198.51.100.1")], Some("192.0.2.9"))]
    #[case(PROXY, &[], None)]
    #[case(PROXY, &[("x-forwarded-for", "198.51.100.1")], Some("198.51.100.1"))]
    // What stands to the left was written by whoever is named there.
    #[case(PROXY, &[("x-forwarded-for", "1.1.1.1, 198.51.100.1")], Some("198.51.100.1"))]
    #[case(PROXY, &[("x-forwarded-for", "1.1.1.1, 198.51.100.1, 10.0.0.2")], Some("198.51.100.1"))]
    #[case(PROXY, &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.1")],
        Some("198.51.100.1"))]
    #[case(PROXY, &[("x-forwarded-for", "198.51.100.1:4711")], Some("198.51.100.1"))]
    #[case(PROXY, &[("x-forwarded-for", "[2001:db8::1]:4711")], Some("2001:db8::1"))]
    #[case(PROXY, &[("x-forwarded-for", "2001:db8::1")], Some("2001:db8::1"))]
    #[case(PROXY, &[("x-forwarded-for", "1.1.1.1, unknown")], None)]
    #[case(PROXY, &[("x-forwarded-for", "10.0.0.2, 10.0.0.3")], None)]
    #[case(PROXY, &[("forwarded", "for=198.51.100.1;proto=https")], Some("198.51.100.1"))]
    #[case(PROXY, &[("forwarded", "for=1.1.1.1, For=\"[2001:db8::1]:4711\";by=x")],
        Some("2001:db8::1"))]
    #[case(PROXY, &[("forwarded", "for=1.1.1.1, for=_hidden")], None)]
    #[case(PROXY, &[("forwarded", "proto=https")], None)]
    #[case(PROXY, &[("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "198.51.100.1")],
        Some("198.51.100.1"))]
    // One of the two is made up.
    #[case(PROXY, &[("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "198.51.100.1")],
        Some(PROXY))]
    fn the_address_is_the_one_that_can_be_believed(
        #[case] peer: &str,
        #[case] headers: &[(&str, &str)],
        #[case] address: Option<&str>,
    ) {
        assert_eq!(from(peer, headers).as_deref(), address);
    }
}
