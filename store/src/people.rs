//! People: implements [`People`].

use async_trait::async_trait;
use sea_orm::sea_query::{Condition, Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, QuerySelect, Set};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{People, PersonRecord, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{failed, in_table};
use crate::handles::PersonRows;
use crate::reading::{self, Read};
use crate::rows::person::{ActiveModel, Column, Entity};
use crate::rows::stored;

#[async_trait]
impl People for PersonRows {
    async fn seen(
        &self,
        owner: &Owner,
        language: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut row = fresh(owner, now);
        row.language = Set(language.map(str::to_owned));
        let known = same_person()
            .update_columns([Column::LastSeenAt, Column::BlockedAt])
            // Not saying a language takes none away.
            .value(
                Column::Language,
                Expr::cust("COALESCE(excluded.language, people.language)"),
            )
            .to_owned();
        self.upsert(row, known).await
    }

    async fn blocked(&self, owner: &Owner, now: Timestamp) -> Result<(), StoreError> {
        let mut row = fresh(owner, now);
        row.blocked_at = Set(Some(stored(now)));
        let known = same_person()
            // Blocked since the first time that it was noticed.
            .value(
                Column::BlockedAt,
                Expr::cust("COALESCE(people.blocked_at, excluded.blocked_at)"),
            )
            .to_owned();
        self.upsert(row, known).await
    }

    async fn find(&self, owner: &Owner) -> Result<Option<PersonRecord>, StoreError> {
        let db = &self.0;
        db.within(async {
            let key = (owner.tenant.to_string(), owner.person.0);
            let query = Entity::find_by_id(key);
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_table("people"))
    }

    async fn shown_in(&self, owner: &Owner, message: i32) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::update_many()
                .col_expr(Column::ShownMessage, Expr::value(message))
                .filter(of(owner))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_table("people"))
    }

    async fn take_shown(&self, owner: &Owner) -> Result<Option<i32>, StoreError> {
        let db = &self.0;
        db.within(async {
            let shown: Option<Option<i32>> = Entity::find()
                .select_only()
                .column(Column::ShownMessage)
                .filter(of(owner))
                .into_tuple()
                .one(db.reads())
                .await
                .map_err(failed)?;
            let Some(message) = shown.flatten() else {
                return Ok(None);
            };
            let taken = Entity::update_many()
                .col_expr(Column::ShownMessage, Expr::value(None::<i32>))
                .filter(of(owner))
                .filter(Column::ShownMessage.eq(message))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok((taken.rows_affected > 0).then_some(message))
        })
        .await
        .map_err(in_table("people"))
    }
}

impl PersonRows {
    async fn upsert(&self, row: ActiveModel, known: OnConflict) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::insert(row)
                .on_conflict(known)
                .exec_without_returning(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_table("people"))
    }
}

fn fresh(owner: &Owner, now: Timestamp) -> ActiveModel {
    ActiveModel {
        tenant: Set(owner.tenant.to_string()),
        person: Set(owner.person.0),
        language: Set(None),
        blocked_at: Set(None),
        first_seen_at: Set(stored(now)),
        last_seen_at: Set(stored(now)),
        shown_message: NotSet,
    }
}

fn of(owner: &Owner) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(owner.tenant.to_string()))
        .add(Column::Person.eq(owner.person.0))
}

fn same_person() -> OnConflict {
    OnConflict::columns([Column::Tenant, Column::Person])
}
