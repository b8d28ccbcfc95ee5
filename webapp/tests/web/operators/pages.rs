use std::sync::Arc;

use sesame_webapp::{Diagnosed, Finding, Severity};

use super::{Browser, link, signed_in, world};
use crate::support::{World, noon};

fn found(world: &World, findings: &[(&'static str, Severity)]) {
    let findings = findings.iter().map(|(check, severity)| Finding {
        check,
        about: "Newest <backup>",
        severity: *severity,
        reason: "too_old",
        says: "18 h old & failing at node 0f3a".to_owned(),
        advice: (*severity != Severity::Good).then(|| "let it write again".to_owned()),
    });
    let findings = findings.collect();
    *world.operators.found.latest.lock().unwrap() = Some(Arc::new(Diagnosed {
        at: noon(),
        findings,
    }));
}

#[tokio::test]
async fn the_overview_begins_with_what_fails_and_says_what_to_do() {
    let (world, _clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open("/admin").await;
    assert!(page.text.contains("Nothing was looked at yet"));
    found(&world, &[("keys", Severity::Good)]);
    let page = browser.open("/admin").await;
    assert!(page.text.contains("Everything works"));
    assert!(!page.text.contains("class=\"alarm\""));
    found(
        &world,
        &[
            ("keys", Severity::Good),
            ("rehearsal", Severity::Warning),
            ("backup", Severity::Bad),
        ],
    );
    let page = browser.open("/admin").await;
    assert!(page.text.contains("1 thing does not work."));
    assert!(page.text.contains("let it write again"));
    let (bad, warning) = (
        page.text.find("data-check=\"backup\""),
        page.text.find("data-check=\"rehearsal\""),
    );
    assert!(bad.unwrap() < warning.unwrap(), "the worst first");
    assert!(page.text.contains("Newest &#60;backup&#62;"));
}

#[tokio::test]
async fn diagnostics_show_the_same_and_what_support_may_see() {
    let (world, _clock) = world("7:operator");
    found(
        &world,
        &[("keys", Severity::Good), ("backup", Severity::Bad)],
    );
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open("/admin/diagnostics").await;
    assert!(page.text.contains("1 bad, 0 warnings, 1 good."));
    let (_, support) = page.text.split_once("id=\"support\"").unwrap();
    let support = support.split("</pre>").next().unwrap();
    assert!(support.contains("backup: bad too_old"), "{support}");
    assert!(!support.contains("0f3a"), "{support}");
    assert_eq!(browser.act("/admin/diagnostics", &[]).await.status, 303);
    assert_eq!(*world.operators.found.asked.lock().unwrap(), 1);
}

#[tokio::test]
async fn the_configuration_is_shown_with_where_each_value_comes_from() {
    let (world, _clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open("/admin/configuration").await;
    for words in [
        "BOT_TOKEN",
        "(hidden)",
        "environment",
        "1 of 2 settings are set",
    ] {
        assert!(page.text.contains(words), "{words}");
    }
}

#[tokio::test]
async fn an_operator_ends_their_own_other_session_and_an_owner_anyones() {
    let (world, _clock) = world("7:viewer 8:owner");
    let mut here = signed_in(&world, 7).await;
    let mut there = signed_in(&world, 7).await;
    let page = here.open("/admin/operators").await;
    let (_, rest) = page.text.split_once("/admin/operators/sessions/").unwrap();
    let path = format!(
        "/admin/operators/sessions/{}",
        rest.split('"').next().unwrap()
    );
    assert_eq!(here.act(&path, &[]).await.status, 303);
    assert_eq!(there.open("/admin").await.status, 401);

    let mut owner = signed_in(&world, 8).await;
    let page = owner.open("/admin/operators").await;
    let (_, rest) = page.text.split_once("/admin/operators/sessions/").unwrap();
    let path = format!(
        "/admin/operators/sessions/{}",
        rest.split('"').next().unwrap()
    );
    assert_eq!(owner.act(&path, &[]).await.status, 303);
    assert_eq!(here.open("/admin").await.status, 401);
}

#[tokio::test]
async fn the_colours_are_as_chosen() {
    let (world, _clock) = world("7:viewer");
    let mut browser = signed_in(&world, 7).await;
    for (scheme, attribute) in [
        ("dark", Some("data-scheme=\"dark\"")),
        ("auto", None),
        ("\"><script>", None),
    ] {
        browser.act("/admin/scheme", &[("scheme", scheme)]).await;
        let page = browser.open("/admin").await;
        let has = page.text.contains("<html lang=\"en\" data-scheme");
        assert_eq!(has, attribute.is_some(), "{scheme}");
        assert!(attribute.is_none_or(|it| page.text.contains(it)));
    }
}

#[tokio::test]
async fn pages_hold_no_style_and_no_script_and_are_never_kept() {
    let (world, _clock) = world("7:owner");
    let path = link(&world, 7).await;
    let mut guest = Browser::of(&world);
    let mut pages = vec![guest.open(&path).await, guest.open("/admin").await];
    let mut browser = signed_in(&world, 7).await;
    found(&world, &[("backup", Severity::Bad)]);
    for path in [
        "/admin",
        "/admin/operators",
        "/admin/diagnostics",
        "/admin/configuration",
        "/admin/nowhere",
    ] {
        pages.push(browser.open(path).await);
    }
    for page in pages {
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(!page.text.contains(" style="), "{}", page.text);
        assert!(!page.text.contains("<style"), "{}", page.text);
        assert!(!page.text.contains("<script>"), "{}", page.text);
        assert!(!page.text.contains(" onclick"), "{}", page.text);
    }
}

#[tokio::test]
async fn what_leads_nowhere_is_a_page_too() {
    let (world, _clock) = world("7:owner");
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open("/admin/nowhere").await;
    assert_eq!(page.status, 404);
    assert!(page.text.contains("There is nothing here"));
    let page = browser.send("PUT", "/admin", &[], String::new()).await;
    assert_eq!(page.status, 405);
    assert!(page.text.contains("data-code=\"method_not_allowed\""));
}

#[tokio::test]
async fn style_and_script_are_served_with_their_versions() {
    let (world, _clock) = world("7:owner");
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open("/admin").await;
    for (name, kind) in [("admin.css", "text/css"), ("admin.js", "text/javascript")] {
        let (_, rest) = page.text.split_once(&format!("/admin/{name}?v=")).unwrap();
        let version = rest.split('"').next().unwrap();
        let file = browser.open(&format!("/admin/{name}?v={version}")).await;
        assert!(file.header("content-type").starts_with(kind));
        assert!(file.header("cache-control").contains("immutable"));
    }
}
