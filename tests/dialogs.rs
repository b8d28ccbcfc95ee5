//! The dialogs of a linked account, from the command line, beside a Sesame that runs.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

/// Makes so many channels in which this person is, with a message each.
async fn channels(server: &TestServer, person: i64, names: &[String]) {
    for name in names {
        let chat = json!({ "title": name, "members": [person], "messages": 1 });
        let made = server
            .phones
            .ask(Method::POST, "/channels", Some(chat))
            .await;
        let made = made.unwrap();
        assert_eq!(made.status, 201, "{made:?}");
    }
}

#[tokio::test]
async fn dialogs_are_listed_as_they_come_beside_a_sesame_that_runs() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let say = async |server: &TestServer, args: &[&str]| {
        let list = ["dialogs", "list"].iter().chain(args).copied();
        server.program.instead(list).run().await.unwrap()
    };
    let said = say(&server, &[]).await;
    assert_eq!(said.status.code(), Some(2), "{said:?}");
    assert!(
        said.complained().contains("no account is linked"),
        "{said:?}"
    );

    let guest = server.linked(1).await.unwrap();
    let names: Vec<_> = (0..120).map(|turn| format!("Channel {turn}")).collect();
    channels(&server, guest.person.id, &names).await;
    let said = say(&server, &[]).await;
    assert!(said.status.success(), "{said:?}");
    let lines: Vec<_> = said.out.lines().collect();
    assert!(lines[0].starts_with("KIND "), "{said:?}");
    assert_eq!(
        lines.iter().filter(|it| it.contains("Channel ")).count(),
        120
    );
    assert!(lines.iter().all(|it| it.chars().count() <= 80), "{said:?}");

    let said = say(
        &server,
        &["--json", "--kind", "channel", "--query", "channel 11"],
    )
    .await;
    let found: Vec<Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    // 11 and 110 to 119.
    assert_eq!(found.len(), 11, "{said:?}");
    assert!(found.iter().all(|it| it["kind"] == "channel"));

    let person = guest.person.id.to_string();
    let said = say(
        &server,
        &["--person", &person, "--kind", "bot", "--query", "nothing"],
    )
    .await;
    assert!(
        said.status.success() && said.out.contains("None of the"),
        "{said:?}"
    );
    let said = say(&server, &["--person", "17"]).await;
    assert_eq!(said.status.code(), Some(2), "{said:?}");

    // It is Telegram's turn to say what is wrong.
    server
        .phones
        .fail("messages.getDialogs", 420, "FLOOD_WAIT_900", 1)
        .await
        .unwrap();
    let said = say(&server, &[]).await;
    assert_eq!(said.status.code(), Some(4), "{said:?}");
    assert!(
        said.complained().contains("Telegram wants a wait until"),
        "{said:?}"
    );

    // Whose account it is sees who looked.
    let data = server
        .program
        .instead(["doctor", "audit"])
        .run()
        .await
        .unwrap();
    assert!(data.status.success(), "{data:?}");
    server.stop("TERM").await.unwrap();
    let said = say(&server, &[]).await;
    assert_eq!(said.status.code(), Some(4), "{said:?}");
    assert!(
        said.complained()
            .contains("is `sesame serve` running here?"),
        "{said:?}"
    );
}
