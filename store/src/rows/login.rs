//! The table `logins`.

use std::fmt;

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::device::Device;
use sesame_domain::ids::{Fence, LoginId, NodeId};
use sesame_domain::login::{Login, Method};
use sesame_domain::ports::{ClaimedLogin, HalfSession, Intent, StoreError, Unattended};
use sesame_domain::sealed::Sealed;

use super::login_state::{retry, set_retry, set_state, state};
use super::parts::{owner, stored, whole};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub method: String,
    pub device_model: String,
    pub device_system_version: String,
    pub device_app_version: String,
    pub device_app_name: String,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub version: i64,
    pub state: String,
    pub qr_token: Option<Vec<u8>>,
    pub qr_expires_at: Option<DateTimeUtc>,
    pub qr_renew_at: Option<DateTimeUtc>,
    pub ask_at: Option<DateTimeUtc>,
    pub dc: Option<i32>,
    pub password_hint: Option<Vec<u8>>,
    pub password_attempts_left: Option<i16>,
    pub password_rejected: Option<bool>,
    pub finish_by: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub account_id: Option<Uuid>,
    pub failure_code: Option<String>,
    pub failure_retry_at: Option<DateTimeUtc>,
    pub setback_count: Option<i32>,
    pub setback_retry_at: Option<DateTimeUtc>,
    pub scanned_at: Option<DateTimeUtc>,
    pub cleanup_at: Option<DateTimeUtc>,
    pub fence: i64,
    pub node: Option<String>,
    #[sea_orm(column_name = "wish")]
    pub intent: Option<String>,
    pub session_key_id: Option<String>,
    pub session_wrapped_key: Option<Vec<u8>>,
    pub session_ciphertext: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Only the id: the rest is sealed, or about a person.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl TryFrom<Model> for Login {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            state: state(&row)?,
            retry: retry(&row)?,
            id: LoginId::from(row.id),
            owner: owner(row.tenant, row.person)?,
            method: method(&row.method)?,
            device: Device {
                model: row.device_model,
                system_version: row.device_system_version,
                app_version: row.device_app_version,
                app_name: row.device_app_name,
            },
            created_at: row.created_at,
            expires_at: row.expires_at,
            version: row.version,
            scanned_at: row.scanned_at,
            cleanup_at: row.cleanup_at,
        })
    }
}

impl TryFrom<Model> for ClaimedLogin {
    type Error = StoreError;

    fn try_from(mut row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            fence: Fence(row.fence),
            session: whole(
                row.session_key_id.take(),
                row.session_wrapped_key.take(),
                row.session_ciphertext.take(),
            )?,
            // One that is not known is none: the login goes on without it, and
            // whoever knows it finds it there.
            intent: intent(row.intent.as_deref()).unwrap_or_default(),
            login: row.try_into()?,
        })
    }
}

impl TryFrom<Model> for Unattended {
    type Error = StoreError;

    fn try_from(mut row: Model) -> Result<Self, StoreError> {
        let node = row.node.take().map(NodeId::from_stored);
        let login = Login::try_from(row)?.id;
        Ok(Self { login, node })
    }
}

fn method(name: &str) -> Result<Method, StoreError> {
    [Method::Qr]
        .into_iter()
        .find(|method| method.as_str() == name)
        .ok_or(StoreError::inconsistent("the method of a login"))
}

/// The intent with this name.
pub(crate) fn intent(name: Option<&str>) -> Result<Option<Intent>, StoreError> {
    match name {
        None => Ok(None),
        Some("cancel") => Ok(Some(Intent::Cancel)),
        Some("supersede") => Ok(Some(Intent::Supersede)),
        Some(_) => Err(StoreError::inconsistent("the intent for a login")),
    }
}

/// The name of an intent; never changed.
pub(crate) fn intent_name(intent: Intent) -> &'static str {
    match intent {
        Intent::Cancel => "cancel",
        Intent::Supersede => "supersede",
    }
}

impl ActiveModel {
    /// The columns that never change.
    pub(crate) fn begun(login: &Login) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(login.id.as_uuid()),
            tenant: Set(login.owner.tenant.to_string()),
            person: Set(login.owner.person.0),
            method: Set(login.method.as_str().to_owned()),
            device_model: Set(login.device.model.clone()),
            device_system_version: Set(login.device.system_version.clone()),
            device_app_version: Set(login.device.app_version.clone()),
            device_app_name: Set(login.device.app_name.clone()),
            created_at: Set(stored(login.created_at)),
            expires_at: Set(stored(login.expires_at)),
            ..Self::saved(login)?
        })
    }

    /// The columns that change as a login goes on.
    pub(crate) fn saved(login: &Login) -> Result<Self, StoreError> {
        let mut row = Self {
            version: Set(login.version),
            scanned_at: Set(login.scanned_at.map(stored)),
            cleanup_at: Set(login.cleanup_at.map(stored)),
            ..Default::default()
        };
        set_state(&mut row, &login.state)?;
        set_retry(&mut row, login.retry)?;
        Ok(row)
    }

    /// The columns of the half-signed-in session.
    pub(crate) fn set_session(&mut self, session: HalfSession) {
        let sealed: Option<Sealed> = match session {
            HalfSession::Keep => return,
            HalfSession::Replace(sealed) => Some(sealed),
            HalfSession::Erase => None,
        };
        let (key_id, wrapped_key, ciphertext) = sealed.map_or((None, None, None), |sealed| {
            (
                Some(sealed.key_id),
                Some(sealed.wrapped_key),
                Some(sealed.ciphertext),
            )
        });
        self.session_key_id = Set(key_id);
        self.session_wrapped_key = Set(wrapped_key);
        self.session_ciphertext = Set(ciphertext);
    }
}
