//! A transaction that can write the audit.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};
use sesame_domain::audit::{STRANDS, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{StoreError, TokenKeys};

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
#[derive(Debug)]
pub(crate) struct Transaction {
    inner: DatabaseTransaction,
    audit: AuditKeys,
    /// The strands that this transaction holds.
    strands: Mutex<HashMap<TenantId, StrandNo>>,
}

impl Transaction {
    pub(super) fn new(inner: DatabaseTransaction, audit: AuditKeys) -> Self {
        Self {
            inner,
            audit,
            strands: Mutex::default(),
        }
    }

    pub(super) fn into_inner(self) -> DatabaseTransaction {
        self.inner
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

impl Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}
