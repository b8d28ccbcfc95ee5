//! Where the service is.

use std::net::{IpAddr, SocketAddr};

use hyper::Uri;
use hyper::header::HeaderValue;
use url::{Host, Url};

use super::address::is_public;

/// What is asked for below the address.
const PATH: &str = "/chat/completions";

/// Settings that no tagger can be made of.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// The address is none of a service.
    #[error("is not the http or https address of a service")]
    NoAddress,
    /// Something in the address that has no place there.
    #[error("has a password, a query or a fragment, which does not belong there")]
    Extra,
    /// Texts would go out unencrypted.
    #[error("is not https, and its host is not allowed by name")]
    Unencrypted,
    /// The address is one of the own network.
    #[error("is an address of the own network, and not allowed by name")]
    OwnNetwork,
    /// The key has letters that a header cannot carry.
    #[error("the key cannot be sent")]
    Key,
    /// Nothing goes out at once, or too much does.
    #[error("the number of posts that are sent at once is not between 1 and 50")]
    Batch,
    /// There are no certificates to trust.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

/// Where the service is, and whether its host may be one of the own network.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// As it is looked up, or an address.
    host: Host,
    pub(super) port: u16,
    pub(super) is_https: bool,
    /// Whether it was allowed by name: also in the own network, also unencrypted.
    pub(super) is_allowed: bool,
    pub(super) path: Uri,
    /// What the request says it is for.
    pub(super) authority: HeaderValue,
}

impl Target {
    /// Out of an address and the hosts that are allowed by name.
    pub(super) fn of(url: &Url, allowed: &[String]) -> Result<Self, SettingsError> {
        let host = match url.host() {
            Some(host) => host.to_owned(),
            None => return Err(SettingsError::NoAddress),
        };
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(SettingsError::NoAddress),
        };
        let has_password = !url.username().is_empty() || url.password().is_some();
        if has_password || url.query().is_some() || url.fragment().is_some() {
            return Err(SettingsError::Extra);
        }
        let is_allowed = allowed.iter().any(|name| is_named(&host, name));
        if !is_allowed && address_of(&host).is_some_and(|it| !is_public(it)) {
            return Err(SettingsError::OwnNetwork);
        }
        if !is_https && !is_allowed {
            return Err(SettingsError::Unencrypted);
        }
        let port = url.port_or_known_default();
        let port = port.ok_or(SettingsError::NoAddress)?;
        let path = url.path().trim_end_matches('/');
        let path = match path.strip_suffix(PATH) {
            Some(_) => path.to_owned(),
            None => format!("{path}{PATH}"),
        };
        let path = Uri::try_from(path).map_err(|_| SettingsError::NoAddress)?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let authority = HeaderValue::try_from(authority).map_err(|_| SettingsError::NoAddress)?;
        Ok(Self {
            host,
            port,
            is_https,
            is_allowed,
            path,
            authority,
        })
    }

    /// Its host, as names are looked up and certificates say.
    pub(super) fn host(&self) -> String {
        match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        }
    }

    /// Its address, if it needs no looking up.
    pub(super) fn literal(&self) -> Option<SocketAddr> {
        address_of(&self.host).map(|address| SocketAddr::new(address, self.port))
    }

    /// Whether it may be connected to there.
    pub(super) fn may_be_at(&self, address: SocketAddr) -> bool {
        self.is_allowed || is_public(address.ip())
    }
}

/// Whether a service at this address may be asked.
///
/// # Errors
/// Why not.
pub fn check_address(url: &Url, allowed_hosts: &[String]) -> Result<(), SettingsError> {
    Target::of(url, allowed_hosts).map(|_| ())
}

fn address_of(host: &Host) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(*address)),
        Host::Ipv6(address) => Some(IpAddr::V6(*address)),
    }
}

/// Whether a host is the one that a setting names.
fn is_named(host: &Host, name: &str) -> bool {
    let name = name.trim().trim_end_matches('.');
    if let Host::Domain(domain) = host {
        return domain.trim_end_matches('.').eq_ignore_ascii_case(name);
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.parse().ok() == address_of(host)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn target(url: &str, allowed: &[&str]) -> Result<Target, SettingsError> {
        let allowed: Vec<_> = allowed.iter().map(|it| (*it).to_owned()).collect();
        Target::of(&url.parse().unwrap(), &allowed)
    }

    #[rstest]
    #[case("https://api.example.org/v1", "/v1/chat/completions")]
    #[case("https://api.example.org/v1/", "/v1/chat/completions")]
    #[case("https://api.example.org", "/chat/completions")]
    #[case("https://api.example.org/v1/chat/completions", "/v1/chat/completions")]
    fn it_is_asked_below_its_address(#[case] url: &str, #[case] path: &str) {
        assert_eq!(target(url, &[]).unwrap().path, path);
    }

    #[rstest]
    #[case("ftp://api.example.org", SettingsError::NoAddress)]
    #[case("https://me:secret@api.example.org", SettingsError::Extra)]
    #[case("https://api.example.org/?key=1", SettingsError::Extra)]
    #[case("http://api.example.org", SettingsError::Unencrypted)]
    #[case("https://127.0.0.1/v1", SettingsError::OwnNetwork)]
    #[case("https://2130706433/v1", SettingsError::OwnNetwork)]
    #[case("https://0x7f.1/v1", SettingsError::OwnNetwork)]
    #[case("http://169.254.169.254/v1", SettingsError::OwnNetwork)]
    #[case("https://[::1]/v1", SettingsError::OwnNetwork)]
    #[case("https://[::ffff:10.0.0.1]/v1", SettingsError::OwnNetwork)]
    fn what_is_refused(#[case] url: &str, #[case] why: SettingsError) {
        assert_eq!(target(url, &["other.example.org"]).unwrap_err(), why);
    }

    #[rstest]
    #[case("http://localhost:11434/v1", "localhost")]
    #[case("http://LocalHost:11434/v1", "localhost")]
    #[case("http://model.lan/v1", "MODEL.lan")]
    #[case("http://127.0.0.1:8080/v1", "127.0.0.1")]
    #[case("http://[::1]:8080/v1", "[::1]")]
    #[case("http://[::1]:8080/v1", "::1")]
    fn what_is_allowed_by_name_may_be_in_the_own_network(#[case] url: &str, #[case] name: &str) {
        let target = target(url, &[name]).unwrap();
        assert!(target.may_be_at("127.0.0.1:1".parse().unwrap()));
    }

    #[test]
    fn a_name_that_only_ends_alike_is_another() {
        let other = target("http://evil-localhost/v1", &["localhost"]);
        assert_eq!(other.unwrap_err(), SettingsError::Unencrypted);
    }
}
