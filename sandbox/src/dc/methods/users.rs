//! People.

use grammers_tl_types::{
    enums,
    functions::{contacts, users},
    types,
};

use super::peers::find_user;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, Parties};

/// The most people that can be asked for at once.
const MAX_USERS: usize = 200;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<users::GetUsers>(),
        method::<users::GetFullUser>(),
        method::<contacts::ResolveUsername>(),
    ]
}

impl Handle for users::GetUsers {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<Vec<enums::User>> {
        let me = call.me()?;
        let asked = self.id.iter().take(MAX_USERS);
        let users = asked.filter_map(|input| find_user(&call, me.id, input).ok());
        Ok(users.map(|person| schema::user(&person, me.id)).collect())
    }
}

impl Handle for users::GetFullUser {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::users::UserFull> {
        let me = call.me()?;
        let person = find_user(&call, me.id, &self.id)
            .map_err(|_| RpcError::bad_request("USER_ID_INVALID"))?;
        Ok(enums::users::UserFull::Full(types::users::UserFull {
            full_user: schema::user_full(&person),
            chats: Vec::new(),
            users: vec![schema::user(&person, me.id)],
        }))
    }
}

impl Handle for contacts::ResolveUsername {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::contacts::ResolvedPeer> {
        let me = call.me()?;
        let name = self.username.trim_start_matches('@');
        let plausible = (1..=32).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plausible {
            return Err(RpcError::bad_request("USERNAME_INVALID"));
        }
        let world = call.world();
        let mut parties = Parties::new(world, me.id);
        let peer = if let Some(person) = world.people().by_username(name) {
            parties.person(person.id);
            let user_id = person.id;
            enums::Peer::User(types::PeerUser { user_id })
        } else if let Some(chat) = world.chats().by_username(name) {
            parties.chat(&chat);
            schema::peer(&chat, me.id)
        } else {
            return Err(RpcError::bad_request("USERNAME_NOT_OCCUPIED"));
        };
        let (chats, users) = parties.finish();
        let resolved = types::contacts::ResolvedPeer { peer, chats, users };
        Ok(enums::contacts::ResolvedPeer::Peer(resolved))
    }
}
