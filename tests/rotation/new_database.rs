//! A database that is new beside a key file that is not.

use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

#[tokio::test]
async fn a_new_database_knows_the_keys_of_an_older_file() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    for _ in 0..2 {
        let rotate = server.program.instead(["keys", "rotate"]);
        rotate.must().await.unwrap();
    }
    let list = server.program.instead(["keys", "list", "--json"]);
    let ids = |text: &str| -> Vec<String> {
        let keys: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
        let ids = keys.iter().map(|key| key["id"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    };
    let before = ids(&list.must().await.unwrap());

    server.stop("TERM").await.unwrap();
    server.lose_database().unwrap();
    server.start().await.unwrap();
    assert_eq!(ids(&list.must().await.unwrap()), before);
}
