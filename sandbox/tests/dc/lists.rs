//! Lists of dialogs: pages, pins, the archive, pictures.

use std::collections::BTreeSet;

use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{ChatKind, ManyDialogs, NewMessage, SERVICE_USER, User, UserKind};

use crate::dialogs::{chat, now, say};
use crate::harness::{Sandbox, TestClient, error};

pub(crate) fn ask(folder_id: Option<i32>, limit: i32) -> functions::messages::GetDialogs {
    functions::messages::GetDialogs {
        exclude_pinned: false,
        folder_id,
        offset_date: 0,
        offset_id: 0,
        offset_peer: enums::InputPeer::Empty,
        limit,
        hash: 0,
    }
}

/// An answer: dialogs, messages, chats, users, and how many there are in all.
struct Listed {
    dialogs: Vec<enums::Dialog>,
    messages: Vec<enums::Message>,
    chats: Vec<enums::Chat>,
    users: Vec<enums::User>,
    total: usize,
}

impl Listed {
    fn of(answer: enums::messages::Dialogs) -> Self {
        match answer {
            enums::messages::Dialogs::Dialogs(all) => Self {
                total: all.dialogs.len(),
                dialogs: all.dialogs,
                messages: all.messages,
                chats: all.chats,
                users: all.users,
            },
            enums::messages::Dialogs::Slice(part) => Self {
                total: usize::try_from(part.count).unwrap(),
                dialogs: part.dialogs,
                messages: part.messages,
                chats: part.chats,
                users: part.users,
            },
            other @ enums::messages::Dialogs::NotModified(_) => panic!("{other:?}"),
        }
    }

    fn input(&self, peer: &enums::Peer) -> enums::InputPeer {
        match peer {
            enums::Peer::User(peer) => {
                let user = self.users.iter().find_map(|user| match user {
                    enums::User::User(user) if user.id == peer.user_id => Some(user),
                    _ => None,
                });
                enums::InputPeer::User(types::InputPeerUser {
                    user_id: peer.user_id,
                    access_hash: user.unwrap().access_hash.unwrap(),
                })
            }
            enums::Peer::Chat(peer) => enums::InputPeer::Chat(types::InputPeerChat {
                chat_id: peer.chat_id,
            }),
            enums::Peer::Channel(peer) => {
                let channel = self.chats.iter().find_map(|chat| match chat {
                    enums::Chat::Channel(channel) if channel.id == peer.channel_id => Some(channel),
                    _ => None,
                });
                enums::InputPeer::Channel(types::InputPeerChannel {
                    channel_id: peer.channel_id,
                    access_hash: channel.unwrap().access_hash.unwrap(),
                })
            }
        }
    }
}

fn dialog(dialog: &enums::Dialog) -> &types::Dialog {
    match dialog {
        enums::Dialog::Dialog(dialog) => dialog,
        other => panic!("{other:?}"),
    }
}

/// The next page, as clients ask for it: after the latest message of this one.
fn next(listed: &Listed, folder_id: Option<i32>, limit: i32) -> functions::messages::GetDialogs {
    let last = dialog(listed.dialogs.last().unwrap());
    let message = listed.messages.last().unwrap();
    let enums::Message::Message(message) = message else {
        panic!("{message:?}");
    };
    functions::messages::GetDialogs {
        offset_date: message.date,
        offset_id: message.id,
        offset_peer: listed.input(&last.peer),
        ..ask(folder_id, limit)
    }
}

async fn all(client: &TestClient, folder_id: Option<i32>, limit: i32) -> Vec<types::Dialog> {
    let mut request = ask(folder_id, limit);
    let mut found = Vec::new();
    loop {
        let listed = Listed::of(client.call(&request).await.unwrap());
        let page = listed
            .dialogs
            .iter()
            .filter(|it| matches!(it, enums::Dialog::Dialog(_)));
        let before = found.len();
        found.extend(page.map(|it| dialog(it).clone()));
        if found.len() == before || found.len() >= listed.total {
            return found;
        }
        request = next(&listed, folder_id, limit);
    }
}

#[tokio::test]
async fn twenty_thousand_dialogs_of_every_kind_are_listed_once_each() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let many = ManyDialogs {
        count: 20_000,
        archived: 50,
        pinned: 3,
    };
    let made = sandbox.world.make_dialogs(ann.id, many);
    assert_eq!(made.len(), 20_000);
    let client = sandbox.logged_in(&ann).await;
    let dialogs = all(&client, None, 100).await;
    let peers: BTreeSet<String> = dialogs.iter().map(|it| format!("{:?}", it.peer)).collect();
    assert_eq!((dialogs.len(), peers.len()), (20_000, 20_000));
    assert!(dialogs[..3].iter().all(|it| it.pinned));
    assert_eq!(
        dialogs.iter().filter(|it| it.folder_id == Some(1)).count(),
        50
    );
    assert!(dialogs.iter().any(|it| it.unread_count == 0));
    assert!(dialogs.iter().any(|it| it.unread_count == 1));
}

#[tokio::test]
async fn a_dialog_that_moves_up_between_two_pages_hides_no_other() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let mut chats = Vec::new();
    for turn in 0..30 {
        let channel = chat(&sandbox, ChatKind::Channel, &[&ben, &ann]);
        let new = NewMessage {
            date: Some(1_700_000_000 + turn),
            text: "post".to_owned(),
            ..NewMessage::default()
        };
        sandbox.world.chats().say(&channel, new, now(&sandbox));
        chats.push(channel);
    }
    let client = sandbox.logged_in(&ann).await;
    let first = Listed::of(client.call(&ask(Some(0), 10)).await.unwrap());
    // The one that the next page begins after is now the newest.
    say(&sandbox, &chats[20], "again");
    let second = Listed::of(client.call(&next(&first, Some(0), 10)).await.unwrap());
    let channel = |it: &enums::Dialog| match &dialog(it).peer {
        enums::Peer::Channel(peer) => peer.channel_id,
        other => panic!("{other:?}"),
    };
    let expected: Vec<_> = chats[10..20].iter().rev().map(|it| it.id).collect();
    assert_eq!(
        second.dialogs.iter().map(channel).collect::<Vec<_>>(),
        expected
    );
    // Ten of the same second, by number of the message and chat.
    assert_eq!(second.total, 30);
}

#[tokio::test]
async fn pins_and_the_archive_stand_where_telegram_has_them() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let mut chats = Vec::new();
    for _ in 0..7 {
        let group = chat(&sandbox, ChatKind::Group, &[&ben, &ann]);
        say(&sandbox, &group, "hi");
        chats.push(group);
    }
    let client = sandbox.logged_in(&ann).await;
    let peer = |at: usize| {
        enums::InputPeer::Chat(types::InputPeerChat {
            chat_id: chats[at].id,
        })
    };
    let dialog_peer = |at| enums::InputDialogPeer::Peer(types::InputDialogPeer { peer: peer(at) });
    let pin = |at, pinned| functions::messages::ToggleDialogPin {
        pinned,
        peer: dialog_peer(at),
    };
    for at in [0, 1, 2] {
        client.call(&pin(at, true)).await.unwrap();
    }
    let archive = |at, folder_id| functions::folders::EditPeerFolders {
        folder_peers: vec![enums::InputFolderPeer::Peer(types::InputFolderPeer {
            peer: peer(at),
            folder_id,
        })],
    };
    for at in [3, 4] {
        client.call(&archive(at, 1)).await.unwrap();
    }
    let chat_ids = |dialogs: &[enums::Dialog]| -> Vec<usize> {
        let ids = dialogs.iter().filter_map(|it| match it {
            enums::Dialog::Dialog(it) => match &it.peer {
                enums::Peer::Chat(peer) => chats.iter().position(|it| it.id == peer.chat_id),
                _ => None,
            },
            _ => None,
        });
        ids.collect()
    };
    let main = Listed::of(client.call(&ask(Some(0), 100)).await.unwrap());
    assert_eq!(chat_ids(&main.dialogs), [2, 1, 0, 6, 5]);
    let without = functions::messages::GetDialogs {
        exclude_pinned: true,
        ..ask(Some(0), 100)
    };
    let without = Listed::of(client.call(&without).await.unwrap());
    assert_eq!(chat_ids(&without.dialogs), [6, 5]);
    let archived = Listed::of(client.call(&ask(Some(1), 100)).await.unwrap());
    assert_eq!(chat_ids(&archived.dialogs), [4, 3]);
    let everywhere = Listed::of(client.call(&ask(None, 100)).await.unwrap());
    assert_eq!(chat_ids(&everywhere.dialogs), [2, 1, 0, 6, 5, 4, 3]);
    let unknown = error(client.call(&ask(Some(7), 100)).await);
    assert_eq!(unknown, (400, "FOLDER_ID_INVALID".to_owned()));

    let pinned = client.call(&functions::messages::GetPinnedDialogs { folder_id: 0 });
    let enums::messages::PeerDialogs::Dialogs(pinned) = pinned.await.unwrap();
    assert_eq!(chat_ids(&pinned.dialogs), [2, 1, 0]);
    let enums::Dialog::Folder(folder) = &pinned.dialogs[0] else {
        panic!("{:?}", pinned.dialogs[0]);
    };
    assert_eq!(folder.unread_unmuted_peers_count, 2);
    let reorder = functions::messages::ReorderPinnedDialogs {
        force: true,
        folder_id: 0,
        order: vec![dialog_peer(0), dialog_peer(1)],
    };
    client.call(&reorder).await.unwrap();
    for at in [5, 6, 2] {
        client.call(&pin(at, true)).await.unwrap();
    }
    client.call(&archive(3, 0)).await.unwrap();
    let many = error(client.call(&pin(3, true)).await);
    assert_eq!(many, (400, "PINNED_DIALOGS_TOO_MUCH".to_owned()));
    let asked = functions::messages::GetPeerDialogs {
        peers: vec![
            dialog_peer(4),
            enums::InputDialogPeer::Folder(types::InputDialogPeerFolder { folder_id: 1 }),
        ],
    };
    let enums::messages::PeerDialogs::Dialogs(asked) = client.call(&asked).await.unwrap();
    assert_eq!(dialog(&asked.dialogs[0]).folder_id, Some(1));
    assert!(matches!(asked.dialogs[1], enums::Dialog::Folder(_)));
    let mark = functions::messages::MarkDialogUnread {
        unread: true,
        parent_peer: None,
        peer: dialog_peer(4),
    };
    client.call(&mark).await.unwrap();
    let archived = Listed::of(client.call(&ask(Some(1), 100)).await.unwrap());
    assert!(dialog(&archived.dialogs[0]).unread_mark);
}

#[tokio::test]
async fn saved_messages_telegram_and_bots_are_dialogs() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let bot = User::named(7_000_000_900, UserKind::Bot, "Harbour");
    sandbox.world.users().put(bot.clone());
    let chats = sandbox.world.chats();
    for other in [ann.id, SERVICE_USER, bot.id] {
        let private = chats.private_of(ann.id, other, now(&sandbox)).unwrap();
        let new = NewMessage {
            from: Some(other),
            text: format!("from {other}"),
            ..NewMessage::default()
        };
        chats.say(&private, new, now(&sandbox));
    }
    let client = sandbox.logged_in(&ann).await;
    let listed = Listed::of(client.call(&ask(Some(0), 100)).await.unwrap());
    assert_eq!(listed.total, 3);
    let user = |id: i64| {
        let found = listed.users.iter().find_map(|user| match user {
            enums::User::User(user) if user.id == id => Some(user),
            _ => None,
        });
        found.unwrap()
    };
    assert!(user(ann.id).is_self && user(bot.id).bot);
    assert!(user(SERVICE_USER).support && user(SERVICE_USER).verified);
    let unread: i32 = listed
        .dialogs
        .iter()
        .map(|it| dialog(it).unread_count)
        .sum();
    assert_eq!(unread, 2);
    let saved = functions::messages::GetHistory {
        peer: enums::InputPeer::PeerSelf,
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 10,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let saved = client.call(&saved).await.unwrap();
    let enums::messages::Messages::Messages(saved) = saved else {
        panic!("{saved:?}");
    };
    let enums::Message::Message(saved) = &saved.messages[0] else {
        panic!("{:?}", saved.messages[0]);
    };
    assert!(saved.out && saved.saved_peer_id.is_some());
    let to_telegram = crate::harness::message(
        listed.input(&enums::Peer::User(types::PeerUser {
            user_id: SERVICE_USER,
        })),
        "hello?",
    );
    let refused = error(client.call(&to_telegram).await);
    assert_eq!(refused, (403, "CHAT_WRITE_FORBIDDEN".to_owned()));
}

#[tokio::test]
async fn pictures_of_people_and_chats_are_fetched_from_where_they_are() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let channel = chat(&sandbox, ChatKind::Channel, &[&ben, &ann]);
    say(&sandbox, &channel, "post");
    let here = sandbox.world.photos().set(channel.id, 1);
    sandbox.world.photos().set(ann.id, 2);
    let client = sandbox.logged_in(&ann).await;
    let listed = Listed::of(client.call(&ask(None, 100)).await.unwrap());
    let enums::Chat::Channel(shown) = &listed.chats[0] else {
        panic!("{:?}", listed.chats[0]);
    };
    let enums::ChatPhoto::Photo(photo) = &shown.photo else {
        panic!("{:?}", shown.photo);
    };
    assert_eq!((photo.photo_id, photo.dc_id), (here.id, 1));
    let fetch = |peer, photo_id, big| functions::upload::GetFile {
        precise: false,
        cdn_supported: false,
        location: enums::InputFileLocation::InputPeerPhotoFileLocation(
            types::InputPeerPhotoFileLocation {
                big,
                peer,
                photo_id,
            },
        ),
        offset: 0,
        limit: 1024 * 1024,
    };
    let peer = listed.input(&dialog(&listed.dialogs[0]).peer);
    for big in [false, true] {
        let file = client
            .call(&fetch(peer.clone(), here.id, big))
            .await
            .unwrap();
        let enums::upload::File::File(file) = file else {
            panic!("{file:?}");
        };
        assert_eq!(file.bytes, here.content(big));
    }
    let me = client.me().await.unwrap();
    let Some(enums::UserProfilePhoto::Photo(own)) = me.photo else {
        panic!("{:?}", me.photo);
    };
    let elsewhere = fetch(enums::InputPeer::PeerSelf, own.photo_id, false);
    assert_eq!(
        error(client.call(&elsewhere).await),
        (303, "FILE_MIGRATE".to_owned())
    );
    let wrong = error(client.call(&fetch(peer, here.id + 1, false)).await);
    assert_eq!(wrong, (400, "LOCATION_INVALID".to_owned()));
}
