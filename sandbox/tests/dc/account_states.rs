//! Accounts that are frozen, banned, or logged out from elsewhere.

use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{AccountState, Person};

use crate::harness::{Sandbox, TestClient, error};

async fn say(client: &TestClient, to: &Person, access_hash: i64) -> (i32, String) {
    let request = functions::messages::SendMessage {
        no_webpage: false,
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer: enums::InputPeer::User(types::InputPeerUser {
            user_id: to.id,
            access_hash,
        }),
        reply_to: None,
        message: "hello".to_owned(),
        random_id: 1,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
        suggested_post: None,
        rich_message: None,
    };
    error(client.call(&request).await)
}

#[tokio::test]
async fn a_frozen_account_can_look_but_not_touch() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let client = sandbox.logged_in(&ann).await;
    let freeze = |person: &mut Person| person.state = AccountState::Frozen;
    sandbox.world.people().update(ann.id, freeze).unwrap();
    assert_eq!(client.me().await.unwrap().id, ann.id);
    let refused = say(&client, &ben, 0).await;
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
