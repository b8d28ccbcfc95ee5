//! Opening the Mini App.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bot_support::{BotSide, Phone};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use serde_json::{Value, json};

type Pairs = Vec<(String, String)>;

/// The launch parameters in an address's fragment, and `initData`'s fields.
fn read(url: &str) -> (Pairs, Pairs) {
    let (_, fragment) = url.split_once('#').unwrap();
    let pairs = |text: &str| -> Pairs {
        url::form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    };
    let launch = pairs(fragment);
    let data = pairs(&get(&launch, "tgWebAppData"));
    (launch, data)
}

fn get(pairs: &[(String, String)], name: &str) -> String {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .1
        .clone()
}

async fn open(phone: &BotSide, person: i64, how: Value) -> String {
    let (status, opened) = phone.control(&format!("/people/{person}/open"), how).await;
    assert_eq!(status, 200, "{opened}");
    opened["url"].as_str().unwrap().to_owned()
}

async fn with_menu(phone: &BotSide) {
    let menu = json!({
        "type": "web_app", "text": "Open", "web_app": {"url": "http://127.0.0.1:1/app?x=1"},
    });
    phone
        .ok("setChatMenuButton", json!({"menu_button": menu}))
        .await;
}

#[tokio::test]
async fn the_menu_opens_the_app_with_signed_data() {
    let phone = Phone::start().await;
    with_menu(&phone).await;
    let masha = phone.person("Маша");
    let url = open(
        &phone,
        masha,
        json!({"menu": true, "theme": "dark", "platform": "tdesktop"}),
    )
    .await;
    assert!(
        url.starts_with("http://127.0.0.1:1/app?x=1#tgWebAppData="),
        "{url}"
    );
    let (launch, data) = read(&url);
    assert_eq!(get(&launch, "tgWebAppVersion"), "9.1");
    assert_eq!(get(&launch, "tgWebAppPlatform"), "tdesktop");
    let theme: Value = serde_json::from_str(&get(&launch, "tgWebAppThemeParams")).unwrap();
    assert_eq!(theme["bg_color"], "#17212b");
    let user: Value = serde_json::from_str(&get(&data, "user")).unwrap();
    assert_eq!(user["id"], masha);
    assert_eq!(user["first_name"], "Маша");
    assert_eq!(user["language_code"], "ru");
    assert_eq!(data.last().unwrap().0, "hash");
    assert!(!get(&data, "query_id").is_empty());
    assert!(!get(&data, "signature").is_empty());
}

#[tokio::test]
async fn a_link_brings_its_parameter() {
    let phone = Phone::start().await;
    with_menu(&phone).await;
    let alice = phone.person("Alice");
    let url = open(&phone, alice, json!({"start_param": "link_1"})).await;
    assert!(url.contains("tgWebAppStartParam=link_1"));
    let (_, data) = read(&url);
    assert_eq!(get(&data, "start_param"), "link_1");
    assert_eq!(get(&data, "chat_type"), "sender");
    assert!(!data.iter().any(|(name, _)| name == "query_id"));
    let path = format!("/people/{alice}/open");
    let (status, refusal) = phone.control(&path, json!({"start_param": "a b"})).await;
    assert_eq!(
        (status, &refusal["error"]["message"]),
        (422, &json!("START_PARAMETER"))
    );
}

#[tokio::test]
async fn a_button_opens_its_own_app() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let markup = json!({"inline_keyboard": [[
        {"text": "App", "web_app": {"url": "https://example.org/"}},
    ]]});
    let message = json!({"chat_id": alice, "text": "x", "reply_markup": markup});
    phone.ok("sendMessage", message).await;
    let url = open(&phone, alice, json!({"button": {"text": "App"}})).await;
    assert!(url.starts_with("https://example.org/#tgWebAppData="));
    let (_, data) = read(&url);
    let user: Value = serde_json::from_str(&get(&data, "user")).unwrap();
    assert_eq!(user["allows_write_to_pm"], true);
}

#[tokio::test]
async fn data_may_claim_another_time() {
    let phone = Phone::start().await;
    with_menu(&phone).await;
    let alice = phone.person("Alice");
    let (_, now) = read(&open(&phone, alice, json!({"menu": true})).await);
    let (_, old) = read(&open(&phone, alice, json!({"auth_date_offset": -7200})).await);
    let (_, set) = read(&open(&phone, alice, json!({"auth_date": 1_700_000_000})).await);
    let date = |data: &[(String, String)]| get(data, "auth_date").parse::<i64>().unwrap();
    assert!((7195..=7200).contains(&(date(&now) - date(&old))));
    assert_eq!(date(&set), 1_700_000_000);
}

#[tokio::test]
async fn without_an_app_there_is_nothing_to_open() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let path = format!("/people/{alice}/open");
    let (status, refusal) = phone.control(&path, json!({"menu": true})).await;
    assert_eq!(
        (status, &refusal["error"]["message"]),
        (409, &json!("NO_MENU_APP"))
    );
}

#[tokio::test]
async fn an_app_may_ask_to_write_and_send_data() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let (status, _) = phone
        .control(&format!("/people/{alice}/write-access"), json!(null))
        .await;
    assert_eq!(status, 201);
    phone
        .ok("sendMessage", json!({"chat_id": alice, "text": "hello"}))
        .await;
    let data = json!({"button_text": "App", "data": "{}"});
    let (status, _) = phone
        .control(&format!("/people/{alice}/web-app-data"), data)
        .await;
    assert_eq!(status, 201);
    let updates = phone.ok("getUpdates", json!({})).await;
    assert_eq!(
        updates[0]["message"]["write_access_allowed"]["from_request"],
        true
    );
    assert_eq!(updates[1]["message"]["web_app_data"]["button_text"], "App");
}

#[tokio::test]
async fn a_contact_is_shared_with_the_bot_and_signed_for_the_app() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let known = phone.look(&format!("/people/{alice}")).await;
    let (status, shared) = phone
        .control(&format!("/people/{alice}/contact"), json!(null))
        .await;
    assert_eq!(status, 201, "{shared}");
    let updates = phone.ok("getUpdates", json!({})).await;
    let told = &updates[0]["message"]["contact"];
    assert_eq!(told["user_id"], alice);
    assert_eq!(told["phone_number"], known["phone"]);
    assert_eq!(updates[0]["message"]["from"]["id"], alice);

    let response = shared["response"].as_str().unwrap();
    let fields: Pairs = url::form_urlencoded::parse(response.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["contact", "auth_date", "hash"]);
    let contact: Value = serde_json::from_str(&get(&fields, "contact")).unwrap();
    assert_eq!(contact["user_id"], alice);
    assert_eq!(
        contact["phone_number"],
        format!("+{}", known["phone"].as_str().unwrap())
    );
    let secret = hmac(b"WebAppData", &phone.ready.bot_token);
    let hash = hmac(&secret, &check_string(&fields, &["hash"]));
    assert_eq!(get(&fields, "hash"), hex::encode(hash));

    // The bot is not told by whoever blocked it.
    phone
        .control(&format!("/people/{alice}/block"), json!(null))
        .await;
    let (status, refusal) = phone
        .control(&format!("/people/{alice}/contact"), json!(null))
        .await;
    assert_eq!(status, 409, "{refusal}");
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

/// The fields without these, as they are signed.
fn check_string(data: &[(String, String)], without: &[&str]) -> String {
    let fields = data
        .iter()
        .filter(|(name, _)| !without.contains(&name.as_str()));
    let mut lines: Vec<_> = fields
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    lines.sort();
    lines.join("\n")
}

#[tokio::test]
async fn each_bot_signs_for_itself() {
    let phone = Phone::start().await;
    let (made, other) = phone.another("harbour_bot").await;
    let alice = phone.person("Alice");
    let own = phone.look("/bot").await;
    let public = hex::decode(&phone.ready.webapp_public_key).unwrap();
    let public = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
    for (side, id) in [(&phone.first, &own["id"]), (&other, &made["id"])] {
        with_menu(side).await;
        let (_, data) = read(&open(side, alice, json!({"menu": true})).await);
        let secret = hmac(b"WebAppData", &side.ready.bot_token);
        let hash = hmac(&secret, &check_string(&data, &["hash"]));
        assert_eq!(get(&data, "hash"), hex::encode(hash), "{id}");
        let text = check_string(&data, &["hash", "signature"]);
        let signature = URL_SAFE_NO_PAD.decode(get(&data, "signature")).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        let text = format!("{id}:WebAppData\n{text}");
        public.verify_strict(text.as_bytes(), &signature).unwrap();
    }
}
