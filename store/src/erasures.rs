//! Erasing everything about a person: implements [`Erasures`].
//!
//! What a person does after they asked for it is new and stays: a login that
//! began later, the account that it led to.

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
};
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::ports::{ErasedNow, Erasure, Erasures, Intent, StoreError};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::audit_log;
use crate::database::{Database, Transaction, commit, failed, lock};
use crate::jobs;
use crate::leaving::leave;
use crate::one_time::revoke;
use crate::reading;
use crate::rows::erasure::{ActiveModel, Column, Entity, Model};
use crate::rows::login::intent_name;
use crate::rows::{account, login, outbox, person, session, stored};

#[async_trait]
impl Erasures for Database {
    /// Also records that the login under way is to be cancelled, so that this
    /// is not lost with the caller.
    async fn begin(&self, erasure: &Erasure, audit: AuditEntry) -> Result<ErasedNow, StoreError> {
        let owner = &erasure.owner;
        self.within(async {
            let tx = self.begin().await?;
            one_at_a_time(&tx).await.map_err(failed)?;
            Entity::insert(ActiveModel::begun(erasure))
                .exec_without_returning(&tx)
                .await
                .map_err(failed)?;
            let (running, logins) = end_logins(&tx, owner).await.map_err(failed)?;
            let accounts = unlink_all(&tx, owner, audit.at).await?;
            let notices = forget(&tx, owner).await.map_err(failed)?;
            revoke(&tx, owner, erasure.asked_at).await.map_err(failed)?;
            for account in &accounts {
                audit_log::append(&tx, unlinked(*account, &audit)).await?;
            }
            audit_log::append(&tx, audit).await?;
            commit(tx).await?;
            Ok(ErasedNow {
                accounts: accounts.len() as u64,
                logins,
                notices,
                running,
            })
        })
        .await
    }

    async fn pending(&self, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        self.within(async {
            let pending = Entity::find()
                .filter(Column::DoneAt.is_null())
                .order_by_asc(Column::AskedAt)
                .order_by_asc(Column::Id);
            self.first(self.reads(), pending, limit).await
        })
        .await
    }

    /// Done already is `true`, and not audited twice.
    async fn finish(&self, id: Uuid, audit: AuditEntry) -> Result<bool, StoreError> {
        self.within(async {
            let tx = self.begin().await?;
            one_at_a_time(&tx).await.map_err(failed)?;
            let row = reading::row(&tx, Entity::find_by_id(id)).await;
            let row = row.map_err(failed)?.ok_or(StoreError::NotFound)?;
            let pending = |row: Model| match row.done_at {
                Some(_) => Ok(None),
                None => Erasure::try_from(row).map(Some),
            };
            let Some(erasure) = row.then(pending)? else {
                return Ok(true);
            };
            if something_waits(&tx, &erasure).await.map_err(failed)? {
                return Ok(false);
            }
            erase_rest(&tx, &erasure).await.map_err(failed)?;
            forget_owner(&tx, id, audit.at).await.map_err(failed)?;
            audit_log::append(&tx, audit).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
    }
}

/// Lets one erasure or restore at a time go on, until the transaction ends.
pub(crate) async fn one_at_a_time(tx: &Transaction) -> Result<(), DbErr> {
    lock(tx, "erasures").await
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

/// Erases logins that are over and cleaned up; which one is under way, and how
/// many were erased.
async fn end_logins(tx: &Transaction, owner: &Owner) -> Result<(Option<LoginId>, u64), DbErr> {
    // In this order, and before the accounts: like everyone who locks them.
    let running = login::Entity::find()
        .filter(logins_of(owner))
        .filter(login::Column::EndedAt.is_null())
        .lock_exclusive()
        .one(tx)
        .await?;
    if let Some(row) = &running {
        login::Entity::update_many()
            .col_expr(
                login::Column::Intent,
                Expr::val(intent_name(Intent::Cancel)),
            )
            .filter(login::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
    }
    let erased = login::Entity::delete_many()
        .filter(logins_of(owner))
        .filter(login::Column::EndedAt.is_not_null())
        .filter(login::Column::CleanupAt.is_null())
        .exec(tx)
        .await?;
    Ok((
        running.map(|row| LoginId::from(row.id)),
        erased.rows_affected,
    ))
}

/// Unlinks the owner's accounts; which they were.
async fn unlink_all(
    tx: &Transaction,
    owner: &Owner,
    at: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let accounts = account::Entity::find()
        .filter(accounts_of(owner))
        .lock_exclusive()
        .all(tx)
        .await
        .map_err(failed)?;
    for account in &accounts {
        account::Entity::delete_by_id(account.id)
            .exec(tx)
            .await
            .map_err(failed)?;
        leave(tx, account.session_id, at).await?;
    }
    Ok(accounts.iter().map(|account| account.id).collect())
}

/// The entry of an account that an erasure unlinked.
fn unlinked(account: Uuid, erasure: &AuditEntry) -> AuditEntry {
    AuditEntry {
        subject: account,
        action: Action::AccountUnlinked,
        ..erasure.clone()
    }
}

/// Erases what is remembered of the person and what waits for them; how many
/// notices waited.
async fn forget(tx: &Transaction, owner: &Owner) -> Result<u64, DbErr> {
    let notices = outbox::Entity::delete_many()
        .filter(outbox::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(outbox::Column::Person.eq(owner.person.0))
        .exec(tx)
        .await?;
    jobs::forget_of(tx, owner).await?;
    person::Entity::delete_by_id((owner.tenant.to_string(), owner.person.0))
        .exec(tx)
        .await?;
    Ok(notices.rows_affected)
}

/// Whether a session is still to be logged out, or a login to end or to be
/// cleaned up.
async fn something_waits(tx: &Transaction, erasure: &Erasure) -> Result<bool, DbErr> {
    let owner = &erasure.owner;
    let leaving = session::Entity::find()
        .filter(session::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(session::Column::Person.eq(owner.person.0))
        .filter(session::Column::State.eq(session::LEAVING))
        .count(tx)
        .await?;
    let under_way = login::Column::EndedAt
        .is_null()
        .and(login::Column::CreatedAt.lte(erasure.asked_at));
    let logins = login::Entity::find()
        .filter(logins_of(owner))
        .filter(
            Condition::any()
                .add(under_way)
                .add(login::Column::CleanupAt.is_not_null()),
        )
        .count(tx)
        .await?;
    Ok(leaving + logins > 0)
}

/// Erases the logins from before; what is remembered and waits as well, unless
/// the person came back.
async fn erase_rest(tx: &Transaction, erasure: &Erasure) -> Result<(), DbErr> {
    let owner = &erasure.owner;
    login::Entity::delete_many()
        .filter(logins_of(owner))
        .filter(login::Column::CreatedAt.lte(erasure.asked_at))
        .exec(tx)
        .await?;
    let logins = login::Entity::find()
        .filter(logins_of(owner))
        .count(tx)
        .await?;
    let accounts = account::Entity::find()
        .filter(accounts_of(owner))
        .count(tx)
        .await?;
    if logins + accounts == 0 {
        forget(tx, owner).await?;
    }
    Ok(())
}

/// Removes the person's id from the erasure.
async fn forget_owner(tx: &Transaction, id: Uuid, done_at: Timestamp) -> Result<(), DbErr> {
    let done = ActiveModel {
        tenant: Set(None),
        person: Set(None),
        done_at: Set(Some(stored(done_at))),
        ..Default::default()
    };
    Entity::update_many()
        .set(done)
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

fn logins_of(owner: &Owner) -> Condition {
    Condition::all()
        .add(login::Column::Tenant.eq(owner.tenant.as_str()))
        .add(login::Column::Person.eq(owner.person.0))
}

fn accounts_of(owner: &Owner) -> Condition {
    Condition::all()
        .add(account::Column::Tenant.eq(owner.tenant.as_str()))
        .add(account::Column::Person.eq(owner.person.0))
}
