//! The key is rotated while people log in and sessions are used: nothing fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use sesame_test_support::house::{Guest, House};
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::Program;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const ROTATIONS: u32 = 5;
/// How many people log in at the same time, one login after another each.
const LOGINS: usize = 3;
/// How many people use their linked account again and again.
const READERS: usize = 3;

/// Links someone new from another data centre, so that a half-signed-in
/// session is sealed and opened on the way.
async fn link(house: &House) -> Guest {
    let guest = house.guest(2).await.unwrap();
    let login = guest.app.begin().await.unwrap();
    let (code, _) = guest.app.code(&login).await.unwrap();
    house.phones.scan(guest.person.id, &code).await.unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();
    guest
}

/// Asks for the link once more: the session that is there is asked whether it
/// is alive, and the account answered instead.
async fn use_it(guest: &Guest) {
    let login = guest.app.begin().await.unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();
    let accounts = guest.app.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0]["health"]["state"], "alive", "{accounts:?}");
}

async fn rotate_under_load(house: House) {
    let house = Arc::new(house);
    let stop = Arc::new(AtomicBool::new(false));
    let (linked, used) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let mut work = tokio::task::JoinSet::new();
    for _ in 0..LOGINS {
        let (house, stop, linked) = (house.clone(), stop.clone(), linked.clone());
        work.spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                link(&house).await;
                linked.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    for _ in 0..READERS {
        let (house, stop, used) = (house.clone(), stop.clone(), used.clone());
        work.spawn(async move {
            let guest = link(&house).await;
            while !stop.load(Ordering::SeqCst) {
                use_it(&guest).await;
                used.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    for _ in 0..ROTATIONS {
        let before = (linked.load(Ordering::SeqCst), used.load(Ordering::SeqCst));
        house.program.instead(["keys", "rotate"]).must().await.unwrap();
        house.program.instead(["keys", "rewrap"]).must().await.unwrap();
        // Both go on before the next rotation.
        while linked.load(Ordering::SeqCst) == before.0 || used.load(Ordering::SeqCst) == before.1
        {
            assert_eq!(work.len(), LOGINS + READERS);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            if let Some(ended) = work.try_join_next() {
                ended.unwrap();
            }
        }
    }
    stop.store(true, Ordering::SeqCst);
    while let Some(ended) = work.join_next().await {
        ended.unwrap();
    }
    everything_is_under_the_newest(&house.program).await;
}

async fn everything_is_under_the_newest(program: &Program) {
    program.instead(["keys", "rewrap"]).must().await.unwrap();
    let said = program
        .instead(["keys", "list", "--json"])
        .must()
        .await
        .unwrap();
    let keys: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
    assert_eq!(keys.len(), ROTATIONS as usize + 1);
    for key in &keys {
        let expected = key["state"] == "active";
        let sessions = key["sessions"].as_u64().unwrap();
        assert_eq!(sessions > 0, expected, "{keys:#?}");
    }
    let whole = program.instead(["doctor", "audit"]).run().await.unwrap();
    assert!(whole.status.success(), "{}", whole.out);
}

#[tokio::test]
async fn keys_rotate_while_people_log_in_over_sqlite() {
    rotate_under_load(House::open(BINARY).await.unwrap()).await;
}

#[tokio::test]
async fn keys_rotate_while_people_log_in_over_postgresql_and_redis() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let redis = Redis::start().await.unwrap();
    let stores = |sesame: Program| {
        sesame
            .set("DATABASE_URL", database)
            .set("REDIS_URL", redis.url())
    };
    let house = House::open_with(BINARY, |sandbox| sandbox, stores)
        .await
        .unwrap();
    rotate_under_load(house).await;
}
