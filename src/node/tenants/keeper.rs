//! Keeps the tenants of this node as their rows say: starts those that were added,
//! restarts those that were changed, stops those that were paused or are gone.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{StoreError, TenantRegister as _, Topic};
use sesame_domain::reason::Reason;
use sesame_domain::tenant::{Tenant, TenantState};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::node_parts::NodeParts;
use super::one::RunningTenant;
use super::standing::Standing;

/// How often it looks without being woken.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often one is tried again that did not start.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// Keeps the tenants of this node as their rows say.
pub(crate) struct TenantKeeper {
    node: Arc<NodeParts>,
    running: tokio::sync::Mutex<BTreeMap<TenantId, RunningTenant>>,
    failed: Mutex<BTreeMap<TenantId, Failed>>,
}

/// One that did not start, as its row was then.
struct Failed {
    version: i64,
    at: Instant,
}

impl TenantKeeper {
    /// None runs yet.
    pub(crate) fn new(node: Arc<NodeParts>) -> Self {
        Self {
            node,
            running: tokio::sync::Mutex::default(),
            failed: Mutex::default(),
        }
    }

    /// Keeps them until the stop, and then stops them.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        // Boxed: starting a tenant is large, and seldom.
        stop.run_until_cancelled(Box::pin(self.keep())).await;
        let mut running = self.running.lock().await;
        let all = std::mem::take(&mut *running).into_values();
        let stopped = all.map(|tenant| tenant.stop(&self.node));
        futures::future::join_all(stopped).await;
    }

    async fn keep(&self) {
        loop {
            let wake_ups = self.node.signals.subscribe(Topic::Tenants).await;
            // Without signals it looks as often as it does anyway.
            let mut wake_ups = wake_ups.unwrap_or_else(|_| futures::stream::pending().boxed());
            // Listens anew now and then: a subscription may have failed.
            for _ in 0..12 {
                if let Err(error) = self.look().await {
                    tracing::warn!(
                        error = %Reason::of(&error),
                        "which tenants there are cannot be told"
                    );
                }
                tokio::select! {
                    woken = wake_ups.next() => if woken.is_none() {
                        wake_ups = futures::stream::pending().boxed();
                    },
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
            }
        }
    }

    /// Looks once.
    async fn look(&self) -> Result<(), StoreError> {
        let register = self.node.core().database.tenants();
        let mut wanted = BTreeMap::new();
        for row in register.all().await? {
            match row {
                // It stands in the environment as well, and that one counts.
                Ok(row) if row.id == self.node.first => {}
                Ok(row) if row.state == TenantState::Paused => {}
                Ok(row) => {
                    wanted.insert(row.id.clone(), row);
                }
                Err(broken) => {
                    let (id, what) = (&broken.id, &broken.what);
                    tracing::warn!(
                        tenant = id,
                        what,
                        "a tenant is left alone: this program cannot read its row"
                    );
                }
            }
        }
        let mut running = self.running.lock().await;
        self.stop_others(&mut running, &wanted).await;
        for (id, row) in wanted {
            if !running.contains_key(&id) && self.may_try(&row) {
                self.start(&mut running, row).await;
            }
        }
        self.tell(&running);
        Ok(())
    }

    /// Stops those that are not wanted, or not as they run.
    async fn stop_others(
        &self,
        running: &mut BTreeMap<TenantId, RunningTenant>,
        wanted: &BTreeMap<TenantId, Tenant>,
    ) {
        let is_other = |id: &TenantId, it: &RunningTenant| {
            wanted
                .get(id)
                .is_none_or(|row| row.version != it.row.version)
        };
        let others: Vec<_> = running.extract_if(.., |id, it| is_other(id, it)).collect();
        let stopped = others.into_iter().map(|(id, tenant)| async move {
            tracing::info!(tenant = %id, "a tenant stops on this node");
            tenant.stop(&self.node).await;
        });
        futures::future::join_all(stopped).await;
        let mut failed = self.failed();
        failed.retain(|id, it| wanted.get(id).is_some_and(|row| row.version == it.version));
    }

    /// Whether one may be started: one that failed is tried again after a while.
    fn may_try(&self, row: &Tenant) -> bool {
        let failed = self.failed();
        let before = failed.get(&row.id);
        before.is_none_or(|it| it.version != row.version || it.at.elapsed() >= TRY_AGAIN)
    }

    async fn start(&self, running: &mut BTreeMap<TenantId, RunningTenant>, row: Tenant) {
        let (id, version) = (row.id.clone(), row.version);
        match RunningTenant::start(row, &self.node).await {
            Ok(tenant) => {
                tracing::info!(tenant = %id, "a tenant runs on this node");
                self.failed().remove(&id);
                running.insert(id, tenant);
            }
            Err(error) => {
                let why = Reason::of(&error).to_string();
                tracing::error!(
                    tenant = %id,
                    error = %Reason::of(&error),
                    "a tenant does not run on this node"
                );
                self.node.administration.failed(&id, why);
                let at = Instant::now();
                self.failed().insert(id, Failed { version, at });
            }
        }
    }

    /// Says how they do, for pages and for whoever asks whether the node is ready.
    fn tell(&self, running: &BTreeMap<TenantId, RunningTenant>) {
        let runs = running.iter().map(|(id, it)| {
            let standing = Standing::Runs {
                bot: it.bot_runs(),
                failing: it.failing(),
            };
            (id.clone(), standing)
        });
        let failed: Vec<_> = self.failed().keys().cloned().collect();
        self.node.administration.told(runs.collect(), &failed);
    }

    fn failed(&self) -> MutexGuard<'_, BTreeMap<TenantId, Failed>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TenantKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantKeeper").finish_non_exhaustive()
    }
}
