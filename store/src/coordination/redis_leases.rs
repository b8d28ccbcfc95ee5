//! Leases among nodes: a key for each, that lapses by itself and holds its
//! owner's token.

use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::{ExistenceCheck, Script, SetExpiry, SetOptions, cmd};
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError};

use super::memory_leases::fresh_token;
use super::redis_pool::RedisPool;
use super::refusal::{RedisRefusal, RedisRefused, RedisStep};

/// A lease that is left behind by a proof goes by itself.
const PROOF_TTL: Duration = Duration::from_secs(10);

/// Prolongs the key if it still holds the token.
static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then \
           return redis.call('PEXPIRE', KEYS[1], ARGV[2]) \
         end \
         return 0",
    )
});

/// Sets the key to the token, unless it holds another.
static RESTORE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1]) \
         if held and held ~= ARGV[1] then \
           return 0 \
         end \
         redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) \
         return 1",
    )
});

/// Removes the key if it still holds the token.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then \
           return redis.call('DEL', KEYS[1]) \
         end \
         return 0",
    )
});

/// Leases among nodes.
pub(super) struct RedisLeases {
    redis: RedisPool,
}

impl RedisLeases {
    /// Leases in this Redis.
    pub(super) fn new(redis: RedisPool) -> Self {
        Self { redis }
    }

    fn key(&self, key: &LeaseKey) -> String {
        self.redis.key("lease", &key.as_text())
    }

    /// Sets the key to the token, if there is no such key.
    async fn take(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, RedisRefused> {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(millis(ttl)));
        let set: Option<String> = self
            .redis
            .ask(RedisStep::Take, |mut connection| async move {
                cmd("SET")
                    .arg(key)
                    .arg(token)
                    .arg(options)
                    .query_async(&mut connection)
                    .await
            })
            .await?;
        Ok(set.is_some())
    }

    async fn prolong(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, RedisRefused> {
        self.redis
            .ask(RedisStep::Prolong, |mut connection| async move {
                RENEW
                    .key(key)
                    .arg(token)
                    .arg(millis(ttl))
                    .invoke_async(&mut *connection)
                    .await
            })
            .await
    }

    async fn put_back(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, RedisRefused> {
        self.redis
            .ask(RedisStep::Prolong, |mut connection| async move {
                RESTORE
                    .key(key)
                    .arg(token)
                    .arg(millis(ttl))
                    .invoke_async(&mut *connection)
                    .await
            })
            .await
    }

    /// Whether there is such a key. Asked with what prolonging needs anyway:
    /// an access list that was written for that allows it.
    async fn look(&self, key: &str) -> Result<bool, RedisRefused> {
        let found: Option<String> = self
            .redis
            .ask(RedisStep::Look, |mut connection| async move {
                cmd("GET").arg(key).query_async(&mut connection).await
            })
            .await?;
        Ok(found.is_some())
    }

    async fn give_back(&self, key: &str, token: &str) -> Result<bool, RedisRefused> {
        self.redis
            .ask(RedisStep::GiveBack, |mut connection| async move {
                RELEASE
                    .key(key)
                    .arg(token)
                    .invoke_async(&mut *connection)
                    .await
            })
            .await
    }

    /// Takes a lease that no one else wants, prolongs it and gives it back.
    pub(super) async fn prove(&self, name: &str) -> Result<(), RedisRefused> {
        let key = self.redis.key("lease", &format!("proof:{name}"));
        let taken = self.take(&key, name, PROOF_TTL).await?;
        let prolonged = self.prolong(&key, name, PROOF_TTL).await?;
        let given_back = self.give_back(&key, name).await?;
        if taken && prolonged && given_back {
            Ok(())
        } else {
            let forgets = RedisRefusal::Forgets;
            Err(RedisRefused::silently(forgets, RedisStep::Prolong))
        }
    }
}

/// Redis counts milliseconds and refuses zero.
fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}

#[async_trait]
impl Leases for RedisLeases {
    async fn acquire(
        &self,
        key: LeaseKey,
        node: &NodeId,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let token = fresh_token(node);
        let is_ours = self.take(&self.key(&key), &token, ttl).await?;
        Ok(is_ours.then(|| Lease {
            key,
            node: node.clone(),
            token,
        }))
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let key = self.key(&lease.key);
        Ok(self.prolong(&key, &lease.token, ttl).await?)
    }

    async fn restore(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let key = self.key(&lease.key);
        Ok(self.put_back(&key, &lease.token, ttl).await?)
    }

    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
        Ok(self.look(&self.key(key)).await?)
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.give_back(&self.key(&lease.key), &lease.token).await?;
        Ok(())
    }
}
