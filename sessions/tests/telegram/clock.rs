//! Wall clocks that are set while logins are under way.

use rstest::rstest;
use sesame_domain::login::{Ending, Login, Policy, Status};
use sesame_domain::time::Clock as _;

use crate::fixture::{Fixture, owner};

const HOUR: i64 = 3_600;
/// Less than clocks differ anyway.
const A_MINUTE: i64 = 60;

/// Its deadlines are moments of the wall clock: what is kept of it must mean the
/// same to other nodes.
#[rstest]
#[case(HOUR)]
#[case(-HOUR)]
#[tokio::test]
async fn a_login_under_a_clock_that_is_set_by_an_hour_ends_and_the_next_one_works(
    #[case] by: i64,
    #[values(false, true)] asked: bool,
) {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    if asked {
        fixture.set_password(&ann, "correct horse");
    }
    let login = node.begin_and_show(&owner(&ann)).await;
    if asked {
        fixture.scan(&ann, &login).await;
        node.until_status(&login, Status::PasswordRequired).await;
    }
    fixture.clock.set_wall(by);
    let over = node.until(&login, Login::is_over).await;
    assert_eq!(over.ending(), Some(Ending::Expired));
    if asked {
        fixture.cleaned_up(login.id).await;
    }
    // A code can still be scanned for as long as one lives, and no longer.
    let dead_at = fixture.clock.now() + Policy::TOKEN_LIFE_MAX;
    assert!(over.cleanup_at.is_some_and(|at| at <= dead_at), "{over:?}");
    assert_eq!(fixture.devices(&ann).len(), 0);

    let next = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &next).await;
    if asked {
        node.until_status(&next, Status::PasswordRequired).await;
        node.password(&next, "correct horse").await;
    }
    node.until_status(&next, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[rstest]
#[case(A_MINUTE)]
#[case(-A_MINUTE)]
#[tokio::test]
async fn a_login_under_a_clock_that_is_set_by_a_minute_goes_on(#[case] by: i64) {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.clock.set_wall(by);
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::PasswordRequired).await;
    fixture.clock.set_wall(-by);
    node.password(&login, "correct horse").await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}
