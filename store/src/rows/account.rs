//! The table `accounts`.

use sea_orm::ExprTrait as _;
use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sesame_domain::account::{Account, DeathCause, Health, Profile};
use sesame_domain::device::Device;
use sesame_domain::ids::{AccountId, Owner, SessionId};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use super::parts::{needed, owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub name: String,
    pub username: Option<String>,
    pub session_id: Uuid,
    pub device_model: String,
    pub device_system_version: String,
    pub device_app_version: String,
    pub device_app_name: String,
    pub health: String,
    pub health_cause: Option<String>,
    pub health_since: Option<DateTimeUtc>,
    pub linked_at: DateTimeUtc,
    pub checked_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::session::Entity",
        from = "Column::SessionId",
        to = "super::session::Column::Id"
    )]
    Session,
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::Tenant, Column::Person)",
        to = "(super::person::Column::Tenant, super::person::Column::Person)"
    )]
    Person,
}

impl Related<super::session::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Session.def()
    }
}

impl Related<super::person::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Person.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// As the index of the accounts that are not dead says it, for the planner.
pub(crate) fn not_dead() -> Expr {
    Expr::cust("accounts.health <> 'dead'")
}

impl Model {
    /// Whose it is.
    pub(crate) fn owner(self) -> Result<Owner, StoreError> {
        owner(self.tenant, self.person)
    }
}

impl TryFrom<Model> for Account {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let health = health(&row)?;
        Ok(Self {
            id: AccountId::from(row.id),
            owner: owner(row.tenant, row.person)?,
            profile: Profile {
                name: row.name,
                username: row.username,
            },
            session: SessionId::from(row.session_id),
            device: Device {
                model: row.device_model,
                system_version: row.device_system_version,
                app_version: row.device_app_version,
                app_name: row.device_app_name,
            },
            health,
            // Null only where a node of an older version linked.
            used_at: row.used_at.unwrap_or(row.linked_at),
            linked_at: row.linked_at,
            checked_at: row.checked_at,
        })
    }
}

/// How the health of an account that works is called.
pub(crate) const ALIVE: &str = "alive";

fn health(row: &Model) -> Result<Health, StoreError> {
    match (row.health.as_str(), &row.health_cause, row.health_since) {
        (ALIVE, None, None) => Ok(Health::Alive),
        ("frozen", None, Some(since)) => Ok(Health::Frozen { since }),
        ("dead", Some(cause), Some(since)) => Ok(Health::Dead {
            cause: needed(DeathCause::from_name(cause), "the cause of a death")?,
            since,
        }),
        _ => Err(StoreError::inconsistent("the health of an account")),
    }
}

/// How an account's health is called in its row, with the cause of a death and
/// since when.
fn named(health: Health) -> (&'static str, Option<&'static str>, Option<Timestamp>) {
    match health {
        Health::Alive => (ALIVE, None, None),
        Health::Frozen { since } => ("frozen", None, Some(since)),
        Health::Dead { cause, since } => ("dead", Some(cause.as_str()), Some(since)),
    }
}

/// Accounts of which this is news: they stand otherwise, and are not dead, which
/// is for good.
pub(crate) fn is_news(health: Health) -> Expr {
    let (name, ..) = named(health);
    not_dead().and(Column::Health.ne(name))
}

impl ActiveModel {
    /// Every column of an account.
    pub(crate) fn of(account: &Account) -> Self {
        let mut row = Self {
            id: Set(account.id.as_uuid()),
            tenant: Set(account.owner.tenant.to_string()),
            person: Set(account.owner.person.0),
            name: Set(account.profile.name.clone()),
            username: Set(account.profile.username.clone()),
            session_id: Set(account.session.as_uuid()),
            device_model: Set(account.device.model.clone()),
            device_system_version: Set(account.device.system_version.clone()),
            device_app_version: Set(account.device.app_version.clone()),
            device_app_name: Set(account.device.app_name.clone()),
            linked_at: Set(stored(account.linked_at)),
            checked_at: Set(stored(account.checked_at)),
            used_at: Set(Some(stored(account.used_at))),
            ..Default::default()
        };
        row.set_health(account.health);
        row
    }

    /// The columns of an account's health.
    pub(crate) fn set_health(&mut self, health: Health) {
        let (name, cause, since) = named(health);
        self.health = Set(name.to_owned());
        self.health_cause = Set(cause.map(str::to_owned));
        self.health_since = Set(since.map(stored));
    }
}
