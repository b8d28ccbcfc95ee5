//! The key file as people keep it.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;
use sesame_test_support::house::House;
use sesame_test_support::http;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::sesame::Program;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const NO_KEYS: i32 = 6;

async fn examine(house: &House) -> Vec<Value> {
    let doctor = house.program.instead(["doctor", "--json"]);
    serde_json::from_str(&doctor.run().await.unwrap().out).unwrap()
}

fn found<'a>(findings: &'a [Value], about: &str, verdict: &str) -> Vec<&'a str> {
    let found = findings.iter();
    let found = found.filter(|it| it["about"] == about && it["verdict"] == verdict);
    found.map(|it| it["says"].as_str().unwrap()).collect()
}

/// A container is made anew, with its link; the volume stays.
#[tokio::test]
async fn a_key_file_behind_a_link_survives_rotations_and_new_containers() {
    let safe = tempfile::tempdir().unwrap();
    let (link, file) = (
        safe.path().join("link.json"),
        safe.path().join("safe/keys.json"),
    );
    fs::create_dir(safe.path().join("safe")).unwrap();
    symlink("safe/keys.json", &link).unwrap();
    let key_file = |program: Program| program.set("KEY_FILE", link.display().to_string());
    let mut house = House::open_with(BINARY, |it| it, key_file).await.unwrap();
    let guest = house.linked(1).await.unwrap();
    let command = |words: &[&'static str]| house.program.instead(words.iter().copied());
    command(&["keys", "rotate"]).must().await.unwrap();
    command(&["keys", "rewrap"]).must().await.unwrap();
    assert!(link.is_symlink());
    assert_eq!(
        fs::read_to_string(&file).unwrap().matches("\"id\"").count(),
        2
    );
    house.stop("TERM").await.unwrap();

    fs::remove_file(&link).unwrap();
    symlink("safe/keys.json", &link).unwrap();
    house.start().await.unwrap();
    house.unlink(&guest).await.unwrap();

    // A draft with every key, of a rotation that was killed.
    let draft = file.with_file_name("keys.json.0011223344556677.new");
    fs::copy(&file, &draft).unwrap();
    let findings = examine(&house).await;
    let said = found(&findings, "key file", "warning");
    assert!(
        said.iter().any(|it| it.contains("0011223344556677")),
        "{findings:#?}"
    );
    house.stop("TERM").await.unwrap();
    house.start().await.unwrap();
    assert!(!draft.exists());
}

#[tokio::test]
async fn a_damaged_key_is_named_by_the_doctor_and_spoils_no_copy() {
    let house = House::open(BINARY).await.unwrap();
    let command = |words: &[&str]| house.program.instead(words.iter().copied());
    let copy = house.site.folder().join("copy.json");
    let copy = copy.to_str().unwrap();
    for words in [
        &["keys", "rotate"][..],
        &["keys", "rewrap"],
        &["keys", "copy", copy],
    ] {
        command(words).must().await.unwrap();
    }
    let good = fs::read_to_string(copy).unwrap();
    let path = house.site.data().join("keys.json");
    let text = fs::read_to_string(&path).unwrap();
    let (_, key) = text.split_once("\"key\": \"").unwrap();
    let first = key.chars().next().unwrap();
    let other = if first == 'A' { 'B' } else { 'A' };
    let damaged = text.replacen(
        &format!("\"key\": \"{first}"),
        &format!("\"key\": \"{other}"),
        1,
    );
    fs::write(&path, &damaged).unwrap();

    let findings = examine(&house).await;
    let said = found(&findings, "key file", "bad");
    assert!(
        said.iter().any(|it| it.contains("damaged")),
        "{findings:#?}"
    );
    for words in [&["keys", "copy", copy][..], &["keys", "rotate"]] {
        let said = command(words).run().await.unwrap();
        assert!(!said.status.success());
        assert!(said.err.contains("keys that are damaged"), "{}", said.err);
    }
    assert_eq!(fs::read_to_string(copy).unwrap(), good);
    assert_eq!(fs::read_to_string(&path).unwrap(), damaged);

    fs::copy(copy, &path).unwrap();
    command(&["keys", "copy", copy]).must().await.unwrap();
}

#[tokio::test]
async fn without_an_active_key_sesame_is_unready_and_does_not_start_and_says_what_helps() {
    let postgres = Postgres::shared().await.unwrap();
    let url = postgres.create_database().await.unwrap();
    let stores = |sesame: Program| sesame.set("DATABASE_URL", &url);
    let mut house = House::open_with(BINARY, |it| it, stores).await.unwrap();
    let change = "UPDATE key_versions SET is_active = false";
    postgres.execute(&url, change).await.unwrap();

    let second = house.program.run().await.unwrap();
    assert_eq!(
        second.status.code(),
        Some(5),
        "it runs, and its address is taken"
    );
    let client = http::client().unwrap();
    let ready = format!("{}/readyz", house.base());
    let answer = client.get(&ready).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("keys"));
    let findings = examine(&house).await;
    let said = found(&findings, "keys", "bad");
    assert!(
        said.iter()
            .any(|it| it.contains("no version of the key is active")),
        "{findings:#?}"
    );
    house.stop("TERM").await.unwrap();

    let refused = house.program.run().await.unwrap();
    assert_eq!(refused.status.code(), Some(NO_KEYS), "{}", refused.err);
    assert!(
        refused.err.contains("sesame keys rotate"),
        "{}",
        refused.err
    );
    house
        .program
        .instead(["keys", "rotate"])
        .must()
        .await
        .unwrap();
    house.start().await.unwrap();
    house.linked(1).await.unwrap();
}
