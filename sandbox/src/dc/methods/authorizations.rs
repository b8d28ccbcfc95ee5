//! The list of devices, and ending logins on others.

use grammers_tl_types::{
    enums,
    functions::{account, auth},
    types,
};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;

/// How long unused logins are kept, in days.
const TTL_DAYS: i32 = 180;
/// A login younger than this cannot end others, in seconds.
const FRESH: i64 = 24 * 3600;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<account::GetAuthorizations>(),
        method::<account::ResetAuthorization>(),
        method::<account::UpdateStatus>(),
        method::<auth::ResetAuthorizations>(),
    ]
}

impl Handle for account::GetAuthorizations {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::account::Authorizations> {
        let me = call.me()?;
        let current = call.complete_login()?.key();
        let list = call.world().authorizations().of(me.id);
        let describe = |one: &_| schema::authorization(one, Some(current));
        let list = list.iter().map(|one| describe(one)).collect();
        Ok(enums::account::Authorizations::Authorizations(
            types::account::Authorizations {
                authorization_ttl_days: TTL_DAYS,
                authorizations: list,
            },
        ))
    }
}

impl Handle for account::ResetAuthorization {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let login = call.complete_login()?;
        check_age(&call, login.created_at)?;
        let authorizations = call.world().authorizations();
        if self.hash != login.hash && authorizations.end(login.person, self.hash) {
            Ok(true)
        } else {
            Err(RpcError::bad_request("HASH_INVALID"))
        }
    }
}

impl Handle for auth::ResetAuthorizations {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let login = call.complete_login()?;
        check_age(&call, login.created_at)?;
        let authorizations = call.world().authorizations();
        authorizations.end_others(login.person, Some(login.hash));
        Ok(true)
    }
}

impl Handle for account::UpdateStatus {
    const ACCESS: Access = Access::Login;

    async fn handle(self, _call: Call) -> RpcResult<bool> {
        Ok(true)
    }
}

fn check_age(call: &Call, created_at: i64) -> RpcResult<()> {
    if call.now() - created_at < FRESH {
        return Err(RpcError::new(406, "FRESH_RESET_AUTHORISATION_FORBIDDEN"));
    }
    Ok(())
}
