//! What a login by phone number and code waits for. The number is in none of
//! these in readable form: two of them are sealed, and all are empty again as soon
//! as the code is no longer asked for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use super::columns::moment_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn columns() -> [ColumnDef; 8] {
    [
        schema::small_integer_null("numbers_left"),
        schema::blob_null("code_handle"),
        schema::blob_null("code_shown"),
        schema::string_len_null("code_way", 32),
        schema::string_len_null("code_next", 32),
        moment_null("code_again_at"),
        schema::small_integer_null("code_attempts_left"),
        schema::string_len_null("answer_rejected", 32),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one at a time.
        for column in columns() {
            let add = Table::alter().table("logins").add_column(column).take();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let name = column.get_column_name().clone();
            let remove = Table::alter().table("logins").drop_column(name).take();
            manager.alter_table(remove).await?;
        }
        Ok(())
    }
}
