//! Answers that are lost on their way, and those that say that nothing was
//! done.

use rstest::rstest;
use sesame_test_support::browser::{Browser, SHOW_CODE, Scheme, Window};
use sesame_test_support::test_server::{Guest, TestServer};

use crate::{BINARY, CODE, becomes, begin, login_shown, open, scan};

/// Lets `window.meet` decide what becomes of a request: it gets the method, the
/// path and how to send it, and answers the answer.
const BETWEEN: &str = "
    const real = window.fetch;
    window.lost = 0;
    window.meet = (method, path, send) => send();
    window.fetch = (address, options = {}) => window.meet(
        options.method || 'GET', new URL(address, location).pathname, () => real(address, options));
    // The server does it, and no one hears of it.
    window.lose = (method, end, times) => {
        window.meet = async (asked, path, send) => {
            const response = await send();
            if (asked !== method || !path.endsWith(end) || window.lost >= times) return response;
            window.lost += 1;
            await response.text();
            throw new TypeError('the connection broke off');
        };
    };
    window.refuse = (method, status, code) => {
        const problem = JSON.stringify({ status, code });
        const type = { 'Content-Type': 'application/problem+json' };
        window.meet = (asked, path, send) => (asked === method && !path.endsWith('/session')
            ? new Response(problem, { status, headers: type }) : send());
    };
    // The answer with the next view is on its way until it is let go.
    window.hold = () => {
        let isNext = true;
        window.isHeld = window.hasArrived = false;
        const letGo = new Promise((go) => { window.letGo = go; });
        window.meet = async (asked, path, send) => {
            if (!isNext || !path.includes('/view/')) return send();
            isNext = false;
            const { ok, status, headers, text } = await send().then(async (answer) => (
                { ok: answer.ok, status: answer.status, headers: answer.headers, text: await answer.text() }));
            window.isHeld = true;
            await letGo;
            const read = async () => { setTimeout(() => { window.hasArrived = true; }); return text; };
            return { ok, status, headers, text: read };
        };
    };";

async fn between(window: Window) -> Browser {
    let scheme = match window {
        Window::Narrow => Scheme::Dark,
        Window::Phone | Window::Desktop => Scheme::Light,
    };
    let browser = Browser::start(window, scheme).await.unwrap();
    browser.before_pages(BETWEEN).await.unwrap();
    browser
}

pub(crate) async fn run(browser: &Browser, script: &str) {
    browser.execute(script, vec![]).await.unwrap();
}

async fn number(browser: &Browser, script: &str) -> i64 {
    let answer = browser.execute(script, vec![]).await.unwrap();
    answer.convert().unwrap()
}

pub(crate) async fn opened(server: &TestServer, guest: &Guest, window: Window) -> Browser {
    let browser = between(window).await;
    open(server, guest, &browser).await;
    browser.view("home").await.unwrap();
    browser
}

#[rstest]
#[case::broken_off("window.lose('POST', '/session', 2);")]
#[case::cut_short(
    "window.meet = async (method, path, send) => {
        const response = await send();
        if (!path.endsWith('/session') || window.lost >= 2) return response;
        window.lost += 1;
        return new Response((await response.text()).slice(0, 20));
    };"
)]
#[case::said_by_a_proxy(
    "window.meet = async (method, path, send) => {
        const response = await send();
        if (!path.endsWith('/session') || window.lost >= 2) return response;
        window.lost += 1;
        return new Response('<h1>Bad Gateway</h1>', { status: 502 });
    };"
)]
#[tokio::test]
async fn a_page_whose_first_answers_are_lost_opens_all_the_same(#[case] fate: &str) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = between(Window::Phone).await;
    browser.before_pages(fate).await.unwrap();
    open(&server, &guest, &browser).await;
    begin(&browser).await;
    assert_eq!(number(&browser, "return window.lost").await, 2);
}

#[tokio::test]
async fn another_screen_whose_first_answer_is_lost_shows_the_code() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let phone = opened(&server, &guest, Window::Phone).await;
    begin(&phone).await;
    let link = phone.link_for_another_screen().await.unwrap();
    let screen = between(Window::Desktop).await;
    let lose = "window.lose('POST', '/api/v1/screen', 1);";
    screen.before_pages(lose).await.unwrap();
    screen.goto(&link).await.unwrap();
    screen.read_qr(CODE).await.unwrap();
    assert_eq!(number(&screen, "return window.lost").await, 1);
}

#[tokio::test]
async fn what_was_done_is_shown_although_its_answer_was_lost() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest, Window::Desktop).await;
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.before_code().await.unwrap();
    run(&browser, "window.lose('POST', '/api/v1/logins', 1);").await;
    browser.click(SHOW_CODE).await.unwrap();
    becomes(&browser, "window.lost === 1").await;
    becomes(
        &browser,
        "![...document.querySelectorAll('[data-action=begin]')].some((it) => it.disabled)",
    )
    .await;
    browser.click(SHOW_CODE).await.unwrap();
    browser.view("qr").await.unwrap();
    let begun = guest.app.login(&login_shown(&browser).await).await.unwrap();
    assert_eq!(begun["status"], "pending");

    scan(&server, &browser, &guest.person).await;
    browser.view("password").await.unwrap();
    run(
        &browser,
        "window.lost = 0; window.lose('POST', '/password', 1);",
    )
    .await;
    browser.fill("#password", "right").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    browser.view("linked").await.unwrap();
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();

    run(&browser, "window.lost = 0;").await;
    run(&browser, "window.lose('DELETE', '', 1);").await;
    browser.click("[data-dialog=unlink]").await.unwrap();
    browser.click("[data-action=unlink]").await.unwrap();
    browser.view("home").await.unwrap();
    browser.says("h1", "No account linked").await.unwrap();

    browser.click("[href='/app/data']").await.unwrap();
    browser.click("[data-href='/app/erase']").await.unwrap();
    browser.view("erase").await.unwrap();
    run(
        &browser,
        "window.lost = 0; window.lose('POST', '/erase', 1);",
    )
    .await;
    browser.click("[data-dialog=erase-sheet]").await.unwrap();
    browser.click("[data-action=erase]").await.unwrap();
    browser.view("reopen").await.unwrap();
    let heading = "h1:not([hidden])";
    browser.says(heading, "about you was erased").await.unwrap();
    browser.refresh().await.unwrap();
    browser.view("reopen").await.unwrap();
    browser.says(heading, "about you was erased").await.unwrap();
}

/// It is said that it was not done, in words, and never that it was.
async fn is_undone(browser: &Browser, view: &str) {
    let words = "could not be done just now";
    browser.says("#undone:not([hidden])", words).await.unwrap();
    browser.view(view).await.unwrap();
    browser.hidden("dialog").await.unwrap();
    assert_eq!(browser.overflow().await.unwrap(), 0);
}

#[rstest]
#[case::storage_full("storage_full", Window::Phone)]
#[case::never_heard_of("a_code_of_tomorrow", Window::Narrow)]
#[tokio::test]
async fn what_could_not_be_kept_is_never_said_to_be_done(
    #[case] code: &str,
    #[case] window: Window,
) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest, window).await;
    let full = async |method: &str| {
        run(
            &browser,
            &format!("window.refuse('{method}', 503, '{code}');"),
        )
        .await;
    };
    let room = async || run(&browser, "window.refuse('NONE', 0, '');").await;
    browser.click("[data-href='/app/link']").await.unwrap();
    let before = browser.before_code().await.unwrap();
    full("POST").await;
    browser.click(SHOW_CODE).await.unwrap();
    is_undone(&browser, before).await;
    browser.picture(&format!("undone-{code}")).await.unwrap();
    room().await;
    browser.click(SHOW_CODE).await.unwrap();
    browser.view("qr").await.unwrap();
    browser.hidden("#undone").await.unwrap();
    scan(&server, &browser, &guest.person).await;
    browser.view("password").await.unwrap();
    full("POST").await;
    browser.fill("#password", "right").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    is_undone(&browser, "password").await;
    room().await;
    // What was typed is still there.
    browser.click("[type=submit]").await.unwrap();
    browser.view("linked").await.unwrap();

    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    full("DELETE").await;
    browser.click("[data-dialog=unlink]").await.unwrap();
    browser.click("[data-action=unlink]").await.unwrap();
    is_undone(&browser, "account").await;
    browser.click("#back").await.unwrap();
    browser.view("linked").await.unwrap();
    browser.click("[data-action=close]").await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[href='/app/data']").await.unwrap();
    browser.click("[data-href='/app/erase']").await.unwrap();
    browser.view("erase").await.unwrap();
    full("POST").await;
    browser.click("[data-dialog=erase-sheet]").await.unwrap();
    browser.click("[data-action=erase]").await.unwrap();
    is_undone(&browser, "erase").await;
    assert_eq!(guest.app.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_fault_of_ours_is_told_and_never_said_to_be_done() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Desktop).await;
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    run(&browser, "window.refuse('DELETE', 500, 'internal');").await;
    browser.click("[data-dialog=unlink]").await.unwrap();
    browser.click("[data-action=unlink]").await.unwrap();
    browser.view("trouble").await.unwrap();
    browser.picture("trouble").await.unwrap();
    browser.click("[data-action=reload]").await.unwrap();
    browser.view("account").await.unwrap();
}

#[tokio::test]
async fn whoever_asks_too_often_waits_and_goes_on_without_doing_anything() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Narrow).await;
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.before_code().await.unwrap();
    // Beginning, and the first view after it, come too often.
    let too_often = "
        const told = new Set();
        window.meet = (method, path, send) => {
            const what = path.endsWith('/session') ? '' : method + path.slice(0, 16);
            if (!what || told.has(what)) return send();
            told.add(what);
            window.lost += 1;
            const headers = { 'Content-Type': 'application/problem+json', 'Retry-After': '2' };
            const problem = JSON.stringify({ status: 429, code: 'rate_limited' });
            return new Response(problem, { status: 429, headers });
        };";
    run(&browser, too_often).await;
    browser.click(SHOW_CODE).await.unwrap();
    let words = "goes on by itself";
    browser.says("#pause:not([hidden])", words).await.unwrap();
    browser.picture("too-often").await.unwrap();
    browser.view("qr").await.unwrap();
    browser.hidden("#pause").await.unwrap();
    browser.hidden("#undone").await.unwrap();
    assert!(number(&browser, "return window.lost").await >= 2);
}
