use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::job::JobKind;
use sesame_domain::ports::Growing;

use super::{signed_in, world};
use crate::support::noon;

fn growing(name: &str, bytes: Option<u64>, rows: Option<u64>) -> Growing {
    Growing {
        name: name.to_owned(),
        bytes,
        rows,
        oldest: rows.map(|_| noon() - TimeDelta::hours(3)),
        cleaned_by: (name == "jobs").then(|| JobKind::named("forget_jobs")),
    }
}

#[tokio::test]
async fn what_grows_is_told_the_largest_first() {
    let (world, _clock) = world("7:viewer");
    *world.operators.sizes.0.lock().unwrap() = vec![
        growing("outbox", None, None),
        growing("jobs", Some(12_000), Some(40)),
        growing("audit_entries", Some(13_107_200), Some(1_000_000)),
    ];
    let page = signed_in(&world, 7).await.open("/admin/diagnostics").await;
    let (_, table) = page.text.split_once("What grows</h2>").unwrap();
    let places = [
        "audit_entries",
        "12.5 MiB",
        "1,000,000",
        "T11:13:20Z",
        "jobs",
        "forget_jobs",
    ];
    let places = places.map(|it| table.find(it).expect(it));
    assert!(places.is_sorted(), "{places:?}");
    // For support, too: names of tables say nothing of anyone.
    let (_, support) = page.text.split_once("id=\"support\"").unwrap();
    assert!(support.contains("audit_entries: 12.5 MiB, 1000000 rows"));
    assert!(support.contains("outbox: -"));
}

#[rstest]
#[case("203.0.113.77:9", false)]
#[case("192.168.1.3:9", true)]
#[case("[fd00::1]:9", true)]
#[case("127.0.0.1:9", true)]
#[tokio::test]
async fn an_address_that_may_be_a_proxys_is_odd(#[case] peer: &str, #[case] is_odd: bool) {
    let (world, _clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    browser.peer = Some(peer.parse().unwrap());
    let page = browser.open("/admin/diagnostics").await;
    let address = browser.peer.unwrap().ip();
    assert!(page.text.contains(&format!("<code>{address}</code>")));
    assert_eq!(page.text.contains("is it a proxy’s?"), is_odd);
    let (_, support) = page.text.split_once("id=\"support\"").unwrap();
    assert!(!support.contains(&address.to_string()), "{support}");
}

#[tokio::test]
async fn two_events_are_sent_apart_to_whoever_may_look() {
    let (world, _clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    let events = browser.open("/admin/diagnostics/events").await;
    assert_eq!(events.status, 200);
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert_eq!(events.headers["x-accel-buffering"], "no");
    assert_eq!(
        events.text,
        "event: beat\ndata: 1\n\nevent: beat\ndata: 2\n\n"
    );
    browser.cookies.clear();
    assert_eq!(browser.open("/admin/diagnostics/events").await.status, 401);
}
