//! What opens an account.

use std::collections::BTreeMap;
use std::net::{SocketAddrV4, SocketAddrV6};

use grammers_session::types::DcOption;

use super::auth_key::AuthKey;

/// A data centre as a session knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dc {
    /// Its address.
    pub(crate) ipv4: SocketAddrV4,
    /// Its other address.
    pub(crate) ipv6: SocketAddrV6,
    /// The key agreed with it.
    pub(crate) key: Option<AuthKey>,
}

impl Dc {
    /// As the library wants it. The copy of the key in it is not wiped.
    pub(crate) fn to_option(&self, id: i32) -> DcOption {
        DcOption {
            id,
            ipv4: self.ipv4,
            ipv6: self.ipv6,
            auth_key: self.key.as_ref().map(|key| *key.expose()),
        }
    }

    /// From what the library gives.
    pub(crate) fn from_option(option: &DcOption) -> Self {
        Self {
            ipv4: option.ipv4,
            ipv6: option.ipv6,
            key: option.auth_key.map(AuthKey::new),
        }
    }
}

/// What opens an account: sealed, audited, rarely written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The data centre where the account lives, as far as is known.
    pub(crate) home: i32,
    /// The data centres.
    pub(crate) dcs: BTreeMap<i32, Dc>,
    /// The id of the account, once signed in.
    pub(crate) me: Option<i64>,
}
