//! Linking an account whose session comes from elsewhere, in one transaction.

use sesame_domain::account::Health;
use sesame_domain::ports::{ImportRequest, Imported, StoreError};

use crate::audit_log;
use crate::database::{Database, commit};
use crate::linked::{NewSession, Unlinked, account_of, is_known, until_not_overtaken};

/// Imports an account; see [`sesame_domain::ports::Accounts::import`].
///
/// A session id that is known already, or was erased, is
/// [`StoreError::NotFound`]: it must not come back.
pub(crate) async fn import(db: &Database, request: &ImportRequest) -> Result<Imported, StoreError> {
    until_not_overtaken(|| import_once(db, request)).await
}

async fn import_once(db: &Database, request: &ImportRequest) -> Result<Imported, Unlinked> {
    let tx = db.begin().await?;
    let before = account_of(&tx, &request.owner).await?;
    let before = match before {
        Some(account) if !matches!(account.health, Health::Dead { .. }) => {
            return Ok(Imported::Present(account));
        }
        other => other,
    };
    if is_known(&tx, request.session).await? {
        return Err(StoreError::not_found("sessions", request.session).into());
    }
    let session = NewSession {
        owner: &request.owner,
        new_account: request.new_account,
        id: request.session,
        sealed: &request.sealed,
        cursor: request.cursor,
        profile: &request.profile,
        device: &request.device,
        now: request.now,
    };
    let account = session.store(&tx, before).await?;
    audit_log::append(&tx, request.audit.clone()).await?;
    commit(tx).await?;
    Ok(Imported::Linked(account))
}
