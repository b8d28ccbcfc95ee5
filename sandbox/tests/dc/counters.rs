//! What the data centres count, and connections that they turn away.

use grammers_client::InvocationError;
use grammers_client::tl::functions;
use sesame_sandbox::dc::Refusal;
use sesame_sandbox::world::{Instead, NewRpcFault, NewTransportFault};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::conversation::{Raw, fresh_id, ping};
use crate::harness::{PATIENCE, Sandbox, error};

fn refused(sandbox: &Sandbox, why: Refusal) -> u64 {
    let counts = sandbox.dcs.stats().refused;
    counts.iter().find(|(it, _)| *it == why).unwrap().1
}

/// Waits until a connection is closed or reset.
async fn closed(mut socket: TcpStream) {
    let mut rest = Vec::new();
    let read = socket.read_to_end(&mut rest);
    let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
}

#[tokio::test]
async fn a_data_centre_turns_connections_away_until_it_may_take_them() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    let fault = sandbox.world.faults().refuse(1);
    assert_eq!(sandbox.world.faults().refusing(), [(1, fault)]);
    // The connection that it had is gone, at the latest after one more answer.
    let state = functions::updates::GetState {};
    let answered = async { while client.client.invoke(&state).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, answered).await.unwrap();
    let again = client.client.invoke(&state).await;
    assert!(
        matches!(
            again,
            Err(InvocationError::Io(_) | InvocationError::Dropped(_))
        ),
        "{again:?}"
    );
    let (_, address) = sandbox.dcs.addresses()[0];
    closed(TcpStream::connect(address).await.unwrap()).await;
    assert!(refused(&sandbox, Refusal::Ordered) >= 1);
    // The other one goes on.
    let mut other = Raw::connect(&sandbox.dcs.mint_keys()[1]).await;
    other.settle().await;
    assert!(sandbox.world.faults().remove(fault));
    client.me().await.unwrap();
}

#[tokio::test]
async fn connections_that_are_turned_away_are_counted_by_reason() {
    let sandbox = Sandbox::start().await;
    let keys = sandbox.dcs.mint_keys();
    let mut unknown = keys[0].clone();
    unknown.auth_key = [9; 256];
    let mut raw = Raw::connect(&unknown).await;
    raw.send(fresh_id(), 1, &ping(1)).await;
    closed(raw.socket).await;
    assert_eq!(refused(&sandbox, Refusal::UnknownKey), 1);

    let mut garbage = TcpStream::connect(keys[0].address).await.unwrap();
    garbage.write_all(&[0xff; 64]).await.unwrap();
    closed(garbage).await;
    assert_eq!(refused(&sandbox, Refusal::Malformed), 1);

    sandbox.world.faults().add_transport(NewTransportFault {
        instead: Instead::Error(-429),
        times: 1,
        person: None,
        dc: None,
    });
    let mut raw = Raw::connect(&keys[0]).await;
    raw.send(fresh_id(), 1, &ping(1)).await;
    closed(raw.socket).await;
    assert_eq!(refused(&sandbox, Refusal::Fault), 1);
}

#[tokio::test]
async fn errors_are_counted_by_method_and_name() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    for seconds in [5, 70] {
        sandbox.world.faults().add(NewRpcFault {
            method: "auth.exportLoginToken".to_owned(),
            error_code: 420,
            error_message: format!("FLOOD_WAIT_{seconds}"),
            times: 1,
            person: None,
            dc: None,
        });
        error(client.export_anyhow().await);
    }
    error(client.me().await);
    let counted = sandbox.dcs.stats().errors;
    let unregistered = "AUTH_KEY_UNREGISTERED".to_owned();
    assert_eq!(
        counted,
        [
            ("auth.exportLoginToken", "FLOOD_WAIT".to_owned(), 2),
            ("users.getUsers", unregistered, 1)
        ]
    );
}

#[tokio::test]
async fn a_key_knows_its_connections_and_the_sandbox_every_login() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let client = sandbox.logged_in(&ann).await;
    let login = sandbox.world.authorizations().of(ann.id).remove(0);
    let key = sandbox.world.keys().get(login.key()).unwrap();
    assert_eq!((key.connections(), key.most_connections()), (1, 1));
    let mut second = Raw::connect(&client.key(&sandbox, 1)).await;
    second.settle().await;
    assert_eq!((key.connections(), key.most_connections()), (2, 2));
    drop(second);
    let gone = async {
        while key.connections() > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    assert_eq!(key.most_connections(), 2);

    // Ben's login was accepted on his phone and never fetched.
    let token = sandbox.client().export().await.unwrap();
    let link = crate::harness::link(&token);
    sandbox.world.scan(ben.id, &link).unwrap();
    let all = sandbox.world.authorizations().list();
    let owners: Vec<_> = all.iter().map(|login| login.person).collect();
    assert_eq!(owners, [ann.id, ben.id]);
    assert!(sandbox.world.authorizations().of(ben.id).is_empty());
}
