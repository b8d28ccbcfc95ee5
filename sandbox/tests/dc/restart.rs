//! What a restart of the sandbox leaves as it was.

use std::sync::Arc;

use sesame_sandbox::world::{World, WorldOptions};

use crate::harness::{Sandbox, error};

#[tokio::test]
async fn people_their_passwords_and_devices_survive() {
    let before = Sandbox::start().await;
    let (ann, ben) = (before.person("Ann", 1), before.person("Ben", 2));
    before.set_password(&ben, "door");
    let (first, second) = (before.logged_in(&ann).await, before.logged_in(&ann).await);
    let kept = serde_json::to_string(&before.world.snapshot()).unwrap();
    before.dcs.shutdown().await;

    let world = Arc::new(World::new(WorldOptions::default()));
    world.restore(serde_json::from_str(&kept).unwrap());
    let listed = |world: &World| {
        let devices = world.authorizations().of(ann.id);
        devices.iter().map(|one| one.hash).collect::<Vec<_>>()
    };
    assert_eq!(listed(&world), listed(&before.world));
    let after = Sandbox::over(world).await;
    for old in [&first, &second] {
        let client = after.client_like(old).await;
        assert_eq!(client.me().await.unwrap().id, ann.id);
    }
    assert_eq!(after.world.people().list().len(), 2);

    let client = after.client();
    let token = client.export().await.unwrap();
    let link = crate::harness::link(&token);
    after.world.scan(ben.id, &link).unwrap();
    let moved = client.export_anyhow().await.unwrap();
    let grammers_client::tl::enums::auth::LoginToken::MigrateTo(to) = moved else {
        panic!("{moved:?}");
    };
    error(client.follow(to).await);
    client.try_password("door").await.unwrap();
    assert_eq!(client.me().await.unwrap().id, ben.id);
}
