//! A group becomes a supergroup.

use std::sync::Arc;

use grammers_tl_types::{enums, types};

use super::chats::{Body, BodyKind, Chat, ChatError, ChatKind, Draft, NewChat, empty_service};
use super::state::World;

impl World {
    /// Makes a group into a supergroup of the same people: both histories stay, and
    /// each says so.
    ///
    /// # Errors
    /// When it is no group, or became one before.
    pub fn migrate(&self, group: &Chat) -> Result<Arc<Chat>, ChatError> {
        if group.kind != ChatKind::Group || group.settings().migrated_to.is_some() {
            return Err(ChatError::Exists);
        }
        let now = self.clock().now();
        let owner = group.owner;
        let mut members = group.members();
        members.sort_by_key(|member| Some(*member) != owner);
        let new = NewChat {
            kind: ChatKind::Supergroup,
            title: group.title.clone(),
            username: None,
            members,
        };
        let supergroup = self.chats().create(new, now)?;
        let channel_id = supergroup.id;
        let leaves = types::MessageActionChatMigrateTo { channel_id };
        let last = self.note(group, enums::MessageAction::ChatMigrateTo(leaves), now);
        let comes = types::MessageActionChannelMigrateFrom {
            title: group.title.clone(),
            chat_id: group.id,
        };
        let comes = enums::MessageAction::ChannelMigrateFrom(comes);
        self.note(&supergroup, comes, now);
        group.set(|settings| settings.migrated_to = Some(channel_id));
        supergroup.set(|settings| settings.migrated_from = Some((group.id, last)));
        Ok(supergroup)
    }

    fn note(&self, chat: &Chat, action: enums::MessageAction, now: i64) -> i32 {
        let service = types::MessageService {
            action,
            ..empty_service()
        };
        let body = Body {
            kind: BodyKind::Service(Box::new(service)),
            files: Vec::new(),
            shown_blocks: None,
        };
        let draft = Draft::with_body(chat.owner, body);
        self.chats().say(chat, draft, now).id
    }
}
