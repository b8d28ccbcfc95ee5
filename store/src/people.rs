//! People: implements [`People`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{EntityTrait, Set};
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
    }
}

fn same_person() -> OnConflict {
    OnConflict::columns([Column::Tenant, Column::Person])
}
