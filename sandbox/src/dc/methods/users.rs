//! People.

use grammers_tl_types::{
    enums,
    functions::{contacts, users},
    types,
};

use super::peers::find_user;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, Parties};
use crate::world::User;

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
        let photos = call.world().photos();
        let describe = |user: User| schema::user(&user, me.id, photos.get(user.id));
        Ok(users.map(describe).collect())
    }
}

impl Handle for users::GetFullUser {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::users::UserFull> {
        let me = call.me()?;
        let person = find_user(&call, me.id, &self.id)
            .map_err(|_| RpcError::bad_request("USER_ID_INVALID"))?;
        let photo = call.world().photos().get(person.id);
        Ok(enums::users::UserFull::Full(types::users::UserFull {
            full_user: schema::user_full(&person),
            chats: Vec::new(),
            users: vec![schema::user(&person, me.id, photo)],
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
        let person = world.people().by_username(name).map(|person| person.id);
        let anyone = person.or_else(|| Some(world.users().by_username(name)?.id));
        let peer = if let Some(id) = anyone {
            parties.person(id);
            schema::user_peer(id)
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
