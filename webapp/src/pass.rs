//! Short tokens for commands that are given on a machine of Sesame's, with its keys
//! at hand: they ask the node that runs there, since sessions are open on it.

use std::sync::Arc;

use chrono::TimeDelta;
use secrecy::SecretString;
use sesame_domain::ids::{GrantId, Owner};
use sesame_domain::ports::{AGAIN_WITHIN, Grant, OneTime, OneTimeKind, StoreError, TokenKeys};
use sesame_domain::random::Entropy;
use sesame_domain::time::Timestamp;

use crate::identity::{Scope, Token, Tokens};

/// How long such a token is good.
pub const PASS_LIFE: TimeDelta = TimeDelta::minutes(5);

/// Makes such tokens.
pub struct Passes {
    /// What tokens are signed with.
    pub keys: Arc<dyn TokenKeys>,
    /// What remembers which tokens count.
    pub one_time: Arc<dyn OneTime>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Passes {
    /// A token with which a command asks in the name of this person. Whoever makes
    /// one has the audit say so before it is used.
    ///
    /// # Errors
    /// When it cannot be remembered that it counts.
    pub async fn issue(&self, owner: &Owner, now: Timestamp) -> Result<SecretString, StoreError> {
        let expires_at = now + PASS_LIFE;
        let grant = Grant {
            id: GrantId::generate(&*self.entropy, now),
            at: now,
            until: expires_at + AGAIN_WITHIN,
        };
        // It is exchanged for something that no one else has.
        let mut origin = [0; 32];
        self.entropy.fill(&mut origin);
        let kind = OneTimeKind::InitData;
        self.one_time.spend(kind, origin, owner, grant).await?;
        let token = Token {
            owner: owner.clone(),
            scope: Scope::App,
            origin,
            grant: grant.id,
            language: None,
        };
        let tokens = Tokens::new(owner.tenant.clone(), Arc::clone(&self.keys));
        let token = tokens.issue(&token, expires_at);
        let token =
            token.map_err(|_| StoreError::inconsistent("a token that cannot be written"))?;
        Ok(token.into())
    }
}
