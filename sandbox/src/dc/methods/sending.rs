//! Saying something, and marking what was read.

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::peers::{Named, find, find_chat};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{Chat, ChatKind, Mailbox, NewChat, NewMessage};

/// The longest text of a message.
const MAX_TEXT: usize = 4096;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::SendMessage>(),
        method::<messages::ReadHistory>(),
    ]
}

impl Handle for messages::SendMessage {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<enums::Updates> {
        let me = call.me()?;
        if self.message.is_empty() {
            return Err(RpcError::bad_request("MESSAGE_EMPTY"));
        }
        if self.message.chars().count() > MAX_TEXT {
            return Err(RpcError::bad_request("MESSAGE_TOO_LONG"));
        }
        let chats = call.world().chats();
        let chat = match find(&call, me.id, &self.peer)? {
            Named::Chat(chat) => chat,
            Named::Person(person) if person.id == me.id => {
                return Err(RpcError::bad_request("PEER_ID_INVALID"));
            }
            Named::Person(person) => chat_with(&call, me.id, person.id)?,
        };
        if chat.kind == ChatKind::Channel && chat.owner != Some(me.id) {
            return Err(RpcError::new(403, "CHAT_WRITE_FORBIDDEN"));
        }
        if let Some(wait) = chat.slow_mode_wait(me.id, call.now()) {
            return Err(RpcError {
                code: 420,
                message: format!("SLOWMODE_WAIT_{wait}").into(),
            });
        }
        let new = NewMessage {
            from: Some(me.id),
            text: self.message,
            ..NewMessage::default()
        };
        call.world().void_codes_in(&me, &new.text);
        let said = chats.say(&chat, new, call.now());
        let mut updates = schema::new_message_updates(call.world(), me.id, &chat, &said);
        if let enums::Updates::Updates(updates) = &mut updates {
            let id = types::UpdateMessageId {
                id: said.id,
                random_id: self.random_id,
            };
            updates.updates.insert(0, enums::Update::MessageId(id));
        }
        Ok(updates)
    }
}

/// The private chat with someone; made if they have not talked yet.
fn chat_with(call: &Call, me: i64, other: i64) -> RpcResult<Arc<Chat>> {
    let chats = call.world().chats();
    if let Some(chat) = chats.private(me, other) {
        return Ok(chat);
    }
    let new = NewChat {
        kind: ChatKind::Private,
        title: String::new(),
        username: None,
        members: vec![me, other],
    };
    // Someone else may have made it meanwhile.
    let made = chats.create(new, call.now()).ok();
    made.or_else(|| chats.private(me, other))
        .ok_or(RpcError::bad_request("PEER_ID_INVALID"))
}

impl Handle for messages::ReadHistory {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::AffectedMessages> {
        let me = call.me()?;
        if let Some(chat) = find_chat(&call, me.id, &self.peer)? {
            let up_to = if self.max_id == 0 {
                i32::MAX
            } else {
                self.max_id
            };
            chat.mark_read(me.id, up_to);
        }
        let pts = call.world().chats().with_mailbox(me.id, Mailbox::pts);
        let affected = types::messages::AffectedMessages { pts, pts_count: 0 };
        Ok(enums::messages::AffectedMessages::Messages(affected))
    }
}
