//! Updates.

use grammers_tl_types::{enums, types};

use super::count::count;
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

/// The news of what happened to messages of a channel, for one person.
pub(crate) fn channel_updates(
    world: &World,
    viewer: i64,
    chat: &Chat,
    update: enums::Update,
) -> enums::Updates {
    let mut parties = Parties::new(world, viewer);
    parties.chat(chat);
    let (chats, users) = parties.finish();
    enums::Updates::Updates(types::Updates {
        updates: vec![update],
        users,
        chats,
        date: wire(world.clock().now()),
        seq: 0,
    })
}

/// The update that changes a message of a channel.
pub(crate) fn edited_update(chat: &Chat, edited: &Message, viewer: i64, pts: i32) -> enums::Update {
    enums::Update::EditChannelMessage(types::UpdateEditChannelMessage {
        message: message(chat, edited, viewer),
        pts,
        pts_count: 1,
    })
}

/// The update that removes messages of a channel.
pub(crate) fn deleted_update(chat: &Chat, messages: &[i32], pts: i32) -> enums::Update {
    enums::Update::DeleteChannelMessages(types::UpdateDeleteChannelMessages {
        channel_id: chat.id,
        messages: messages.to_vec(),
        pts,
        pts_count: count(messages.len()),
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
