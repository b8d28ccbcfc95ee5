//! Keys in AWS KMS (moto): sessions are sealed under them, and move from one
//! holder of keys to another while Sesame goes on.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use serde_json::{Value, json};
use sesame_test_support::house::House;
use sesame_test_support::moto::Moto;
use sesame_test_support::sesame::Program;

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
async fn holders(house: &House) -> Vec<(String, u64)> {
    let list = house.program.instead(["keys", "list", "--json"]);
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
    let mut house = House::open_with(BINARY, |it| it, sesame).await.unwrap();
    let guest = house.linked(1).await.unwrap();
    assert_eq!(holders(&house).await, [("aws_kms".to_owned(), 1)]);
    assert!(!house.site.data().join("keys.json").exists());

    house.stop("TERM").await.unwrap();
    house.start().await.unwrap();

    house.unlink(&guest).await.unwrap();
    let log = house.log().unwrap();
    assert!(!log.contains("the secret of the access key"));
}

#[tokio::test]
async fn keys_move_into_kms_and_out_again_while_sesame_serves() {
    let moto = Moto::start().await.unwrap();
    let arn = moto.create_kms_key().await.unwrap();
    let mut house = House::open(BINARY).await.unwrap();
    let first = house.linked(1).await.unwrap();
    assert_eq!(holders(&house).await, [("file".to_owned(), 1)]);

    for (provider, guests) in [("aws_kms", 2), ("file", 3)] {
        house.program = with_kms(house.program.clone(), &moto, &arn).set("KEY_PROVIDER", provider);
        house.stop("TERM").await.unwrap();
        house.start().await.unwrap();
        for command in ["rotate", "rewrap"] {
            let command = house.program.instead(["keys", command]);
            command.must().await.unwrap();
        }
        house.linked(1).await.unwrap();
        assert_eq!(holders(&house).await, [(provider.to_owned(), guests)]);
    }

    house.unlink(&first).await.unwrap();
}

#[tokio::test]
async fn a_disabled_key_is_refused_in_words_for_an_operator() {
    let moto = Moto::start().await.unwrap();
    let arn = moto.create_kms_key().await.unwrap();
    // moto knows it by its id only.
    let id = arn.rsplit('/').next();
    let which = json!({ "KeyId": id });
    moto.kms("DisableKey", &which).await.unwrap();
    let house = House::open(BINARY).await.unwrap();

    let rotate = with_kms(house.program.clone(), &moto, &arn).instead(["keys", "rotate"]);
    let said = rotate.run().await.unwrap();

    assert!(!said.status.success(), "{}", said.out);
    assert!(said.err.contains("is disabled"), "{}", said.err);
    assert!(said.err.contains(&arn), "{}", said.err);
    // Nothing has changed: what is sealed is under the file, as before.
    house.linked(1).await.unwrap();
    assert_eq!(holders(&house).await, [("file".to_owned(), 1)]);
}
