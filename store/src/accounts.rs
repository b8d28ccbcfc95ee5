//! Linked accounts and their sessions: implements [`Accounts`].

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    UpdateMany,
};
use sesame_domain::account::{Account, Health};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{AccountId, Fence, NodeId, Owner, SessionId, TenantId};
use sesame_domain::notice::Notice;
use sesame_domain::ports::{
    Accounts, ImportRequest, Imported, LeavingSession, StoreError, StoredSession,
};
use sesame_domain::sealed::Sealed;
use sesame_domain::session::SessionClaim;
use sesame_domain::time::{CLOCKS_DIFFER, Timestamp};
use uuid::Uuid;

use crate::database::{commit, failed, in_row, in_table};
use crate::handles::AccountRows;
use crate::import::import;
use crate::reading::{self, Read};
use crate::rows::account::{ActiveModel, Column, Entity, is_news, not_dead};
use crate::rows::{session, stored};
use crate::{audit_log, leaving, outbox};

#[async_trait]
impl Accounts for AccountRows {
    async fn of(&self, owner: &Owner) -> Result<Option<Account>, StoreError> {
        let db = &self.0;
        db.within(async {
            let theirs = Entity::find()
                .filter(Column::Tenant.eq(owner.tenant.as_str()))
                .filter(Column::Person.eq(owner.person.0));
            // One that is not understood is there all the same: to leave it out
            // would have its owner link anew what is linked.
            let row = reading::row(db.reads(), theirs).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_table("accounts"))
    }

    async fn find(&self, owner: &Owner, id: AccountId) -> Result<Option<Account>, StoreError> {
        let db = &self.0;
        db.within(async {
            let theirs = Entity::find_by_id(id.as_uuid())
                .filter(Column::Tenant.eq(owner.tenant.as_str()))
                .filter(Column::Person.eq(owner.person.0));
            let row = reading::row(db.reads(), theirs).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_row("accounts", id))
    }

    async fn page(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError> {
        let db = &self.0;
        let after = after.map_or(Uuid::nil(), AccountId::as_uuid);
        db.within(async {
            let later = Entity::find()
                .filter(Column::Id.gt(after))
                .order_by_asc(Column::Id);
            db.first(db.reads(), later, limit).await
        })
        .await
        .map_err(in_table("accounts"))
    }

    async fn claim_session(
        &self,
        id: SessionId,
        node: &NodeId,
    ) -> Result<StoredSession, StoreError> {
        let db = &self.0;
        db.within(async {
            let rows = session::Entity::update_many()
                .col_expr(
                    session::Column::Fence,
                    Expr::col(session::Column::Fence).add(1),
                )
                .col_expr(session::Column::Node, Expr::val(node.as_str()))
                .filter(session::Column::Id.eq(id.as_uuid()))
                .exec_with_returning(db.writes())
                .await
                .map_err(failed)?;
            let row = rows.into_iter().next();
            let row = row.ok_or_else(|| StoreError::not_found("sessions", id))?;
            row.try_into()
        })
        .await
        .map_err(in_row("sessions", id))
    }

    async fn release_session(&self, claim: SessionClaim) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            released(claim).exec(db.writes()).await.map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("sessions", claim.session))
    }

    async fn save_session(
        &self,
        id: SessionId,
        fence: Fence,
        sealed: &Sealed,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        let row = session::ActiveModel {
            key_id: Set(sealed.key_id.clone()),
            wrapped_key: Set(sealed.wrapped_key.clone()),
            ciphertext: Set(sealed.ciphertext.clone()),
            ..Default::default()
        };
        db.within(async {
            let written = session::Entity::update_many()
                .set(row)
                .filter(session::Column::Id.eq(id.as_uuid()))
                .filter(session::Column::Fence.eq(fence.0))
                // Once the data key is destroyed, nothing brings one back.
                .filter(session::Column::KeyId.ne(session::NO_KEY))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            some(written.rows_affected, || StoreError::fenced("sessions", id))
        })
        .await
        .map_err(in_row("sessions", id))
    }

    /// [`StoreError::NotFound`], and no notice, when the account has another
    /// session by now or is gone.
    async fn set_health(
        &self,
        id: AccountId,
        session: SessionId,
        health: Health,
        now: Timestamp,
        notice: Option<Notice>,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        let this = Condition::all()
            .add(Column::Id.eq(id.as_uuid()))
            .add(Column::SessionId.eq(session.as_uuid()));
        let checked = ActiveModel {
            checked_at: Set(stored(now)),
            ..Default::default()
        };
        let mut changed = checked.clone();
        changed.set_health(health);
        db.within(async {
            let tx = db.begin().await?;
            // Whoever looked at the same time may have been faster: then it is
            // written and told already.
            let news = Entity::update_many()
                .set(changed)
                .filter(this.clone().add(is_news(health)))
                .exec(&tx)
                .await
                .map_err(failed)?;
            if news.rows_affected > 0 {
                outbox::queue(&tx, notice).await?;
            } else {
                let same = Entity::update_many().set(checked).filter(this);
                let written = same.exec(&tx).await.map_err(failed)?;
                some(written.rows_affected, || {
                    StoreError::not_found("accounts", id)
                })?;
            }
            commit(tx).await
        })
        .await
        .map_err(in_row("accounts", id))
    }

    async fn due_for_check(
        &self,
        tenant: &TenantId,
        checked_before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError> {
        let db = &self.0;
        let checked_at = Column::CheckedAt;
        let long_ago = checked_at.lt(stored(checked_before));
        let ahead = checked_at.gt(stored(now + CLOCKS_DIFFER));
        db.within(async {
            let query = Entity::find()
                .filter(Column::Tenant.eq(tenant.as_str()))
                .filter(not_dead())
                .order_by_asc(Column::CheckedAt)
                .order_by_asc(Column::Id);
            db.either(db.reads(), query, [long_ago, ahead], limit).await
        })
        .await
        .map_err(in_table("accounts"))
    }

    async fn count_living(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let living = Entity::find()
                .select_only()
                .column_as(Column::Id.count(), "count")
                .filter(Column::Tenant.eq(tenant.as_str()))
                .filter(not_dead())
                .into_tuple::<i64>();
            let count = living.one(db.reads()).await.map_err(failed)?;
            Ok(count.unwrap_or_default().unsigned_abs())
        })
        .await
        .map_err(in_table("accounts"))
    }

    /// Never goes back. An owner without an account is fine.
    async fn used(&self, owner: &Owner, now: Timestamp) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::update_many()
                .col_expr(Column::UsedAt, Expr::val(stored(now)))
                .filter(Column::Tenant.eq(owner.tenant.as_str()))
                .filter(Column::Person.eq(owner.person.0))
                .filter(Column::UsedAt.lt(stored(now)).or(Column::UsedAt.is_null()))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_table("accounts"))
    }

    async fn import(&self, request: ImportRequest) -> Result<Imported, StoreError> {
        let db = &self.0;
        db.within(import(db, &request))
            .await
            .map_err(in_table("accounts"))
    }

    async fn unlink(
        &self,
        owner: &Owner,
        id: AccountId,
        audit: AuditEntry,
        notice: Option<Notice>,
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let theirs = Entity::find_by_id(id.as_uuid())
                .filter(Column::Tenant.eq(owner.tenant.as_str()))
                .filter(Column::Person.eq(owner.person.0))
                .lock_exclusive();
            // How it does is not asked: an account can be unlinked that is not
            // understood.
            let account = reading::row(&tx, theirs).await.map_err(failed)?;
            let Some(account) = account.map(Read::model).transpose()? else {
                return Ok(false);
            };
            Entity::delete_by_id(account.id)
                .exec(&tx)
                .await
                .map_err(failed)?;
            leaving::leave(&tx, account.session_id, audit.at).await?;
            audit_log::append(&tx, audit).await?;
            outbox::queue(&tx, notice).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
        .map_err(in_row("accounts", id))
    }

    async fn leaving(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<LeavingSession>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = session::Entity::find()
                .filter(session::Column::Tenant.eq(tenant.as_str()))
                .order_by_asc(session::Column::LeaveAt)
                .order_by_asc(session::Column::Id);
            let column = session::Column::LeaveAt;
            db.due_rows(db.reads(), query, column, now, limit).await
        })
        .await
        .map_err(in_table("sessions"))
    }

    async fn leave_later(&self, claim: SessionClaim, at: Timestamp) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let written = released(claim)
                .col_expr(
                    session::Column::Attempts,
                    Expr::col(session::Column::Attempts).add(1),
                )
                .col_expr(session::Column::LeaveAt, Expr::val(stored(at)))
                .filter(session::Column::State.eq(session::LEAVING))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            some(written.rows_affected, || {
                StoreError::fenced("sessions", claim.session)
            })
        })
        .await
        .map_err(in_row("sessions", claim.session))
    }

    async fn destroy_data_key(&self, id: SessionId, audit: AuditEntry) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(leaving::destroy_data_key(db, id, audit))
            .await
            .map_err(in_row("sessions", id))
    }

    async fn erase_session(&self, id: SessionId, audit: AuditEntry) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(leaving::erase(db, id, audit))
            .await
            .map_err(in_row("sessions", id))
    }
}

/// What a session's row says once its claim is given up, unless someone else has
/// one by now.
fn released(claim: SessionClaim) -> UpdateMany<session::Entity> {
    session::Entity::update_many()
        .col_expr(session::Column::Node, Expr::value(None::<String>))
        .filter(session::Column::Id.eq(claim.session.as_uuid()))
        .filter(session::Column::Fence.eq(claim.fence.0))
}

/// An error if no row was written.
fn some(rows: u64, none: impl FnOnce() -> StoreError) -> Result<(), StoreError> {
    if rows == 0 { Err(none()) } else { Ok(()) }
}
