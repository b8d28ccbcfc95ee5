//! The operators' pages in a browser: from the chat to every page.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

mod keys;
mod live;
mod looks;
mod promises;
mod proxied;
mod tenants;
mod upkeep;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::phone::NewPerson;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;

use self::looks::Looks;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

const PATIENCE: Duration = Duration::from_mins(1);

/// The operator: the person that the sandbox numbers so.
const OPERATOR: i64 = 4_410_297_756;

/// Every page of an operator who looks after everything.
const PAGES: [(&str, &str); 15] = [
    ("overview", "/admin"),
    ("logins", "/admin/logins"),
    ("jobs", "/admin/jobs"),
    ("jobs-none", "/admin/jobs?status=failed&kind=export"),
    ("schedules", "/admin/schedules"),
    ("limits", "/admin/limits"),
    ("accounts", "/admin/accounts"),
    ("people", "/admin/people"),
    ("tenants", "/admin/tenants"),
    ("audit", "/admin/audit"),
    ("keys", "/admin/keys"),
    ("backups", "/admin/backups"),
    ("operators", "/admin/operators"),
    ("diagnostics", "/admin/diagnostics"),
    ("configuration", "/admin/configuration"),
];

/// Sesame, and an operator who has written to its bot.
async fn server(role: &str) -> TestServer {
    server_with(role, |sesame| sesame).await
}

/// The same, with other settings.
async fn server_with(role: &str, set: impl FnOnce(Program) -> Program) -> TestServer {
    let operators = format!("{OPERATOR}:{role}");
    let server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| set(sesame.set("OPERATORS", operators)),
    );
    let server = server.await.unwrap();
    mara(&server).await;
    server
}

/// The operator is there.
async fn mara(server: &TestServer) {
    let mut mara = NewPerson::of("Mara", 1);
    mara.id = Some(OPERATOR);
    server.phones.create(&mara).await.unwrap();
}

/// Confirms in the chat what the page waits for, and has it done.
async fn confirm(server: &TestServer, browser: &Browser, what: &str) {
    let asked = browser.says("h1", "Confirm in the bot’s chat").await;
    asked.unwrap();
    server.phones.hears(OPERATOR, what).await.unwrap();
    server.phones.press(OPERATOR, "Do it").await.unwrap();
    browser.says("h1", "Confirmed").await.unwrap();
    browser.click("form .button--danger").await.unwrap();
}

/// The address of a link that the bot gives to the operator.
async fn link(server: &TestServer) -> String {
    let links = async || {
        let chat = server.phones.chat(OPERATOR).await.unwrap();
        let mut links = chat;
        links.retain(|it| it.text.contains("works once"));
        links
    };
    let before = links().await.len();
    server.phones.say(OPERATOR, "/admin").await.unwrap();
    let said = poll(PATIENCE, async || links().await.into_iter().nth(before)).await;
    let said = said.unwrap();
    let button: &Value = &said.reply_markup["inline_keyboard"][0][0];
    button["url"].as_str().unwrap().to_owned()
}

/// Signs in, as a person would.
async fn sign_in(server: &TestServer, browser: &Browser) {
    browser.goto(link(server).await).await.unwrap();
    browser.says("h1", "Sign in as Mara?").await.unwrap();
    browser.click("form .button--fill").await.unwrap();
    browser.says("h1", "Overview").await.unwrap();
}

#[tokio::test]
async fn from_the_chat_to_every_page_as_it_looks_everywhere() {
    let server = server("owner").await;
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    let looks = Looks::of(&browser);
    browser
        .goto(format!("{}/admin", server.base()))
        .await
        .unwrap();
    looks.at("sign-in").await;
    browser.goto(link(&server).await).await.unwrap();
    looks.at("sign-in-link").await;
    browser.click("form .button--fill").await.unwrap();
    browser.says("h1", "Overview").await.unwrap();
    server
        .phones
        .hears(OPERATOR, "You signed in")
        .await
        .unwrap();

    // So that there is something to see.
    filled(&server).await;
    browser
        .goto(format!("{}/admin/diagnostics", server.base()))
        .await
        .unwrap();
    browser.click("main form .button").await.unwrap();
    looked(&server, &browser).await;
    for (name, path) in PAGES {
        browser
            .goto(format!("{}{path}", server.base()))
            .await
            .unwrap();
        looks.at(name).await;
    }
    // From a list to what stands in it.
    for (name, list) in [
        ("login", "logins"),
        ("job", "jobs"),
        ("account", "accounts"),
    ] {
        let list = format!("{}/admin/{list}", server.base());
        browser.goto(list).await.unwrap();
        browser.click(".table a").await.unwrap();
        browser.says("#h-facts", "Facts").await.unwrap();
        looks.at(name).await;
    }
    browser
        .goto(format!("{}/admin/nowhere", server.base()))
        .await
        .unwrap();
    looks.at("nowhere").await;
}

/// People link accounts, give up, are refused and wait.
async fn filled(server: &TestServer) {
    for _ in 0..3 {
        server.linked(1).await.unwrap();
    }
    let leaves = server.guest(1).await.unwrap();
    let login = leaves.app.begin().await.unwrap();
    leaves.app.code(&login).await.unwrap();
    let path = format!("/api/v1/logins/{login}");
    leaves.app.ask(Method::DELETE, &path, None).await.unwrap();
    let waits = server.guest(2).await.unwrap();
    let login = waits.app.begin().await.unwrap();
    waits.app.code(&login).await.unwrap();
    let flood = "FLOOD_WAIT_3600";
    let phones = &server.phones;
    let refused = server.guest(1).await.unwrap();
    phones
        .fail("auth.exportLoginToken", 420, flood, 1)
        .await
        .unwrap();
    let login = refused.app.begin().await.unwrap();
    refused.app.reaches(&login, &["failed"]).await.unwrap();
}

#[tokio::test]
async fn what_stands_in_a_list_is_found_looked_at_and_acted_on() {
    let server = server("owner").await;
    let guest = server.linked(1).await.unwrap();
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(&server, &browser).await;
    let list = |path: String| format!("{}/admin/{path}", server.base());

    // An account is found by whose it is, and unlinked with a reason.
    let found = list(format!("accounts?q={}", guest.person.id));
    browser.goto(found).await.unwrap();
    browser.says(".table .lead", "Ada").await.unwrap();
    browser.click(".table .lead a").await.unwrap();
    browser.says("h1", "Ada").await.unwrap();
    browser
        .fill("#reason-unlink", "asked for it by mail")
        .await
        .unwrap();
    browser
        .click("form[action$='/unlink'] .button")
        .await
        .unwrap();
    browser
        .says(".said", "The account is unlinked")
        .await
        .unwrap();
    server
        .phones
        .hears(guest.person.id, "unlinked")
        .await
        .unwrap();
    server.no_device(guest.person.id).await.unwrap();

    // The audit says who did it, and why.
    browser
        .goto(list("audit?action=account_unlinked".to_owned()))
        .await
        .unwrap();
    browser
        .says(".table tbody", "asked for it by mail")
        .await
        .unwrap();
    browser.says(".table tbody", "operator").await.unwrap();

    // The same as a file, by an address that can be kept.
    browser
        .shown("a[href$='/admin/audit.csv?action=account_unlinked']")
        .await
        .unwrap();

    // What is done again and again is done now, and paused.
    browser.goto(list("schedules".to_owned())).await.unwrap();
    let wanted = [
        ("run", "It is done now"),
        ("pause", "No node begins"),
        ("resume", "begin jobs of this kind again"),
    ];
    for (name, said) in wanted {
        let form = format!("form[action$='/{name}']");
        browser
            .fill(&format!("#reason-{name}"), "tried out")
            .await
            .unwrap();
        browser.click(&format!("{form} .button")).await.unwrap();
        browser.says(".said", said).await.unwrap();
    }

    // What makes no sense is said, and left out.
    browser
        .goto(list("logins?person=nobody".to_owned()))
        .await
        .unwrap();
    browser.says(".said--warn", "“nobody”").await.unwrap();
    browser.says(".table tbody", "authorized").await.unwrap();
}

/// Waits until everything was looked at.
async fn looked(server: &TestServer, browser: &Browser) {
    let looked = poll(PATIENCE, async || {
        browser
            .goto(format!("{}/admin/diagnostics", server.base()))
            .await
            .ok()?;
        let seen = browser.says("h1", "Diagnostics").await;
        seen.ok()?;
        let script = "return document.querySelectorAll('[data-check]').length > 0";
        let found = browser.execute(script, vec![]).await.ok()?;
        found.convert::<bool>().ok()?.then_some(())
    });
    assert!(looked.await.is_some(), "nothing was looked at");
}

#[tokio::test]
async fn all_that_a_filter_lets_through_is_unlinked_once_the_chat_said_so() {
    let server = server("owner").await;
    let (ann, ben) = (
        server.linked(1).await.unwrap(),
        server.linked(1).await.unwrap(),
    );
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    sign_in(&server, &browser).await;
    let list = |path: &str| format!("{}/admin/{path}", server.base());
    let looks = Looks::of(&browser);

    // A filter that makes no sense would be everything: it is refused.
    browser
        .goto(list("accounts?health=alive&q=%21%21"))
        .await
        .unwrap();
    browser
        .click("form[action$='/many'] .button--risk")
        .await
        .unwrap();
    browser.says("h1", "Something is missing").await.unwrap();

    browser.goto(list("accounts?health=alive")).await.unwrap();
    browser
        .click("form[action$='/many'] .button--risk")
        .await
        .unwrap();
    browser
        .says("h1", "Unlink all that match: 2")
        .await
        .unwrap();
    browser.says(".lede", "alive").await.unwrap();
    looks.at("many").await;
    browser.fill("#reason", "the bot moves").await.unwrap();
    browser
        .click("form[action*='/selections/'] .button")
        .await
        .unwrap();
    confirm(&server, &browser, "Unlink 2 accounts").await;
    browser.says(".said", "It is begun").await.unwrap();
    browser.says(".table tbody", "Bulk revoke").await.unwrap();
    for guest in [&ann, &ben] {
        server
            .phones
            .hears(guest.person.id, "unlinked")
            .await
            .unwrap();
        server.no_device(guest.person.id).await.unwrap();
    }
}

#[tokio::test]
async fn a_question_in_the_chat_is_answered_and_done() {
    let server = server("owner").await;
    let here = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(&server, &here).await;
    let there = Browser::start(Window::Phone, Scheme::Dark).await.unwrap();
    sign_in(&server, &there).await;

    here.goto(format!("{}/admin/operators", server.base()))
        .await
        .unwrap();
    here.fill("#reason", "a lost phone").await.unwrap();
    here.click("form .button--risk:not(.button--small)")
        .await
        .unwrap();
    here.says("h1", "Confirm in the bot’s chat").await.unwrap();
    let looks = Looks::of(&here);
    looks.at("confirmation").await;
    let signs = here.shown(".signs").await.unwrap().text().await.unwrap();
    let signs: String = signs.chars().filter(char::is_ascii_digit).collect();
    let asked = server.phones.hears(OPERATOR, "a lost phone").await.unwrap();
    let told: String = asked.text.chars().filter(char::is_ascii_digit).collect();
    assert!(told.contains(&signs), "{signs} in {}", asked.text);
    server.phones.press(OPERATOR, "Do it").await.unwrap();
    // The page looks again by itself.
    here.says("h1", "Confirmed").await.unwrap();
    here.click("form .button--danger").await.unwrap();
    here.says("h1", "Operators").await.unwrap();
    there.refresh().await.unwrap();
    there.says("h1", "You are signed out").await.unwrap();
}

#[tokio::test]
async fn everything_works_without_script_and_a_link_in_one_browser_alone() {
    let server = server("viewer").await;
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    // The pages have one script, and their policy lets in no other.
    let script = json!({ "urls": ["*admin.js*"] });
    browser.devtools("Network.enable", json!({})).await.unwrap();
    browser
        .devtools("Network.setBlockedURLs", script)
        .await
        .unwrap();
    let address = link(&server).await;
    browser.goto(&address).await.unwrap();
    browser.says("h1", "Sign in as Mara?").await.unwrap();
    let thief = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    thief.goto(&address).await.unwrap();
    thief
        .says("h1", "This link belongs to another browser")
        .await
        .unwrap();
    browser.click("form .button--fill").await.unwrap();
    browser.says("h1", "Overview").await.unwrap();
    // The menu is a popover: no script opens it.
    browser.click("[popovertarget=nav]").await.unwrap();
    browser.click("nav a[href$='/operators']").await.unwrap();
    browser.says("h1", "Operators").await.unwrap();
    browser.click("[popovertarget=nav]").await.unwrap();
    browser.click("button[value=dark]").await.unwrap();
    browser.shown("html[data-scheme=dark]").await.unwrap();
    browser.click("[popovertarget=nav]").await.unwrap();
    browser
        .click("form[action$='/sign-out'] button")
        .await
        .unwrap();
    browser.says("h1", "Sign in from the chat").await.unwrap();
}
