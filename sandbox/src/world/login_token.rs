//! Login tokens: what a QR code on a new device carries.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::device::Device;
use super::entropy;
use super::guarded::Guarded;

/// How many tokens one client may have alive; the oldest makes room.
const MAX_PER_KEY: usize = 16;

/// Why a token cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// This token was not made here.
    #[error("AUTH_TOKEN_INVALIDX")]
    Invalid,
    /// The token's life is over.
    #[error("AUTH_TOKEN_EXPIRED")]
    Expired,
    /// Someone has accepted it already.
    #[error("AUTH_TOKEN_ALREADY_ACCEPTED")]
    AlreadyAccepted,
    /// The client is logged in as this person already, or the login cannot go on.
    #[error("AUTH_TOKEN_EXCEPTION")]
    Exception,
}

/// A token that was exported.
#[derive(Clone)]
pub struct LoginToken {
    /// The token itself.
    pub bytes: Vec<u8>,
    /// The id of the key of the client that shows it.
    pub key: i64,
    /// The data centre that exported it.
    pub dc: i32,
    /// The people that the client is logged in as already.
    pub except: Vec<i64>,
    /// What the client said about itself.
    pub device: Arc<Device>,
    /// When it was exported, in seconds.
    pub exported_at: i64,
    /// When its life ends, in seconds.
    pub expires_at: i64,
    /// Who accepted it.
    pub accepted_by: Option<i64>,
    /// When its client began to show tokens, in seconds.
    pub began_at: i64,
    /// Who used a Mini App right before that: most likely it is their login.
    pub probably_of: Option<i64>,
}

impl fmt::Debug for LoginToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginToken")
            .field("key", &self.key)
            .field("expires_at", &self.expires_at)
            .field("accepted_by", &self.accepted_by)
            .finish_non_exhaustive()
    }
}

/// The register of login tokens.
///
/// A token carries its own proof (an HMAC over its random part), so that one
/// that was swept long ago is still told from one that never existed.
#[derive(Debug)]
pub struct LoginTokens {
    secret: [u8; 32],
    state: Guarded<Tokens>,
}

#[derive(Debug, Default)]
struct Tokens {
    by_bytes: HashMap<Vec<u8>, LoginToken>,
    by_key: HashMap<i64, Vec<Vec<u8>>>,
    began: HashMap<i64, (i64, Option<i64>)>,
}

impl Default for LoginTokens {
    fn default() -> Self {
        Self {
            secret: entropy::bytes(),
            state: Guarded::default(),
        }
    }
}

impl LoginTokens {
    /// Makes a token for the client with this key.
    pub(crate) fn export(
        &self,
        (dc, key): (i32, i64),
        except: Vec<i64>,
        device: Arc<Device>,
        (now, life): (i64, i64),
        user: Option<i64>,
    ) -> LoginToken {
        let nonce: [u8; 16] = entropy::bytes();
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&self.proof(&nonce));
        let mut state = self.state.write();
        let (began_at, probably_of) = *state.began.entry(key).or_insert((now, user));
        let token = LoginToken {
            bytes: bytes.clone(),
            key,
            dc,
            except,
            device,
            exported_at: now,
            expires_at: now + life,
            accepted_by: None,
            began_at,
            probably_of,
        };
        state.by_bytes.insert(bytes.clone(), token.clone());
        let of_key = state.by_key.entry(key).or_default();
        of_key.push(bytes);
        if of_key.len() > MAX_PER_KEY {
            let oldest = of_key.remove(0);
            state.by_bytes.remove(&oldest);
        }
        token
    }

    /// Marks a token as accepted by a person. The client's other tokens are void.
    pub(crate) fn accept(
        &self,
        bytes: &[u8],
        person: i64,
        now: i64,
    ) -> Result<LoginToken, TokenError> {
        let mut state = self.state.write();
        let Some(token) = state.by_bytes.get_mut(bytes) else {
            return Err(self.unknown(bytes));
        };
        if token.accepted_by.is_some() {
            return Err(TokenError::AlreadyAccepted);
        }
        if token.expires_at <= now {
            return Err(TokenError::Expired);
        }
        if token.except.contains(&person) {
            return Err(TokenError::Exception);
        }
        token.accepted_by = Some(person);
        let token = token.clone();
        let others = state.by_key.remove(&token.key).unwrap_or_default();
        for other in others.iter().filter(|other| *other != bytes) {
            state.by_bytes.remove(other);
        }
        state.by_key.insert(token.key, vec![bytes.to_vec()]);
        Ok(token)
    }

    /// The tokens that are remembered, newest first.
    pub fn list(&self) -> Vec<LoginToken> {
        let state = self.state.read();
        let mut all: Vec<_> = state.by_bytes.values().cloned().collect();
        all.sort_by_key(|token| std::cmp::Reverse(token.exported_at));
        all
    }

    /// How many clients show a token that can still be scanned.
    pub fn waiting(&self, now: i64) -> usize {
        let state = self.state.read();
        let alive = |bytes: &Vec<u8>| {
            let token = state.by_bytes.get(bytes);
            token.is_some_and(|token| token.expires_at > now && token.accepted_by.is_none())
        };
        let clients = state.by_key.values();
        clients.filter(|tokens| tokens.iter().any(alive)).count()
    }

    /// Forgets the tokens whose life ended before then.
    pub(crate) fn sweep(&self, expired_before: i64) {
        let mut state = self.state.write();
        let Tokens {
            by_bytes,
            by_key,
            began,
        } = &mut *state;
        by_bytes.retain(|_, token| token.expires_at >= expired_before);
        by_key.retain(|_, tokens| {
            tokens.retain(|bytes| by_bytes.contains_key(bytes));
            !tokens.is_empty()
        });
        began.retain(|key, _| by_key.contains_key(key));
    }

    fn unknown(&self, bytes: &[u8]) -> TokenError {
        match bytes.split_at_checked(16) {
            Some((nonce, proof)) if proof == self.proof(nonce) => TokenError::Expired,
            _ => TokenError::Invalid,
        }
    }

    fn proof(&self, nonce: &[u8]) -> [u8; 16] {
        let mut proof = [0; 16];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) {
            mac.update(nonce);
            proof.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        }
        proof
    }
}
