//! Updates.

use grammers_tl_types::{enums, types};

use super::count::count;
use super::message::message;
use super::parties::Parties;
use super::viewer::Viewer;
use crate::world::{Chat, Mail, Message, World, wire};

/// The news of a message, for one person.
pub(crate) fn new_message_updates(
    world: &World,
    viewer: Viewer,
    chat: &Chat,
    new: &Message,
) -> enums::Updates {
    let update = new_message_update(world, viewer, chat, new);
    updates_of(world, viewer, chat, &[new], vec![update])
}

/// Updates about a chat, with everyone whom it and the messages name.
pub(crate) fn updates_of(
    world: &World,
    viewer: Viewer,
    chat: &Chat,
    named: &[&Message],
    updates: Vec<enums::Update>,
) -> enums::Updates {
    let mut parties = Parties::new(world, viewer.id);
    parties.chat(chat);
    for message in named {
        parties.message(message);
    }
    let (chats, users) = parties.finish();
    enums::Updates::Updates(types::Updates {
        updates,
        users,
        chats,
        date: wire(world.clock().now()),
        // Not numbered: the clients check the numbers of the events instead.
        seq: 0,
    })
}

/// The update that changes a message; `pts` is its number in a channel.
pub(crate) fn edited_update(
    world: &World,
    viewer: Viewer,
    chat: &Chat,
    edited: &Message,
    pts: i32,
) -> enums::Update {
    let message = message(chat, edited, viewer);
    if chat.kind.is_channel() {
        return enums::Update::EditChannelMessage(types::UpdateEditChannelMessage {
            message,
            pts,
            pts_count: 1,
        });
    }
    let mail = Mail::Edited {
        chat: chat.id,
        message: edited.id,
    };
    enums::Update::EditMessage(types::UpdateEditMessage {
        message,
        pts: pts_of(world, viewer.id, &mail),
        pts_count: 1,
    })
}

/// The update that removes messages; `pts` is its number in a channel.
pub(crate) fn deleted_update(
    world: &World,
    viewer: i64,
    chat: &Chat,
    messages: &[i32],
    pts: i32,
) -> enums::Update {
    let messages = messages.to_vec();
    let pts_count = count(messages.len());
    if chat.kind.is_channel() {
        return enums::Update::DeleteChannelMessages(types::UpdateDeleteChannelMessages {
            channel_id: chat.id,
            messages,
            pts,
            pts_count,
        });
    }
    enums::Update::DeleteMessages(types::UpdateDeleteMessages {
        pts: pts_of(world, viewer, &Mail::Deleted(messages.clone())),
        messages,
        pts_count,
    })
}

/// The update that brings a message.
pub(crate) fn new_message_update(
    world: &World,
    viewer: Viewer,
    chat: &Chat,
    new: &Message,
) -> enums::Update {
    let message = message(chat, new, viewer);
    if chat.kind.is_channel() {
        return enums::Update::NewChannelMessage(types::UpdateNewChannelMessage {
            message,
            pts: new.pts,
            pts_count: 1,
        });
    }
    let mail = Mail::Added {
        chat: chat.id,
        message: new.id,
    };
    enums::Update::NewMessage(types::UpdateNewMessage {
        message,
        pts: pts_of(world, viewer.id, &mail),
        pts_count: 1,
    })
}

/// The number of an event in someone's log.
fn pts_of(world: &World, person: i64, mail: &Mail) -> i32 {
    world.chats().with_mailbox(person, |mailbox| {
        mailbox.pts_of(mail).unwrap_or(mailbox.pts())
    })
}
