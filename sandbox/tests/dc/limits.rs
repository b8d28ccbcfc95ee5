//! Limits of how often methods may be called.

use std::time::Duration;

use grammers_client::InvocationError;
use grammers_client::tl::functions;
use sesame_sandbox::world::{FloodError, LimitPer, NewFloodLimit};

use crate::harness::{Sandbox, TestClient};

fn limit(method: &str, per: LimitPer, size: u32, refill: Duration) -> NewFloodLimit {
    NewFloodLimit {
        method: method.to_owned(),
        per,
        size,
        refill,
        least_wait: Duration::ZERO,
        error: FloodError::Wait,
        person: None,
        dc: None,
    }
}

/// Calls, and says how long it is told to wait.
async fn wait(client: &TestClient) -> Option<(String, u32)> {
    match client.call(&functions::updates::GetState {}).await {
        Ok(_) => None,
        Err(InvocationError::Rpc(error)) => {
            assert_eq!(error.code, 420);
            Some((error.name, error.value.unwrap()))
        }
        Err(other) => panic!("not an answer: {other:?}"),
    }
}

/// Whether that is a wait of about so long: time goes on during a test.
fn is_flood(told: Option<(String, u32)>, seconds: u32) -> bool {
    told.is_some_and(|(name, told)| {
        name == "FLOOD_WAIT" && (seconds - 30..=seconds).contains(&told)
    })
}

#[tokio::test]
async fn an_account_may_call_so_often_and_is_told_how_long_to_wait() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let (a, b) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ben).await);
    let second_device = sandbox.logged_in(&ann).await;
    let hour = Duration::from_secs(3600);
    let new = limit("updates.getState", LimitPer::Account, 3, hour);
    let set = sandbox.world.limits().add(new);
    for _ in 0..3 {
        assert_eq!(wait(&a).await, None);
    }
    assert!(is_flood(wait(&a).await, 3600));
    assert!(is_flood(wait(&second_device).await, 3600));
    // Neither others nor other methods are concerned.
    assert_eq!(wait(&b).await, None);
    a.me().await.unwrap();
    // Who waited as long as was told may call once more.
    sandbox.world.clock().advance(hour);
    assert_eq!(wait(&a).await, None);
    assert!(is_flood(wait(&a).await, 3600));
    assert_eq!((set.calls(), set.floods(), set.early()), (5, 3, 1));
    sandbox.world.limits().clear();
    assert_eq!(wait(&a).await, None);
}

#[tokio::test]
async fn all_clients_of_an_app_share_a_limit_before_anyone_is_logged_in() {
    let sandbox = Sandbox::start().await;
    let minute = Duration::from_secs(60);
    let new = limit("auth.exportLoginToken", LimitPer::ApiId, 2, minute);
    sandbox.world.limits().add(new);
    let clients = [sandbox.client(), sandbox.client(), sandbox.client()];
    clients[0].export().await.unwrap();
    clients[1].export().await.unwrap();
    let Err(InvocationError::Rpc(refused)) = clients[2].export_anyhow().await else {
        panic!("one too many was let through");
    };
    assert!(is_flood(refused.value.map(|it| (refused.name, it)), 60));
    assert_eq!(sandbox.world.tokens().list().len(), 2);
}

#[tokio::test]
async fn who_does_not_pay_waits_by_another_name_and_at_least_so_long() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    sandbox.world.limits().add(NewFloodLimit {
        error: FloodError::PremiumWait,
        least_wait: Duration::from_secs(25),
        person: Some(ann.id),
        dc: Some(1),
        ..limit("*", LimitPer::Account, 1, Duration::from_secs(20))
    });
    assert_eq!(wait(&client).await, None);
    let premium = Some(("FLOOD_PREMIUM_WAIT".to_owned(), 25));
    assert_eq!(wait(&client).await, premium);
    sandbox.world.clock().advance(Duration::from_secs(25));
    assert_eq!(wait(&client).await, None);
}
