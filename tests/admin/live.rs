//! Pages that stay live: what is new comes by itself, unless someone reads.

use serde_json::json;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;

use crate::looks::Looks;
use crate::{PATIENCE, server, sign_in};

/// Someone begins to sign in.
async fn begins(server: &TestServer) {
    let guest = server.guest(1).await.unwrap();
    let login = guest.app.begin().await.unwrap();
    guest.app.code(&login).await.unwrap();
}

/// What a script on the page finds.
async fn seen<T: serde::de::DeserializeOwned>(browser: &Browser, script: &str) -> T {
    let answer = browser.execute(script, vec![]).await.unwrap();
    answer.convert().unwrap()
}

async fn rows(browser: &Browser) -> usize {
    seen(
        browser,
        "return document.querySelectorAll('tbody tr').length",
    )
    .await
}

/// Waits until the table has so many rows.
async fn has_rows(browser: &Browser, wanted: usize) {
    let there = poll(PATIENCE, async || {
        (rows(browser).await == wanted).then_some(())
    });
    assert!(there.await.is_some(), "{} rows", rows(browser).await);
}

#[tokio::test]
async fn what_is_new_comes_by_itself_and_waits_while_someone_reads() {
    let server = server("operator").await;
    begins(&server).await;
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(&server, &browser).await;
    let page = |path: &str| format!("{}/admin/{path}", server.base());
    browser.goto(page("logins?over=no")).await.unwrap();
    has_rows(&browser, 1).await;
    let mark: bool = seen(&browser, "return window.isTheSame = true").await;
    assert!(mark);

    // No one reads: it comes by itself, and is said to whoever listens.
    begins(&server).await;
    has_rows(&browser, 2).await;
    browser.shown("tr.is-new").await.unwrap();
    browser.says("#live", "Live, ").await.unwrap();
    let said: String = seen(
        &browser,
        "return document.getElementById('said').textContent",
    )
    .await;
    assert!(said.contains("1 new"), "{said}");

    // Whoever is at a row, has marked some of its words, has ticked something in it,
    // or points at it reads.
    let holds = [
        "document.querySelector('tbody a').focus()",
        "getSelection().selectAllChildren(document.querySelector('tbody tr'))",
        "const tick = document.createElement('input'); tick.type = 'checkbox'; \
         tick.id = 'tick'; document.querySelector('tbody td').append(tick); tick.checked = true",
    ];
    let frees = [
        "document.activeElement.blur()",
        "getSelection().removeAllRanges()",
        "tick.checked = false",
    ];
    for (before, (hold, free)) in (2..).zip(holds.into_iter().zip(frees)) {
        browser.execute(hold, vec![]).await.unwrap();
        begins(&server).await;
        browser.says("[data-live-show]", "1 new").await.unwrap();
        assert_eq!(rows(&browser).await, before, "{hold}");
        if before == 2 {
            Looks::of(&browser).at("live-held").await;
        }
        browser.execute(free, vec![]).await.unwrap();
        has_rows(&browser, before + 1).await;
        browser.hidden("[data-live-show]").await.unwrap();
    }
    let row = browser.shown("tbody tr").await.unwrap();
    let pointer = browser.action_chain().move_to_element_center(&row);
    pointer.perform().await.unwrap();
    begins(&server).await;
    browser.says("[data-live-show]", "1 new").await.unwrap();
    assert_eq!(rows(&browser).await, 5);
    browser.click("[data-live-show]").await.unwrap();
    has_rows(&browser, 6).await;

    // Paused, nothing is asked for.
    browser.click("[data-live-pause]").await.unwrap();
    browser.says("#live", "Paused").await.unwrap();
    browser.click("[data-live-pause]").await.unwrap();
    browser.says("#live", "Live, ").await.unwrap();
    assert!(seen::<bool>(&browser, "return window.isTheSame === true").await);

    // The session is over: the page says so, and stops.
    let out = "const csrf = document.querySelector('[name=csrf]').value; \
        return fetch('/admin/sign-out', { method: 'POST', body: new URLSearchParams({ csrf }) }) \
            .then(() => true)";
    assert!(seen::<bool>(&browser, out).await);
    browser.says("#live", "You are signed out").await.unwrap();
    browser.hidden("[data-live-pause]").await.unwrap();
    assert_eq!(rows(&browser).await, 6, "what was there stays to be read");
}

#[tokio::test]
async fn every_page_that_is_live_says_so_and_when_no_one_answers() {
    let mut server = server("owner").await;
    begins(&server).await;
    let browser = Browser::start(Window::Phone, Scheme::Dark).await.unwrap();
    sign_in(&server, &browser).await;
    for path in ["", "/logins", "/jobs", "/schedules", "/limits"] {
        let address = format!("{}/admin{path}", server.base());
        browser.goto(address).await.unwrap();
        // At once, not at the next turn.
        let seen_again = "document.dispatchEvent(new Event('visibilitychange'))";
        browser.execute(seen_again, vec![]).await.unwrap();
        browser.says("#live", "Live, ").await.unwrap();
    }
    server.stop("TERM").await.unwrap();
    browser.says("#live", "No answer").await.unwrap();
    server.start().await.unwrap();
    browser.says("#live", "Live, ").await.unwrap();
}

#[tokio::test]
async fn what_is_in_sight_stays_there_when_rows_come_above_it() {
    let server = server("operator").await;
    for _ in 0..12 {
        begins(&server).await;
    }
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    sign_in(&server, &browser).await;
    let metrics = json!({ "width": 360, "height": 400, "deviceScaleFactor": 1, "mobile": false });
    let method = "Emulation.setDeviceMetricsOverride";
    browser.devtools(method, metrics).await.unwrap();
    let page = format!("{}/admin/logins", server.base());
    browser.goto(page).await.unwrap();
    has_rows(&browser, 12).await;
    let top = "const row = [...document.querySelectorAll('tbody tr')].at(-3); \
        return Math.round(row.getBoundingClientRect().top)";
    let scroll = "[...document.querySelectorAll('tbody tr')].at(-3).scrollIntoView()";
    browser.execute(scroll, vec![]).await.unwrap();
    let before: i64 = seen(&browser, top).await;
    begins(&server).await;
    has_rows(&browser, 13).await;
    let after: i64 = seen(&browser, top).await;
    assert!((before - after).abs() <= 1, "{before} and then {after}");
}

/// A page's minutes pass in moments; how long it means to wait is kept, and how often
/// it asked. `window.answers` has what it is answered instead, one after the other.
const QUICKER: &str = "{
    const [later, real] = [window.setTimeout, window.fetch];
    window.waits = [];
    window.answers = [];
    window.asked = 0;
    window.setTimeout = (what, wait, ...rest) => {
        if (wait >= 3000) window.waits.push(wait);
        return later(what, wait / 50, ...rest);
    };
    window.fetch = (address, options = {}) => {
        if (!options.headers || !options.headers['sesame-live']) return real(address, options);
        window.asked += 1;
        const answer = window.answers.shift();
        return answer ? Promise.resolve(new Response('', answer)) : real(address, options);
    };
    window.isSeen = true;
    Object.defineProperty(Document.prototype, 'visibilityState',
        { get: () => window.isSeen ? 'visible' : 'hidden' });
    window.turnTo = (isSeen) => {
        window.isSeen = isSeen;
        document.dispatchEvent(new Event('visibilitychange'));
    };
}";

/// A list that is live, in a browser whose time is quick.
async fn quick_list(server: &TestServer) -> Browser {
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(server, &browser).await;
    browser.before_pages(QUICKER).await.unwrap();
    let page = format!("{}/admin/jobs", server.base());
    browser.goto(page).await.unwrap();
    browser.says("#live", "Live, ").await.unwrap();
    browser
}

/// Waits until this holds on the page.
async fn becomes(browser: &Browser, what: &str) {
    let script = format!("return Boolean({what})");
    let holds = poll(PATIENCE, async || {
        seen::<bool>(browser, &script).await.then_some(())
    });
    assert!(holds.await.is_some(), "not {what}");
}

#[tokio::test]
async fn a_page_that_no_one_sees_asks_nothing() {
    let server = server("viewer").await;
    let browser = quick_list(&server).await;
    let hide = "window.turnTo(false); window.waits = []; return window.asked";
    let asked: u64 = seen(&browser, hide).await;
    // It looks whether it is seen, again and again, and does not ask.
    becomes(&browser, "window.waits.length >= 5").await;
    let mut now: u64 = seen(&browser, "return window.asked").await;
    // One question may have been on its way.
    assert!(now <= asked + 1, "{asked}, and then {now}");
    seen::<bool>(&browser, "window.turnTo(true); return true").await;
    now += 1;
    becomes(&browser, &format!("window.asked >= {now}")).await;
}

#[tokio::test]
async fn a_page_that_asked_too_often_waits_as_long_as_it_is_told() {
    let server = server("viewer").await;
    let browser = quick_list(&server).await;
    // Its time stands still once it was refused.
    let refuse = "const quick = window.setTimeout; \
        window.setTimeout = (what, wait) => { \
            if (wait !== 45000) return quick(what, wait); \
            window.next = what; return 1; }; \
        window.answers = [{ status: 429, headers: { 'retry-after': '45' } }]; return true";
    seen::<bool>(&browser, refuse).await;
    let said = "Asked too often; asking again in 45 s";
    browser.says("#live", said).await.unwrap();
    Looks::of(&browser).at("live-refused").await;

    // Whoever comes back meanwhile does not have it ask earlier.
    let back = "const before = window.asked; window.turnTo(false); window.turnTo(true); \
        window.dispatchEvent(new Event('online')); return window.asked - before";
    assert_eq!(seen::<u64>(&browser, back).await, 0);
    seen::<bool>(&browser, "window.next(); return true").await;
    browser.says("#live", "Live, ").await.unwrap();
}

#[tokio::test]
async fn a_page_whose_server_fails_asks_ever_more_rarely() {
    let server = server("viewer").await;
    let browser = quick_list(&server).await;
    let fail = "window.waits = []; \
        window.answers = Array.from({ length: 6 }, () => ({ status: 503 })); return true";
    seen::<bool>(&browser, fail).await;
    becomes(&browser, "window.answers.length === 0").await;
    browser.says("#live", "Live, ").await.unwrap();
    let waits: Vec<u64> = seen(&browser, "return window.waits").await;
    let rising = [10_000, 20_000, 40_000, 60_000, 60_000, 60_000];
    let found = waits.windows(rising.len()).any(|it| it == rising);
    assert!(found, "{waits:?}");
}
