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

/// Prolongs the key if it still holds the token.
static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then \
           return redis.call('PEXPIRE', KEYS[1], ARGV[2]) \
         end \
         return 0",
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
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(millis(ttl)));
        let set: Option<String> = self
            .redis
            .within(async {
                let mut connection = self.redis.connection().await?;
                cmd("SET")
                    .arg(self.key(&key))
                    .arg(&token)
                    .arg(options)
                    .query_async(&mut connection)
                    .await
                    .map_err(StoreError::unavailable)
            })
            .await?;
        Ok(set.map(|_| Lease {
            key,
            node: node.clone(),
            token,
        }))
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        self.redis
            .within(async {
                let mut connection = self.redis.connection().await?;
                RENEW
                    .key(self.key(&lease.key))
                    .arg(&lease.token)
                    .arg(millis(ttl))
                    .invoke_async(&mut *connection)
                    .await
                    .map_err(StoreError::unavailable)
            })
            .await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.redis
            .within(async {
                let mut connection = self.redis.connection().await?;
                RELEASE
                    .key(self.key(&lease.key))
                    .arg(&lease.token)
                    .invoke_async::<i64>(&mut *connection)
                    .await
                    .map(|_| ())
                    .map_err(StoreError::unavailable)
            })
            .await
    }
}
