//! What a clock wrote that was ahead for a moment does not wait for as long.

use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::ids::LoginId;
use sesame_domain::job::JobKind;
use sesame_domain::login::Ending;
use sesame_domain::ports::{
    Accounts, Logins, OneTime, OneTimeKind, Outbox, Redeemed, Saved, Schedules as _,
};
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{Starts as _, at, entry, linked, login, node, notice, owner, saved, tenant};
use crate::one_time::grant;

/// A year and what is ahead of it.
const YEAR: i64 = 365 * 24 * 3600;

#[rstest]
#[tokio::test]
async fn a_schedule_that_was_begun_in_the_future_can_be_begun(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let schedules = store.db.schedules();
    let begin = async |now, since| {
        schedules
            .begin(&JobKind::BACKUP, &node(), at(now), at(since))
            .await
            .unwrap()
    };
    let ahead = begin(YEAR, YEAR).await.unwrap();
    assert!(begin(100, 40).await.unwrap() > ahead);
    assert_eq!(begin(100, 40).await, None);
    // Clocks of nodes differ a little.
    assert_eq!(begin(90, 30).await, None);
}

#[rstest]
#[tokio::test]
async fn a_notice_that_is_held_until_then_is_sent(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let login = login(&owner(9), 0);
    db.logins().start(&login).await.unwrap();
    let fence = db.logins().claim(login.id, &node()).await.unwrap().fence;
    let notice = notice(&owner(1), 10);
    let with_notice = Saved {
        notices: vec![notice.clone()],
        ..saved(&login, fence)
    };
    db.logins().save(with_notice).await.unwrap();
    db.outbox()
        .take(&tenant(), at(YEAR), at(YEAR + 120), 10)
        .await
        .unwrap();
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(20), at(30), 10)
            .await
            .unwrap(),
        [notice]
    );
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(20), at(30), 10)
            .await
            .unwrap(),
        []
    );
}

#[rstest]
#[tokio::test]
async fn a_session_that_is_to_leave_then_leaves(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let account = linked(&db, &owner(1), 0).await;
    let unlinked = entry(
        &owner(1),
        account.id.as_uuid(),
        Action::AccountUnlinked,
        YEAR,
    );
    db.accounts()
        .unlink(&owner(1), account.id, unlinked, None)
        .await
        .unwrap();
    assert_eq!(
        db.accounts()
            .leaving(&tenant(), at(10), 10)
            .await
            .unwrap()
            .len(),
        1
    );
    let claimed = db
        .accounts()
        .claim_session(account.session, &node())
        .await
        .unwrap();
    db.accounts()
        .leave_later(claimed.claim(), at(3_600))
        .await
        .unwrap();
    assert_eq!(
        db.accounts().leaving(&tenant(), at(10), 10).await.unwrap(),
        []
    );
}

#[rstest]
#[tokio::test]
async fn a_login_that_is_to_be_cleaned_up_then_is(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let mut ended = login(&owner(1), 0).ended(Ending::Expired);
    ended.cleanup_at = Some(at(YEAR));
    db.logins().start(&ended).await.unwrap();
    let due = db.logins().unattended(&tenant(), at(10), 10).await.unwrap();
    assert_eq!(due.first().map(|found| found.login), Some(ended.id));
}

#[rstest]
#[tokio::test]
async fn a_link_that_lives_until_then_is_dead(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let login = LoginId::from(Uuid::from_u128(5));
    let screen = OneTimeKind::Screen;
    db.one_time()
        .issue(screen, [1; 32], &owner(1), login, at(YEAR))
        .await
        .unwrap();
    let redeemed = db
        .one_time()
        .redeem(&tenant(), screen, [1; 32], grant(1, 10))
        .await
        .unwrap();
    assert_eq!(redeemed, Redeemed::Unknown);
}
