//! Rich messages, and the pictures of custom emoji.

use grammers_tl_types::{enums, functions::messages};

use super::history::listed;
use super::peers::{find_chat, viewer};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{Body, MediaFile};

/// The most custom emoji that can be asked for at once.
const MOST_EMOJI: usize = 200;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::GetRichMessage>(),
        method::<messages::GetCustomEmojiDocuments>(),
    ]
}

impl Handle for messages::GetRichMessage {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Messages> {
        const INVALID: RpcError = RpcError::bad_request("MESSAGE_ID_INVALID");
        let me = call.me()?;
        let chat = find_chat(&call, me.id, &self.peer)?.ok_or(INVALID)?;
        let message = chat.seen_by(me.id, |seen| seen.get(self.id));
        let mut message = message.ok_or(INVALID)?;
        let body = message.body.as_deref();
        let rich = body.filter(|body| {
            let message = body.message();
            message.is_some_and(|message| message.rich_message.is_some())
        });
        let whole = Body {
            shown_blocks: None,
            ..rich.cloned().ok_or(INVALID)?
        };
        message.body = Some(std::sync::Arc::new(whole));
        let viewer = viewer(&call, me.id);
        Ok(listed(&call, viewer, Some(&chat), &[message], 1))
    }
}

impl Handle for messages::GetCustomEmojiDocuments {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<Vec<enums::Document>> {
        call.me()?;
        let asked = self.document_id.iter().take(MOST_EMOJI);
        let files = asked.filter_map(|id| call.world().chats().file(*id));
        let emoji = files.filter(|file| is_emoji(file));
        Ok(emoji.map(|file| schema::emoji_document(&file)).collect())
    }
}

fn is_emoji(file: &MediaFile) -> bool {
    file.file.mime_type == "application/x-tgsticker" || file.file.mime_type == "video/webm"
}
