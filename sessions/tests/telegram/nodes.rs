//! Two nodes over one database.

use sesame_domain::ids::NodeId;
use sesame_domain::login::{Ending, Status};
use sesame_domain::ports::{Begin, Begun, HalfSession, Logins as _, Saved, StoreError};
use sesame_domain::random::SystemEntropy;

use crate::fixture::{Fixture, owner};

#[tokio::test]
async fn a_password_sent_to_the_other_node_brings_the_login_there() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = one.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    two.until_status(&login, Status::PasswordRequired).await;
    for password in ["wrong horse", "correct horse"] {
        let login = two.until_status(&login, Status::PasswordRequired).await;
        two.password(&login, password).await;
        two.until(&login, |now| now.version > login.version + 1)
            .await;
    }
    one.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_login_is_cancelled_from_the_other_node() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    let ann = fixture.person(1);
    let login = one.begin_and_show(&owner(&ann)).await;
    let cancelled = two.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(cancelled.ending(), Some(Ending::Cancelled));
}

#[tokio::test]
async fn both_nodes_know_the_login_that_runs() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    let ann = owner(&fixture.person(1));
    let login = one.begin_and_show(&ann).await;
    let again = two.logins.begin(&ann, Begin::default()).await.unwrap();
    assert!(matches!(again, Begun::Existing(again) if again.id == login.id));
    let running = two.logins.running(&ann).await.unwrap().unwrap();
    assert_eq!(running.id, login.id);
}

#[tokio::test]
async fn an_account_is_unlinked_from_the_other_node() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    let ann = fixture.person(1);
    one.link_account(&fixture, &ann).await;
    let account = one.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    // The first node has the session open now.
    one.accounts.check(&owner(&ann), account.id).await.unwrap();
    let actor = sesame_domain::audit::Actor::Owner;
    two.accounts
        .unlink(&owner(&ann), account.id, actor)
        .await
        .unwrap();
    fixture.devices_become(&ann, 0).await;
    fixture.nothing_leaves().await;
}

#[tokio::test]
async fn a_driver_whose_claim_was_taken_writes_no_more_and_the_login_goes_on() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let thief = NodeId::generate(&SystemEntropy);
    let claimed = fixture
        .database
        .logins()
        .claim(login.id, &thief)
        .await
        .unwrap();
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
    let late = Saved {
        login: &claimed.login,
        fence: claimed.fence,
        session: HalfSession::Erase,
        identified: None,
        notices: Vec::new(),
        audit: Vec::new(),
    };
    let refused = fixture.database.logins().save(late).await;
    assert!(matches!(refused, Err(StoreError::Fenced(_))));
}
