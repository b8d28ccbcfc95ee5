//! Several tenants over one database: what is looked for again and again is
//! looked up by its tenant first, so that the work of one does not have to be
//! read past by the nodes of another.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in of_tenant(true) {
            manager.create_index(index).await?;
        }
        drop_all(manager, of_all()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in of_tenant(false) {
            manager.create_index(index).await?;
        }
        drop_all(manager, of_each()).await
    }
}

/// The indexes of before.
fn of_all() -> [&'static str; 4] {
    [
        "ix_outbox_due_at",
        "ix_sessions_leave_at",
        "ix_logins_unattended",
        "ix_accounts_checked_at",
    ]
}

/// Those that know the tenant.
fn of_each() -> [&'static str; 4] {
    [
        "ix_outbox_tenant_due_at",
        "ix_sessions_tenant_leave_at",
        "ix_logins_tenant_unattended",
        "ix_accounts_tenant_checked_at",
    ]
}

async fn drop_all(manager: &SchemaManager<'_>, names: [&str; 4]) -> Result<(), DbErr> {
    for name in names {
        manager
            .get_connection()
            .execute_unprepared(&format!("DROP INDEX {name}"))
            .await?;
    }
    Ok(())
}

/// All four, with the tenant or without.
fn of_tenant(tenant: bool) -> [IndexCreateStatement; 4] {
    let names = if tenant { of_each() } else { of_all() };
    let [outbox, sessions, logins, accounts] = names;
    let begin = |name: &'static str, table: &'static str| {
        let mut index = Index::create().name(name).table(table).take();
        if tenant {
            index.col("tenant");
        }
        index
    };
    let unattended = Cond::any()
        .add(Expr::col("ended_at").is_null())
        .add(Expr::col("cleanup_at").is_not_null());
    let mut due = begin(outbox, "outbox").col("due_at").take();
    let mut leaving = begin(sessions, "sessions").col("leave_at").take();
    if tenant {
        due.col("id");
        leaving.col("id");
    }
    [
        due,
        leaving
            .and_where(Expr::col("leave_at").is_not_null())
            .take(),
        begin(logins, "logins")
            .col("created_at")
            .cond_where(unattended)
            .take(),
        begin(accounts, "accounts")
            .col("checked_at")
            .col("id")
            .and_where(Expr::cust("health <> 'dead'"))
            .take(),
    ]
}
