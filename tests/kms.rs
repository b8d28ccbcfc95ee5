//! Keys in AWS KMS (moto): sessions are sealed under them, and move from one
//! holder of keys to another while Sesame goes on.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use serde_json::{Value, json};
use sesame_test_support::moto::Moto;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

/// Settings for a key in moto. The credentials come from the environment, as
/// AWS's own programs find them.
fn with_kms(program: Program, moto: &Moto, arn: &str) -> Program {
    program
        .set("KEY_PROVIDER", "aws_kms")
        .set("KMS_KEY", arn)
        .set("KMS_ENDPOINT", moto.url())
        .set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .set("AWS_SECRET_ACCESS_KEY", "the secret of the access key")
}

/// The versions of the key that still wrap sessions, by who holds them.
async fn holders(server: &TestServer) -> Vec<(String, u64)> {
    let list = server.program.instead(["keys", "list", "--json"]);
    let rows: Vec<Value> = serde_json::from_str(&list.must().await.unwrap()).unwrap();
    let rows = rows.iter().filter(|row| row["sessions"] != 0);
    rows.map(|row| {
        let holder = row["provider"].as_str().unwrap().to_owned();
        (holder, row["sessions"].as_u64().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn sessions_under_a_key_of_kms_open_after_a_restart() {
    let moto = Moto::start().await.unwrap();
    let arn = moto.create_kms_key().await.unwrap();
    let sesame = |it| with_kms(it, &moto, &arn);
    let mut server = TestServer::open_with(BINARY, |it| it, sesame)
        .await
        .unwrap();
    let guest = server.linked(1).await.unwrap();
    assert_eq!(holders(&server).await, [("aws_kms".to_owned(), 1)]);
    assert!(!server.site.data().join("keys.json").exists());

    server.stop("TERM").await.unwrap();
    server.start().await.unwrap();

    server.unlink(&guest).await.unwrap();
    let log = server.log().unwrap();
    assert!(!log.contains("the secret of the access key"));
}

#[tokio::test]
async fn keys_move_into_kms_and_out_again_while_sesame_serves() {
    let moto = Moto::start().await.unwrap();
    let arn = moto.create_kms_key().await.unwrap();
    let mut server = TestServer::open(BINARY).await.unwrap();
    let first = server.linked(1).await.unwrap();
    assert_eq!(holders(&server).await, [("file".to_owned(), 1)]);

    for (provider, guests) in [("aws_kms", 2), ("file", 3)] {
        server.program =
            with_kms(server.program.clone(), &moto, &arn).set("KEY_PROVIDER", provider);
        server.stop("TERM").await.unwrap();
        server.start().await.unwrap();
        for command in ["rotate", "rewrap"] {
            let command = server.program.instead(["keys", command]);
            command.must().await.unwrap();
        }
        server.linked(1).await.unwrap();
        assert_eq!(holders(&server).await, [(provider.to_owned(), guests)]);
    }

    server.unlink(&first).await.unwrap();
}

#[tokio::test]
async fn a_disabled_key_is_refused_in_words_for_an_operator() {
    let moto = Moto::start().await.unwrap();
    let arn = moto.create_kms_key().await.unwrap();
    // moto knows it by its id only.
    let id = arn.rsplit('/').next();
    let which = json!({ "KeyId": id });
    moto.kms("DisableKey", &which).await.unwrap();
    let server = TestServer::open(BINARY).await.unwrap();

    let rotate = with_kms(server.program.clone(), &moto, &arn).instead(["keys", "rotate"]);
    let said = rotate.run().await.unwrap();

    assert!(!said.status.success(), "{}", said.out);
    assert!(said.complained().contains("is disabled"), "{}", said.err);
    assert!(said.complained().contains(&arn), "{}", said.err);
    // Nothing has changed: what is sealed is under the file, as before.
    server.linked(1).await.unwrap();
    assert_eq!(holders(&server).await, [("file".to_owned(), 1)]);
}
