//! Authorisations in the schema's words.

use grammers_tl_types::{enums, types};

use super::user::user;
use crate::world::{Authorization, AuthorizationState, Person, User, World, wire};

/// A device in its owner's list; `current` is the key that asks.
pub(crate) fn authorization(
    authorization: &Authorization,
    current: Option<i64>,
) -> enums::Authorization {
    // The device that asks has the hash 0.
    let hash = if Some(authorization.key()) == current {
        0
    } else {
        authorization.hash
    };
    enums::Authorization::Authorization(types::Authorization {
        current: Some(authorization.key()) == current,
        official_app: false,
        password_pending: authorization.state() == AuthorizationState::PasswordPending,
        encrypted_requests_disabled: false,
        call_requests_disabled: false,
        unconfirmed: false,
        hash,
        device_model: authorization.device.model.clone(),
        platform: String::new(),
        system_version: authorization.device.system_version.clone(),
        api_id: authorization.device.api_id,
        app_name: authorization.app_name.clone(),
        app_version: authorization.device.app_version.clone(),
        date_created: wire(authorization.created_at),
        date_active: wire(authorization.active_at()),
        ip: "127.0.0.1".to_owned(),
        country: "Sandbox".to_owned(),
        region: String::new(),
    })
}

/// The answer to a login that succeeded.
pub(crate) fn logged_in(world: &World, person: &Person) -> enums::auth::Authorization {
    enums::auth::Authorization::Authorization(types::auth::Authorization {
        setup_password_required: false,
        otherwise_relogin_days: None,
        tmp_sessions: None,
        future_auth_token: None,
        user: user(
            &User::from(person),
            person.id,
            world.photos().get(person.id),
        ),
    })
}
