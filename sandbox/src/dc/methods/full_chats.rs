//! All that is known of a chat.

use std::sync::Arc;

use grammers_tl_types::{
    enums,
    functions::{channels, messages},
    types,
};

use super::peers::find_channel;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, Parties};
use crate::world::{Chat, ChatKind};

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<channels::GetFullChannel>(),
        method::<messages::GetFullChat>(),
        method::<messages::GetChats>(),
    ]
}

impl Handle for channels::GetFullChannel {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::ChatFull> {
        let me = call.me()?;
        let chat = find_channel(&call, me.id, &self.channel)?;
        let mut parties = Parties::new(call.world(), me.id);
        parties.chat(&chat);
        let former = chat.settings().migrated_from;
        let former = former.and_then(|(id, _)| call.world().chats().get(id));
        if let Some(former) = former {
            parties.chat(&former);
        }
        let full = schema::channel_full(call.world(), &chat, me.id);
        Ok(answer(full, parties))
    }
}

impl Handle for messages::GetFullChat {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::ChatFull> {
        let me = call.me()?;
        let chat = group(&call, me.id, self.chat_id)?;
        let mut parties = Parties::new(call.world(), me.id);
        parties.chat(&chat);
        for member in chat.members() {
            parties.person(member);
        }
        let full = schema::chat_full(call.world(), &chat, me.id);
        Ok(answer(full, parties))
    }
}

impl Handle for messages::GetChats {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Chats> {
        let me = call.me()?;
        let mut parties = Parties::new(call.world(), me.id);
        for id in self.id.iter().take(200) {
            parties.chat(&*group(&call, me.id, *id)?);
        }
        let (chats, _) = parties.finish();
        Ok(enums::messages::Chats::Chats(types::messages::Chats {
            chats,
        }))
    }
}

fn group(call: &Call, me: i64, id: i64) -> RpcResult<Arc<Chat>> {
    let chat = call.world().chats().get(id);
    chat.filter(|chat| chat.kind == ChatKind::Group && chat.has_member(me))
        .ok_or(RpcError::bad_request("CHAT_ID_INVALID"))
}

fn answer(full_chat: enums::ChatFull, parties: Parties<'_>) -> enums::messages::ChatFull {
    let (chats, users) = parties.finish();
    enums::messages::ChatFull::Full(types::messages::ChatFull {
        full_chat,
        chats,
        users,
    })
}
