//! Who a bot is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Letters of which Telegram makes the secret part of a token.
const TOKEN_LETTERS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The id of the first bot that is made; the next ones follow.
pub(super) const FIRST_ID: i64 = 7_000_000_001;

/// How the first bot begins its life.
#[derive(Clone)]
pub struct BotOptions {
    /// The name that people see.
    pub name: String,
    /// The public name, without the `@`.
    pub username: String,
    /// `<id>:<secret>`; made up if absent.
    pub token: Option<String>,
}

impl Default for BotOptions {
    fn default() -> Self {
        Self {
            name: "Sandbox Bot".to_owned(),
            username: "sandbox_bot".to_owned(),
            token: None,
        }
    }
}

impl fmt::Debug for BotOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotOptions")
            .field("name", &self.name)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// A token that is not `<id>:<secret>`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a bot token is a number, a colon and at least one letter")]
pub struct TokenError;

/// What makes a bot this bot and no other.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    /// Telegram's user id of the bot.
    pub id: i64,
    /// Whoever holds this drives the bot.
    pub token: String,
    /// The public name, without the `@`.
    pub username: String,
}

impl Identity {
    /// The identity that these options describe.
    pub fn new(options: &BotOptions) -> Result<Self, TokenError> {
        let token = match &options.token {
            Some(token) => token.clone(),
            None => made_up_token(FIRST_ID),
        };
        let (id, secret) = token.split_once(':').ok_or(TokenError)?;
        let id = id.parse().map_err(|_| TokenError)?;
        if id <= 0 || secret.is_empty() {
            return Err(TokenError);
        }
        Ok(Self {
            id,
            token,
            username: options.username.clone(),
        })
    }

    /// A bot that is made now.
    pub(super) fn made(id: i64, username: &str) -> Self {
        Self {
            id,
            token: made_up_token(id),
            username: username.to_owned(),
        }
    }

    /// Another token for the same bot.
    pub(super) fn replace_token(&mut self) {
        self.token = made_up_token(self.id);
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

fn made_up_token(id: i64) -> String {
    let secret: String = crate::world::random_bytes::<35>()
        .iter()
        .map(|byte| char::from(TOKEN_LETTERS[usize::from(byte % 64)]))
        .collect();
    format!("{id}:{secret}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_comes_from_the_token() {
        let identity = Identity::new(&BotOptions {
            token: Some("42:abc".to_owned()),
            ..BotOptions::default()
        });
        assert_eq!(identity.unwrap().id, 42);
    }

    #[test]
    fn a_token_without_an_id_is_refused() {
        for token in ["abc", ":abc", "x:abc", "42:", "-1:abc"] {
            let options = BotOptions {
                token: Some(token.to_owned()),
                ..BotOptions::default()
            };
            assert!(Identity::new(&options).is_err(), "{token}");
        }
    }
}
