//! A whole login at TRACE leaves no secret in the log, the database or Redis.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::json;
use sesame_test_support::redis::Redis;
use sesame_test_support::tap::Tap;
use sesame_test_support::test_server::{Site, TestServer};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PASSWORD: &str = "correct horse battery staple";
const WRONG_CODE: &str = "crooked lantern hums";
const WRONG_PASSWORD: &str = "incorrect donkey";

/// What must not be found, in every way in which it could have been written.
#[derive(Default)]
struct Secrets(Vec<(&'static str, Vec<u8>)>);

impl Secrets {
    fn text(&mut self, name: &'static str, text: &str) {
        assert!(text.len() >= 8, "{name} is too short to be looked for");
        self.0.push((name, text.as_bytes().to_vec()));
        self.bytes(name, text.as_bytes());
    }

    fn bytes(&mut self, name: &'static str, bytes: &[u8]) {
        // A part is enough to find it; an offset of three keeps base64 in step.
        let part = &bytes[..bytes.len().min(24)];
        let decimal: Vec<_> = part.iter().map(u8::to_string).collect();
        let hex = hex::encode(part);
        let forms = [
            hex.to_uppercase(),
            hex,
            STANDARD.encode(part),
            STANDARD_NO_PAD.encode(&part[..part.len() / 3 * 3]),
            URL_SAFE_NO_PAD.encode(&part[..part.len() / 3 * 3]),
            decimal.join(", "),
            decimal.join(","),
        ];
        self.0.push((name, part.to_vec()));
        self.0
            .extend(forms.into_iter().map(|form| (name, form.into_bytes())));
    }

    /// The names of those that are in there.
    fn found_in(&self, haystack: &[u8]) -> BTreeSet<&'static str> {
        let found = self
            .0
            .iter()
            .filter(|(_, needle)| contains(haystack, needle));
        found.map(|(name, _)| *name).collect()
    }

    fn names(&self) -> BTreeSet<&'static str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    // Most bytes are not the first one: much faster than comparing windows.
    let first = needle[0];
    let mut rest = haystack;
    while let Some(at) = rest.iter().position(|byte| *byte == first) {
        if rest[at..].starts_with(needle) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// All files under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The values of a field in JSON that went over the wire.
fn values<'a>(wire: &'a str, field: &str) -> Vec<&'a str> {
    let opening = format!("\"{field}\":\"");
    let parts = wire.split(&opening).skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

/// The log does say a lot, and the search finds what is there.
fn the_search_finds(secrets: &Secrets, log: &[u8]) {
    assert!(contains(log, b"DEBUG") && contains(log, b"auth.checkPassword"));
    assert!(contains(log, b"auth.sendCode") && contains(log, b"auth.signIn"));
    for (name, needle) in &secrets.0 {
        let planted = [log, needle].concat();
        assert!(secrets.found_in(&planted).contains(name), "{name}");
    }
    assert_eq!(secrets.names().len(), 13);
}

/// Another login by phone number, with a wrong and a right code. Words: digits are too
/// short to be looked for. The number, and the code.
async fn another_by_phone(server: &TestServer) -> (String, String) {
    let other = server.guest(2).await.unwrap();
    let (phones, one) = (&server.phones, other.person.id);
    phones
        .deliver_codes(one, &["sms_phrase"], 60)
        .await
        .unwrap();
    phones.set_password(one, PASSWORD, "").await.unwrap();
    let number = format!("+{}", other.person.phone);
    let login = other.app.begin_by_phone().await.unwrap();
    other.app.answer(&login, "number", &number).await.unwrap();
    let code = phones.codes(one).await.unwrap().remove(0);
    let path = format!("/api/v1/logins/{login}/code");
    let wrong = Some(json!({ "code": WRONG_CODE }));
    other.app.ask(Method::POST, &path, wrong).await.unwrap();
    other.app.wrong_code(&login).await.unwrap();
    other.app.answer(&login, "code", &code).await.unwrap();
    other.app.password(&login, PASSWORD).await.unwrap();
    other.app.reaches(&login, &["authorized"]).await.unwrap();
    (other.person.phone, code)
}

#[tokio::test]
async fn a_whole_login_leaves_no_secret_behind() {
    let redis = Redis::start().await.unwrap();
    let site = Site::new(BINARY).unwrap();
    let (_sandbox, ready) = site
        .start_sandbox(&site.sandbox().arg("--telegram-only"))
        .await
        .unwrap();
    let control = reqwest::Url::parse(&ready.control).unwrap();
    let telegram = control.socket_addrs(|| None).unwrap()[0].to_string();
    let tap = Tap::on(&telegram).await.unwrap();
    let tapped = format!("http://{}{}", tap.address(), control.path());
    let mut server = TestServer::beside(BINARY, ready, |sesame| {
        sesame
            .set("TELEGRAM_SANDBOX", tapped)
            .set("REDIS_URL", redis.url())
            .set("LOG", "trace")
    })
    .await
    .unwrap();

    // A whole login, with a wrong and a right password and a migration.
    let guest = server.guest(2).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, PASSWORD, "four words")
        .await
        .unwrap();
    let exchanged = guest
        .app
        .ask(Method::POST, "/api/v1/session", None)
        .await
        .unwrap();
    let token = exchanged.json["token"].as_str().unwrap();
    let app = guest.app.authorized_by(format!("Bearer {token}"));
    let login = app.begin().await.unwrap();
    let (link, _) = app.code(&login).await.unwrap();
    server.phones.scan(person, &link).await.unwrap();
    app.reaches(&login, &["password_required"]).await.unwrap();
    app.password(&login, WRONG_PASSWORD).await.unwrap();
    app.rejected(&login).await.unwrap();
    app.password(&login, PASSWORD).await.unwrap();
    app.reaches(&login, &["authorized"]).await.unwrap();
    server
        .phones
        .hears(person, "Your account is linked")
        .await
        .unwrap();

    let (number, code) = another_by_phone(&server).await;

    let mut secrets = Secrets::default();
    secrets.text("given phone number", &number);
    secrets.text("login code", &code);
    secrets.text("wrong login code", WRONG_CODE);
    let qr_token = link.split_once("token=").unwrap().1;
    secrets.text("QR token", qr_token);
    secrets.bytes(
        "QR token",
        &URL_SAFE_NO_PAD
            .decode(qr_token.trim_end_matches('='))
            .unwrap(),
    );
    secrets.text("password", PASSWORD);
    secrets.text("wrong password", WRONG_PASSWORD);
    secrets.text("phone number", &guest.person.phone);
    secrets.text("initData", guest.app.init_data());
    let hash = guest.app.init_data().split("hash=").last().unwrap();
    secrets.text("initData hash", hash.split('&').next().unwrap());
    secrets.text("session token", token.split_once('.').unwrap().1);
    secrets.text(
        "bot token",
        server.ready.bot_token.split_once(':').unwrap().1,
    );
    secrets.text("api hash", &server.ready.api_hash);
    let wire = tap.heard();
    let keys = values(&wire, "auth_key");
    assert!(keys.len() >= 2, "Sesame asked for {} keys", keys.len());
    for key in keys {
        secrets.bytes("authorisation key", &STANDARD.decode(key).unwrap());
    }

    let dump = redis.dump().await.unwrap();
    let sesame_log = server.program.log().to_owned();
    // While it runs the write-ahead log of the database is there too.
    let mut places = files(&server.site.data());
    let has = |ending: &str, places: &[PathBuf]| {
        places
            .iter()
            .any(|path| path.to_string_lossy().ends_with(ending))
    };
    assert!(has(".db", &places) && has("-wal", &places), "{places:?}");
    places.extend([dump, sesame_log.clone()]);
    server.stop("TERM").await.unwrap();
    places.extend(files(&server.site.data()));
    for place in &places {
        let Ok(content) = std::fs::read(place) else {
            continue; // The write-ahead log is gone after a polite end.
        };
        let found = secrets.found_in(&content);
        assert!(found.is_empty(), "{}: {found:?}", place.display());
    }

    the_search_finds(&secrets, &std::fs::read(&sesame_log).unwrap());
}
