//! Who wrote a message, and to what it replies.

use sesame_domain::session::peer::PeerId;

use super::context::Context;
use super::json::{Json, Object};
use super::schema::Tl;

/// Who wrote it, to `me`; without a sender, the chat itself. A message that is gone has no
/// one.
pub(super) fn sender(me: i64, message: Tl<'_>) -> Option<PeerId> {
    if message.name() == "messageEmpty" {
        return None;
    }
    let named = message.peer("from_id");
    named.or_else(|| match message.peer("peer_id") {
        Some(PeerId::User(_)) if message.flag("out") => Some(PeerId::User(me)),
        chat => chat,
    })
}

/// To what it replies, under this key. What happened does not name its own chat.
pub(super) fn reply(cx: &Context<'_>, object: &mut Object, message: Tl<'_>, key: &'static str) {
    let reply = message.get("reply_to");
    let Some(id) = reply.int_if("reply_to_msg_id").filter(|id| *id != 0) else {
        return;
    };
    let chat = reply.peer("reply_to_peer_id").filter(|chat| {
        message.name() != "messageService" || message.peer("peer_id") != Some(*chat)
    });
    // In another chat nothing was moved.
    let moved_by = if chat.is_none() { cx.moved_by } else { 0 };
    object.int(key, id.saturating_add(moved_by));
    if let Some(chat) = chat {
        object.put("reply_to_peer_id", Json::peer(chat));
    }
}
