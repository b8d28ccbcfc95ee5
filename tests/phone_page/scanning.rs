//! Scanning with the other phone, while several people link.

use serde_json::json;
use sesame_test_support::browser::{Scheme, Window};
use sesame_test_support::phone::Phones;
use sesame_test_support::test_server::TestServer;

use crate::person::Person;

const ROWS: &str =
    "return [...document.querySelectorAll('#room-nearby .cell')].map((row) => row.innerText);";

async fn uses_their_app(phones: &Phones, person: i64) {
    let path = format!("/people/{person}/use");
    phones
        .ask(reqwest::Method::POST, &path, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_code_of_whoever_holds_the_phone_is_first_and_leaves_when_scanned() {
    let server = TestServer::open(crate::BINARY).await.unwrap();
    let (ann, ben) = (
        server.guest(1).await.unwrap(),
        server.guest(1).await.unwrap(),
    );
    let phones = &server.phones;
    for (guest, name) in [(&ann, "Ann"), (&ben, "Ben")] {
        let name = json!({ "first_name": name });
        phones.change(guest.person.id, name).await.unwrap();
    }
    uses_their_app(phones, ann.person.id).await;
    let anns = ann.app.begin().await.unwrap();
    ann.app.code(&anns).await.unwrap();
    uses_their_app(phones, ben.person.id).await;
    let bens = ben.app.begin().await.unwrap();
    ben.app.code(&bens).await.unwrap();

    let page = &server.ready.phone;
    let mut person = Person::sit_down(page, Window::Desktop, Scheme::Light).await;
    person.resize(1366, 600).await;
    person.choose("Ann").await;
    let rows = person
        .until(
            "const rows = [...document.querySelectorAll('#room-nearby .cell')].map((row) => row.innerText);
             return rows.length === 2 && rows[0].includes('yours') && rows;",
        )
        .await;
    assert!(rows[1].as_str().unwrap().contains("Ben"), "{rows}");
    person.look("two-codes").await;
    person.click("#room-nearby .cell").await;
    person.says("#popups", "the account of Ann").await;
    person.click("#popups [data-id=yes]").await;
    ann.app.reaches(&anns, &["authorized"]).await.unwrap();
    person
        .until("return document.querySelectorAll('#room-nearby .cell').length === 1;")
        .await;
    let left = person.ask(ROWS).await;
    assert!(left[0].as_str().unwrap().contains("Ben"), "{left}");

    // Someone else's is said to be that.
    person.click("#room-nearby .cell").await;
    person.says("#popups", "Ben most likely began this").await;
    person.click("#popups [data-id=cancel]").await;
    person.choose("Ben").await;
    person
        .until("return document.querySelector('#room-nearby .cell').innerText.includes('yours');")
        .await;
    person.click("#room-nearby .cell").await;
    person.click("#popups [data-id=yes]").await;
    ben.app.reaches(&bens, &["authorized"]).await.unwrap();
    person
        .says("#room-nearby", "No device shows a code now")
        .await;
}
