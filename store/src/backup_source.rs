//! What goes into a backup: implements [`BackupSource`].

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait,
};
use sesame_domain::account::Account;
use sesame_domain::ids::AccountId;
use sesame_domain::ports::{BackupSource, LinkedRecord, StoreError, Tombstone};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Database, failed, in_table};
use crate::handles::BackupRows;
use crate::reading::{self, Read};
use crate::rows::account::{Column, Entity, not_dead};
use crate::rows::{erased_session, person, session, stored};

#[async_trait]
impl BackupSource for BackupRows {
    async fn linked(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<LinkedRecord>, StoreError> {
        let db = &self.0;
        let after = after.map_or(Uuid::nil(), AccountId::as_uuid);
        db.within(async {
            let mut page = Page {
                after,
                records: Vec::new(),
            };
            while page.read(db, limit).await? {}
            Ok(page.records)
        })
        .await
        .map_err(in_table("accounts"))
    }

    async fn tombstones(&self, since: Timestamp) -> Result<Vec<Tombstone>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = erased_session::Entity::find()
                .filter(erased_session::Column::At.gte(stored(since)))
                .order_by_asc(erased_session::Column::At)
                .order_by_asc(erased_session::Column::Id);
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            let told = |row| db.unless_skipped(row, |row| Ok(Tombstone::from(row)));
            Ok(rows.into_iter().filter_map(told).collect())
        })
        .await
        .map_err(in_table("erased_sessions"))
    }
}

/// A page of records that can be understood.
struct Page {
    after: Uuid,
    records: Vec<LinkedRecord>,
}

impl Page {
    /// Reads on, and whether there is more to read for this page. An account
    /// that is not understood takes no other's place: it is in no backup until
    /// a program makes one that understands it, and that is told.
    async fn read(&mut self, db: &Database, limit: u32) -> Result<bool, StoreError> {
        // One statement: an account comes with the session that it had at
        // that moment.
        let query = Entity::find()
            .find_also_related(session::Entity)
            .find_also_related(person::Entity)
            .filter(Column::Id.gt(self.after))
            .filter(not_dead())
            .order_by_asc(Column::Id)
            .limit(u64::from(limit));
        let rows = db.reads().query_all(&query.into_query()).await;
        let rows = rows.map_err(failed)?;
        for row in &rows {
            self.after = row.try_get("A_", "id").map_err(failed)?;
            let account = Read::<Entity>::of(row, "A_");
            let name = account.name().clone();
            let record = account.understood().and_then(|it| record(it, row));
            let record = record.map_err(|error| error.about(name.clone()));
            self.records.extend(db.skipped().unless(&name, record));
            if self.records.len() == limit as usize {
                return Ok(false);
            }
        }
        Ok(rows.len() == limit as usize)
    }
}

fn record(account: Account, row: &QueryResult) -> Result<LinkedRecord, StoreError> {
    // Without a session, its key is null like all of it.
    let session_id: Option<Uuid> = row.try_get("B_", "id").map_err(failed)?;
    session_id.ok_or(StoreError::inconsistent("an account without a session"))?;
    let session = Read::<session::Entity>::of(row, "B_").model()?;
    let language: Option<String> = row.try_get("C_", "language").map_err(failed)?;
    Ok(LinkedRecord {
        account,
        language,
        session_created_at: session.created_at,
        sealed: session.sealed(),
    })
}
