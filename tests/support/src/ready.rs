//! What a ready file says.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A data centre of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataCentre {
    /// Its number.
    pub id: i32,
    /// Where it listens: `address:port`.
    pub address: String,
}

/// What the ready file of `sesame sandbox` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ready {
    /// Base address of Sesame, if it runs.
    pub app: Option<String>,
    /// Base address of the page that plays the phones.
    pub phone: String,
    /// Base address of the control interface.
    pub control: String,
    /// Base address of the Bot API.
    pub bot_api: String,
    /// The token of the bot.
    pub bot_token: String,
    /// The id of the registered app.
    pub api_id: i32,
    /// The hash of the registered app.
    pub api_hash: String,
    /// The RSA key of the data centres, PKCS#1 PEM.
    pub rsa_public_key: String,
    /// The data centres.
    pub dcs: Vec<DataCentre>,
}

impl Ready {
    /// Reads the file; `None`: it is not there yet, or not complete.
    ///
    /// # Errors
    /// If it is complete but says something else.
    pub fn read(file: &Path) -> Result<Option<Self>> {
        let Ok(text) = std::fs::read_to_string(file) else {
            return Ok(None);
        };
        match serde_json::from_str(&text) {
            Ok(ready) => Ok(Some(ready)),
            Err(error) if error.is_eof() => Ok(None),
            Err(error) => Err(error).with_context(|| format!("the ready file says: {text}")),
        }
    }
}
