//! Posts of channels that are read: implements [`Posts`].

mod changes;
mod keep;
mod query;
mod remove;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect};
use sesame_domain::ids::TenantId;
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{ChangedPost, PostPlace, Posts, StoreError};
use sesame_domain::post::{ChannelPosts, KeptPosts, Post, PostId, PostQuery};

use crate::database::{commit, failed, in_row, in_table};
use crate::handles::PostRows;
use crate::reading::{self, Read};
use crate::rows::post::{Column, Entity, of_channel};
use crate::rows::post_part;

pub(crate) use remove::remove;

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

    async fn list(
        &self,
        tenant: &TenantId,
        query: &PostQuery,
        page: Page<PostPlace>,
    ) -> Result<Paged<Post, PostPlace>, StoreError> {
        let db = &self.0;
        db.within(async {
            let rows = query::list(db.reads(), tenant, query, page.after);
            let place = |row: &QueryResult| {
                Ok(PostPlace {
                    at: row.try_get("", "at")?,
                    id: query::id_of(row)?,
                })
            };
            let found = reading::page(db.reads(), rows, page.limit, place);
            found.await.map_err(failed)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn changes(
        &self,
        tenant: &TenantId,
        channels: &[i64],
        page: Page<i64>,
    ) -> Result<Paged<ChangedPost, i64>, StoreError> {
        let db = &self.0;
        let query = Entity::find()
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::Channel.is_in(channels.iter().copied()))
            .filter(Column::ChangeNumber.gt(page.after.unwrap_or_default()))
            .order_by_asc(Column::ChangeNumber);
        db.within(async {
            let place = |row: &QueryResult| row.try_get("", "change_number");
            let found = reading::page(db.reads(), query, page.limit, place);
            found.await.map_err(failed)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn newest(&self, tenant: &TenantId, channel: i64) -> Result<Option<i32>, StoreError> {
        let query = Entity::find()
            .filter(of_channel(tenant, channel))
            .select_only()
            .column(Column::Message)
            .order_by_desc(Column::Message)
            .limit(1)
            .into_tuple::<i32>();
        let db = &self.0;
        db.within(async { query.one(db.reads()).await.map_err(failed) })
            .await
            .map_err(in_table(TABLE))
    }

    async fn numbers(
        &self,
        tenant: &TenantId,
        channel: i64,
        first: i32,
        last: i32,
    ) -> Result<Vec<i32>, StoreError> {
        use post_part::Column as Part;
        let single = Entity::find()
            .filter(of_channel(tenant, channel))
            .filter(Column::Message.between(first, last))
            .filter(Column::Album.is_null())
            .filter(Column::DeletedAt.is_null())
            .select_only()
            .column(Column::Message)
            .into_tuple::<i32>();
        let of_albums = post_part::Entity::find()
            .filter(post_part::of_channel(tenant, channel))
            .filter(Part::Message.between(first, last))
            .filter(Part::IsGone.eq(false))
            .select_only()
            .column(Part::Message)
            .into_tuple::<i32>();
        let db = &self.0;
        db.within(async {
            let mut numbers = single.all(db.reads()).await.map_err(failed)?;
            numbers.extend(of_albums.all(db.reads()).await.map_err(failed)?);
            numbers.sort_unstable();
            Ok(numbers)
        })
        .await
        .map_err(in_table(TABLE))
    }
}
