//! How often in a row a job was parked for what was not there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMN: &str = "parks";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = schema::integer(COLUMN).default(0).take();
        let add = Table::alter().table("jobs").add_column(column).take();
        manager.alter_table(add).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let remove = Table::alter().table("jobs").drop_column(COLUMN).take();
        manager.alter_table(remove).await
    }
}
