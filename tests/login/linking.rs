//! From the first look at the terminal to linked.

use std::fs;
use std::path::Path;

use reqwest::Method;
use sesame_test_support::terminal::Terminal;

use crate::{
    DONE, NOT_LINKED, PASSWORD, another, at_rest, at_rest_with, command, fits, linked, login,
    nothing_is_left, received, someone,
};

#[tokio::test]
async fn a_code_that_renews_itself_a_wrong_and_a_right_password_lead_to_linked() {
    let server = at_rest().await;
    let person = someone(&server, 2).await.id;
    let phones = &server.phones;
    phones
        .set_password(person, PASSWORD, "four words")
        .await
        .unwrap();
    let mut terminal = login(&server, person, &["--qr"]);
    let first = terminal.code_after(None).await.unwrap();
    assert!(first.starts_with("tg://login?token="), "{first}");
    terminal.shows("Settings > Devices").await.unwrap();
    fits(&terminal);
    // The next one stands in its place.
    let second = terminal.code_after(Some(&first)).await.unwrap();
    assert_eq!(terminal.screen().matches("Ctrl-C cancels").count(), 1);
    phones.scan(person, &second).await.unwrap();

    terminal.shows("Cloud password:").await.unwrap();
    assert_eq!(terminal.code(), None);
    terminal.shows("Hint: four words").await.unwrap();
    terminal.enter("").unwrap();
    terminal.shows("Type your password first").await.unwrap();
    terminal.enter("incorrect donkey").unwrap();
    terminal.shows("This password is not right").await.unwrap();
    fits(&terminal);
    terminal.enter(PASSWORD).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    terminal.shows("Linked: Ada").await.unwrap();
    fits(&terminal);
    let said = terminal.everything();
    assert!(!said.contains(PASSWORD) && !said.contains("incorrect donkey"));
    server.devices(person, 1).await.unwrap();
    let listed = linked(&server).await;
    assert!(listed.contains(&person.to_string()), "{listed}");

    // Once more: there is nothing to do, unless it is wanted.
    let mut terminal = login(&server, person, &[]);
    assert_eq!(terminal.ended().await.unwrap(), DONE);
    terminal.shows("It was linked already").await.unwrap();
    let mut terminal = login(&server, person, &["--again"]);
    let code = terminal.code_after(None).await.unwrap();
    phones.scan(person, &code).await.unwrap();
    terminal.shows("Cloud password:").await.unwrap();
    terminal.enter(PASSWORD).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    terminal
        .shows("is signed out by `sesame serve`")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_wrong_and_a_right_code_lead_to_linked_and_no_secret_stays() {
    let logs = tempfile::tempdir().unwrap();
    let folder = logs.path().display().to_string();
    let server = at_rest_with(|sesame| sesame.set("LOG_DIR", folder)).await;
    let guest = someone(&server, 2).await;
    let (person, number) = (guest.id, format!("+{}", guest.phone));
    let phones = &server.phones;
    // A phrase is long enough to be looked for.
    phones
        .deliver_codes(person, &["sms_phrase"], 60)
        .await
        .unwrap();
    phones.set_password(person, PASSWORD, "").await.unwrap();
    let traced = command(&server, person, &["--phone", &number]).set("LOG", "trace");
    let mut terminal = Terminal::run(&traced).unwrap();
    terminal.shows("Code:").await.unwrap();
    let ends = &guest.phone[guest.phone.len() - 2..];
    terminal
        .shows(&format!(
            "with a few words to your number that ends in {ends}"
        ))
        .await
        .unwrap();
    terminal.shows("Never send it into a chat").await.unwrap();
    fits(&terminal);
    terminal.enter("crooked lantern hums").unwrap();
    terminal
        .shows("This code is not right. 4 attempts are left")
        .await
        .unwrap();
    let code = received(&server, person).await;
    terminal.enter(&code).unwrap();
    terminal.shows("Cloud password:").await.unwrap();
    terminal.enter(PASSWORD).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    terminal.shows("Linked: Ada").await.unwrap();

    let said = terminal.everything();
    for secret in [&code, "crooked lantern hums", PASSWORD, &guest.phone] {
        assert!(!said.contains(secret), "{secret} on show");
        for folder in [logs.path(), &server.site.data()] {
            let found = found_in(folder, secret);
            assert!(found.is_empty(), "{secret} in {found:?}");
        }
    }
    // The search finds what is there.
    assert!(!found_in(logs.path(), "auth.signIn").is_empty());
}

/// The files of a folder that have this in them.
fn found_in(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(found_in(&path, text));
        } else {
            let bytes = fs::read(&path).unwrap();
            let has = bytes.windows(text.len()).any(|it| it == text.as_bytes());
            found.extend(has.then(|| path.display().to_string()));
        }
    }
    found
}

#[tokio::test]
async fn a_number_is_asked_for_and_another_code_can_be_sent() {
    let server = at_rest().await;
    let guest = someone(&server, 1).await;
    let phones = &server.phones;
    phones
        .deliver_codes(guest.id, &["app", "sms"], 0)
        .await
        .unwrap();
    let mut terminal = login(&server, guest.id, &["--phone"]);
    terminal.shows("Phone number:").await.unwrap();
    terminal.enter("12345").unwrap();
    terminal
        .shows("This is not a whole number yet")
        .await
        .unwrap();
    fits(&terminal);
    terminal.press("\x7f\x7f\x7f\x7f\x7f").unwrap();
    terminal.enter(&format!("+{}", guest.phone)).unwrap();
    terminal.shows("in the chat “Telegram”").await.unwrap();
    // Of what was typed only the end stays.
    assert!(!terminal.screen().contains(&guest.phone));
    terminal.shows("Code:").await.unwrap();
    // Escape leaves it open.
    terminal.press("\x1b").unwrap();
    terminal.shows_again("Type it only here").await.unwrap();
    terminal.enter("").unwrap();
    terminal.shows("Another number").await.unwrap();
    terminal.shows("Send it as a text message").await.unwrap();
    fits(&terminal);
    terminal.enter("").unwrap();
    terminal
        .shows("Telegram sent a text message to your number")
        .await
        .unwrap();
    let code = received(&server, guest.id).await;
    terminal.enter(&code).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    server.devices(guest.id, 1).await.unwrap();
}

#[tokio::test]
async fn numbers_that_telegram_does_not_take_and_too_many_codes_end_it() {
    let server = at_rest().await;
    let guest = someone(&server, 1).await;
    let mut terminal = login(&server, guest.id, &["--phone", "+99966 2 9999"]);
    // No one has it: the code would make an account.
    terminal.shows("Code:").await.unwrap();
    let unowned = server
        .phones
        .ask(Method::GET, "/phones/9996629999/codes", None);
    let code = unowned.await.unwrap().json[0]["code"]
        .as_str()
        .unwrap()
        .to_owned();
    terminal.enter(&code).unwrap();
    terminal
        .shows("There is no Telegram account with this number")
        .await
        .unwrap();
    terminal.enter(&format!("+{}", guest.phone)).unwrap();
    for left in (1..5).rev() {
        terminal.shows("Code:").await.unwrap();
        let right = received(&server, guest.id).await;
        terminal.enter(&another(&right)).unwrap();
        let left = match left {
            1 => "One attempt is left".to_owned(),
            more => format!("{more} attempts are left"),
        };
        terminal.shows(&left).await.unwrap();
    }
    let right = received(&server, guest.id).await;
    terminal.enter(&another(&right)).unwrap();
    assert_eq!(terminal.ended().await.unwrap(), NOT_LINKED);
    terminal
        .shows("The code was wrong too often. Nothing was stored")
        .await
        .unwrap();
    nothing_is_left(&server, guest.id).await;
    assert!(linked(&server).await.contains("No account is linked"));
}

#[tokio::test]
async fn a_window_that_is_too_small_says_so_until_it_is_larger() {
    let server = at_rest().await;
    let person = someone(&server, 1).await.id;
    let program = command(&server, person, &[]);
    let mut terminal = Terminal::sized(&program, 12, 60).unwrap();
    terminal.shows("This window is too small").await.unwrap();
    assert_eq!(terminal.code(), None);
    terminal.resize(30, 100).unwrap();
    let code = terminal.code_after(None).await.unwrap();
    server.phones.scan(person, &code).await.unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
}
