//! A login as it is written.

use sea_orm::Set;
use sesame_domain::login::Login;
use sesame_domain::ports::{HalfSession, StoreError};
use sesame_domain::sealed::Sealed;

use super::state::{set_retry, set_state};
use super::table::ActiveModel;
use crate::rows::parts::stored;

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
