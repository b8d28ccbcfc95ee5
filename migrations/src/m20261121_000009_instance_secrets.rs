//! Sealed secrets of the instance itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let secrets = Table::create()
            .table("instance_secrets")
            .col(schema::text("name"))
            // To which the seal is bound; it comes from the name.
            .col(schema::uuid("id"))
            // Apart, so that the key can be wrapped anew without the secret.
            .col(schema::text("key_id"))
            .col(schema::blob("wrapped_key"))
            .col(schema::blob("ciphertext"))
            .primary_key(Index::create().name("pk_instance_secrets").col("name"))
            .take();
        manager.create_table(secrets).await?;
        let ids = Index::create()
            .name("ux_instance_secrets_id")
            .table("instance_secrets")
            .unique()
            .col("id")
            .take();
        manager.create_index(ids).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("instance_secrets").take())
            .await
    }
}
