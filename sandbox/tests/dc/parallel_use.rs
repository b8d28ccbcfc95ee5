//! One key on two connections at once.

use grammers_client::tl::{Serializable, functions, types};
use sesame_sandbox::dc::MintedKey;
use sesame_sandbox::world::{ChatKind, MediaKind, NewChat, NewMedia, NewMessage};

use crate::conversation::{Raw, fresh_id, ping, rpc_error};
use crate::harness::{Sandbox, TestClient, error};

fn duplicated() -> (i32, String) {
    (406, "AUTH_KEY_DUPLICATED".to_owned())
}

/// A connection of its own, in a session of its own.
async fn connect(key: &MintedKey, session: i64) -> Raw {
    let mut raw = Raw::connect(key).await;
    raw.session = session;
    raw.settle().await;
    raw
}

/// Makes a call; what it was answered with.
async fn call(raw: &mut Raw, msg_id: i64, seqno: i32) -> Vec<u8> {
    let request = functions::updates::GetState {}.to_bytes();
    raw.send(msg_id, seqno, &request).await;
    let received = raw.receive().await.unwrap();
    received[0].2[12..].to_vec()
}

fn is_state(answer: &[u8]) -> bool {
    use grammers_client::tl::Identifiable as _;
    answer[..4] == types::updates::State::CONSTRUCTOR_ID.to_le_bytes()
}

#[tokio::test]
async fn a_session_that_is_used_in_two_places_is_lost() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let (first, other) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ann).await);
    let copy = sandbox.client_like(&first).await;
    first.me().await.unwrap();
    copy.me().await.unwrap();
    assert_eq!(error(first.me().await), duplicated());
    // Wherever it is used, whatever for.
    assert_eq!(error(copy.me().await), duplicated());
    let config = functions::help::GetConfig {};
    assert_eq!(error(copy.call(&config).await), duplicated());
    assert_eq!(error(first.export_anyhow().await), duplicated());
    // The other device is none of its business.
    other.me().await.unwrap();
    assert_eq!(sandbox.world.authorizations().of(ann.id).len(), 1);
    sandbox.logged_in(&ann).await.me().await.unwrap();
}

#[tokio::test]
async fn a_client_that_connects_again_may_leave_its_old_connection_open() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let key = sandbox.logged_in(&ann).await.key(&sandbox, 1);
    let mut old = connect(&key, 1).await;
    assert!(is_state(&call(&mut old, fresh_id(), 3).await));
    let on_its_way = fresh_id();
    let mut new = connect(&key, 2).await;
    assert!(is_state(&call(&mut new, fresh_id(), 3).await));
    // What was on its way arrives, and the old connection still pings.
    old.send(fresh_id(), 7, &ping(7)).await;
    assert!(old.receive().await.is_some());
    assert!(is_state(&call(&mut old, on_its_way, 5).await));
    assert!(is_state(&call(&mut new, fresh_id(), 5).await));
    // A call that was made after the new one's first is another matter.
    let answer = call(&mut old, fresh_id(), 9).await;
    let received = [(0, 0, [vec![0; 12], answer].concat())];
    assert_eq!(rpc_error(&received), "AUTH_KEY_DUPLICATED");
}

#[tokio::test]
async fn clients_that_are_not_logged_in_may_connect_as_they_like() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    let copy = sandbox.client_like(&client).await;
    client.export().await.unwrap();
    copy.export().await.unwrap();
    client.export().await.unwrap();
}

#[tokio::test]
async fn files_may_be_fetched_over_several_connections() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let first = sandbox.logged_in(&ann).await;
    let copies = [
        sandbox.client_like(&first).await,
        sandbox.client_like(&first).await,
    ];
    let file = upload(&sandbox, ann.id);
    first.me().await.unwrap();
    for client in copies.iter().chain([&first]).chain(copies.iter()) {
        fetch(client, &file).await;
    }
    first.me().await.unwrap();
}

fn upload(sandbox: &Sandbox, owner: i64) -> functions::upload::GetFile {
    let chats = sandbox.world.chats();
    let chat = NewChat {
        kind: ChatKind::Channel,
        title: "Files".to_owned(),
        username: None,
        members: vec![owner],
    };
    let chat = chats.create(chat, 1).unwrap();
    let media = NewMedia {
        kind: MediaKind::Document,
        file_name: "a.txt".to_owned(),
        mime_type: "text/plain".to_owned(),
        content: vec![7; 100].into(),
        dc: 1,
    };
    let new = NewMessage {
        media: Some(media),
        ..NewMessage::default()
    };
    let file = chats.say(&chat, new, 1).media.unwrap();
    let location = types::InputDocumentFileLocation {
        id: file.id,
        access_hash: file.access_hash,
        file_reference: file.file_reference(),
        thumb_size: String::new(),
    };
    functions::upload::GetFile {
        precise: false,
        cdn_supported: false,
        location: location.into(),
        offset: 0,
        limit: 4096,
    }
}

async fn fetch(client: &TestClient, file: &functions::upload::GetFile) {
    client.call(file).await.unwrap();
}

#[tokio::test]
async fn a_lost_session_stays_lost_after_a_restart() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let first = sandbox.logged_in(&ann).await;
    let copy = sandbox.client_like(&first).await;
    first.me().await.unwrap();
    copy.me().await.unwrap();
    assert_eq!(error(first.me().await), duplicated());
    let kept = serde_json::to_string(&sandbox.world.snapshot()).unwrap();
    let world = std::sync::Arc::<sesame_sandbox::world::World>::default();
    world.restore(serde_json::from_str(&kept).unwrap());
    let after = Sandbox::over(world).await;
    let again = after.client_like(&first).await;
    assert_eq!(error(again.me().await), duplicated());
}
