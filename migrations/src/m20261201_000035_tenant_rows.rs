//! Tenants that do not stand in the environment. Looking at accounts is done by
//! each tenant for itself, under a name of its own: what was asked for under the
//! former one is asked for again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::moment;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The former name.
const CHECKS: &str = "check_accounts";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tenants()).await?;
        manager.create_index(bots()).await?;
        for (table, column) in [("schedules", "kind"), ("jobs", "kind")] {
            let former = Query::delete()
                .from_table(table)
                .and_where(Expr::col(column).eq(CHECKS))
                .take();
            manager.execute(former).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("tenants").take())
            .await
    }
}

fn tenants() -> TableCreateStatement {
    Table::create()
        .table("tenants")
        .col(schema::string_len("id", 32))
        .col(schema::string_len("state", 16))
        .col(schema::big_integer("bot_id"))
        .col(schema::text("bot_username"))
        .col(schema::text("token_name"))
        .col(schema::text("settings"))
        .col(schema::big_integer("version"))
        .col(moment("added_at"))
        .col(moment("changed_at"))
        .primary_key(Index::create().name("pk_tenants").col("id"))
        .take()
}

/// No bot is of two tenants.
fn bots() -> IndexCreateStatement {
    Index::create()
        .name("ux_tenants_bot_id")
        .table("tenants")
        .col("bot_id")
        .unique()
        .take()
}
