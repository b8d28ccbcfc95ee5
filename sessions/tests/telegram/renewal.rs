//! Tokens live shorter than the login that shows them.

use std::time::Duration;

use sesame_domain::login::{Asking, Login, QrAsking, Status};

use crate::fixture::{Fixture, Node, owner};

const SHORT: Duration = Duration::from_secs(5);

/// Waits until another code is on show.
async fn next_code(node: &Node, login: &Login) -> Login {
    let code = |login: &Login| match login.state.asking().and_then(Asking::qr) {
        Some(QrAsking::Pending(qr)) => Some(qr.token.clone()),
        _ => None,
    };
    let before = code(login).expect("a code on show");
    let is_new = |login: &Login| code(login).is_some_and(|token| token != before);
    node.until(login, is_new).await
}

#[tokio::test]
async fn a_login_stays_scannable_through_several_lives_of_its_token() {
    let fixture = Fixture::with_token_life(SHORT).await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let mut login = node.begin_and_show(&owner(&ann)).await;
    for _ in 0..3 {
        login = next_code(&node, &login).await;
    }
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn the_token_before_the_one_on_show_may_be_the_one_that_is_scanned() {
    let fixture = Fixture::with_token_life(SHORT).await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.begin_and_show(&owner(&ann)).await;
    let older = fixture.link(&login).await;
    let login = next_code(&node, &login).await;
    fixture.world.scan(ann.id, &older).unwrap();
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_code_is_renewed_after_its_connection_was_cut() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.world.faults().drop_connections(1);
    let login = next_code(&node, &login).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_scan_that_no_one_was_connected_to_hear_of_is_found_out() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let link = fixture.link(&login).await;
    fixture.world.faults().drop_connections(1);
    fixture.world.scan(ann.id, &link).unwrap();
    node.until_status(&login, Status::Authorized).await;
}
