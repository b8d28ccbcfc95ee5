//! Settings and log files as the real program meets them.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::fs;

use serde_json::Value;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::Site;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const HASH: &str = "0123456789abcdef0123456789abcdef";

fn program(site: &Site) -> Program {
    Program::new(BINARY, site.folder(), "sesame")
}

fn value(listed: &str, name: &str) -> Value {
    let listed: Vec<Value> = serde_json::from_str(listed).unwrap();
    let found = listed.into_iter().find(|it| it["name"] == name).unwrap();
    found["value"].clone()
}

#[tokio::test]
async fn a_file_of_settings_is_read_as_notepad_and_secret_stores_write_it() {
    let site = Site::new(BINARY).unwrap();
    let token = format!("7000000001:{}", "x".repeat(35));
    let text = format!(
        "\u{feff}API_ID=12345\r\nAPI_HASH=“{HASH}”\r\nBOT_TOKEN= '{token}' \r\n\
         export APP_NAME=\"My app\"\r\nQR_TTL_SECONDS=300"
    );
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.into_bytes(), wide] {
        fs::write(site.folder().join(".env"), bytes).unwrap();
        // As `docker --env-file` hands it over.
        let config = program(&site)
            .set("PUBLIC_URL", "\"https://sesame.example.org\"\n")
            .args(["config", "--json"]);
        let listed = config.must().await.unwrap();
        assert_eq!(value(&listed, "API_ID"), "12345");
        assert_eq!(value(&listed, "APP_NAME"), "My app");
        assert_eq!(value(&listed, "QR_TTL_SECONDS"), "300");
        assert_eq!(value(&listed, "PUBLIC_URL"), "https://sesame.example.org");
    }
    fs::write(
        site.folder().join(".env"),
        format!("API_ID=1\nBOT_TOKEN: {token}\n"),
    )
    .unwrap();
    let said = program(&site).arg("config").run().await.unwrap();
    assert_eq!(said.status.code(), Some(3));
    assert!(
        said.complained().contains("line 2 (BOT_TOKEN)"),
        "{}",
        said.err
    );
    assert!(!said.complained().contains(&token), "{}", said.err);
}

#[tokio::test]
async fn a_folder_of_logs_keeps_what_others_wrote_there() {
    let site = Site::new(BINARY).unwrap();
    let logs = site.folder().join("logs");
    fs::create_dir(&logs).unwrap();
    let others = [
        "sesame-nginx.access.log",
        "sesamebackup.log",
        "sesame.old.log",
    ];
    for name in others.iter().chain(&["sesame.2020-01-01.log"]) {
        fs::write(logs.join(name), "theirs").unwrap();
    }
    let migrate = program(&site)
        .set("LOG_DIR", logs.display().to_string())
        .set("LOG_KEEP", "1")
        .arg("migrate");
    migrate.must().await.unwrap();
    for name in others {
        assert!(logs.join(name).exists(), "{name}");
    }
    assert!(!logs.join("sesame.2020-01-01.log").exists());
}

#[tokio::test]
async fn a_folder_of_logs_that_cannot_be_used_stops_no_command() {
    let site = Site::new(BINARY).unwrap();
    let logs = site.folder().join("logs");
    fs::write(&logs, "not a folder").unwrap();
    let migrate = program(&site)
        .set("LOG_DIR", logs.display().to_string())
        .set("LOG", "debug")
        .arg("migrate");
    let said = migrate.run().await.unwrap();
    assert!(said.status.success(), "{}", said.err);
    let told = said.err.matches("cannot be written to LOG_DIR").count();
    assert_eq!(told, 1, "{}", said.err);
}
