//! Posts of channels that are read, and the words in them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{index, moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(posts()).await?;
        manager.create_table(post_parts()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let statements = match manager.get_database_backend() {
            DbBackend::Sqlite => SQLITE_WORDS,
            _ => POSTGRES_WORDS,
        };
        for statement in statements {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            let drop = "DROP TABLE post_words";
            manager.get_connection().execute_unprepared(drop).await?;
        }
        for table in ["post_parts", "posts"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn posts() -> TableCreateStatement {
    Table::create()
        .table("posts")
        // What the words of a post are found by.
        .col(
            schema::big_integer("number")
                .auto_increment()
                .primary_key()
                .take(),
        )
        .col(schema::string_len("tenant", 32))
        .col(schema::big_integer("channel"))
        // The first message of it that was met.
        .col(schema::integer("message"))
        .col(schema::big_integer_null("album"))
        .col(moment("at"))
        .col(moment_null("edited_at"))
        .col(moment_null("deleted_at"))
        .col(schema::text("text"))
        // The same as it is searched.
        .col(schema::text("words"))
        // Lists, as JSON.
        .col(schema::text("hashtags"))
        .col(schema::text("links"))
        .col(schema::integer("messages"))
        .col(schema::boolean("is_forwarded"))
        // From where, as far as it is to be told.
        .col(schema::string_len_null("forward_from", 32))
        .col(schema::integer_null("forward_message"))
        .col(schema::string_len_null("action", 64))
        .col(schema::boolean("has_media"))
        .col(schema::integer("revision"))
        .take()
}

/// The messages of albums.
fn post_parts() -> TableCreateStatement {
    let key = Index::create()
        .name("pk_post_parts")
        .col("tenant")
        .col("channel")
        .col("message")
        .take();
    Table::create()
        .table("post_parts")
        .col(schema::string_len("tenant", 32))
        .col(schema::big_integer("channel"))
        .col(schema::integer("message"))
        .col(schema::integer("post"))
        .col(schema::boolean("is_gone"))
        // As JSON.
        .col(schema::text("part"))
        .primary_key(&mut key.clone())
        .take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let mut message = index(
        "ux_posts_message",
        "posts",
        &["tenant", "channel", "message"],
    );
    let mut album = index("ux_posts_album", "posts", &["tenant", "channel", "album"]);
    vec![
        message.unique().take(),
        album.unique().take(),
        index(
            "ix_posts_at",
            "posts",
            &["tenant", "at", "channel", "message"],
        ),
        index(
            "ix_post_parts_post",
            "post_parts",
            &["tenant", "channel", "post"],
        ),
    ]
}

/// An index that has none of the texts, kept in step by triggers. Words are in small
/// letters with their accents, as PostgreSQL's plain configuration has them.
/// Source: sqlite.org/fts5.html, 4.4.3 "External content tables".
const SQLITE_WORDS: &[&str] = &[
    "CREATE VIRTUAL TABLE post_words USING fts5(words, content='posts', \
     content_rowid='number', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER post_words_insert AFTER INSERT ON posts BEGIN \
     INSERT INTO post_words (rowid, words) VALUES (new.number, new.words); END",
    "CREATE TRIGGER post_words_delete AFTER DELETE ON posts BEGIN \
     INSERT INTO post_words (post_words, rowid, words) \
     VALUES ('delete', old.number, old.words); END",
    "CREATE TRIGGER post_words_update AFTER UPDATE OF words ON posts BEGIN \
     INSERT INTO post_words (post_words, rowid, words) \
     VALUES ('delete', old.number, old.words); \
     INSERT INTO post_words (rowid, words) VALUES (new.number, new.words); END",
];

const POSTGRES_WORDS: &[&str] =
    &["CREATE INDEX ix_posts_words ON posts USING gin (to_tsvector('simple'::regconfig, words))"];
