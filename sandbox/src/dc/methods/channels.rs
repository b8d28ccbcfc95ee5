//! Channels and supergroups.

use grammers_tl_types::{enums, functions::channels, types};

use super::history::{ids, listed};
use super::peers::{find_channel, viewer};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcResult, method};
use crate::dc::schema::{self, Parties};

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<channels::GetMessages>(),
        method::<channels::GetChannels>(),
        method::<channels::ReadHistory>(),
    ]
}

impl Handle for channels::GetMessages {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Messages> {
        let me = call.me()?;
        let chat = find_channel(&call, me.id, &self.channel)?;
        let ids = ids(&self.id);
        let found: Vec<_> = ids.iter().filter_map(|id| chat.message(*id)).collect();
        let viewer = viewer(&call, me.id);
        let mut answer = listed(&call, viewer, Some(&chat), &found, chat.len());
        if let enums::messages::Messages::ChannelMessages(answer) = &mut answer {
            // In the order asked for, with a placeholder for what is not there.
            let in_order = ids.iter().map(|id| match chat.message(*id) {
                Some(message) => schema::message(&chat, &message, viewer),
                None => schema::no_message(*id),
            });
            answer.messages = in_order.collect();
        }
        Ok(answer)
    }
}

impl Handle for channels::GetChannels {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Chats> {
        let me = call.me()?;
        let mut parties = Parties::new(call.world(), me.id);
        for input in self.id.iter().take(200) {
            parties.chat(&*find_channel(&call, me.id, input)?);
        }
        let (chats, _) = parties.finish();
        Ok(enums::messages::Chats::Chats(types::messages::Chats {
            chats,
        }))
    }
}

impl Handle for channels::ReadHistory {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let me = call.me()?;
        let chat = find_channel(&call, me.id, &self.channel)?;
        let up_to = if self.max_id == 0 {
            i32::MAX
        } else {
            self.max_id
        };
        chat.mark_read(me.id, up_to);
        Ok(true)
    }
}
