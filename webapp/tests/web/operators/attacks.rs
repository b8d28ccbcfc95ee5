use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::operator::{IDLE, LINK_LIFE, LONGEST};

use super::{Browser, link, refused, restarted, signed_in, world};
use crate::support::{World, noon, settings};

#[tokio::test]
async fn a_stolen_link_is_refused_in_another_browser() {
    let (world, _clock) = world("7:owner");
    let path = link(&world, 7).await;
    let mut operator = Browser::of(&world);
    operator.open(&path).await;
    let mut thief = Browser::of(&world);
    let page = thief.open(&path).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("link_elsewhere"), "{}", page.text);
    assert!(!page.text.contains("Mara"));
    assert_eq!(thief.post(&path, &[]).await.status, 403);
    // A cookie of that name does not make it the right browser.
    let forged = "ab".repeat(32);
    thief
        .cookies
        .insert("__Host-sesame-browser".to_owned(), forged);
    assert_eq!(thief.post(&path, &[]).await.status, 403);
    assert_eq!(
        refused(&world),
        ["operator_signed_in: link of another browser"; 3]
    );
    assert_eq!(operator.post(&path, &[]).await.status, 303);
}

#[tokio::test]
async fn a_link_is_refused_once_it_was_used_or_is_old() {
    let (world, clock) = world("7:owner");
    let used = link(&world, 7).await;
    let mut browser = Browser::of(&world);
    browser.open(&used).await;
    browser.post(&used, &[]).await;
    for _ in 0..2 {
        assert_eq!(browser.open(&used).await.status, 410);
    }
    let old = link(&world, 7).await;
    let mut browser = Browser::of(&world);
    browser.open(&old).await;
    clock.advance(LINK_LIFE);
    assert_eq!(browser.post(&old, &[]).await.status, 410);
    assert_eq!(
        refused(&world),
        [
            "operator_signed_in: link used before",
            "operator_signed_in: link used before",
            "operator_signed_in: link expired"
        ]
    );
}

#[rstest]
#[case("x")]
#[case(&"0".repeat(64))]
#[case(&"%00".repeat(20))]
#[tokio::test]
async fn a_guessed_link_leads_nowhere(#[case] token: &str) {
    let (world, _clock) = world("7:owner");
    let path = format!("/admin/sign-in/{token}");
    let page = Browser::of(&world).open(&path).await;
    assert_eq!(page.status, 410, "{}", page.text);
    assert_eq!(refused(&world), ["operator_signed_in: unknown link"]);
}

#[rstest]
#[case("cross-site")]
#[case("same-site")]
#[case("none")]
#[tokio::test]
async fn another_site_changes_nothing(#[case] site: &str) {
    let (world, _clock) = world("7:owner");
    let path = link(&world, 7).await;
    let mut browser = Browser::of(&world);
    browser.open(&path).await;
    assert_eq!(browser.post_from(&path, &[], site).await.status, 403);
    browser.post(&path, &[]).await;
    let csrf = browser.csrf().await;
    let fields = [("csrf", csrf.as_str())];
    let refusal = browser.post_from("/admin/sign-out", &fields, site).await;
    assert_eq!(refusal.status, 403);
    assert_eq!(browser.open("/admin").await.status, 200, "still signed in");
    assert_eq!(
        refused(&world),
        [
            "operator_signed_in: from another site",
            "operator_refused: from another site"
        ]
    );
}

#[tokio::test]
async fn a_form_without_the_sessions_own_token_changes_nothing() {
    let (world, _clock) = world("7:owner 8:owner");
    let mut browser = signed_in(&world, 7).await;
    let other = signed_in(&world, 8).await.csrf().await;
    let own = browser.csrf().await;
    for fields in [
        &[][..],
        &[("csrf", "")],
        &[("csrf", other.as_str())],
        &[("csrf", own.as_str()), ("csrf", own.as_str())],
    ] {
        let answer = browser.post("/admin/sign-out", fields).await;
        assert_eq!(answer.status, 403, "{fields:?}");
    }
    let json = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/json"),
    ];
    let body = format!("{{\"csrf\":\"{own}\"}}");
    let answer = browser.send("POST", "/admin/sign-out", &json, body).await;
    assert_eq!(answer.status, 415);
    assert_eq!(browser.open("/admin").await.status, 200);
    assert_eq!(
        refused(&world),
        ["operator_refused: without the page's token"; 4]
    );
}

#[tokio::test]
async fn a_viewer_looks_and_changes_nothing() {
    let (world, _clock) = world("7:viewer 8:owner");
    let mut owner = signed_in(&world, 8).await;
    let mut viewer = signed_in(&world, 7).await;
    for path in [
        "/admin",
        "/admin/operators",
        "/admin/diagnostics",
        "/admin/configuration",
    ] {
        assert_eq!(viewer.open(path).await.status, 200, "{path}");
    }
    let page = viewer.open("/admin/operators").await;
    assert!(!page.text.contains("Sign everyone else out"));
    let theirs = session_of(&page.text, "8");
    let end = format!("/admin/operators/sessions/{theirs}/end");
    for (path, fields) in [
        (end.as_str(), &[][..]),
        ("/admin/operators/sessions/end", &[("reason", "why not")]),
        ("/admin/diagnostics", &[]),
    ] {
        assert_eq!(viewer.act(path, fields).await.status, 403, "{path}");
    }
    assert_eq!(*world.operators.found.asked.lock().unwrap(), 0);
    assert_eq!(owner.open("/admin").await.status, 200);
    assert_eq!(refused(&world), ["operator_refused: not allowed"; 3]);
}

/// The id of the session that a page shows for this person.
fn session_of(page: &str, person: &str) -> String {
    let rows = page.split("data-session=\"").skip(1);
    let row = rows
        .into_iter()
        .find(|row| row.contains(&format!("<code>{person}</code>")));
    row.unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_operator_of_one_tenant_sees_nothing_of_the_instance() {
    let (world, _clock) = world("7:owner@main");
    let mut browser = signed_in(&world, 7).await;
    let overview = browser.open("/admin").await;
    assert!(!overview.text.contains("/admin/configuration"));
    for path in ["/admin/diagnostics", "/admin/configuration"] {
        assert_eq!(browser.open(path).await.status, 403, "{path}");
    }
    assert_eq!(refused(&world), ["operator_refused: not allowed"; 2]);
}

#[tokio::test]
async fn what_is_another_tenants_does_not_exist() {
    let (ours, clock) = world("7:owner");
    let mut settings = settings("https://sesame.example");
    settings.tenant = "other".parse().unwrap();
    settings.operators = "7:owner".parse().unwrap();
    let theirs = World::over(clock.clone(), settings, ours.operators.clone());

    // A link of one bot, at another.
    let path = link(&ours, 7).await;
    assert_eq!(Browser::of(&theirs).open(&path).await.status, 410);
    // A session of one bot, at another.
    let mut browser = signed_in(&ours, 7).await;
    let page = browser.open("/admin/operators").await;
    let session = session_of(&page.text, "7");
    assert_eq!(browser.at(&theirs).open("/admin").await.status, 401);
    assert_eq!(refused(&theirs), ["operator_signed_in: unknown link"]);

    // A made-up id is refused like another tenant's.
    let mut last = session;
    last.replace_range(..1, "f");
    let end = format!("/admin/operators/sessions/{last}/end");
    assert_eq!(browser.act(&end, &[]).await.status, 404);
    assert_eq!(refused(&ours), ["operator_refused: another tenant's"]);
}

#[tokio::test]
async fn an_operator_taken_out_of_the_configuration_is_out_at_once() {
    let (before, clock) = world("7:owner 8:owner");
    let browser = signed_in(&before, 7).await;
    let path = link(&before, 7).await;
    let after = restarted(&before, &clock, "8:owner");
    let mut browser = browser.at(&after);
    assert_eq!(browser.open("/admin").await.status, 401);
    assert_eq!(Browser::of(&after).open(&path).await.status, 403);
    assert_eq!(
        refused(&after),
        [
            "operator_signed_in: taken out of the configuration",
            "operator_session_ended: taken out of the configuration"
        ]
    );
    // It does not come back with them.
    let again = restarted(&after, &clock, "7:owner");
    let mut stale = signed_in(&again, 7).await;
    stale.cookies.clone_from(&browser.cookies);
    assert_eq!(stale.open("/admin").await.status, 401);
}

#[tokio::test]
async fn a_role_that_is_taken_counts_at_once() {
    let (before, clock) = world("7:owner");
    let browser = signed_in(&before, 7).await;
    let after = restarted(&before, &clock, "7:viewer");
    let mut browser = browser.at(&after);
    let answer = browser.act("/admin/diagnostics", &[]).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_session_ends_when_nothing_is_done_and_after_hours_in_any_case() {
    let (world, clock) = world("7:owner");
    let mut busy = signed_in(&world, 7).await;
    let step = TimeDelta::minutes(20);
    while world.clock.now() < noon() + LONGEST - step {
        clock.advance(step);
        assert_eq!(busy.open("/admin").await.status, 200);
    }
    clock.advance(step);
    assert_eq!(busy.open("/admin").await.status, 401);
    let mut rests = signed_in(&world, 7).await;
    clock.advance(IDLE + TimeDelta::seconds(1));
    assert_eq!(rests.open("/admin").await.status, 401);
}

#[tokio::test]
async fn whoever_guesses_links_is_slowed_down() {
    let (_, clock) = world("7:owner");
    let mut settings = settings("https://sesame.example");
    settings.rates.critical = 1;
    let world = World::new(clock, settings);
    let mut browser = Browser::of(&world);
    browser.peer = Some("203.0.113.7:4711".parse().unwrap());
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let path = format!("/admin/sign-in/{}", "0".repeat(64));
        statuses.push(browser.open(&path).await.status.as_u16());
    }
    assert_eq!(statuses, [410, 410, 410, 410, 429, 429]);
    assert_eq!(refused(&world).len(), 4, "the audit grows no faster");
}
