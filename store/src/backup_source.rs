//! What goes into a backup: implements [`BackupSource`].

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sesame_domain::ids::AccountId;
use sesame_domain::ports::{BackupSource, LinkedRecord, StoreError, Tombstone};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Database, failed};
use crate::rows::account::{Column, Entity, Model, not_dead};
use crate::rows::{erased_session, person, session, stored};

#[async_trait]
impl BackupSource for Database {
    async fn linked(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<LinkedRecord>, StoreError> {
        let after = after.map_or(Uuid::nil(), AccountId::as_uuid);
        self.within(async {
            // One statement: an account comes with the session that it had at
            // that moment.
            let rows = Entity::find()
                .find_also_related(session::Entity)
                .find_also_related(person::Entity)
                .filter(Column::Id.gt(after))
                .filter(not_dead())
                .order_by_asc(Column::Id)
                .limit(u64::from(limit))
                .all(self.reads())
                .await
                .map_err(failed)?;
            rows.into_iter()
                .map(|(account, session, person)| record(account, session, person))
                .collect()
        })
        .await
    }

    async fn tombstones(&self, since: Timestamp) -> Result<Vec<Tombstone>, StoreError> {
        self.within(async {
            let rows = erased_session::Entity::find()
                .filter(erased_session::Column::At.gte(stored(since)))
                .order_by_asc(erased_session::Column::At)
                .order_by_asc(erased_session::Column::Id)
                .all(self.reads())
                .await
                .map_err(failed)?;
            Ok(rows.into_iter().map(Tombstone::from).collect())
        })
        .await
    }
}

fn record(
    account: Model,
    session: Option<session::Model>,
    person: Option<person::Model>,
) -> Result<LinkedRecord, StoreError> {
    let session = session.ok_or(StoreError::Inconsistent("an account without a session"))?;
    Ok(LinkedRecord {
        account: account.try_into()?,
        language: person.and_then(|person| person.language),
        session_created_at: session.created_at,
        sealed: session.sealed(),
    })
}
