//! Lists for whoever looks after Sesame: each is in the order of a moment, and is
//! looked up by its tenant, and by what it is filtered by most.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (name, on) in INDEXES {
            db.execute_unprepared(&format!("CREATE INDEX {name} ON {on}"))
                .await?;
        }
        let end = id_end(manager.get_database_backend());
        for (name, table) in BY_ID_END {
            db.execute_unprepared(&format!("CREATE INDEX {name} ON {table} (({end}))"))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let names = INDEXES.iter().map(|(name, _)| name);
        for name in names.chain(BY_ID_END.iter().map(|(name, _)| name)) {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP INDEX {name}"))
                .await?;
        }
        Ok(())
    }
}

const INDEXES: [(&str, &str); 25] = [
    // Logins, the newest first.
    ("ix_logins_listed", "logins (tenant, created_at, id)"),
    (
        "ix_logins_live",
        "logins (tenant, created_at, id) WHERE ended_at IS NULL",
    ),
    ("ix_logins_state", "logins (tenant, state, created_at, id)"),
    (
        "ix_logins_node",
        "logins (tenant, node, created_at, id) WHERE node IS NOT NULL",
    ),
    (
        "ix_logins_failure",
        "logins (tenant, failure_code, created_at, id) WHERE failure_code IS NOT NULL",
    ),
    // Who waits until when.
    (
        "ix_logins_retry_at",
        "logins (tenant, setback_retry_at, id) WHERE setback_retry_at IS NOT NULL",
    ),
    (
        "ix_logins_failure_retry_at",
        "logins (tenant, failure_retry_at, id) WHERE failure_retry_at IS NOT NULL",
    ),
    // Accounts, last used first. Where a node of an older version linked, nothing
    // says when one was used.
    (
        "ix_accounts_used",
        "accounts (tenant, COALESCE(used_at, linked_at), id)",
    ),
    (
        "ix_accounts_health",
        "accounts (tenant, health, COALESCE(used_at, linked_at), id)",
    ),
    (
        "ix_accounts_health_since",
        "accounts (tenant, health, health_cause, health_since)",
    ),
    (
        "ix_accounts_username",
        "accounts (LOWER(username)) WHERE username IS NOT NULL",
    ),
    ("ix_sessions_node", "sessions (node) WHERE node IS NOT NULL"),
    // People, last seen first.
    ("ix_people_seen", "people (tenant, last_seen_at, person)"),
    (
        "ix_people_blocked",
        "people (tenant, last_seen_at, person) WHERE blocked_at IS NOT NULL",
    ),
    // Jobs: which is due first, the last that ended first, the newest first.
    (
        "ix_jobs_tenant_due",
        "jobs (tenant, state, run_after, id) WHERE run_after IS NOT NULL",
    ),
    (
        "ix_jobs_tenant_ended",
        "jobs (tenant, state, ended_at, id) WHERE ended_at IS NOT NULL",
    ),
    (
        "ix_jobs_tenant_kind",
        "jobs (tenant, kind, state, ended_at, id)",
    ),
    (
        "ix_jobs_tenant_code",
        "jobs (tenant, code, ended_at, id) WHERE code IS NOT NULL",
    ),
    (
        "ix_jobs_tenant_node",
        "jobs (tenant, node, state, ended_at, id) WHERE node IS NOT NULL",
    ),
    ("ix_jobs_tenant_created", "jobs (tenant, created_at, id)"),
    // The audit, the newest first.
    (
        "ix_audit_entries_at",
        "audit_entries (tenant, at, strand, seq)",
    ),
    (
        "ix_audit_entries_action",
        "audit_entries (tenant, action, at, strand, seq)",
    ),
    (
        "ix_audit_entries_actor",
        "audit_entries (tenant, actor_kind, at, strand, seq)",
    ),
    ("ix_audit_entries_subject", "audit_entries (subject)"),
    (
        "ix_audit_entries_outcome",
        "audit_entries (tenant, outcome, at, strand, seq) WHERE outcome <> 'done'",
    ),
];

/// What is found by the end of its id, as that is shown.
const BY_ID_END: [(&str, &str); 3] = [
    ("ix_logins_id_end", "logins"),
    ("ix_accounts_id_end", "accounts"),
    ("ix_jobs_id_end", "jobs"),
];

fn id_end(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Sqlite {
        "lower(substr(hex(id), 25))"
    } else {
        "right(id::text, 8)"
    }
}
