//! Logging out.

use grammers_tl_types::{enums, functions::auth, types};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcResult, method};

pub(super) fn methods() -> Vec<Method> {
    vec![method::<auth::LogOut>()]
}

impl Handle for auth::LogOut {
    // Also a login that waits for its password can be given up.
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::auth::LoggedOut> {
        let claimed = call
            .key()
            .claim(call.now())
            .map(|claim| claim.authorization);
        let login = match claimed {
            Some(claimed) => claimed,
            None => call.pending_login()?.clone(),
        };
        call.key().log_out();
        call.world().authorizations().end(login.person, login.hash);
        Ok(enums::auth::LoggedOut::Out(types::auth::LoggedOut {
            future_auth_token: None,
        }))
    }
}
