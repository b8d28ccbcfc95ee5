//! Nothing of a chat lies anywhere in plain: not in PostgreSQL or Redis either, while it
//! is copied and afterwards.

use std::process::Command;

use reqwest::Method;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::Program;

use crate::harbour::{Harbour, SECRET, unpacked};

/// All that a database holds, as text.
fn dumped(database: &str) -> Vec<u8> {
    let dump = Command::new("pg_dump")
        .args(["--dbname", database])
        .output();
    let dump = dump.unwrap();
    assert!(dump.status.success(), "{dump:?}");
    dump.stdout
}

fn has(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle)
}

/// As it is, and as a dump writes bytes.
fn shapes(secret: &[u8]) -> [Vec<u8>; 2] {
    [secret.to_vec(), hex::encode(secret).into_bytes()]
}

async fn is_nowhere(harbour: &Harbour, database: &str, redis: &Redis, secret: &[u8]) {
    let places = [
        ("PostgreSQL", dumped(database)),
        ("Redis", std::fs::read(redis.dump().await.unwrap()).unwrap()),
    ];
    for shape in shapes(secret) {
        assert!(
            harbour.found(&shape).is_empty(),
            "{:?}",
            harbour.found(&shape)
        );
        for (place, content) in &places {
            assert!(!has(content, &shape), "it is in {place}");
        }
    }
}

#[tokio::test]
async fn nothing_of_a_chat_is_in_the_stores_while_it_is_copied_or_afterwards() {
    let database = Postgres::shared().await.unwrap();
    let database = database.create_database().await.unwrap();
    let redis = Redis::start_with(&["--rdbcompression", "no"])
        .await
        .unwrap();
    let stores = |program: Program| {
        program
            .set("DATABASE_URL", &database)
            .set("REDIS_URL", redis.url())
    };
    let harbour = Harbour::set(900, &[700_000, 1_400_000], stores).await;
    let account = harbour.account.clone();
    // The search finds what is there.
    assert!(has(&dumped(&database), account.as_bytes()));
    let (export, job) = harbour.begin().await;
    let mut looks = 0;
    loop {
        is_nowhere(&harbour, &database, &redis, SECRET.as_bytes()).await;
        looks += 1;
        if harbour.job(&job).await["is_over"] == true {
            break;
        }
    }
    assert!(looks > 1, "it was over before it was looked for");
    let link = harbour.link(&export).await;
    let fetched = reqwest::get(&link).await.unwrap().bytes().await.unwrap();
    let files = unpacked(&fetched);
    let of_file = files.iter().find(|(name, _)| name.starts_with("files/"));
    let (_, content) = of_file.unwrap();
    for secret in [SECRET.as_bytes(), &content[1_000..1_064]] {
        is_nowhere(&harbour, &database, &redis, secret).await;
    }
    let removed = harbour
        .ask(Method::DELETE, &format!("/exports/{export}"), None)
        .await;
    assert_eq!(removed.status, 204);
    is_nowhere(&harbour, &database, &redis, SECRET.as_bytes()).await;
}
