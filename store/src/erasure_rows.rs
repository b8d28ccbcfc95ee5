//! The rows that an erasure is about, and who may change them meanwhile.

use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};
use sesame_domain::ids::Owner;
use sesame_domain::time::Timestamp;

use crate::database::{Transaction, lock, lock_shared};
use crate::rows::{account, login, outbox, person};
use crate::{exports, jobs, operators};

/// What a restore has to itself, and erasures share.
const RESTORES: &str = "erasures";

/// Lets one erasure of this owner at a time go on, and no restore, until the
/// transaction ends.
pub(crate) async fn one_at_a_time(tx: &Transaction, owner: &Owner) -> Result<(), DbErr> {
    // In this order: whoever waits for a restore keeps no one waiting.
    lock_shared(tx, RESTORES).await?;
    lock(
        tx,
        &format!("erasures of {}/{}", owner.tenant, owner.person),
    )
    .await
}

/// Lets one restore and no erasure go on, until the transaction ends.
pub(crate) async fn no_one_meanwhile(tx: &Transaction) -> Result<(), DbErr> {
    lock(tx, RESTORES).await
}

/// Erases what is remembered of the person and what waits for them; how many
/// notices waited.
pub(crate) async fn forget(tx: &Transaction, owner: &Owner, at: Timestamp) -> Result<u64, DbErr> {
    let notices = outbox::Entity::delete_many()
        .filter(outbox::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(outbox::Column::Person.eq(owner.person.0))
        .exec(tx)
        .await?;
    jobs::forget_of(tx, owner).await?;
    exports::forget_of(tx, owner, at).await?;
    operators::forget_of(tx, owner).await?;
    person::Entity::delete_by_id((owner.tenant.to_string(), owner.person.0))
        .exec(tx)
        .await?;
    Ok(notices.rows_affected)
}

/// Logins of an owner.
pub(crate) fn logins_of(owner: &Owner) -> Condition {
    Condition::all()
        .add(login::Column::Tenant.eq(owner.tenant.as_str()))
        .add(login::Column::Person.eq(owner.person.0))
}

/// The owner's account.
pub(crate) fn account_of(owner: &Owner) -> Condition {
    Condition::all()
        .add(account::Column::Tenant.eq(owner.tenant.as_str()))
        .add(account::Column::Person.eq(owner.person.0))
}
