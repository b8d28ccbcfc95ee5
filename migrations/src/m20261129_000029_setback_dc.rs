//! Which data centre a login waits for, if it is left alone since it does not
//! answer.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = schema::integer_null("setback_dc");
        let add = Table::alter().table("logins").add_column(column).take();
        manager.alter_table(add).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let remove = Table::alter()
            .table("logins")
            .drop_column("setback_dc")
            .take();
        manager.alter_table(remove).await
    }
}
