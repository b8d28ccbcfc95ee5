//! The table `confirmations`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::operator::{Confirmation, ConfirmationState, DangerKind, DangerousAction};
use sesame_domain::ports::StoreError;

use super::parts::{owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "confirmations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub session_id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub kind: String,
    pub parameters: String,
    pub summary: String,
    pub reason: String,
    pub signs: i32,
    pub asked_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub state: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// How it was left.
    pub(crate) fn stood(&self) -> Result<ConfirmationState, StoreError> {
        let unknown = StoreError::inconsistent("the state of a confirmation");
        ConfirmationState::from_name(&self.state).ok_or(unknown)
    }
}

impl TryFrom<Model> for Confirmation {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            session: row.session_id.into(),
            owner: owner(row.tenant, row.person)?,
            action: DangerousAction {
                kind: DangerKind::of(&row.kind),
                parameters: row.parameters,
                summary: row.summary,
            },
            reason: row.reason,
            signs: signs(row.signs)?,
            asked_at: row.asked_at,
            expires_at: row.expires_at,
        })
    }
}

/// Two numbers below 100, kept as one below 10,000.
fn signs(number: i32) -> Result<[u8; 2], StoreError> {
    let wrong = || StoreError::inconsistent("the signs of a confirmation");
    let number = u16::try_from(number).ok().filter(|it| *it < 10_000);
    let number = number.ok_or_else(wrong)?;
    let half = |it: u16| u8::try_from(it).map_err(|_| wrong());
    Ok([half(number / 100)?, half(number % 100)?])
}

impl ActiveModel {
    /// Every column of a question that waits.
    pub(crate) fn of(confirmation: &Confirmation) -> Self {
        let [first, second] = confirmation.signs.map(i32::from);
        let action = &confirmation.action;
        Self {
            id: Set(confirmation.id.as_uuid()),
            session_id: Set(confirmation.session.as_uuid()),
            tenant: Set(confirmation.owner.tenant.to_string()),
            person: Set(confirmation.owner.person.0),
            kind: Set(action.kind.as_str().to_owned()),
            parameters: Set(action.parameters.clone()),
            summary: Set(action.summary.clone()),
            reason: Set(confirmation.reason.clone()),
            signs: Set(first * 100 + second),
            asked_at: Set(stored(confirmation.asked_at)),
            expires_at: Set(stored(confirmation.expires_at)),
            state: Set(ConfirmationState::Waiting.as_str().to_owned()),
        }
    }
}
