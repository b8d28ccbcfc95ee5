//! Beside a node that runs.

use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::{Guest, TestServer};

use crate::{BINARY, DONE, STORAGE, at_rest, fits, login, received};

#[tokio::test]
async fn beside_a_node_without_redis_it_is_refused() {
    let mut server = at_rest().await;
    server.start().await.unwrap();
    let mut terminal = login(&server, 7, &[]);
    assert_eq!(terminal.ended().await.unwrap(), STORAGE);
    let said = "another node works on this database";
    terminal.shows(said).await.unwrap();
    fits(&terminal);
}

#[tokio::test]
async fn beside_a_node_it_works_with_redis() {
    let redis = Redis::start().await.unwrap();
    let settings = |sesame: Program| sesame.set("REDIS_URL", redis.url()).set("LOG", "warn");
    let sandbox = |sandbox: Program| sandbox.args(["--token-life", "5"]);
    let server = TestServer::open_with(BINARY, sandbox, settings)
        .await
        .unwrap();
    let Guest { person, app } = server.guest(2).await.unwrap();
    // What was begun in the Mini App ends.
    let former = app.begin().await.unwrap();
    app.code(&former).await.unwrap();
    let mut terminal = login(
        &server,
        person.id,
        &["--phone", &format!("+{}", person.phone)],
    );
    terminal.shows("Code:").await.unwrap();
    app.reaches(&former, &["superseded"]).await.unwrap();
    let code = received(&server, person.id).await;
    terminal.enter(&code).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    // The node knows of it: it can open the session, and ends it.
    server.phones.hears(person.id, "linked").await.unwrap();
    assert_eq!(app.accounts().await.unwrap().len(), 1);
    server.unlink(&Guest { person, app }).await.unwrap();
}

/// The login is the same one there: whoever answers is heard, wherever.
#[tokio::test]
async fn what_is_answered_in_the_mini_app_is_asked_no_more() {
    let redis = Redis::start().await.unwrap();
    let settings = |sesame: Program| sesame.set("REDIS_URL", redis.url()).set("LOG", "off");
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, settings);
    let server = server.await.unwrap();
    let Guest { person, app } = server.guest(1).await.unwrap();
    let mut terminal = login(&server, person.id, &["--phone"]);
    terminal.shows("Phone number:").await.unwrap();
    let id = app.begin_by_phone().await.unwrap();
    let number = format!("+{}", person.phone);
    app.answer(&id, "number", &number).await.unwrap();
    terminal.shows("This was answered elsewhere").await.unwrap();
    terminal.press("\x1b").unwrap();
    terminal.shows("Code:").await.unwrap();
    let code = received(&server, person.id).await;
    terminal.enter(&code).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    app.reaches(&id, &["authorized"]).await.unwrap();
}
