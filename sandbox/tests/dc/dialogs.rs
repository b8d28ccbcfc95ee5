//! Dialogs, history, files, updates.

use std::sync::Arc;

use grammers_client::tl::{enums, functions, types};
use grammers_session::updates::UpdatesLike;
use sesame_sandbox::world::{Chat, ChatKind, MediaKind, NewChat, NewMedia, NewMessage, Person};

use crate::harness::{Sandbox, TestClient, error};

pub(crate) fn chat(sandbox: &Sandbox, kind: ChatKind, members: &[&Person]) -> Arc<Chat> {
    let new = NewChat {
        kind,
        title: "News".to_owned(),
        username: None,
        members: members.iter().map(|person| person.id).collect(),
    };
    sandbox.world.chats().create(new, now(sandbox)).unwrap()
}

pub(crate) fn now(sandbox: &Sandbox) -> i64 {
    sandbox.world.clock().now()
}

pub(crate) fn say(sandbox: &Sandbox, chat: &Chat, text: &str) -> i32 {
    let new = NewMessage {
        text: text.to_owned(),
        ..NewMessage::default()
    };
    sandbox.world.chats().say(chat, new, now(sandbox)).id
}

#[tokio::test]
async fn dialogs_come_in_pages_with_their_unread_counts() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    for turn in 0..130 {
        let channel = chat(&sandbox, ChatKind::Channel, &[&ben, &ann]);
        for post in 0..turn % 5 {
            say(&sandbox, &channel, &format!("post {post}"));
        }
    }
    let private = chat(&sandbox, ChatKind::Private, &[&ben, &ann]);
    say(&sandbox, &private, "hi");
    let client = sandbox.logged_in(&ann).await;
    let mut dialogs = client.client.iter_dialogs();
    let (mut count, mut unread, mut names) = (0, 0, Vec::new());
    while let Some(dialog) = dialogs.next().await.unwrap() {
        let enums::Dialog::Dialog(raw) = &dialog.raw else {
            panic!("{:?}", dialog.raw);
        };
        count += 1;
        unread += raw.unread_count;
        names.push(dialog.peer().name().unwrap_or_default().to_owned());
    }
    assert_eq!(count, 131);
    assert_eq!(unread, 130 / 5 * (1 + 2 + 3 + 4) + 1);
    assert_eq!(names.iter().filter(|name| *name == "Ben").count(), 1);
}

#[tokio::test]
async fn history_of_250_messages_comes_in_pages() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    for kind in [ChatKind::Channel, ChatKind::Supergroup, ChatKind::Group] {
        let chat = chat(&sandbox, kind, &[&ben, &ann]);
        for turn in 1..=250 {
            say(&sandbox, &chat, &format!("message {turn}"));
        }
    }
    let client = sandbox.logged_in(&ann).await;
    let mut dialogs = client.client.iter_dialogs();
    let mut seen = 0;
    while let Some(dialog) = dialogs.next().await.unwrap() {
        seen += 1;
        let mut messages = client.client.iter_messages(dialog.peer_ref());
        assert_eq!(messages.total().await.unwrap(), 250);
        let mut texts = Vec::new();
        while let Some(message) = messages.next().await.unwrap() {
            texts.push(message.text().to_owned());
        }
        let expected: Vec<_> = (1..=250).rev().map(|n| format!("message {n}")).collect();
        assert_eq!(texts, expected);
    }
    assert_eq!(seen, 3);
}

async fn history(client: &TestClient, channel: &Chat, window: [i32; 5]) -> Vec<i32> {
    let [offset_id, add_offset, limit, max_id, min_id] = window;
    let request = functions::messages::GetHistory {
        peer: enums::InputPeer::Channel(types::InputPeerChannel {
            channel_id: channel.id,
            access_hash: channel.access_hash,
        }),
        offset_id,
        offset_date: 0,
        add_offset,
        limit,
        max_id,
        min_id,
        hash: 0,
    };
    let answer = client.call(&request).await.unwrap();
    let enums::messages::Messages::ChannelMessages(answer) = answer else {
        panic!("{answer:?}");
    };
    answer.messages.iter().map(enums::Message::id).collect()
}

#[tokio::test]
async fn every_window_of_a_history_can_be_asked_for() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let channel = chat(&sandbox, ChatKind::Channel, &[&ann]);
    for turn in 1..=20 {
        say(&sandbox, &channel, &turn.to_string());
    }
    let client = sandbox.logged_in(&ann).await;
    let get = |window| history(&client, &channel, window);
    assert_eq!(get([0, 0, 3, 0, 0]).await, [20, 19, 18]);
    assert_eq!(get([11, 0, 3, 0, 0]).await, [10, 9, 8]);
    assert_eq!(get([11, -3, 3, 0, 0]).await, [13, 12, 11]);
    assert_eq!(get([11, 2, 2, 0, 0]).await, [8, 7]);
    assert_eq!(get([0, 0, 100, 5, 2]).await, [4, 3]);
    assert_eq!(get([20, -5, 5, 0, 0]).await, [20]);
    assert!(get([1, 0, 5, 0, 0]).await.is_empty());
}

#[tokio::test]
async fn new_messages_are_pushed_and_can_be_caught_up_with() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let private = chat(&sandbox, ChatKind::Private, &[&ben, &ann]);
    let channel = chat(&sandbox, ChatKind::Channel, &[&ben, &ann]);
    let client = sandbox.logged_in(&ann).await;
    let enums::updates::State::State(state) =
        client.call(&functions::updates::GetState {}).await.unwrap();

    let said = say(&sandbox, &private, "psst");
    let update = client
        .update(|update| matches!(update, enums::Update::NewMessage(_)))
        .await;
    let enums::Update::NewMessage(update) = update else {
        panic!("{update:?}");
    };
    assert_eq!((update.message.id(), update.pts), (said, state.pts + 1));
    let posted = say(&sandbox, &channel, "extra!");
    client
        .update(|update| matches!(update, enums::Update::NewChannelMessage(new) if new.message.id() == posted))
        .await;

    let difference = functions::updates::GetDifference {
        pts: state.pts,
        pts_limit: None,
        pts_total_limit: None,
        date: state.date,
        qts: 0,
        qts_limit: None,
    };
    let difference = client.call(&difference).await.unwrap();
    let enums::updates::Difference::Difference(difference) = difference else {
        panic!("{difference:?}");
    };
    assert_eq!(difference.new_messages.len(), 1);
    assert_eq!(difference.other_updates.len(), 1);

    let missed = functions::updates::GetChannelDifference {
        force: false,
        channel: enums::InputChannel::Channel(types::InputChannel {
            channel_id: channel.id,
            access_hash: channel.access_hash,
        }),
        filter: enums::ChannelMessagesFilter::Empty,
        pts: 1,
        limit: 100,
    };
    let missed = client.call(&missed).await.unwrap();
    let enums::updates::ChannelDifference::Difference(missed) = missed else {
        panic!("{missed:?}");
    };
    assert!(missed.r#final);
    assert_eq!(missed.new_messages.len(), 1);
}

#[tokio::test]
async fn others_chats_and_guessed_hashes_are_refused() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let secret = chat(&sandbox, ChatKind::Channel, &[&ben]);
    let client = sandbox.logged_in(&ann).await;
    let ask = |access_hash| {
        let channel_id = secret.id;
        let channel = types::InputChannel {
            channel_id,
            access_hash,
        };
        let id = vec![enums::InputChannel::Channel(channel)];
        functions::channels::GetChannels { id }
    };
    let private = error(client.call(&ask(secret.access_hash)).await);
    assert_eq!(private, (406, "CHANNEL_PRIVATE".to_owned()));
    let guessed = error(client.call(&ask(1)).await);
    assert_eq!(guessed, (400, "CHANNEL_INVALID".to_owned()));
}

#[tokio::test]
async fn a_file_is_fetched_part_by_part_from_where_it_is() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let channel = chat(&sandbox, ChatKind::Channel, &[&ann]);
    let content: Vec<u8> = (0..=255).cycle().take(700_000).collect();
    for dc in [1, 2] {
        let media = NewMedia {
            kind: MediaKind::Document,
            file_name: "numbers.bin".to_owned(),
            mime_type: "application/octet-stream".to_owned(),
            content: content.clone().into(),
            dc,
        };
        let new = NewMessage {
            media: Some(media),
            ..NewMessage::default()
        };
        sandbox.world.chats().say(&channel, new, now(&sandbox));
    }
    let client = sandbox.logged_in(&ann).await;
    let mut dialogs = client.client.iter_dialogs();
    let dialog = dialogs.next().await.unwrap().unwrap();
    let mut messages = client.client.iter_messages(dialog.peer_ref());
    while let Some(message) = messages.next().await.unwrap() {
        let media = message.media().unwrap();
        let mut download = client.client.iter_download(&media);
        let mut fetched = Vec::new();
        while let Some(part) = download.next().await.unwrap() {
            fetched.extend(part);
        }
        assert!(fetched == content, "{} bytes came", fetched.len());
    }
}

#[tokio::test]
async fn a_client_hears_when_its_connection_is_cut_and_can_go_on() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    sandbox.world.faults().drop_connections(1);
    {
        let mut updates = client.updates.lock().await;
        loop {
            let news = tokio::time::timeout(crate::harness::PATIENCE, updates.recv());
            if let Some(UpdatesLike::ConnectionClosed) = news.await.unwrap() {
                break;
            }
        }
    }
    // The first call after a cut may still be lost.
    let _ = client.client.invoke(&functions::updates::GetState {}).await;
    assert_eq!(client.me().await.unwrap().id, ann.id);
}
