//! Leases among nodes: a key for each, that lapses by itself and holds its
//! owner's token, and one script for all that is done with them.
//!
//! A Redis that lost its keys does not know what it granted: it was emptied, or
//! restarted, or another one took its place. So a key, the epoch, says from when
//! on leases are granted: when the longest lease can have lasted since Redis
//! began to remember. Until then whoever has a lease keeps it, or restores it,
//! and no one else is granted any. The epoch lapses as leases do, and everything
//! that is done with a lease prolongs it.
//!
//! Whether keys were lost that an epoch outlived (it came back from a copy of a
//! moment ago) is seen by the script: a server that does not know it is not the
//! one that granted what is there.

use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::Connection;
use deadpool_redis::redis::{ErrorKind, RedisError, Script, ServerErrorKind, cmd};
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError};

use super::fresh_token;
use crate::coordination::redis_pool::RedisPool;
use crate::coordination::refusal::{RedisRefusal, RedisRefused, RedisStep};

/// A lease that is left behind by a proof goes by itself.
const PROOF_TTL: Duration = Duration::from_secs(10);

/// Begins an epoch.
static BEGIN: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("epoch.lua")));

/// Leases among nodes.
pub(in crate::coordination) struct RedisLeases {
    redis: RedisPool,
    /// No lease lasts longer.
    longest: Duration,
    script: Script,
}

/// What is done with a lease.
#[derive(Clone, Copy)]
enum Deed {
    /// Take it, unless someone has it or may have it.
    Take,
    /// Take one that no one else ever takes.
    TakeOwn,
    Restore,
    Renew,
    GiveBack,
    Look,
}

impl Deed {
    /// As the script names it.
    fn name(self) -> &'static str {
        match self {
            Self::Take | Self::TakeOwn => "take",
            Self::Restore => "restore",
            Self::Renew => "renew",
            Self::GiveBack => "release",
            Self::Look => "look",
        }
    }

    fn step(self) -> RedisStep {
        match self {
            Self::Take | Self::TakeOwn => RedisStep::Take,
            Self::Restore | Self::Renew => RedisStep::Prolong,
            Self::GiveBack => RedisStep::GiveBack,
            Self::Look => RedisStep::Look,
        }
    }
}

impl RedisLeases {
    /// Leases in this Redis, none of which lasts longer than this.
    pub(in crate::coordination) fn new(redis: RedisPool, longest: Duration) -> Self {
        // Each instance has a script of its own, as it has an epoch of its own:
        // another one's would make a server known.
        let own = format!("-- {:?}\n{}", redis.key("", ""), include_str!("lease.lua"));
        Self {
            redis,
            longest,
            script: Script::new(&own),
        }
    }

    fn key(&self, key: &LeaseKey) -> String {
        self.redis.key("lease", &key.as_text())
    }

    /// Does something with a lease; whether it could be done, or is so.
    async fn perform(
        &self,
        deed: Deed,
        key: &str,
        token: &str,
        ttl: Duration,
    ) -> Result<bool, RedisRefused> {
        let epoch = self.redis.key("lease-epoch", "all");
        let mut call = cmd("EVALSHA");
        // The epoch is not among the keys: where a cluster is one server, the
        // keys of a call have to be of one slot.
        call.arg(self.script.get_hash()).arg(1).arg(key);
        call.arg(deed.name()).arg(token).arg(&epoch);
        call.arg(millis(ttl)).arg(millis(self.longest));
        call.arg(u8::from(matches!(deed, Deed::Take)));
        self.redis
            .ask(deed.step(), |mut connection| async move {
                match call.query_async(&mut connection).await {
                    Err(error) if is_of_a_stranger(&error) => {
                        self.begin(&mut connection, &epoch).await?;
                        call.query_async(&mut connection).await
                    }
                    answer => answer,
                }
            })
            .await
    }

    /// Begins an epoch on a server that does not know the script, and only then
    /// lets it know.
    async fn begin(&self, connection: &mut Connection, epoch: &str) -> Result<(), RedisError> {
        let mut begin = BEGIN.arg(epoch);
        begin.arg(millis(self.longest));
        let () = begin.invoke_async(&mut **connection).await?;
        self.script.load_async(&mut **connection).await?;
        tracing::info!(
            "Redis does not know who works on what: no one takes anything over for a moment"
        );
        Ok(())
    }

    /// A lease that lasts longer could be granted twice.
    fn measured(&self, ttl: Duration) -> Result<Duration, StoreError> {
        let too_long = StoreError::inconsistent("a lease that lasts longer than any may");
        (ttl <= self.longest).then_some(ttl).ok_or(too_long)
    }

    /// Takes a lease that no one else wants, prolongs it and gives it back.
    pub(in crate::coordination) async fn prove(&self, name: &str) -> Result<(), RedisRefused> {
        let key = self.redis.key("lease", &format!("proof:{name}"));
        for deed in [Deed::TakeOwn, Deed::Renew, Deed::GiveBack] {
            if !self.perform(deed, &key, name, PROOF_TTL).await? {
                let forgets = RedisRefusal::Forgets;
                return Err(RedisRefused::silently(forgets, deed.step()));
            }
        }
        Ok(())
    }
}

fn is_of_a_stranger(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
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
        let (token, ttl) = (fresh_token(node), self.measured(ttl)?);
        let deed = if key.is_own() {
            Deed::TakeOwn
        } else {
            Deed::Take
        };
        let is_ours = self.perform(deed, &self.key(&key), &token, ttl).await?;
        Ok(is_ours.then(|| Lease {
            key,
            node: node.clone(),
            token,
        }))
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let (key, ttl) = (self.key(&lease.key), self.measured(ttl)?);
        let renewed = self.perform(Deed::Renew, &key, &lease.token, ttl);
        Ok(renewed.await?)
    }

    async fn restore(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let (key, ttl) = (self.key(&lease.key), self.measured(ttl)?);
        let restored = self.perform(Deed::Restore, &key, &lease.token, ttl);
        Ok(restored.await?)
    }

    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
        let key = self.key(key);
        Ok(self.perform(Deed::Look, &key, "", self.longest).await?)
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let key = self.key(&lease.key);
        let released = self.perform(Deed::GiveBack, &key, &lease.token, self.longest);
        released.await?;
        Ok(())
    }
}
