//! Copies of dialogs that are kept on the server: what is known of them. What is in
//! them, and the dialogs' names, lie elsewhere, sealed under the keys that stand here.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{index, moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(exports()).await?;
        manager.create_table(export_leavings()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["export_leavings", "exports"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn exports() -> TableCreateStatement {
    let mut exports = Table::create();
    owner(exports.table("exports").col(schema::uuid("id")))
        // Null once it is not linked any more: the export is to be removed then.
        .col(schema::uuid_null("account"))
        .col(schema::string_len("dialog", 32))
        .col(schema::text("choice"))
        .col(schema::text("key_id"))
        .col(schema::blob("wrapped_key"))
        .col(schema::blob("ciphertext"))
        .col(schema::big_integer("bytes"))
        .col(moment("created_at"))
        .col(moment("expires_at"))
        // How often it was begun or gone on with.
        .col(schema::big_integer("attempts").default(0))
        // What was put together last, all null or none.
        .col(schema::big_integer_null("edition"))
        .col(moment_null("made_at"))
        .col(schema::big_integer_null("messages"))
        .col(schema::big_integer_null("files"))
        .col(schema::big_integer_null("missing"))
        .col(schema::big_integer_null("archive_bytes"))
        // The link by which it is fetched.
        .col(schema::blob_null("link_digest"))
        .col(moment_null("link_until"))
        .col(moment_null("link_used_at"))
        .primary_key(Index::create().name("pk_exports").col("id"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_exports_account")
                .from("exports", "account")
                .to("accounts", "id")
                .on_delete(ForeignKeyAction::SetNull),
        )
        .take()
}

/// Exports that were removed, and whose files may still be there.
fn export_leavings() -> TableCreateStatement {
    Table::create()
        .table("export_leavings")
        .col(schema::uuid("id"))
        .col(moment("at"))
        .primary_key(Index::create().name("pk_export_leavings").col("id"))
        .take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let mut dialog = index("ux_exports_dialog", "exports", &["account", "dialog"]);
    let mut link = index("ux_exports_link", "exports", &["link_digest"]);
    vec![
        dialog.unique().take(),
        link.unique().take(),
        index("ix_exports_owner", "exports", &["tenant", "person", "id"]),
        index("ix_exports_expires_at", "exports", &["expires_at"]),
        // Rewrapping and retiring look for what a version wraps.
        index("ix_exports_key_id", "exports", &["key_id", "id"]),
        index("ix_export_leavings_at", "export_leavings", &["at"]),
    ]
}
