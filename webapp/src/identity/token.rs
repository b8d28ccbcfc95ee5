//! Short tokens: what `initData` and one-time links are exchanged for.
//!
//! A token is `base64url(claims) "." base64url(mac)`, and lasts an hour at most.
//! Any node can check it by itself; that it was not given out anew, nor its
//! person erased, the database says ([`sesame_domain::ports::OneTime::admit`]).
//! No clock decides that: the token names which one it is.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sesame_domain::ids::{GrantId, LoginId, Owner, PersonId, TenantId};
use sesame_domain::ports::{OneTimeKind, TokenKeys};
use sesame_domain::time::{Timestamp, is_over};
use subtle::ConstantTimeEq;

use crate::problem::Unauthorized;

/// The purpose of the key; never changed.
const PURPOSE: &str = "web_token";

/// How long a token is good, at most.
pub(crate) const TOKEN_LIFE: TimeDelta = TimeDelta::hours(1);

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

impl Scope {
    /// What is exchanged for such a token.
    pub(crate) fn exchanged(self) -> OneTimeKind {
        match self {
            Self::App => OneTimeKind::InitData,
            Self::Screen(_) => OneTimeKind::Screen,
        }
    }
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
    /// Base64url of the SHA-256 of what it was exchanged for.
    #[serde(rename = "o")]
    origin: String,
    #[serde(rename = "g")]
    grant: GrantId,
    /// An IETF tag. Tokens from before there were languages have none.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Whose it is.
    pub(crate) owner: Owner,
    /// What it is good for.
    pub(crate) scope: Scope,
    /// The SHA-256 of what it was exchanged for.
    pub(crate) origin: [u8; 32],
    /// Which of the tokens for that it is.
    pub(crate) grant: GrantId,
    /// The language of the person's app.
    pub(crate) language: Option<String>,
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

    /// The token as it is sent.
    pub(crate) fn issue(
        &self,
        token: &Token,
        expires_at: Timestamp,
    ) -> Result<String, serde_json::Error> {
        let claims = serde_json::to_vec(&Claims {
            tenant: token.owner.tenant.clone(),
            person: token.owner.person,
            scope: token.scope,
            expires_at: expires_at.timestamp(),
            origin: URL_SAFE_NO_PAD.encode(token.origin),
            grant: token.grant,
            language: token.language.clone(),
        })?;
        let claims = URL_SAFE_NO_PAD.encode(claims);
        let mac = URL_SAFE_NO_PAD.encode(self.keys.mac(PURPOSE, claims.as_bytes()));
        Ok(format!("{claims}.{mac}"))
    }

    /// What a token says that is ours and not too old.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Result<Token, Unauthorized> {
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
        // One that a clock gave out that was ahead would live as much longer.
        let expires_at = Timestamp::from_timestamp(claims.expires_at, 0);
        if expires_at.is_none_or(|it| is_over(it, TOKEN_LIFE, now)) {
            return Err(Unauthorized::TokenExpired);
        }
        let origin = URL_SAFE_NO_PAD.decode(claims.origin).ok();
        Ok(Token {
            owner: Owner {
                tenant: claims.tenant,
                person: claims.person,
            },
            scope: claims.scope,
            origin: origin
                .and_then(|digest| digest.try_into().ok())
                .ok_or(Unauthorized::TokenInvalid)?,
            grant: claims.grant,
            language: claims.language,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use sesame_domain::ids::GrantId;
    use uuid::Uuid;

    use super::*;

    struct Keys;

    impl TokenKeys for Keys {
        fn mac(&self, _: &str, _: &[u8]) -> [u8; 32] {
            [7; 32]
        }
    }

    fn tokens() -> Tokens {
        Tokens::new("main".parse().unwrap(), Arc::new(Keys))
    }

    fn noon() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn token(language: Option<&str>) -> Token {
        Token {
            owner: Owner {
                tenant: "main".parse().unwrap(),
                person: PersonId(7),
            },
            scope: Scope::App,
            origin: [1; 32],
            grant: GrantId::from(Uuid::from_u128(9)),
            language: language.map(str::to_owned),
        }
    }

    #[test]
    fn a_token_carries_the_language_of_its_person() {
        for language in [Some("pt-br"), None] {
            let token = token(language);
            let sent = tokens().issue(&token, noon() + TOKEN_LIFE).unwrap();
            assert_eq!(tokens().check(&sent, noon()), Ok(token));
        }
    }

    #[test]
    fn a_token_from_before_there_were_languages_is_good() {
        let sent = tokens().issue(&token(None), noon() + TOKEN_LIFE).unwrap();
        let claims = URL_SAFE_NO_PAD
            .decode(sent.split('.').next().unwrap())
            .unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims.get("l"), None, "older nodes know of none");
        assert!(tokens().check(&sent, noon()).is_ok());
    }
}
