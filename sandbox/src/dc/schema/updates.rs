//! Updates.

use grammers_tl_types::{enums, types};

use super::message::message;
use super::parties::Parties;
use crate::world::{Chat, Message, World, wire};

/// The news of a message, for one person.
pub(crate) fn new_message_updates(
    world: &World,
    viewer: i64,
    chat: &Chat,
    new: &Message,
) -> enums::Updates {
    let mut parties = Parties::new(world, viewer);
    parties.chat(chat);
    parties.author(new);
    let (chats, users) = parties.finish();
    enums::Updates::Updates(types::Updates {
        updates: vec![new_message_update(world, viewer, chat, new)],
        users,
        chats,
        date: wire(world.clock().now()),
        // Not numbered: the clients check the numbers of the events instead.
        seq: 0,
    })
}

/// The update that brings a message.
fn new_message_update(world: &World, viewer: i64, chat: &Chat, new: &Message) -> enums::Update {
    let message = message(chat, new, viewer);
    if chat.kind.is_channel() {
        return enums::Update::NewChannelMessage(types::UpdateNewChannelMessage {
            message,
            pts: new.pts,
            pts_count: 1,
        });
    }
    let pts = world.chats().with_mailbox(viewer, |mailbox| {
        mailbox.pts_of(chat.id, new.id).unwrap_or(mailbox.pts())
    });
    enums::Update::NewMessage(types::UpdateNewMessage {
        message,
        pts,
        pts_count: 1,
    })
}
