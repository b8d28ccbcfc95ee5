//! Channels: what is edited and deleted, and what whoever was away is told.

use std::sync::Arc;

use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{
    Chat, ChatKind, ForwardedFrom, NewChat, NewMessage, Person, TextEntity, TextStyle,
};

use crate::harness::{Sandbox, TestClient, error};

fn channel(sandbox: &Sandbox, kind: ChatKind, members: &[&Person]) -> Arc<Chat> {
    let new = NewChat {
        kind,
        title: "News".to_owned(),
        username: None,
        members: members.iter().map(|person| person.id).collect(),
    };
    let now = sandbox.world.clock().now();
    sandbox.world.chats().create(new, now).unwrap()
}

fn say(sandbox: &Sandbox, chat: &Chat, text: &str) -> i32 {
    let new = NewMessage {
        text: text.to_owned(),
        ..NewMessage::default()
    };
    let now = sandbox.world.clock().now();
    sandbox.world.chats().say(chat, new, now).id
}

async fn difference(
    client: &TestClient,
    chat: &Chat,
    pts: i32,
) -> enums::updates::ChannelDifference {
    let request = functions::updates::GetChannelDifference {
        force: false,
        channel: enums::InputChannel::Channel(types::InputChannel {
            channel_id: chat.id,
            access_hash: chat.access_hash,
        }),
        filter: enums::ChannelMessagesFilter::Empty,
        pts,
        limit: 100,
    };
    client.call(&request).await.unwrap()
}

#[tokio::test]
async fn edits_and_deletions_are_told_at_once_and_to_whoever_was_away() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    for kind in [ChatKind::Channel, ChatKind::Supergroup] {
        let channel = channel(&sandbox, kind, &[&ann]);
        for text in ["one", "two", "three"] {
            say(&sandbox, &channel, text);
        }
        let client = sandbox.logged_in(&ann).await;
        let before = channel.pts();
        let chats = sandbox.world.chats();
        chats
            .edit(&channel, 1, "uno".to_owned(), 1_800_000_000)
            .unwrap();
        assert_eq!(chats.delete(&channel, &[2, 3, 9]), [2, 3]);
        let edited = client.update(|it| matches!(it, enums::Update::EditChannelMessage(_)));
        let enums::Update::EditChannelMessage(edited) = edited.await else {
            unreachable!("it was asked for");
        };
        assert_eq!((edited.pts, edited.pts_count), (before + 1, 1));
        let deleted = client.update(|it| matches!(it, enums::Update::DeleteChannelMessages(_)));
        let enums::Update::DeleteChannelMessages(deleted) = deleted.await else {
            unreachable!("it was asked for");
        };
        assert_eq!((deleted.pts, deleted.pts_count), (before + 3, 2));
        assert_eq!(deleted.messages, [2, 3]);
        let missed = difference(&client, &channel, before).await;
        let enums::updates::ChannelDifference::Difference(missed) = missed else {
            panic!("{missed:?}");
        };
        assert!(missed.new_messages.is_empty());
        assert_eq!((missed.other_updates.len(), missed.pts), (2, before + 3));
        // What is gone is gone for whoever was away longer, and its number too.
        let all = difference(&client, &channel, 1).await;
        let enums::updates::ChannelDifference::Difference(all) = all else {
            panic!("{all:?}");
        };
        assert_eq!(all.new_messages.len(), 1);
        assert_eq!(say(&sandbox, &channel, "four"), 4);
    }
}

#[tokio::test]
async fn what_is_forgotten_is_too_long() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let channel = channel(&sandbox, ChatKind::Channel, &[&ann]);
    say(&sandbox, &channel, "one");
    let client = sandbox.logged_in(&ann).await;
    channel.forget_changes();
    let missed = difference(&client, &channel, 1).await;
    let enums::updates::ChannelDifference::TooLong(missed) = missed else {
        panic!("{missed:?}");
    };
    let enums::Dialog::Dialog(dialog) = missed.dialog else {
        panic!("{missed:?}");
    };
    assert_eq!(
        (dialog.pts, missed.messages.len()),
        (Some(channel.pts()), 1)
    );
    let then = difference(&client, &channel, channel.pts()).await;
    assert!(matches!(then, enums::updates::ChannelDifference::Empty(_)));
}

#[tokio::test]
async fn messages_of_private_chats_and_groups_are_edited_and_deleted_too() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let chats = sandbox.world.chats();
    for kind in [ChatKind::Private, ChatKind::Group] {
        let chat = channel(&sandbox, kind, &[&ann, &ben]);
        let id = say(&sandbox, &chat, "hi");
        let edited = chats.edit(&chat, id, "ho".to_owned(), 1).unwrap();
        assert_eq!((edited.text.as_str(), edited.edited), ("ho", Some(1)));
        assert_eq!(chats.delete(&chat, &[id, 999]), [id]);
        assert!(chat.message(id).is_none());
    }
}

#[tokio::test]
async fn formats_forwards_and_albums_come_along() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let channel = channel(&sandbox, ChatKind::Channel, &[&ann]);
    let new = NewMessage {
        text: "a link".to_owned(),
        entities: vec![TextEntity {
            offset: 2,
            length: 4,
            style: TextStyle::TextUrl("https://example.org".to_owned()),
        }],
        forward: Some(ForwardedFrom {
            channel: 77,
            post: 3,
            date: 1_600_000_000,
        }),
        album: Some(5),
        ..NewMessage::default()
    };
    let now = sandbox.world.clock().now();
    sandbox.world.chats().say(&channel, new, now);
    let client = sandbox.logged_in(&ann).await;
    let missed = difference(&client, &channel, 1).await;
    let enums::updates::ChannelDifference::Difference(missed) = missed else {
        panic!("{missed:?}");
    };
    let [enums::Message::Message(post)] = missed.new_messages.as_slice() else {
        panic!("{missed:?}");
    };
    assert_eq!(post.grouped_id, Some(5));
    let Some([enums::MessageEntity::TextUrl(link)]) = post.entities.as_deref() else {
        panic!("{post:?}");
    };
    assert_eq!((link.offset, link.length), (2, 4));
    let Some(enums::MessageFwdHeader::Header(from)) = &post.fwd_from else {
        panic!("{post:?}");
    };
    assert_eq!((from.channel_post, from.date), (Some(3), 1_600_000_000));
}

#[tokio::test]
async fn who_left_a_channel_may_not_read_it() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let channel = channel(&sandbox, ChatKind::Channel, &[&ben, &ann]);
    let client = sandbox.logged_in(&ann).await;
    sandbox.world.chats().remove_member(&channel, ann.id);
    let request = functions::channels::GetChannels {
        id: vec![enums::InputChannel::Channel(types::InputChannel {
            channel_id: channel.id,
            access_hash: channel.access_hash,
        })],
    };
    let refused = error(client.call(&request).await);
    assert_eq!(refused, (406, "CHANNEL_PRIVATE".to_owned()));
    assert!(sandbox.world.chats().of(ann.id).is_empty());
}
