//! Accounts that are frozen, banned, slowed down, or logged out from elsewhere.

use std::sync::Arc;
use std::time::Duration;

use grammers_client::InvocationError;
use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{AccountState, Chat, ChatKind, NewChat, Person};

use crate::harness::{Sandbox, error, message};

fn peer(to: &Person) -> enums::InputPeer {
    enums::InputPeer::User(types::InputPeerUser {
        user_id: to.id,
        access_hash: 0,
    })
}

fn channel_peer(chat: &Chat) -> enums::InputPeer {
    enums::InputPeer::Channel(types::InputPeerChannel {
        channel_id: chat.id,
        access_hash: chat.access_hash,
    })
}

fn chat(sandbox: &Sandbox, kind: ChatKind, members: &[&Person]) -> Arc<Chat> {
    let new = NewChat {
        kind,
        title: "A chat".to_owned(),
        username: Some("a_chat".to_owned()),
        members: members.iter().map(|member| member.id).collect(),
    };
    let now = sandbox.world.clock().now();
    sandbox.world.chats().create(new, now).unwrap()
}

#[tokio::test]
async fn a_frozen_account_can_look_but_not_touch() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let client = sandbox.logged_in(&ann).await;
    let freeze = |person: &mut Person| person.state = AccountState::Frozen;
    sandbox.world.people().update(ann.id, freeze).unwrap();
    assert_eq!(client.me().await.unwrap().id, ann.id);
    let refused = error(client.call(&message(peer(&ben), "hello")).await);
    assert_eq!(refused, (420, "FROZEN_METHOD_INVALID".to_owned()));
    let config = client
        .call(&functions::help::GetAppConfig { hash: 0 })
        .await;
    let told = format!("{:?}", config.unwrap());
    for key in [
        "freeze_since_date",
        "freeze_until_date",
        "freeze_appeal_url",
    ] {
        assert!(told.contains(key), "{key} is not in {told}");
    }
}

#[tokio::test]
async fn a_banned_account_is_told_so() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    let ban = |person: &mut Person| person.state = AccountState::Banned;
    sandbox.world.people().update(ann.id, ban).unwrap();
    let gone = error(client.me().await);
    assert_eq!(gone, (401, "USER_DEACTIVATED_BAN".to_owned()));
}

#[tokio::test]
async fn a_device_that_its_owner_ended_is_out_at_once() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    let hash = sandbox.world.authorizations().of(ann.id)[0].hash;
    assert!(sandbox.world.authorizations().end(ann.id, hash));
    let out = error(client.me().await);
    assert_eq!(out, (401, "SESSION_REVOKED".to_owned()));
    client.export().await.unwrap();
}

#[tokio::test]
async fn a_fresh_login_cannot_end_others() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let (first, _second) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ann).await);
    let hash = sandbox.world.authorizations().of(ann.id)[0].hash;
    let end = functions::account::ResetAuthorization { hash };
    let refused = error(first.call(&end).await);
    assert_eq!(refused.0, 406);
    sandbox
        .world
        .clock()
        .advance(std::time::Duration::from_secs(25 * 3600));
    assert!(first.call(&end).await.unwrap());
    assert_eq!(sandbox.world.authorizations().of(ann.id).len(), 1);
}

#[tokio::test]
async fn a_frozen_account_sees_only_the_channels_that_it_is_in() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let client = sandbox.logged_in(&ann).await;
    let (own, other) = (
        chat(&sandbox, ChatKind::Channel, &[&ann]),
        chat(&sandbox, ChatKind::Channel, &[&ben]),
    );
    let look = |chat: &Chat| functions::channels::GetChannels {
        id: vec![enums::InputChannel::Channel(types::InputChannel {
            channel_id: chat.id,
            access_hash: chat.access_hash,
        })],
    };
    client.call(&look(&other)).await.unwrap();
    let freeze = |person: &mut Person| person.state = AccountState::Frozen;
    sandbox.world.people().update(ann.id, freeze).unwrap();
    client.call(&look(&own)).await.unwrap();
    let refused = error(client.call(&look(&other)).await);
    assert_eq!(refused, (400, "FROZEN_PARTICIPANT_MISSING".to_owned()));
}

#[tokio::test]
async fn in_slow_mode_everyone_but_the_owner_waits_after_a_message() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let (owner, member) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ben).await);
    let group = chat(&sandbox, ChatKind::Supergroup, &[&ann, &ben]);
    assert!(group.set_slow_mode(3600));
    assert!(!chat(&sandbox, ChatKind::Channel, &[&ann]).set_slow_mode(3600));
    let say = message(channel_peer(&group), "hello");
    member.call(&say).await.unwrap();
    let InvocationError::Rpc(slowed) = member.call(&say).await.unwrap_err() else {
        panic!("not an answer");
    };
    assert_eq!((slowed.code, slowed.name.as_str()), (420, "SLOWMODE_WAIT"));
    assert!((3500..=3600).contains(&slowed.value.unwrap()));
    owner.call(&say).await.unwrap();
    owner.call(&say).await.unwrap();
    sandbox.world.clock().advance(Duration::from_secs(3600));
    member.call(&say).await.unwrap();
    assert_eq!(group.len(), 4);
}
