//! Writing a login, and what goes with it, in a transaction.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sesame_domain::ports::{Saved, StoreError};

use crate::database::{Transaction, failed};
use crate::rows::login::{ActiveModel, Column, Entity};
use crate::{audit_log, login_attempts, outbox};

/// Writes a login, and what goes with it.
pub(crate) async fn write(tx: &Transaction, saved: Saved<'_>) -> Result<(), StoreError> {
    let login = saved.login;
    let mut row = ActiveModel::saved(login)?;
    row.set_session(saved.session);
    let written = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(login.id.as_uuid()))
        .filter(Column::Fence.eq(saved.fence.0))
        .exec(tx)
        .await
        .map_err(failed)?;
    if written.rows_affected == 0 {
        return Err(StoreError::fenced("logins", login.id));
    }
    login_attempts::note_scan(tx, login).await?;
    if let Some(account) = saved.identified {
        login_attempts::note_account(tx, login.id, account).await?;
    }
    outbox::queue(tx, saved.notices).await?;
    for entry in saved.audit {
        audit_log::append(tx, entry).await?;
    }
    Ok(())
}
