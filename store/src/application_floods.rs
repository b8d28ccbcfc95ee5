//! Waits that Telegram asked people of an application for: implements
//! [`ApplicationFloods`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, Set};
use sesame_domain::ports::{ApplicationFloods, FloodedPerson, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{failed, in_table};
use crate::handles::FloodRows;
use crate::rows::application_flood::{ActiveModel, Column, Entity};
use crate::rows::stored;

/// How many of those who wait are told: two are enough to know.
const TOLD: u32 = 16;

#[async_trait]
impl ApplicationFloods for FloodRows {
    async fn note(
        &self,
        api_id: i32,
        method: &str,
        flooded: &FloodedPerson,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        let row = ActiveModel {
            api_id: Set(api_id),
            method: Set(method.to_owned()),
            tenant: Set(flooded.whose.tenant.to_string()),
            person: Set(flooded.whose.person.0),
            until: Set(stored(flooded.until)),
        };
        let known = OnConflict::columns([
            Column::ApiId,
            Column::Method,
            Column::Tenant,
            Column::Person,
        ])
        .update_column(Column::Until)
        .action_and_where(Expr::col((Entity, Column::Until)).lt(stored(flooded.until)))
        .to_owned();
        db.within(async {
            Entity::insert(row)
                .on_conflict(known)
                .exec_without_returning(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_table("application_floods"))
    }

    async fn waiting(
        &self,
        api_id: i32,
        method: &str,
        now: Timestamp,
    ) -> Result<Vec<FloodedPerson>, StoreError> {
        let db = &self.0;
        db.within(async {
            let waiting = Entity::find()
                .filter(Column::ApiId.eq(api_id))
                .filter(Column::Method.eq(method))
                .filter(Column::Until.gt(stored(now)))
                .order_by_desc(Column::Until);
            db.first(db.reads(), waiting, TOLD).await
        })
        .await
        .map_err(in_table("application_floods"))
    }

    async fn forget(&self, over_before: Timestamp) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let forgotten = Entity::delete_many()
                .filter(Column::Until.lt(stored(over_before)))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(forgotten.rows_affected)
        })
        .await
        .map_err(in_table("application_floods"))
    }
}
