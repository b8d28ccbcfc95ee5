//! What operators confirm in the chat: implements [`Confirmations`].

use async_trait::async_trait;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect, Set};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{ConfirmationId, OperatorSessionId, Owner};
use sesame_domain::notice::Notice;
use sesame_domain::operator::{Confirmation, ConfirmationState, DangerousAction};
use sesame_domain::ports::{ConfirmationRefusal, Confirmations, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{Transaction, commit, failed, in_table};
use crate::handles::ConfirmationRows;
use crate::reading::{self, Read};
use crate::rows::confirmation::{ActiveModel, Entity, Model};
use crate::rows::stored;
use crate::{audit_log, outbox};

#[async_trait]
impl Confirmations for ConfirmationRows {
    async fn ask(
        &self,
        confirmation: &Confirmation,
        notice: Notice,
        entry: AuditEntry,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            Entity::insert(ActiveModel::of(confirmation))
                .exec_without_returning(&tx)
                .await
                .map_err(failed)?;
            outbox::queue(&tx, Some(notice)).await?;
            audit_log::append(&tx, entry).await?;
            commit(tx).await
        })
        .await
        .map_err(in_table("confirmations"))
    }

    async fn find(
        &self,
        session: OperatorSessionId,
        id: ConfirmationId,
        now: Timestamp,
    ) -> Result<Option<(Confirmation, ConfirmationState)>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find_by_id(id.as_uuid());
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            let row = row.map(Read::model).transpose()?;
            let Some(row) = row.filter(|row| row.session_id == session.as_uuid()) else {
                return Ok(None);
            };
            standing(row, now).map(Some)
        })
        .await
        .map_err(in_table("confirmations"))
    }

    async fn answer(
        &self,
        owner: &Owner,
        id: ConfirmationId,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<Result<Confirmation, ConfirmationRefusal>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let row = held(&tx, id).await?;
            let is_theirs = |row: &Model| {
                (row.tenant.as_str(), row.person) == (owner.tenant.as_str(), owner.person.0)
            };
            let Some(row) = row.filter(is_theirs) else {
                return Ok(Err(ConfirmationRefusal::Unknown));
            };
            let (confirmation, state) = standing(row.clone(), now)?;
            if state != ConfirmationState::Waiting {
                return Ok(Err(ConfirmationRefusal::Stands(state)));
            }
            let state = if confirmed {
                ConfirmationState::Confirmed
            } else {
                ConfirmationState::Declined
            };
            change(&tx, row, state).await?;
            commit(tx).await?;
            Ok(Ok(confirmation))
        })
        .await
        .map_err(in_table("confirmations"))
    }

    async fn take(
        &self,
        session: OperatorSessionId,
        id: ConfirmationId,
        action: &DangerousAction,
        entry: AuditEntry,
    ) -> Result<Result<Confirmation, ConfirmationRefusal>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let row = held(&tx, id).await?;
            let Some(row) = row.filter(|row| row.session_id == session.as_uuid()) else {
                return Ok(Err(ConfirmationRefusal::Unknown));
            };
            let (confirmation, state) = standing(row.clone(), entry.at)?;
            if state != ConfirmationState::Confirmed {
                return Ok(Err(ConfirmationRefusal::Stands(state)));
            }
            if !confirmation.action.is_same(action) {
                return Ok(Err(ConfirmationRefusal::Changed));
            }
            change(&tx, row, ConfirmationState::Used).await?;
            audit_log::append(&tx, entry).await?;
            commit(tx).await?;
            Ok(Ok(confirmation))
        })
        .await
        .map_err(in_table("confirmations"))
    }
}

/// The row, held until the transaction ends.
async fn held(tx: &Transaction, id: ConfirmationId) -> Result<Option<Model>, StoreError> {
    let query = Entity::find_by_id(id.as_uuid()).lock_exclusive();
    let row = reading::row(tx, query).await.map_err(failed)?;
    row.map(Read::model).transpose()
}

/// The question, and how it stands now.
fn standing(row: Model, now: Timestamp) -> Result<(Confirmation, ConfirmationState), StoreError> {
    let stood = row.stood()?;
    let confirmation: Confirmation = row.try_into()?;
    let state = confirmation.state(stood, stored(now));
    Ok((confirmation, state))
}

async fn change(tx: &Transaction, row: Model, to: ConfirmationState) -> Result<(), StoreError> {
    let mut changed = row.into_active_model();
    changed.state = Set(to.as_str().to_owned());
    changed.update(tx).await.map_err(failed)?;
    Ok(())
}
