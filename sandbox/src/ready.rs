//! What others need to know of a running sandbox.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a data centre listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DcAddress {
    /// The data centre's number.
    pub id: i32,
    /// `address:port`.
    pub address: String,
}

/// What others need to know of a running sandbox: the ready file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Base URL of the program under test, where one was started along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The phone page.
    pub phone: String,
    /// Base URL of the control interface.
    pub control: String,
    /// Base URL of the Bot API, without `/bot<token>`.
    pub bot_api: String,
    /// The first bot's token.
    pub bot_token: String,
    /// The api id that the data centres know.
    pub api_id: i32,
    /// Its api hash.
    pub api_hash: String,
    /// The data centres' public key, PKCS#1 PEM.
    pub rsa_public_key: String,
    /// The data centres.
    pub dcs: Vec<DcAddress>,
    /// The public key of `signature` in launch data, Ed25519, hexadecimal.
    pub webapp_public_key: String,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready")
            .field("phone", &self.phone)
            .field("control", &self.control)
            .field("bot_api", &self.bot_api)
            .field("dcs", &self.dcs)
            .finish_non_exhaustive()
    }
}
