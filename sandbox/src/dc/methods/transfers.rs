//! Using a login at another data centre, such as for files
//! (<https://core.telegram.org/api/datacenter#authorization-transfer>).

use std::sync::Arc;

use grammers_tl_types::{enums, functions::auth, types};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{AuthorizationState, seconds};

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<auth::ExportAuthorization>(),
        method::<auth::ImportAuthorization>(),
    ]
}

impl Handle for auth::ExportAuthorization {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::auth::ExportedAuthorization> {
        let login = call.complete_login()?;
        let known = call.dc().directory.get(self.dc_id).is_some();
        if !known || self.dc_id == call.dc().id {
            return Err(RpcError::bad_request("DC_ID_INVALID"));
        }
        let expires_at = call.now() + seconds(call.world().options().transfer_life);
        let transfers = call.world().transfers();
        let exported = types::auth::ExportedAuthorization {
            id: login.person,
            bytes: transfers.send(Arc::clone(login), self.dc_id, expires_at),
        };
        Ok(enums::auth::ExportedAuthorization::Authorization(exported))
    }
}

impl Handle for auth::ImportAuthorization {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::auth::Authorization> {
        const INVALID: RpcError = RpcError::bad_request("AUTH_BYTES_INVALID");
        let here = (call.dc().id, call.key().id);
        let transfers = call.world().transfers();
        let login = transfers
            .take(&self.bytes, here, call.now())
            .map_err(|_| INVALID)?;
        if login.person != self.id || login.state() != AuthorizationState::Complete {
            return Err(INVALID);
        }
        let person = call.world().people().get(login.person).ok_or(INVALID)?;
        // The login keeps its seat at home: this key only uses it.
        call.key().log_in(login);
        Ok(schema::logged_in(call.world(), &person))
    }
}
