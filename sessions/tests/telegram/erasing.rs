//! People who have everything about them erased.

use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Actor};
use sesame_domain::ids::Owner;
use sesame_domain::login::Status;
use sesame_domain::ports::{AuditLog as _, Erasures as _, Logins as _};

use crate::fixture::{Fixture, eventually, owner};

impl Fixture {
    /// Waits until every erasure is done.
    async fn erased(&self) {
        eventually("the erasure to be done", || async {
            self.database
                .erasures()
                .pending(10)
                .await
                .unwrap()
                .is_empty()
        })
        .await;
    }

    /// Where in the audit about the owner these come first.
    async fn order<const N: usize>(&self, owner: &Owner, actions: [Action; N]) -> [usize; N] {
        let all = self.actions(owner).await;
        actions.map(|action| {
            let place = all.iter().position(|other| *other == action);
            place.unwrap_or_else(|| panic!("no {action:?} in {all:?}"))
        })
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_person_but_the_audit() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.link_account(&fixture, &ann).await;
    let ann_owner = owner(&ann);
    let account = node.accounts.linked(&ann_owner).await.unwrap().unwrap();
    // It is open while it is erased.
    node.accounts.check(&ann_owner, account.id).await.unwrap();
    let receipt = node.accounts.erase(&ann_owner, Actor::Owner).await.unwrap();
    assert_eq!((receipt.accounts, receipt.logins), (1, 1));
    assert!(node.accounts.linked(&ann_owner).await.unwrap().is_none());
    fixture.devices_become(&ann, 0).await;
    fixture.nothing_leaves().await;
    fixture.erased().await;
    let found = fixture.database.logins().find(login.id).await;
    assert!(found.unwrap().is_none());
    assert!(fixture.notices().await.is_empty());
    let [asked, unlinked, destroyed, ended] = fixture
        .order(
            &ann_owner,
            [
                Action::PersonErased,
                Action::AccountUnlinked,
                Action::DataKeyDestroyed,
                Action::SessionEnded,
            ],
        )
        .await;
    assert!(asked.max(unlinked) < destroyed && destroyed < ended);
    let entries = fixture.audit(&ann_owner).await;
    let erasures: Vec<_> = entries
        .iter()
        .filter(|entry| entry.action == Action::PersonErased)
        .collect();
    assert_eq!(erasures.len(), 2, "asked for and finished: {erasures:?}");
    assert!(erasures.iter().all(|entry| entry.subject == receipt.id));
    assert!(erasures[1].actor == Actor::system("erasure"));
}

#[tokio::test]
async fn a_session_that_cannot_be_logged_out_yet_holds_the_erasure_up() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.call_limit = Duration::from_millis(300);
    let node = fixture.node_with(settings);
    let ann = fixture.person(2);
    node.link_account(&fixture, &ann).await;
    fixture.world.faults().silence(2);
    let receipt = node.accounts.erase(&owner(&ann), Actor::Owner).await;
    let receipt = receipt.unwrap();
    assert!(node.accounts.linked(&owner(&ann)).await.unwrap().is_none());
    assert_eq!(fixture.devices(&ann).len(), 1);
    let pending = fixture.database.erasures().pending(10).await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!(
        (pending[0].id, &pending[0].owner),
        (receipt.id, &owner(&ann))
    );
    fixture.world.faults().clear();
    fixture.devices_become(&ann, 0).await;
    fixture.erased().await;
}

#[tokio::test]
async fn a_login_under_way_is_cancelled_and_erased() {
    let fixture = Fixture::with_token_life(Duration::from_secs(3)).await;
    let node = fixture.node();
    let ann = fixture.person(1);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::PasswordRequired).await;
    let receipt = node.accounts.erase(&owner(&ann), Actor::Owner).await;
    assert_eq!(receipt.unwrap().logins, 1);
    assert!(
        fixture
            .database
            .logins()
            .running(&owner(&ann))
            .await
            .unwrap()
            .is_none()
    );
    fixture.devices_become(&ann, 0).await;
    fixture.erased().await;
    let found = fixture.database.logins().find(login.id).await;
    assert!(found.unwrap().is_none());
}

#[tokio::test]
async fn an_erasure_goes_on_after_its_node_died() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    node.link_account(&fixture, &ann).await;
    node.sessions.shutdown().await;
    // A command does no more than what is to be done at once.
    let node = fixture.command(|_| {});
    node.accounts
        .erase(&owner(&ann), Actor::Owner)
        .await
        .unwrap();
    drop(node);
    assert_eq!(fixture.devices(&ann).len(), 1);
    let _node = fixture.node();
    fixture.devices_become(&ann, 0).await;
    fixture.erased().await;
}

#[tokio::test]
async fn a_receipt_says_until_when_something_is_kept() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.audit_kept = Some(TimeDelta::days(365));
    settings.backups_kept = Some(TimeDelta::days(30));
    let node = fixture.node_with(settings);
    let ann = owner(&fixture.person(1));
    let receipt = node.accounts.erase(&ann, Actor::Owner).await.unwrap();
    assert_eq!((receipt.accounts, receipt.logins), (0, 0));
    assert_eq!(receipt.audit_until, Some(receipt.at + TimeDelta::days(365)));
    assert_eq!(
        receipt.backups_until,
        Some(receipt.at + TimeDelta::days(30))
    );
    let about = fixture.database.audit_log().about(&ann, 10).await.unwrap();
    assert!(about.iter().any(|entry| entry.subject == receipt.id));
}

#[tokio::test]
async fn others_are_left_alone() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, ben) = (fixture.person(1), fixture.person(2));
    node.link_account(&fixture, &ann).await;
    node.link_account(&fixture, &ben).await;
    node.accounts
        .erase(&owner(&ann), Actor::Owner)
        .await
        .unwrap();
    fixture.devices_become(&ann, 0).await;
    fixture.erased().await;
    let account = node.accounts.linked(&owner(&ben)).await.unwrap().unwrap();
    let checked = node.accounts.check(&owner(&ben), account.id).await.unwrap();
    assert!(checked.health.is_alive());
}
