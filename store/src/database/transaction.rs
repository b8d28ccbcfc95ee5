//! A transaction that can write the audit.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};
use sesame_domain::audit::{STRANDS, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{StoreError, TokenKeys};

use super::failure::{failed, leaves_doubt};
use super::rest::Doubt;

/// Why nothing can be audited.
#[derive(Debug, thiserror::Error)]
#[error("the database was not given the keys that link the audit")]
struct NoAuditKeys;

/// What it takes to write the audit; clones share it.
#[derive(Clone, Default)]
pub(super) struct AuditKeys {
    keys: Arc<OnceLock<Arc<dyn TokenKeys>>>,
    /// At which strand to look first, so that writers spread over them.
    turn: Arc<AtomicU16>,
}

impl AuditKeys {
    /// The first keys that are set stay.
    pub(super) fn set(&self, keys: Arc<dyn TokenKeys>) {
        self.keys.get_or_init(|| keys);
    }
}

impl fmt::Debug for AuditKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditKeys")
            .field("are_set", &self.keys.get().is_some())
            .finish_non_exhaustive()
    }
}

/// A transaction. One that is dropped is rolled back.
///
/// Once a statement in it failed, it can only be rolled back. PostgreSQL
/// answers a `COMMIT` then as if all were well; `SQLite`, which may have rolled
/// back by itself, would commit what comes after, statement by statement.
#[derive(Debug)]
pub(crate) struct Transaction {
    inner: DatabaseTransaction,
    audit: AuditKeys,
    failed: AtomicBool,
    doubt: Doubt,
    /// The strands that this transaction holds.
    strands: Mutex<HashMap<TenantId, StrandNo>>,
}

impl Transaction {
    pub(super) fn new(inner: DatabaseTransaction, audit: AuditKeys, doubt: Doubt) -> Self {
        Self {
            inner,
            audit,
            failed: AtomicBool::new(false),
            doubt,
            strands: Mutex::default(),
        }
    }

    /// What migrations are handed. They stop at the first failure by
    /// themselves.
    pub(super) fn plain(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// Commits it.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.go_on().map_err(failed)?;
        let committed = self.inner.commit().await;
        if committed.is_err() {
            self.doubt.raise();
        }
        committed.map_err(failed)
    }

    /// Whether there is still something to commit.
    fn go_on(&self) -> Result<(), DbErr> {
        if self.failed.load(Ordering::Acquire) {
            return Err(DbErr::Custom(
                "the transaction is over: a statement in it failed".to_owned(),
            ));
        }
        Ok(())
    }

    fn look_at<T>(&self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &outcome {
            self.failed.store(true, Ordering::Release);
            if leaves_doubt(error) {
                self.doubt.raise();
            }
        }
        outcome
    }

    /// The keys that link the audit.
    pub(crate) fn audit_keys(&self) -> Result<&dyn TokenKeys, StoreError> {
        let keys = self.audit.keys.get().map(AsRef::as_ref);
        keys.ok_or_else(|| StoreError::unavailable(NoAuditKeys))
    }

    /// The strand at which to look first for one that no one writes to.
    pub(crate) fn strand_turn(&self) -> StrandNo {
        StrandNo(self.audit.turn.fetch_add(1, Ordering::Relaxed) % STRANDS)
    }

    /// The tenant's strand that this transaction holds. A second one would
    /// invite two transactions to wait for each other.
    pub(crate) fn held_strand(&self, tenant: &TenantId) -> Option<StrandNo> {
        let strands = self.strands.lock().unwrap_or_else(PoisonError::into_inner);
        strands.get(tenant).copied()
    }

    /// Remembers which of the tenant's strands this transaction holds.
    pub(crate) fn hold_strand(&self, tenant: &TenantId, strand: StrandNo) {
        let mut strands = self.strands.lock().unwrap_or_else(PoisonError::into_inner);
        strands.insert(tenant.clone(), strand);
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.go_on()?;
        self.look_at(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.go_on()?;
        self.look_at(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.go_on()?;
        self.look_at(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.go_on()?;
        self.look_at(self.inner.query_all_raw(statement).await)
    }
}
