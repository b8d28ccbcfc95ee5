//! Linking an account.

use sesame_domain::account::Health;
use sesame_domain::login::{Ending, Failure, Status};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{Begin, Begun};

use crate::fixture::{Fixture, owner};

#[tokio::test]
async fn a_scan_links_the_account() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.link_account(&fixture, &ann).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    assert_eq!(account.profile.name, "Ann Lee");
    assert_eq!(account.health, Health::Alive);
    assert_eq!(
        login.ending(),
        Some(Ending::Authorized {
            account: account.id
        })
    );
    let devices = fixture.devices(&ann);
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].device.model, "Sesame test");
    assert!(matches!(
        fixture.notices().await[..],
        [NoticeKind::Linked { .. }]
    ));
}

#[tokio::test]
async fn an_account_of_another_data_centre_is_linked() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    node.link_account(&fixture, &ann).await;
    assert_eq!(fixture.devices(&ann)[0].dc(), 2);
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    let checked = node.accounts.check(&owner(&ann), account.id).await;
    assert_eq!(checked.unwrap().health, Health::Alive);
}

#[tokio::test]
async fn someone_elses_account_is_logged_out_and_not_stored() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, ben) = (fixture.person(1), fixture.person(1));
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ben, &login).await;
    let login = node.until_status(&login, Status::Failed).await;
    assert_eq!(login.ending(), Some(Ending::Failed(Failure::WrongAccount)));
    fixture.cleaned_up(login.id).await;
    assert!(fixture.devices(&ben).is_empty());
    for person in [&ann, &ben] {
        assert!(
            node.accounts
                .linked(&owner(person))
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test]
async fn an_account_that_is_linked_and_alive_is_answered() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let first = node.link_account(&fixture, &ann).await;
    let again = node.logins.begin(&owner(&ann), Begin::default()).await;
    let Begun::Existing(again) = again.unwrap() else {
        panic!("the account was to be linked twice");
    };
    assert_ne!(again.id, first.id);
    assert_eq!(again.ending(), first.ending());
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn linking_again_logs_the_older_session_out() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    node.link_account(&fixture, &ann).await;
    let before = fixture.devices(&ann)[0].hash;
    let relink = Begin {
        relink: true,
        ..Begin::default()
    };
    let login = node.begin_as(&owner(&ann), relink).await;
    let login = node.until_status(&login, Status::Pending).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
    fixture.nothing_leaves().await;
    let devices = fixture.devices(&ann);
    assert_eq!(devices.len(), 1);
    assert_ne!(devices[0].hash, before);
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    let checked = node.accounts.check(&owner(&ann), account.id).await;
    assert_eq!(checked.unwrap().health, Health::Alive);
}

#[tokio::test]
async fn an_account_whose_session_died_is_linked_anew() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    node.link_account(&fixture, &ann).await;
    fixture.world.authorizations().end_others(ann.id, None);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    assert_eq!(account.health, Health::Alive);
}
