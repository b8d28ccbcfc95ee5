//! Posts of channels that are read: implements [`Posts`].

mod keep;

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QueryResult,
};
use sesame_domain::ids::TenantId;
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{PostPlace, Posts, StoreError};
use sesame_domain::post::{ChannelPosts, KeptPosts, Post, PostId, SearchWords};

use crate::database::{commit, failed, in_row, in_table};
use crate::handles::PostRows;
use crate::reading::{self, Read};
use crate::rows::post::{Column, Entity, of_channel};
use crate::rows::{post_part, stored};

const TABLE: &str = "posts";

#[async_trait]
impl Posts for PostRows {
    async fn keep(&self, posts: &ChannelPosts) -> Result<KeptPosts, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let kept = keep::keep(&tx, db.skipped(), posts).await?;
            commit(tx).await?;
            Ok(kept)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn find(&self, tenant: &TenantId, id: PostId) -> Result<Option<Post>, StoreError> {
        let query = Entity::find()
            .filter(of_channel(tenant, id.channel))
            .filter(Column::Message.eq(id.message));
        let db = &self.0;
        db.within(async {
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn of_channel(
        &self,
        tenant: &TenantId,
        channel: i64,
        page: Page<PostId>,
    ) -> Result<Paged<Post, PostId>, StoreError> {
        let mut query = Entity::find()
            .filter(of_channel(tenant, channel))
            .order_by_desc(Column::Message);
        if let Some(after) = page.after {
            query = query.filter(Column::Message.lt(after.message));
        }
        let db = &self.0;
        db.within(async {
            let found = reading::page(db.reads(), query, page.limit, id_of);
            found.await.map_err(failed)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn search(
        &self,
        tenant: &TenantId,
        channels: &[i64],
        words: &SearchWords,
        page: Page<PostPlace>,
    ) -> Result<Paged<Post, PostPlace>, StoreError> {
        let db = &self.0;
        let mut query = Entity::find()
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::Channel.is_in(channels.iter().copied()))
            .filter(has(db.reads().get_database_backend(), words))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Channel)
            .order_by_desc(Column::Message);
        if let Some(after) = page.after {
            query = query.filter(before(after));
        }
        let place = |row: &QueryResult| {
            Ok(PostPlace {
                at: row.try_get("", "at")?,
                id: id_of(row)?,
            })
        };
        db.within(async {
            let found = reading::page(db.reads(), query, page.limit, place);
            found.await.map_err(failed)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        channel: i64,
        at_most: u32,
    ) -> Result<bool, StoreError> {
        let some = Query::select()
            .column(Column::Number)
            .from(Entity)
            .cond_where(of_channel(tenant, channel))
            .limit(at_most.into())
            .to_owned();
        let remove = Entity::delete_many().filter(Column::Number.in_subquery(some));
        let parts = post_part::Entity::delete_many().filter(post_part::of_channel(tenant, channel));
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            keep::lock_channel(&tx, tenant, channel).await?;
            let removed = remove.exec(&tx).await.map_err(failed)?.rows_affected;
            let is_over = removed < u64::from(at_most);
            if is_over {
                parts.exec(&tx).await.map_err(failed)?;
            }
            commit(tx).await?;
            Ok(!is_over)
        })
        .await
        .map_err(in_table(TABLE))
    }
}

/// Which post a row is.
fn id_of(row: &QueryResult) -> Result<PostId, DbErr> {
    Ok(PostId {
        channel: row.try_get("", "channel")?,
        message: row.try_get("", "message")?,
    })
}

/// Those that stand behind a place in the order from the newest to the oldest.
fn before(place: PostPlace) -> Condition {
    let at = stored(place.at);
    let same = || Condition::all().add(Column::At.eq(at));
    Condition::any()
        .add(Column::At.lt(at))
        .add(same().add(Column::Channel.lt(place.id.channel)))
        .add(
            same()
                .add(Column::Channel.eq(place.id.channel))
                .add(Column::Message.lt(place.id.message)),
        )
}

/// Those in which all of the words are. Each is of letters and digits alone, so that it
/// means nothing in the language of either index.
fn has(backend: DbBackend, words: &SearchWords) -> Expr {
    let quoted = |quote: char| {
        let words = words.words().iter();
        words
            .map(|it| format!("{quote}{it}{quote}"))
            .collect::<Vec<_>>()
    };
    if backend == DbBackend::Sqlite {
        // The last one may go on.
        let query = format!("{}*", quoted('"').join(" "));
        Expr::cust_with_values(
            r#""posts"."number" IN (SELECT rowid FROM post_words WHERE post_words MATCH ?)"#,
            [query],
        )
    } else {
        let query = format!("{}:*", quoted('\'').join(" & "));
        Expr::cust_with_values(
            r#"to_tsvector('simple'::regconfig, "posts"."words") @@ to_tsquery('simple'::regconfig, $1)"#,
            [query],
        )
    }
}
