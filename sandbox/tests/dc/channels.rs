//! Channels: what is edited and deleted, and what whoever was away is told.

use std::sync::Arc;

use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{
    ChannelHarm, Chat, ChatKind, ForwardedFrom, NewChannelFault, NewChat, NewMessage, Person,
    TextEntity, TextStyle, TimestampTrouble, Withheld,
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
    client.call(&difference_since(chat, pts)).await.unwrap()
}

fn difference_since(chat: &Chat, pts: i32) -> functions::updates::GetChannelDifference {
    functions::updates::GetChannelDifference {
        force: false,
        channel: enums::InputChannel::Channel(types::InputChannel {
            channel_id: chat.id,
            access_hash: chat.access_hash,
        }),
        filter: enums::ChannelMessagesFilter::Empty,
        pts,
        limit: 100,
    }
}

fn fault(sandbox: &Sandbox, chat: &Chat, harm: ChannelHarm, times: Option<u32>) -> i64 {
    let new = NewChannelFault {
        harm,
        channel: Some(chat.id),
        person: None,
        times,
    };
    sandbox.world.faults().add_channel(new).id
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

#[tokio::test]
async fn what_is_withheld_is_in_the_difference_which_may_fail() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let channel = channel(&sandbox, ChatKind::Channel, &[&ann]);
    let client = sandbox.logged_in(&ann).await;
    let before = channel.pts();
    let second = Withheld::Every(2);
    fault(&sandbox, &channel, ChannelHarm::Withhold(second), None);
    for text in ["one", "two", "three", "four", "five"] {
        say(&sandbox, &channel, text);
    }
    for pts in [1, 3, 5].map(|n| before + n) {
        let update = client.update(|it| matches!(it, enums::Update::NewChannelMessage(_)));
        let enums::Update::NewChannelMessage(update) = update.await else {
            unreachable!("it was asked for");
        };
        assert_eq!(update.pts, pts);
    }
    for trouble in [TimestampTrouble::Outdated, TimestampTrouble::Invalid] {
        fault(&sandbox, &channel, ChannelHarm::Timestamp(trouble), Some(1));
        let request = difference_since(&channel, before);
        let (code, name) = error(client.call(&request).await);
        assert_eq!((code, name.as_str()), trouble.error());
    }
    fault(&sandbox, &channel, ChannelHarm::TooLong, Some(1));
    let long = difference(&client, &channel, before).await;
    assert!(matches!(
        long,
        enums::updates::ChannelDifference::TooLong(_)
    ));
    let missed = difference(&client, &channel, before).await;
    let enums::updates::ChannelDifference::Difference(missed) = missed else {
        panic!("{missed:?}");
    };
    assert_eq!((missed.new_messages.len(), missed.pts), (5, before + 5));
}

#[tokio::test]
async fn a_private_channel_is_shut_until_it_is_open_again_and_clients_are_told() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let channel = channel(&sandbox, ChatKind::Channel, &[&ann, &ben]);
    let client = sandbox.logged_in(&ann).await;
    let other = sandbox.logged_in(&ben).await;
    let before = channel.pts();
    let shut = NewChannelFault {
        harm: ChannelHarm::Private,
        channel: Some(channel.id),
        person: Some(ann.id),
        times: None,
    };
    let fault = sandbox.world.faults().add_channel(shut).id;
    sandbox.world.access_changed(channel.id, vec![ann.id]);
    let told = async || {
        let update = client.update(|it| matches!(it, enums::Update::Channel(_)));
        let enums::Update::Channel(update) = update.await else {
            unreachable!("it was asked for");
        };
        assert_eq!(update.channel_id, channel.id);
    };
    told().await;
    let request = difference_since(&channel, before);
    let refused = error(client.call(&request).await);
    assert_eq!(refused, (406, "CHANNEL_PRIVATE".to_owned()));
    say(&sandbox, &channel, "unheard");
    // Once another one has it, it is told.
    let heard = other.update(|it| matches!(it, enums::Update::NewChannelMessage(_)));
    heard.await;
    assert!(sandbox.world.faults().remove(fault));
    sandbox.world.access_changed(channel.id, vec![ann.id]);
    told().await;
    say(&sandbox, &channel, "heard");
    let update = client.update(|it| matches!(it, enums::Update::NewChannelMessage(_)));
    let enums::Update::NewChannelMessage(update) = update.await else {
        unreachable!("it was asked for");
    };
    assert_eq!(update.pts, before + 2);
    let missed = difference(&client, &channel, before).await;
    let enums::updates::ChannelDifference::Difference(missed) = missed else {
        panic!("{missed:?}");
    };
    assert_eq!(missed.new_messages.len(), 2);
}
