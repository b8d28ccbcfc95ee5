//! In which message of the chat with the bot a person's account is shown, so that what
//! becomes of it is said there, by whichever node.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMN: &str = "shown_message";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = schema::integer_null(COLUMN);
        let add = Table::alter().table("people").add_column(column).take();
        manager.alter_table(add).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let remove = Table::alter().table("people").drop_column(COLUMN).take();
        manager.alter_table(remove).await
    }
}
