//! The cloud password (<https://core.telegram.org/api/srp>).

use std::sync::Arc;

use grammers_tl_types::{
    enums,
    functions::{account, auth},
};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::PasswordError;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<account::GetPassword>(),
        method::<auth::CheckPassword>(),
    ]
}

/// The machine could not do the computing.
const INTERNAL: RpcError = RpcError::new(500, "INTERNAL");

impl Handle for account::GetPassword {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::account::Password> {
        let login = call.pending_login()?;
        let Some(password) = call.world().passwords().get(login.person) else {
            return Ok(schema::password(None));
        };
        let (world, key, now) = (Arc::clone(call.world()), call.key().id, call.now());
        let compute = move || world.passwords().challenge(password, key, now);
        let challenge = tokio::task::spawn_blocking(compute);
        let challenge = challenge.await.map_err(|_| INTERNAL)?;
        Ok(schema::password(Some(&challenge)))
    }
}

impl Handle for auth::CheckPassword {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::auth::Authorization> {
        let login = Arc::clone(call.pending_login()?);
        let enums::InputCheckPasswordSrp::Srp(srp) = self.password else {
            return Err(RpcError::bad_request("PASSWORD_HASH_INVALID"));
        };
        let (world, key, now) = (Arc::clone(call.world()), call.key().id, call.now());
        let person = login.person;
        let compute = move || {
            let proof = (srp.srp_id, srp.a.as_slice(), srp.m1.as_slice());
            world.passwords().check(person, key, proof, now)
        };
        let checked = tokio::task::spawn_blocking(compute);
        checked.await.map_err(|_| INTERNAL)?.map_err(name)?;
        if !call.world().complete_login(&login) {
            return Err(RpcError::unauthorized("SESSION_REVOKED"));
        }
        Ok(schema::logged_in(call.world(), &call.me()?))
    }
}

fn name(error: PasswordError) -> RpcError {
    RpcError::bad_request(match error {
        PasswordError::UnknownChallenge => "SRP_ID_INVALID",
        PasswordError::Changed => "SRP_PASSWORD_CHANGED",
        PasswordError::BadPublicNumber => "SRP_A_INVALID",
        PasswordError::Wrong => "PASSWORD_HASH_INVALID",
    })
}
