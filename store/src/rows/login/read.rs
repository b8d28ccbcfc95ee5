//! What a row tells of.

use sesame_domain::device::Device;
use sesame_domain::ids::{Fence, LoginId, NodeId};
use sesame_domain::login::{Login, Method};
use sesame_domain::ports::listing::LoginRow;
use sesame_domain::ports::{ClaimedLogin, StoreError, Unattended};

use super::intent::intent;
use super::state::{retry, state};
use super::table::Model;
use crate::rows::parts::{owner, whole};

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

impl TryFrom<Model> for LoginRow {
    type Error = StoreError;

    fn try_from(mut row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            node: row.node.take().map(NodeId::from_stored),
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
    Method::ALL
        .iter()
        .copied()
        .find(|method| method.as_str() == name)
        .ok_or(StoreError::inconsistent("the method of a login"))
}
