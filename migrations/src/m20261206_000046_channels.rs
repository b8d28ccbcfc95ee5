//! Channels that are read, who wants them, and the order in which posts changed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{index, moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [channels(), subscriptions(), changes()] {
            manager.create_table(table).await?;
        }
        // 0: since before changes were counted.
        let change = schema::big_integer("change_number").default(0).take();
        manager
            .alter_table(Table::alter().table("posts").add_column(change).take())
            .await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name("ix_posts_change")
                    .table("posts")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("posts")
                    .drop_column("change_number")
                    .take(),
            )
            .await?;
        for table in ["post_changes", "channel_subscriptions", "channels"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn channels() -> TableCreateStatement {
    Table::create()
        .table("channels")
        .col(schema::string_len("tenant", 32))
        .col(schema::big_integer("channel"))
        .col(schema::text("title"))
        .col(schema::string_len_null("username", 64))
        // Whose session reads it.
        .col(schema::big_integer_null("reader"))
        // Down to when its history is wanted; null: to its first message.
        .col(moment_null("history_from"))
        // How far it is read, both null or none.
        .col(schema::integer_null("reached_message"))
        .col(moment_null("reached_at"))
        .col(schema::boolean("is_whole"))
        // What was missed: below the one, down to the other; null: nothing.
        .col(schema::integer_null("gap_below"))
        .col(schema::integer_null("gap_down_to"))
        // What keeps it from being read; null: nothing.
        .col(schema::string_len_null("failure", 64))
        .col(moment_null("failing_since"))
        .col(schema::integer("failures"))
        .col(schema::boolean("is_told"))
        .col(moment_null("read_at"))
        .col(moment_null("posted_at"))
        .col(moment_null("swept_at"))
        .col(moment("next_at"))
        .col(schema::big_integer("last_change"))
        .primary_key(
            Index::create()
                .name("pk_channels")
                .col("tenant")
                .col("channel"),
        )
        .take()
}

fn subscriptions() -> TableCreateStatement {
    let mut subscriptions = Table::create();
    owner(subscriptions.table("channel_subscriptions"))
        .col(schema::big_integer("channel"))
        .col(schema::uuid("account"))
        // Null: from its first post.
        .col(moment_null("wanted_from"))
        .col(schema::integer_null("kept_days"))
        .col(schema::boolean("forwards"))
        .col(schema::boolean("service_messages"))
        .col(schema::integer("shortest"))
        // That its texts may be given to a service, both null or none.
        .col(schema::integer_null("consent_wording"))
        .col(moment_null("consent_at"))
        .col(moment("created_at"))
        .col(moment_null("lost_at"))
        .col(schema::big_integer("tagged_to"))
        .primary_key(
            Index::create()
                .name("pk_channel_subscriptions")
                .col("tenant")
                .col("person")
                .col("channel"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_channel_subscriptions_account")
                .from("channel_subscriptions", "account")
                .to("accounts", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

/// The number of the last change of a tenant's posts.
fn changes() -> TableCreateStatement {
    Table::create()
        .table("post_changes")
        .col(schema::string_len("tenant", 32))
        .col(schema::big_integer("last"))
        .primary_key(Index::create().name("pk_post_changes").col("tenant"))
        .take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let subscriptions = "channel_subscriptions";
    vec![
        index("ix_channels_reader", "channels", &["reader", "tenant"]),
        index("ix_channels_next_at", "channels", &["next_at"]),
        index(
            "ix_channel_subscriptions_channel",
            subscriptions,
            &["tenant", "channel", "person"],
        ),
        index(
            "ix_channel_subscriptions_account",
            subscriptions,
            &["account"],
        ),
        index(
            "ix_posts_change",
            "posts",
            &["tenant", "channel", "change_number"],
        ),
    ]
}
