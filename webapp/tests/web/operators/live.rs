use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::operator::{IDLE, LONGEST};

use super::{Browser, refused, signed_in, world};
use crate::client::Answer;

/// A page's script asks for its parts, having this version of them.
async fn watch(browser: &mut Browser, path: &str, known: &str) -> Answer {
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "empty"),
        ("sesame-live", known),
    ];
    browser.send("GET", path, &headers, String::new()).await
}

fn version(answer: &Answer) -> String {
    answer.headers["etag"].to_str().unwrap().to_owned()
}

#[rstest]
#[case("/admin", &["summary", "figures"])]
#[case("/admin/logins", &["tabs", "rows"])]
#[case("/admin/jobs?status=failed", &["tabs", "rows"])]
#[case("/admin/limits", &["rows"])]
#[case("/admin/schedules", &["tables"])]
#[tokio::test]
async fn the_parts_of_a_page_that_change_are_asked_for_and_answered_once(
    #[case] path: &str,
    #[case] parts: &[&str],
) {
    let (world, _clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open(path).await.text;
    assert!(page.contains("id=\"live\""), "{page}");
    let answer = watch(&mut browser, path, "begin").await;
    assert_eq!(answer.status, 200);
    for part in parts {
        let mark = format!("data-live=\"{part}\"");
        assert!(page.contains(&mark), "{mark} in {page}");
        assert!(answer.text.contains(&mark), "{mark} in {}", answer.text);
    }
    for around in ["<html", "<nav class=\"nav\"", "name=\"csrf\"", "<form"] {
        assert!(!answer.text.contains(around), "{around} in {}", answer.text);
    }
    let known = version(&answer);
    let again = watch(&mut browser, path, &known).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    assert_eq!(version(&again), known);
    assert_eq!(watch(&mut browser, path, "\"old\"").await.status, 200);
}

#[tokio::test]
async fn pages_that_are_not_live_say_nothing_of_it() {
    let (world, _clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    for path in ["/admin/audit", "/admin/people", "/admin/accounts"] {
        let page = browser.open(path).await.text;
        assert!(!page.contains("id=\"live\""), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_is_left_open_keeps_no_session_going() {
    let (world, clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    for _ in 0..5 {
        clock.advance(IDLE / 6);
        assert_eq!(watch(&mut browser, "/admin", "begin").await.status, 200);
    }
    clock.advance(IDLE / 6 + TimeDelta::seconds(1));
    let over = watch(&mut browser, "/admin", "begin").await;
    assert_eq!(over.status, 401);
    assert!(!over.text.contains("data-live"));
    // No one tried it: that is noted when someone does.
    assert_eq!(refused(&world), [] as [&str; 0]);
}

#[tokio::test]
async fn whoever_watches_is_asked_who_they_are_each_time() {
    let (world, clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    let mut there = browser.clone();
    browser.act("/admin/sign-out", &[]).await;
    for path in ["/admin", "/admin/logins", "/admin/schedules"] {
        assert_eq!(watch(&mut there, path, "begin").await.status, 401, "{path}");
    }
    let mut nobody = Browser::of(&world);
    assert_eq!(watch(&mut nobody, "/admin/jobs", "begin").await.status, 401);
    let mut late = signed_in(&world, 7).await;
    for _ in 0..20 {
        clock.advance(LONGEST / 16);
        late.open("/admin/operators").await;
    }
    assert_eq!(watch(&mut late, "/admin", "begin").await.status, 401);
}
