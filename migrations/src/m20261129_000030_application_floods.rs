//! Waits that Telegram asked people of an application for: nodes learn them from
//! each other.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut floods = Table::create();
        floods
            .table("application_floods")
            .col(schema::integer("api_id"))
            .col(schema::string_len("method", 64));
        owner(&mut floods).col(moment("until")).primary_key(
            Index::create()
                .name("pk_application_floods")
                .col("api_id")
                .col("method")
                .col("tenant")
                .col("person"),
        );
        manager.create_table(floods).await?;
        for index in [waiting(), over()] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("application_floods").take())
            .await
    }
}

fn waiting() -> IndexCreateStatement {
    Index::create()
        .name("ix_application_floods_method")
        .table("application_floods")
        .col("api_id")
        .col("method")
        .col("until")
        .take()
}

fn over() -> IndexCreateStatement {
    Index::create()
        .name("ix_application_floods_until")
        .table("application_floods")
        .col("until")
        .take()
}
