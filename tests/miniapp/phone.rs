//! Signing in by phone number and code, in a browser.

use rstest::rstest;
use sesame_test_support::browser::{Browser, Window};
use sesame_test_support::test_server::{Guest, TestServer};

use crate::{BINARY, becomes, login_shown, opened};

/// From the start to the question for the number, on this phone alone.
async fn begin_by_phone(browser: &Browser) {
    browser.view("home").await.unwrap();
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.before_code().await.unwrap();
    browser.click("[data-method=phone]").await.unwrap();
    browser.view("number").await.unwrap();
}

async fn give_number(browser: &Browser, number: &str) {
    browser.fill("#number", number).await.unwrap();
    browser.click("[type=submit]").await.unwrap();
}

/// To the question for the code that was sent to their number.
async fn begin_and_send(server: &TestServer, guest: &Guest) -> Browser {
    let browser = opened(server, guest, Window::Phone).await;
    begin_by_phone(&browser).await;
    give_number(&browser, &guest.person.phone).await;
    browser.view("login-code").await.unwrap();
    browser
}

/// The code that came last.
async fn received(server: &TestServer, guest: &Guest) -> String {
    let codes = server.phones.codes(guest.person.id).await.unwrap();
    codes.into_iter().next().unwrap()
}

fn another(code: &str) -> String {
    let first = if code.starts_with('1') { '2' } else { '1' };
    format!("{first}{}", &code[1..])
}

#[rstest]
#[case::phone(Window::Phone)]
#[case::narrow(Window::Narrow)]
#[case::desktop(Window::Desktop)]
#[tokio::test]
async fn a_number_that_is_typed_a_code_and_a_password_lead_to_linked(#[case] window: Window) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(2).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest, window).await;
    begin_by_phone(&browser).await;
    assert_eq!(browser.overflow().await.unwrap(), 0);
    browser.click("[type=submit]").await.unwrap();
    browser
        .says(".view", "Type your number first")
        .await
        .unwrap();
    give_number(&browser, "12345").await;
    browser.says(".view", "not a whole number").await.unwrap();
    give_number(&browser, &format!("+{}", guest.person.phone)).await;
    browser.view("login-code").await.unwrap();
    assert_eq!(browser.overflow().await.unwrap(), 0);
    let code = received(&server, &guest).await;
    browser.fill("#code", &another(&code)).await.unwrap();
    browser.says("#code-said", "4 attempts").await.unwrap();
    browser.picture("login-code-wrong").await.unwrap();
    browser.fill("#code", &code).await.unwrap();
    browser.view("password").await.unwrap();
    browser.fill("#password", "right").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    browser.view("linked").await.unwrap();
    server.devices(person, 1).await.unwrap();
}

#[tokio::test]
async fn how_a_number_is_written_is_shown_while_it_is_typed() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin_by_phone(&browser).await;
    browser.fill("#number", "+4930901820").await.unwrap();
    let written = "DE · 030 901820";
    browser.says("[data-written]", written).await.unwrap();
    browser.fill("#number", "+49").await.unwrap();
    becomes(
        &browser,
        "!document.querySelector('[data-written]').textContent",
    )
    .await;
}

#[rstest]
#[case::banned("auth.sendCode", "PHONE_NUMBER_BANNED", "banned this number")]
#[case::unknown("auth.sendCode", "PHONE_NUMBER_INVALID", "does not know this number")]
#[case::unoccupied("auth.sendCode", "PHONE_NUMBER_UNOCCUPIED", "no Telegram account")]
#[tokio::test]
async fn why_a_number_is_not_taken_is_said_and_another_may_be_given(
    #[case] method: &str,
    #[case] name: &str,
    #[case] words: &str,
) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin_by_phone(&browser).await;
    server.phones.fail(method, 400, name, 1).await.unwrap();
    give_number(&browser, &guest.person.phone).await;
    browser.says("#number-said", words).await.unwrap();
    browser.picture(&format!("number-{name}")).await.unwrap();
    give_number(&browser, &guest.person.phone).await;
    browser.view("login-code").await.unwrap();
}

#[rstest]
#[case("auth.sendCode", 400, "PHONE_NUMBER_FLOOD", "No more codes for now")]
#[case("auth.sendCode", 420, "FLOOD_WAIT_3600", "asks for a pause")]
#[case("auth.signIn", 406, "PHONE_PASSWORD_FLOOD", "Too many tries")]
#[tokio::test]
async fn what_no_one_can_mend_now_is_said_with_when_again(
    #[case] method: &str,
    #[case] code: i32,
    #[case] name: &str,
    #[case] words: &str,
) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    server.phones.fail(method, code, name, 1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin_by_phone(&browser).await;
    give_number(&browser, &guest.person.phone).await;
    if method == "auth.signIn" {
        browser.view("login-code").await.unwrap();
        let code = received(&server, &guest).await;
        browser.fill("#code", &code).await.unwrap();
    }
    browser.view("ended").await.unwrap();
    browser.says("h1", words).await.unwrap();
    browser.picture(&format!("ended-{name}")).await.unwrap();
}

#[tokio::test]
async fn an_expired_code_is_replaced_by_another() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = begin_and_send(&server, &guest).await;
    let old = received(&server, &guest).await;
    let expired = "PHONE_CODE_EXPIRED";
    server
        .phones
        .fail("auth.signIn", 400, expired, 1)
        .await
        .unwrap();
    browser.fill("#code", &old).await.unwrap();
    browser.says("#code-said", "no longer good").await.unwrap();
    becomes(&browser, "document.getElementById('code').readOnly").await;
    browser.picture("login-code-expired").await.unwrap();
    browser.click("[data-action=another-code]").await.unwrap();
    becomes(&browser, "!document.getElementById('code').readOnly").await;
    becomes(&browser, "!document.getElementById('code').value").await;
    let fresh = received(&server, &guest).await;
    assert_ne!(fresh, old);
    browser.fill("#code", &fresh).await.unwrap();
    browser.view("linked").await.unwrap();
}

#[tokio::test]
async fn another_code_comes_by_the_next_way_and_the_page_says_which() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let ways = ["app", "sms", "missed_call"];
    let person = guest.person.id;
    server.phones.deliver_codes(person, &ways, 2).await.unwrap();
    let browser = begin_and_send(&server, &guest).await;
    browser
        .says(".lead", "open the chat “Telegram”")
        .await
        .unwrap();
    browser
        .says("[data-part=again]", "text message in")
        .await
        .unwrap();
    browser.click("[data-action=another-code]").await.unwrap();
    browser
        .says(".lead", "a text message to your number")
        .await
        .unwrap();
    browser.click("[data-action=another-code]").await.unwrap();
    browser
        .says(".lead", "last digits of the number that calls")
        .await
        .unwrap();
    browser.picture("login-code-missed-call").await.unwrap();
    let code = received(&server, &guest).await;
    browser.fill("#code", &code).await.unwrap();
    browser.view("linked").await.unwrap();
}

#[rstest]
#[case::a_word("sms_word", "with a word")]
#[case::a_phrase("sms_phrase", "with a few words")]
#[case::an_email("email", "an e-mail")]
#[tokio::test]
async fn a_code_may_come_in_other_shapes(#[case] way: &str, #[case] words: &str) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .deliver_codes(person, &[way], 60)
        .await
        .unwrap();
    let browser = begin_and_send(&server, &guest).await;
    browser.says(".lead", words).await.unwrap();
    let code = received(&server, &guest).await;
    browser.fill("#code", &code).await.unwrap();
    if way != "email" {
        browser.click("[type=submit]").await.unwrap();
    }
    browser.view("linked").await.unwrap();
}

#[tokio::test]
async fn another_number_may_be_given_and_the_first_code_is_void() {
    let server = TestServer::open(BINARY).await.unwrap();
    let (guest, other) = (
        server.guest(1).await.unwrap(),
        server.guest(2).await.unwrap(),
    );
    let browser = opened(&server, &guest, Window::Phone).await;
    begin_by_phone(&browser).await;
    give_number(&browser, &other.person.phone).await;
    browser.view("login-code").await.unwrap();
    browser.click("[data-action=another-number]").await.unwrap();
    browser.view("number").await.unwrap();
    give_number(&browser, &guest.person.phone).await;
    browser.view("login-code").await.unwrap();
    let code = received(&server, &guest).await;
    browser.fill("#code", &code).await.unwrap();
    browser.view("linked").await.unwrap();
    server.no_device(other.person.id).await.unwrap();
}

#[tokio::test]
async fn anothers_account_is_refused_and_signed_out() {
    let server = TestServer::open(BINARY).await.unwrap();
    let (guest, other) = (
        server.guest(1).await.unwrap(),
        server.guest(2).await.unwrap(),
    );
    let browser = opened(&server, &guest, Window::Phone).await;
    begin_by_phone(&browser).await;
    give_number(&browser, &other.person.phone).await;
    browser.view("login-code").await.unwrap();
    let code = received(&server, &other).await;
    browser.fill("#code", &code).await.unwrap();
    browser.view("ended").await.unwrap();
    browser.says("h1", "another account").await.unwrap();
    server.no_device(other.person.id).await.unwrap();
}

/// Reloads, and is where they were.
async fn reloads(browser: &Browser, view: &str) {
    let login = login_shown(browser).await;
    browser.refresh().await.unwrap();
    browser.view(view).await.unwrap();
    assert_eq!(login_shown(browser).await, login);
}

#[tokio::test]
async fn a_reload_goes_on_where_they_were() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(2).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin_by_phone(&browser).await;
    reloads(&browser, "number").await;
    give_number(&browser, &guest.person.phone).await;
    browser.view("login-code").await.unwrap();
    reloads(&browser, "login-code").await;
    let code = received(&server, &guest).await;
    browser.fill("#code", &code).await.unwrap();
    browser.view("password").await.unwrap();
    reloads(&browser, "password").await;
    browser.fill("#password", "right").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    browser.view("linked").await.unwrap();
}

#[tokio::test]
async fn leaving_half_way_leaves_nothing_and_another_begins() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = begin_and_send(&server, &guest).await;
    browser.click("[data-action=cancel]").await.unwrap();
    browser.view("ended").await.unwrap();
    server.no_device(guest.person.id).await.unwrap();
    browser.click("[data-action=begin]").await.unwrap();
    browser.view("number").await.unwrap();
    browser.click("[data-action=cancel]").await.unwrap();
    browser.view("ended").await.unwrap();
    browser.click("[data-action=go]").await.unwrap();
    browser.view("link").await.unwrap();
}

#[tokio::test]
async fn a_way_that_is_off_is_offered_nowhere() {
    let off = |sesame: sesame_test_support::sesame::Program| sesame.set("PHONE_LOGIN", "off");
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, off);
    let server = server.await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.before_code().await.unwrap();
    browser
        .says(".view", "a second screen is needed")
        .await
        .unwrap();
    becomes(&browser, "!document.querySelector('[data-method=phone]')").await;
    let refused = guest.app.begin_by_phone().await.unwrap_err().to_string();
    assert!(refused.contains("method_off"), "{refused}");
}
