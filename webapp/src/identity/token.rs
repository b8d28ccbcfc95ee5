//! Short tokens: what `initData` and one-time links are exchanged for.
//!
//! A token is `base64url(claims) "." base64url(mac)`. Nothing is stored: any
//! node can check it, and it lasts an hour at most.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sesame_domain::ids::{LoginId, Owner, PersonId, TenantId};
use sesame_domain::ports::TokenKeys;
use sesame_domain::time::Timestamp;
use subtle::ConstantTimeEq;

use crate::problem::Unauthorized;

/// The purpose of the key; never changed.
const PURPOSE: &str = "web_token";

/// By how much the clocks of two nodes may differ.
const CLOCK_SKEW_MS: i64 = 2_000;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// Everything the person can do in the Mini App.
    #[serde(rename = "a")]
    App,
    /// Looking at one login's code.
    #[serde(rename = "s")]
    Screen(LoginId),
}

#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(rename = "t")]
    tenant: TenantId,
    #[serde(rename = "p")]
    person: PersonId,
    #[serde(rename = "s")]
    scope: Scope,
    /// Unix seconds.
    #[serde(rename = "e")]
    expires_at: i64,
    /// Unix milliseconds; a token that does not say it is as old as can be.
    #[serde(rename = "i", default)]
    issued_at_ms: i64,
}

/// What a good token says.
pub(crate) struct Checked {
    pub(crate) owner: Owner,
    pub(crate) scope: Scope,
    issued_at_ms: i64,
}

impl Checked {
    /// Whether the token was given out before that moment. Nodes' clocks may
    /// differ a little.
    pub(crate) fn is_older_than(&self, moment: Timestamp) -> bool {
        self.issued_at_ms + CLOCK_SKEW_MS < moment.timestamp_millis()
    }
}

/// Makes and checks tokens.
pub(crate) struct Tokens {
    tenant: TenantId,
    keys: Arc<dyn TokenKeys>,
}

impl Tokens {
    pub(crate) fn new(tenant: TenantId, keys: Arc<dyn TokenKeys>) -> Self {
        Self { tenant, keys }
    }

    /// A token for this person.
    pub(crate) fn issue(
        &self,
        owner: &Owner,
        scope: Scope,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<String, serde_json::Error> {
        let claims = serde_json::to_vec(&Claims {
            tenant: owner.tenant.clone(),
            person: owner.person,
            scope,
            expires_at: expires_at.timestamp(),
            issued_at_ms: now.timestamp_millis(),
        })?;
        let claims = URL_SAFE_NO_PAD.encode(claims);
        let mac = URL_SAFE_NO_PAD.encode(self.keys.mac(PURPOSE, claims.as_bytes()));
        Ok(format!("{claims}.{mac}"))
    }

    /// Whose token it is, and what it is good for.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Result<Checked, Unauthorized> {
        let (claims, mac) = token.split_once('.').ok_or(Unauthorized::TokenInvalid)?;
        let mac = URL_SAFE_NO_PAD
            .decode(mac)
            .map_err(|_| Unauthorized::TokenInvalid)?;
        let expected = self.keys.mac(PURPOSE, claims.as_bytes());
        if !bool::from(expected.as_slice().ct_eq(&mac)) {
            return Err(Unauthorized::TokenInvalid);
        }
        let claims: Claims = URL_SAFE_NO_PAD
            .decode(claims)
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or(Unauthorized::TokenInvalid)?;
        if claims.tenant != self.tenant {
            return Err(Unauthorized::TokenInvalid);
        }
        if now.timestamp() >= claims.expires_at {
            return Err(Unauthorized::TokenExpired);
        }
        let owner = Owner {
            tenant: claims.tenant,
            person: claims.person,
        };
        Ok(Checked {
            owner,
            scope: claims.scope,
            issued_at_ms: claims.issued_at_ms,
        })
    }
}
