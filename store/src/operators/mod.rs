//! Operators: their links, their sessions, and what they confirm in the chat.

mod confirmations;
mod sessions;
mod sign_ins;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use sesame_domain::ids::Owner;

use crate::database::Transaction;
use crate::rows::{confirmation, operator_session, sign_in_link};

/// Forgets an operator about whom everything is erased: they are signed out.
pub(crate) async fn forget_of(tx: &Transaction, owner: &Owner) -> Result<(), DbErr> {
    let (tenant, person) = (owner.tenant.as_str(), owner.person.0);
    sign_in_link::Entity::delete_many()
        .filter(sign_in_link::Column::Tenant.eq(tenant))
        .filter(sign_in_link::Column::Person.eq(person))
        .exec(tx)
        .await?;
    operator_session::Entity::delete_many()
        .filter(operator_session::Column::Tenant.eq(tenant))
        .filter(operator_session::Column::Person.eq(person))
        .exec(tx)
        .await?;
    confirmation::Entity::delete_many()
        .filter(confirmation::Column::Tenant.eq(tenant))
        .filter(confirmation::Column::Person.eq(person))
        .exec(tx)
        .await?;
    Ok(())
}
