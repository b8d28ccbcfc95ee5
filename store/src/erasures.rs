//! Erasing everything about a person: implements [`Erasures`].
//!
//! What a person does after they asked for it is new and stays: a login that
//! began later, the account that it led to.

use async_trait::async_trait;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{ErasedNow, Erasure, Erasures, StoreError};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Transaction, failed, in_row, in_table};
use crate::handles::ErasureRows;
use crate::reading;
use crate::rows::erasure::{Column, Entity, Model};
use crate::rows::stored;
use crate::{erasure_begin, erasure_end};

#[async_trait]
impl Erasures for ErasureRows {
    /// Also records that the login under way is to be cancelled, so that this
    /// is not lost with the caller.
    async fn begin(&self, erasure: &Erasure, audit: AuditEntry) -> Result<ErasedNow, StoreError> {
        let db = &self.0;
        db.within(erasure_begin::begin(db, erasure, audit))
            .await
            .map_err(in_table("erasures"))
    }

    async fn pending(&self, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        let db = &self.0;
        db.within(async {
            let pending = Entity::find()
                .filter(Column::DoneAt.is_null())
                .order_by_asc(Column::AskedAt)
                .order_by_asc(Column::Id);
            db.first(db.reads(), pending, limit).await
        })
        .await
        .map_err(in_table("erasures"))
    }

    async fn finishable(&self, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        let db = &self.0;
        db.within(erasure_end::finishable(db, limit))
            .await
            .map_err(in_table("erasures"))
    }

    /// Done already is `true`, and not audited twice.
    async fn finish(&self, id: Uuid, audit: AuditEntry) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(erasure_end::finish(db, id, audit))
            .await
            .map_err(in_row("erasures", id))
    }
}

/// When these persons asked last for everything about them to be erased, if it
/// is not done yet.
pub(crate) async fn asked_by(
    db: &impl ConnectionTrait,
    persons: impl Iterator<Item = i64>,
) -> Result<Vec<(Owner, Timestamp)>, StoreError> {
    let asked = Entity::find()
        .filter(Column::DoneAt.is_null())
        .filter(Column::Person.is_in(persons))
        // The last one counts.
        .order_by_asc(Column::AskedAt);
    let rows = reading::rows(db, asked).await.map_err(failed)?;
    // Who has no name here is no one who is asked about. Of a row that cannot
    // be read, no one can tell: what was to be erased shall not come back.
    let named = |row: Model| {
        let erasure = Erasure::try_from(row).ok();
        Ok(erasure.map(|erasure| (erasure.owner, erasure.asked_at)))
    };
    rows.into_iter()
        .filter_map(|row| row.then(named).transpose())
        .collect()
}

/// Whether the owner asked for everything about them to be erased after that
/// moment, and it is not done yet.
pub(crate) async fn asked_since(
    tx: &Transaction,
    owner: &Owner,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let asked = asked_by(tx, [owner.person.0].into_iter()).await?;
    Ok(asked
        .iter()
        .any(|(other, at)| other == owner && *at >= stored(since)))
}
