//! What Telegram, the day's budget and the rule of one's own account end.

use crate::{
    INTERRUPTED, NOT_LINKED, NOT_LINKED_NOW, Point, at_rest, at_rest_with, bring, fits, linked,
    login, nothing_is_left, someone,
};

#[tokio::test]
async fn the_account_of_another_person_is_signed_out_again() {
    let server = at_rest().await;
    let (one, other) = (someone(&server, 1).await.id, someone(&server, 2).await.id);
    let mut terminal = login(&server, one, &[]);
    let code = terminal.code_after(None).await.unwrap();
    server.phones.scan(other, &code).await.unwrap();
    assert_eq!(terminal.ended().await.unwrap(), NOT_LINKED);
    let said = format!("That was another account than that of {one}");
    terminal.shows(&said).await.unwrap();
    fits(&terminal);
    nothing_is_left(&server, one).await;
    nothing_is_left(&server, other).await;
    assert!(linked(&server).await.contains("No account is linked"));
}

#[tokio::test]
async fn a_telegram_that_does_not_answer_is_told_and_ends_it() {
    let server = at_rest_with(|sesame| sesame.set("QR_TTL_SECONDS", "30")).await;
    let person = someone(&server, 1).await.id;
    for dc in [1, 2] {
        server.phones.refuse(dc).await.unwrap();
    }
    let mut terminal = login(&server, person, &[]);
    terminal.shows("does not answer").await.unwrap();
    terminal.shows("Telegram did not answer").await.unwrap();
    server.phones.heal().await.unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        NOT_LINKED_NOW,
        "{}",
        terminal.screen()
    );
    fits(&terminal);
    nothing_is_left(&server, person).await;
}

#[tokio::test]
async fn a_pause_that_telegram_wants_is_told_with_its_end() {
    let server = at_rest().await;
    let guest = someone(&server, 1).await;
    let phones = &server.phones;
    phones
        .fail("auth.sendCode", 420, "FLOOD_WAIT_3600", 1)
        .await
        .unwrap();
    let mut terminal = login(
        &server,
        guest.id,
        &["--phone", &format!("+{}", guest.phone)],
    );
    assert_eq!(
        terminal.ended().await.unwrap(),
        NOT_LINKED_NOW,
        "{}",
        terminal.screen()
    );
    terminal.shows("You can try again in 1 h").await.unwrap();
    nothing_is_left(&server, guest.id).await;
}

#[tokio::test]
async fn the_budget_of_the_day_is_that_of_the_mini_app() {
    let server = at_rest_with(|sesame| sesame.set("LOGINS_PER_DAY", "1")).await;
    let (mut terminal, person) = bring(&server, Point::Number).await;
    terminal.interrupt().unwrap();
    assert_eq!(terminal.ended().await.unwrap(), INTERRUPTED);
    let mut terminal = login(&server, person, &[]);
    assert_eq!(terminal.ended().await.unwrap(), NOT_LINKED_NOW);
    terminal.shows("Enough tries for now").await.unwrap();
    terminal.shows("You can try again in").await.unwrap();
}
