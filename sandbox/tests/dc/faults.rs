//! Faults on command.

use std::time::Duration;

use grammers_client::InvocationError;
use grammers_client::tl::functions;
use grammers_session::updates::UpdatesLike;
use sesame_sandbox::world::{Instead, NewRpcFault, NewTransportFault};

use crate::harness::{PATIENCE, Sandbox, error};

fn flood(method: &str, times: u32) -> NewRpcFault {
    NewRpcFault {
        method: method.to_owned(),
        error_code: 420,
        error_message: "FLOOD_WAIT_100".to_owned(),
        times,
        person: None,
        dc: None,
    }
}

#[tokio::test]
async fn the_next_calls_of_a_method_fail_as_often_as_told() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    sandbox
        .world
        .faults()
        .add(flood("auth.exportLoginToken", 2));
    for _ in 0..2 {
        let failed = client.export_anyhow().await.unwrap_err();
        let InvocationError::Rpc(failed) = failed else {
            panic!("{failed:?}");
        };
        assert_eq!(
            (failed.name.as_str(), failed.value),
            ("FLOOD_WAIT", Some(100))
        );
    }
    client.export().await.unwrap();
    assert!(sandbox.world.faults().list().is_empty());
}

#[tokio::test]
async fn a_fault_can_be_meant_for_one_person_and_one_data_centre() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let (a, b) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ben).await);
    let elsewhere = NewRpcFault {
        dc: Some(2),
        ..flood("*", 100)
    };
    sandbox.world.faults().add(elsewhere);
    let only_ann = NewRpcFault {
        error_code: 406,
        error_message: "AUTH_KEY_DUPLICATED".to_owned(),
        person: Some(ann.id),
        ..flood("*", 1)
    };
    sandbox.world.faults().add(only_ann);
    b.me().await.unwrap();
    let duplicated = error(a.me().await);
    assert_eq!(duplicated, (406, "AUTH_KEY_DUPLICATED".to_owned()));
    a.me().await.unwrap();
}

#[tokio::test]
async fn the_connections_of_one_person_are_cut() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let (a, b) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ben).await);
    assert_eq!(sandbox.dcs.cut(ann.id, Some(2)), 0);
    assert_eq!(sandbox.dcs.cut(ann.id, None), 1);
    assert_eq!(sandbox.dcs.cut(ann.id, None), 0);
    let closed = async {
        let mut updates = a.updates.lock().await;
        while !matches!(updates.recv().await, Some(UpdatesLike::ConnectionClosed)) {}
    };
    tokio::time::timeout(PATIENCE, closed).await.unwrap();
    b.me().await.unwrap();
    a.me().await.unwrap();
    assert_eq!(sandbox.dcs.cut(ben.id, None), 1);
}

#[tokio::test]
async fn a_silent_data_centre_reads_but_never_answers_until_it_does() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    let fault = sandbox.world.faults().silence(1);
    let state = functions::updates::GetState {};
    let short = Duration::from_millis(300);
    let silence = tokio::time::timeout(short, client.client.invoke(&state)).await;
    assert!(silence.is_err());
    assert!(sandbox.world.faults().remove(fault));
    client.me().await.unwrap();
}

#[tokio::test]
async fn a_key_can_be_forgotten_for_one_connection_of_one_person() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let (a, b) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ben).await);
    let keys = sandbox.world.keys().count();
    let forgotten = NewTransportFault {
        instead: Instead::Error(-404),
        times: 1,
        person: Some(ann.id),
        dc: None,
    };
    sandbox.world.faults().add_transport(forgotten);
    b.me().await.unwrap();
    let state = functions::updates::GetState {};
    let refused = a.client.invoke(&state).await.unwrap_err();
    assert!(
        matches!(refused, InvocationError::Transport(_)),
        "{refused:?}"
    );
    a.me().await.unwrap();
    assert!(sandbox.world.faults().transport().is_empty());
    assert_eq!(sandbox.world.keys().count(), keys);
}

#[tokio::test]
async fn a_client_that_is_refused_its_key_asks_for_another_which_it_cannot_get_here() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    let again = sandbox.client_like(&client).await;
    let forgotten = NewTransportFault {
        instead: Instead::Error(-404),
        times: 1,
        person: None,
        dc: None,
    };
    sandbox.world.faults().add_transport(forgotten);
    // Telegram's RSA keys are built into the library: the sandbox's is not one.
    let state = functions::updates::GetState {};
    let refused = again.client.invoke(&state).await.unwrap_err();
    assert!(
        matches!(refused, InvocationError::Authentication(_)),
        "{refused:?}"
    );
    again.me().await.unwrap();
}
