//! Where Telegram is: the one seam between production, Telegram's test
//! servers and a local Telegram.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use async_trait::async_trait;
use grammers_session::SessionData;

use crate::session::{AUTH_KEY_BYTES, AuthKey, Credentials, Dc};

/// The port of Telegram's data centres.
const PORT: u16 = 443;
/// Telegram's test servers, as my.telegram.org lists them: id, IPv4, IPv6.
const TEST_SERVERS: [(i32, Ipv4Addr, Ipv6Addr); 3] = [
    (
        1,
        Ipv4Addr::new(149, 154, 175, 10),
        Ipv6Addr::new(0x2001, 0xb28, 0xf23d, 0xf001, 0, 0, 0, 0xe),
    ),
    (
        2,
        Ipv4Addr::new(149, 154, 167, 40),
        Ipv6Addr::new(0x2001, 0x67c, 0x4e8, 0xf002, 0, 0, 0, 0xe),
    ),
    (
        3,
        Ipv4Addr::new(149, 154, 175, 117),
        Ipv6Addr::new(0x2001, 0xb28, 0xf23d, 0xf003, 0, 0, 0, 0xe),
    ),
];
/// The data centre that a new session asks first.
const FIRST_HOME: i32 = 2;

/// The data centres that a new session starts from. `Debug` shows ids and
/// addresses, never a key.
#[derive(Clone)]
pub struct DcTable(Credentials);

/// A table of data centres that no session can start from.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DcTableError {
    /// It is empty.
    #[error("the table of data centres is empty")]
    Empty,
    /// An address is not IPv4.
    #[error("data centre {0} has no IPv4 address")]
    NotIpv4(i32),
}

impl DcTable {
    /// Telegram's own.
    pub fn production() -> Self {
        let data = SessionData::default();
        let dcs = data
            .dc_options
            .values()
            .map(|option| (option.id, Dc::from_option(option)))
            .collect();
        Self(Credentials {
            home: data.home_dc,
            dcs,
            ..Credentials::default()
        })
    }

    /// Telegram's test servers.
    pub fn test_servers() -> Self {
        let dcs = TEST_SERVERS.map(|(id, ipv4, ipv6)| {
            let dc = Dc {
                ipv4: SocketAddrV4::new(ipv4, PORT),
                ipv6: SocketAddrV6::new(ipv6, PORT, 0, 0),
                key: None,
            };
            (id, dc)
        });
        Self(Credentials {
            home: FIRST_HOME,
            dcs: dcs.into_iter().collect(),
            ..Credentials::default()
        })
    }

    /// Data centres whose keys were agreed in advance: id, address, key. The
    /// keys belong to one session; the next one needs others.
    ///
    /// # Errors
    /// When there is no data centre, or one without an IPv4 address.
    pub fn with_keys(
        dcs: impl IntoIterator<Item = (i32, SocketAddr, [u8; AUTH_KEY_BYTES])>,
    ) -> Result<Self, DcTableError> {
        let mut credentials = Credentials::default();
        for (id, address, key) in dcs {
            let SocketAddr::V4(ipv4) = address else {
                return Err(DcTableError::NotIpv4(id));
            };
            let ipv6 = SocketAddrV6::new(ipv4.ip().to_ipv6_mapped(), ipv4.port(), 0, 0);
            let key = Some(AuthKey::new(key));
            credentials.dcs.insert(id, Dc { ipv4, ipv6, key });
        }
        let first = credentials.dcs.keys().next().ok_or(DcTableError::Empty)?;
        credentials.home = if credentials.dcs.contains_key(&FIRST_HOME) {
            FIRST_HOME
        } else {
            *first
        };
        Ok(Self(credentials))
    }

    /// The same table with another data centre to ask first; one that it does
    /// not have changes nothing.
    #[must_use]
    pub fn starting_at(mut self, dc: i32) -> Self {
        if self.0.dcs.contains_key(&dc) {
            self.0.home = dc;
        }
        self
    }

    pub(crate) fn into_credentials(self) -> Credentials {
        self.0
    }
}

impl fmt::Debug for DcTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.dcs.iter().map(|(id, dc)| (id, dc.ipv4)))
            .finish()
    }
}

/// Where Telegram is could not be found out.
#[derive(Debug, thiserror::Error)]
#[error("the data centres could not be found out")]
pub struct DataCentresError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Says where Telegram is.
#[async_trait]
pub trait DataCentres: Send + Sync {
    /// The table that one new session starts from.
    async fn fresh(&self) -> Result<DcTable, DataCentresError>;
}

/// Telegram itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telegram {
    /// The real one.
    Production,
    /// Its test servers, with accounts of their own.
    TestServers,
}

#[async_trait]
impl DataCentres for Telegram {
    async fn fresh(&self) -> Result<DcTable, DataCentresError> {
        Ok(match self {
            Self::Production => DcTable::production(),
            Self::TestServers => DcTable::test_servers(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; AUTH_KEY_BYTES] = [0xab; AUTH_KEY_BYTES];

    #[test]
    fn a_table_shows_addresses_and_no_keys() {
        let address = "127.0.0.1:4430".parse().unwrap();
        let table = DcTable::with_keys([(2, address, KEY)]).unwrap();
        let text = format!("{table:?}");
        assert!(text.contains("127.0.0.1:4430"), "{text}");
        assert!(!text.contains("171") && !text.contains("ab"), "{text}");
    }

    #[test]
    fn a_session_cannot_start_from_nothing() {
        assert_eq!(DcTable::with_keys([]).unwrap_err(), DcTableError::Empty);
    }

    #[test]
    fn an_ipv6_address_is_refused() {
        let address = "[::1]:4430".parse().unwrap();
        let refused = DcTable::with_keys([(1, address, KEY)]).unwrap_err();
        assert_eq!(refused, DcTableError::NotIpv4(1));
    }

    #[test]
    fn production_has_five_data_centres_and_no_keys() {
        let credentials = DcTable::production().into_credentials();
        assert_eq!(credentials.dcs.len(), 5);
        assert!(credentials.dcs.values().all(|dc| dc.key.is_none()));
    }
}
