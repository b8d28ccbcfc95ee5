//! An owner's account and session as they are stored: what linking and
//! importing have in common.

use std::future::Future;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::device::Device;
use sesame_domain::ids::{AccountId, Fence, Owner, SessionId};
use sesame_domain::ports::StoreError;
use sesame_domain::sealed::Sealed;
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::{AccountCursor, CursorAdvance};
use sesame_domain::time::Timestamp;

use crate::database::{Transaction, failed, is_duplicate};
use crate::reading::{self, Read};
use crate::rows::{account, erased_session, session, stored};
use crate::{cursors, session_parts};

/// How often someone else may store a session of the same owner first.
const TRIES: u32 = 3;

/// Why a try stored nothing.
pub(crate) enum Unlinked {
    /// Someone else stored a session of the same owner in between: look again.
    Overtaken,
    /// It cannot be linked.
    Store(StoreError),
}

impl From<StoreError> for Unlinked {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DbErr> for Unlinked {
    fn from(error: DbErr) -> Self {
        if is_duplicate(&error) {
            Self::Overtaken
        } else {
            Self::Store(failed(error))
        }
    }
}

/// Tries until no one else gets in between.
pub(crate) async fn until_not_overtaken<T, F>(attempt: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, Unlinked>>,
{
    for _ in 0..TRIES {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(Unlinked::Store(error)) => return Err(error),
            Err(Unlinked::Overtaken) => {}
        }
    }
    Err(StoreError::inconsistent(
        "another session of the owner stays in use",
    ))
}

/// The owner's account, locked until the transaction ends.
pub(crate) async fn account_of(
    tx: &Transaction,
    owner: &Owner,
) -> Result<Option<Account>, Unlinked> {
    let theirs = account::Entity::find()
        .filter(account::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(account::Column::Person.eq(owner.person.0))
        .lock_exclusive();
    // One that is not understood is not written over.
    let row = reading::row(tx, theirs).await?;
    Ok(row.map(Read::understood).transpose()?)
}

/// Whether a session is stored, or was and is erased.
pub(crate) async fn is_known(tx: &Transaction, id: SessionId) -> Result<bool, Unlinked> {
    // In this order: a session that is being erased is found in one of them.
    let stored = session::Entity::find_by_id(id.as_uuid()).one(tx).await?;
    if stored.is_some() {
        return Ok(true);
    }
    let erased = erased_session::Entity::find_by_id(id.as_uuid())
        .one(tx)
        .await?;
    Ok(erased.is_some())
}

/// A session that an owner's account is to have from now on.
pub(crate) struct NewSession<'a> {
    pub(crate) owner: &'a Owner,
    /// The id of the account, if the owner has none yet.
    pub(crate) new_account: AccountId,
    pub(crate) id: SessionId,
    pub(crate) sealed: &'a Sealed,
    /// Where reading begins.
    pub(crate) cursor: Option<AccountCursor>,
    pub(crate) profile: &'a Profile,
    pub(crate) device: &'a Device,
    pub(crate) now: Timestamp,
}

impl NewSession<'_> {
    /// Stores the session; the one that was in use before leaves. Creates the
    /// owner's account, or gives the one before this session.
    pub(crate) async fn store(
        &self,
        tx: &Transaction,
        before: Option<Account>,
    ) -> Result<Account, Unlinked> {
        self.leave_older(tx).await?;
        self.store_session(tx).await?;
        self.store_cursor(tx).await?;
        self.store_account(tx, before).await
    }

    /// Marks the session that was in use before as leaving.
    async fn leave_older(&self, tx: &Transaction) -> Result<(), Unlinked> {
        let older = session::Entity::update_many()
            .col_expr(session::Column::State, Expr::val(session::LEAVING))
            .col_expr(session::Column::LeaveAt, Expr::val(stored(self.now)))
            .filter(session::Column::Tenant.eq(self.owner.tenant.as_str()))
            .filter(session::Column::Person.eq(self.owner.person.0))
            // Not by its state: the index knows by this which are in use.
            .filter(session::Column::LeaveAt.is_null())
            .exec_with_returning(tx)
            .await?;
        let older: Vec<_> = older.into_iter().map(|row| row.id).collect();
        Ok(session_parts::forget(tx, &older).await?)
    }

    async fn store_session(&self, tx: &Transaction) -> Result<(), Unlinked> {
        let row = session::ActiveModel::in_use(self.id, self.owner, self.sealed, self.now);
        session::Entity::insert(row)
            .exec_without_returning(tx)
            .await?;
        Ok(())
    }

    async fn store_cursor(&self, tx: &Transaction) -> Result<(), Unlinked> {
        let Some(cursor) = self.cursor else {
            return Ok(());
        };
        let claim = SessionClaim {
            session: self.id,
            fence: Fence(0),
        };
        cursors::write(tx, &CursorAdvance::of_account(claim, cursor)).await?;
        Ok(())
    }

    async fn store_account(
        &self,
        tx: &Transaction,
        before: Option<Account>,
    ) -> Result<Account, Unlinked> {
        let account = Account {
            id: before
                .as_ref()
                .map_or(self.new_account, |account| account.id),
            owner: self.owner.clone(),
            profile: self.profile.clone(),
            session: self.id,
            device: self.device.clone(),
            health: Health::Alive,
            linked_at: stored(self.now),
            checked_at: stored(self.now),
            used_at: stored(self.now),
        };
        let row = account::ActiveModel::of(&account);
        if before.is_some() {
            account::Entity::update_many()
                .set(row)
                .filter(account::Column::Id.eq(account.id.as_uuid()))
                .exec(tx)
                .await?;
        } else {
            account::Entity::insert(row)
                .exec_without_returning(tx)
                .await?;
        }
        Ok(account)
    }
}
