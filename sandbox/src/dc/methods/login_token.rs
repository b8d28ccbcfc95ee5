//! Login tokens: logging in by QR code
//! (<https://core.telegram.org/api/qr-login>).

use std::sync::Arc;

use grammers_tl_types::{enums, functions::auth, types};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{Authorization, AuthorizationState, ScanError, TransferError, seconds, wire};

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<auth::ExportLoginToken>(),
        method::<auth::ImportLoginToken>(),
        method::<auth::AcceptLoginToken>(),
    ]
}

/// The most people that a client may name as logged in already.
const MAX_EXCEPT: usize = 100;

impl Handle for auth::ExportLoginToken {
    const ACCESS: Access = Access::Open;

    async fn handle(mut self, call: Call) -> RpcResult<enums::auth::LoginToken> {
        check_app(&call, self.api_id, &self.api_hash)?;
        if let Some(login) = call.login() {
            match login.state() {
                AuthorizationState::Complete => return success(&call, login),
                // It lets in whose password was removed meanwhile.
                AuthorizationState::PasswordPending => return seat(&call, login),
                AuthorizationState::Accepted | AuthorizationState::Ended => {}
            }
        }
        if let Some(claim) = call.key().claim(call.now()) {
            return fetch(&call, claim.authorization);
        }
        self.except_ids.truncate(MAX_EXCEPT);
        let token = call.world().export_login_token(call.key(), self.except_ids);
        Ok(enums::auth::LoginToken::Token(types::auth::LoginToken {
            expires: wire(token.expires_at),
            token: token.bytes,
        }))
    }
}

/// A login was accepted: it goes on here, or at the person's home.
fn fetch(call: &Call, authorization: Arc<Authorization>) -> RpcResult<enums::auth::LoginToken> {
    let world = call.world();
    let person = world.people().get(authorization.person);
    let home = person.map_or(call.dc().id, |person| person.home_dc);
    if home == call.dc().id {
        return seat(call, &authorization);
    }
    let expires_at = call.now() + seconds(world.options().transfer_life);
    let token = world.transfers().send(authorization, home, expires_at);
    Ok(migrate_to(home, token))
}

fn migrate_to(dc_id: i32, token: Vec<u8>) -> enums::auth::LoginToken {
    enums::auth::LoginToken::MigrateTo(types::auth::LoginTokenMigrateTo { dc_id, token })
}

/// Seats a login on the calling key.
fn seat(call: &Call, authorization: &Arc<Authorization>) -> RpcResult<enums::auth::LoginToken> {
    match call
        .world()
        .seat_login(call.key(), Arc::clone(authorization))
    {
        Some(AuthorizationState::Complete) => success(call, authorization),
        Some(_) => Err(PASSWORD_NEEDED),
        None => Err(RpcError::bad_request("AUTH_TOKEN_EXPIRED")),
    }
}

fn success(call: &Call, authorization: &Authorization) -> RpcResult<enums::auth::LoginToken> {
    let person = call.world().people().get(authorization.person);
    let person = person.ok_or(RpcError::bad_request("AUTH_TOKEN_EXPIRED"))?;
    let authorization = schema::logged_in(call.world(), &person);
    let success = types::auth::LoginTokenSuccess { authorization };
    Ok(enums::auth::LoginToken::Success(success))
}

impl Handle for auth::ImportLoginToken {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::auth::LoginToken> {
        let seat_here = (call.dc().id, call.key().id);
        let taken = call
            .world()
            .transfers()
            .take(&self.token, seat_here, call.now());
        match taken {
            Ok(authorization) => seat(&call, &authorization),
            Err(TransferError::OtherDc(dc_id)) => Ok(migrate_to(dc_id, self.token)),
            Err(TransferError::Expired) => Err(RpcError::bad_request("AUTH_TOKEN_EXPIRED")),
            Err(TransferError::Unknown) => Err(RpcError::bad_request("AUTH_TOKEN_INVALID")),
        }
    }
}

impl Handle for auth::AcceptLoginToken {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::Authorization> {
        let me = call.me()?;
        let accepted = call.world().accept_login_token(me.id, &self.token);
        match accepted {
            Ok(authorization) => Ok(schema::authorization(&authorization, None)),
            Err(ScanError::Token(error)) => Err(RpcError {
                code: 400,
                message: error.to_string().into(),
            }),
            Err(ScanError::Banned) => Err(RpcError::unauthorized("USER_DEACTIVATED_BAN")),
            Err(ScanError::NoSuchPerson) => Err(RpcError::unauthorized("USER_DEACTIVATED")),
        }
    }
}

/// Whether the app is the one that is registered here.
pub(super) fn check_app(call: &Call, api_id: i32, api_hash: &str) -> RpcResult<()> {
    let options = call.world().options();
    if api_id == options.api_id && api_hash == options.api_hash {
        Ok(())
    } else {
        Err(RpcError::bad_request("API_ID_INVALID"))
    }
}

/// The login goes on with the cloud password.
pub(super) const PASSWORD_NEEDED: RpcError = RpcError::unauthorized("SESSION_PASSWORD_NEEDED");
