//! Backups in S3 (moto): made and tried out by itself, restored into a
//! database that was lost.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::time::Duration;

use serde_json::Value;
use sesame_test_support::house::House;
use sesame_test_support::moto::Moto;
use sesame_test_support::sesame::Program;
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// The first backup is due at the first start, the rehearsal with it; one that
/// finds no backup yet is tried again after a minute.
const BY_ITSELF: Duration = Duration::from_mins(3);

async fn house_with_bucket(moto: &Moto, bucket: &str) -> House {
    moto.create_bucket(bucket).await.unwrap();
    let to_s3 = |sesame: Program| {
        sesame
            .set("BACKUP_TO", format!("s3://{bucket}/sesame"))
            .set("BACKUP_S3_ENDPOINT", moto.url())
            .set("BACKUP_S3_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .set(
                "BACKUP_S3_SECRET_ACCESS_KEY",
                "the secret of the access key",
            )
    };
    House::open_with(BINARY, |it| it, to_s3).await.unwrap()
}

/// What the doctor says about one thing.
async fn diagnosis(house: &House, about: &str) -> Value {
    let said = house
        .program
        .instead(["doctor", "--json"])
        .run()
        .await
        .unwrap();
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let found = findings.into_iter().find(|it| it["about"] == about);
    assert!(
        found.is_some(),
        "nothing about {about}: {}{}",
        said.out,
        said.err
    );
    found.unwrap()
}

#[tokio::test]
async fn a_running_sesame_backs_up_and_tries_it_out_by_itself() {
    let moto = Moto::start().await.unwrap();
    let house = house_with_bucket(&moto, "by-itself").await;
    for about in ["backup", "rehearsal"] {
        let good = poll(BY_ITSELF, async || {
            (diagnosis(&house, about).await["verdict"] == "good").then_some(())
        });
        assert!(good.await.is_some(), "{}", diagnosis(&house, about).await);
    }
    let said = house
        .program
        .instead(["backup", "list"])
        .must()
        .await
        .unwrap();
    assert!(said.contains("whole"), "{said}");
}

#[tokio::test]
async fn a_lost_database_comes_back_from_s3() {
    let moto = Moto::start().await.unwrap();
    let mut house = house_with_bucket(&moto, "comes-back").await;
    let kept = house.linked(1).await.unwrap();
    let left = house.linked(1).await.unwrap();
    house.program.instead(["backup"]).must().await.unwrap();
    house
        .program
        .instead(["keys", "rotate"])
        .must()
        .await
        .unwrap();
    house
        .program
        .instead(["keys", "rewrap"])
        .must()
        .await
        .unwrap();

    // One of them leaves; the newest backup knows it.
    house.unlink(&left).await.unwrap();
    house.program.instead(["backup"]).must().await.unwrap();
    let verify = house.program.instead(["backup", "verify"]);
    let said = verify.must().await.unwrap();
    assert!(said.contains("is whole: 1 records"), "{said}");
    let tried = house.program.instead(["backup", "rehearse"]);
    let said = tried.must().await.unwrap();
    assert!(
        said.contains("gave back 1 records; 1 of their sessions were opened"),
        "{said}"
    );

    house.stop("TERM").await.unwrap();
    house.lose_database().unwrap();
    let dry = house.program.instead(["restore", "--dry-run"]);
    let said = dry.must().await.unwrap();
    assert!(said.contains("1  would be added"), "{said}");
    assert!(said.contains("Nothing was changed."), "{said}");
    let restore = house.program.instead(["restore"]);
    let said = restore.must().await.unwrap();
    assert!(said.contains("1  added"), "{said}");
    let said = restore.must().await.unwrap();
    assert!(said.contains("1  were there already"), "{said}");

    // The older backup does not bring back who left since.
    let list = house.program.instead(["backup", "list", "--json"]);
    let rows: Vec<Value> = serde_json::from_str(&list.must().await.unwrap()).unwrap();
    let oldest = rows.last().unwrap()["id"].as_str().unwrap().to_owned();
    house
        .program
        .instead(["restore", &oldest])
        .must()
        .await
        .unwrap();

    house.start().await.unwrap();
    let app = house.reopen(&left.person).await.unwrap();
    assert_eq!(app.accounts().await.unwrap(), Vec::<Value>::new());
    let app = house.reopen(&kept.person).await.unwrap();
    let accounts = app.accounts().await.unwrap();
    assert_eq!(accounts[0]["health"]["state"], "alive", "{accounts:?}");
    // The session is asked, and answers.
    let login = app.begin().await.unwrap();
    app.reaches(&login, &["authorized"]).await.unwrap();
    assert_eq!(diagnosis(&house, "audit").await["verdict"], "good");
    let audit = house.program.instead(["doctor", "audit"]);
    let said = audit.must().await.unwrap();
    assert!(said.contains("whole"), "{said}");
}
