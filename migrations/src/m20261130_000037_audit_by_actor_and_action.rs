//! What some kind of actor did of some kind: most of what is done of a kind is done
//! by one kind of actor, so that of another one is rare among many rows of both.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NAME: &str = "ix_audit_entries_actor_action";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = "audit_entries (tenant, actor_kind, action, at, strand, seq)";
        let create = format!("CREATE INDEX {NAME} ON {on}");
        manager.get_connection().execute_unprepared(&create).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = format!("DROP INDEX {NAME}");
        manager.get_connection().execute_unprepared(&drop).await?;
        Ok(())
    }
}
