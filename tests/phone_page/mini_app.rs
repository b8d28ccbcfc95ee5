//! The page's part towards Mini Apps, over the sandbox's script and over
//! Telegram's own.

use rstest::rstest;
use serde_json::{Value, json};
use sesame_test_support::browser::{Scheme, Window};
use sesame_test_support::phone::Phones;
use sesame_test_support::ready::Ready;
use sesame_test_support::sesame::Running;
use sesame_test_support::test_server::Site;

use crate::person::{Person, call};
use crate::served_app::{Bridge, ServedApp};

const ALICE: i64 = 5_000_001;

/// Someone whose menu opens an app over a script.
struct Stage {
    person: Person,
    ready: Ready,
    /// Held for their ends.
    _running: (ServedApp, Running, Site),
}

impl Stage {
    /// `None`: there is no such script.
    async fn with(bridge: Bridge) -> Option<Self> {
        let site = Site::new(crate::BINARY).unwrap();
        let program = site.sandbox().arg("--telegram-only");
        let (sandbox, ready) = site.start_sandbox(&program).await.unwrap();
        let app = ServedApp::behind_the_menu(&ready, bridge).await?;
        let phones = Phones::of(&ready).unwrap();
        phones.say(ALICE, "/start").await.unwrap();
        let person = Person::sit_down(&ready.phone, Window::Desktop, Scheme::Light).await;
        Some(Self {
            person,
            ready,
            _running: (app, sandbox, site),
        })
    }
}

/// Everything that the page does not play, asked for by an app that took care
/// that the version has it.
const ASK_FOR_ALL: &str = "
    if (!app.isVersionAtLeast('8.0')) throw new Error(app.version);
    const tell = (name) => (...values) => { told[name] = values; };
    app.showScanQrPopup({ text: 'Point at it' }, tell('scanned'));
    app.openInvoice('https://t.me/$abc', tell('invoice'));
    app.checkHomeScreenStatus(tell('home'));
    app.addToHomeScreen();
    app.downloadFile({ url: 'https://example.org/a', file_name: 'a' }, tell('download'));
    app.setEmojiStatus('1', {}, tell('emoji'));
    app.requestEmojiStatusAccess(tell('emoji_access'));
    app.shareMessage('1', tell('message'));
    app.shareToStory('https://example.org/picture.png');
    app.Accelerometer.start({}, tell('accelerometer'));
    app.Gyroscope.start({}, tell('gyroscope'));
    app.DeviceOrientation.start({}, tell('orientation'));
    app.BiometricManager.init(() => tell('biometrics')(app.BiometricManager.isBiometricAvailable));
    app.LocationManager.init(() => tell('location')(app.LocationManager.isLocationAvailable));
    app.requestFullscreen();";

#[rstest]
#[tokio::test]
async fn what_is_not_played_is_answered_as_unsupported(
    #[values(Bridge::Sandbox, Bridge::Telegram)] bridge: Bridge,
) {
    let Some(stage) = Stage::with(bridge).await else {
        return;
    };
    let person = &stage.person;
    person.open_app().await;
    person.ask(ASK_FOR_ALL).await;
    let told = person
        .until("return Object.keys(told).length === 11 && heard.fullscreenFailed && told;")
        .await;
    assert_eq!(
        told,
        json!({
            "invoice": ["failed"], "home": ["unsupported"], "download": [false], "emoji": [false],
            "emoji_access": [false], "message": [false], "accelerometer": [false],
            "gyroscope": [false], "orientation": [false], "biometrics": [false], "location": [false],
        })
    );
    let heard = person.ask("return heard;").await;
    let unsupported = json!({ "error": "UNSUPPORTED" });
    for name in [
        "fullscreenFailed",
        "accelerometerFailed",
        "gyroscopeFailed",
        "deviceOrientationFailed",
        "shareMessageFailed",
        "emojiStatusFailed",
    ] {
        assert_eq!(heard[name], unsupported, "{name}: {heard}");
    }
    assert_eq!(heard["scanQrPopupClosed"], true, "{heard}");
    person.leave_app().await;
    person.says("#toast", "has no stories").await;
}

#[rstest]
#[tokio::test]
async fn a_contact_is_shared_only_by_who_wants_to(
    #[values(Bridge::Sandbox, Bridge::Telegram)] bridge: Bridge,
) {
    let Some(stage) = Stage::with(bridge).await else {
        return;
    };
    let person = &stage.person;
    person.open_app().await;
    let ask = "app.requestContact((sent, event) => { told.contact = [sent, event]; });";
    person.ask(ask).await;
    person.leave_app().await;
    person.says("#popups", "Share your phone number?").await;
    person.look(&format!("contact-{bridge:?}")).await;
    person.click("#popups [data-id=cancel]").await;
    person.enter_app().await;
    let declined = person.until("return told.contact;").await;
    assert_eq!(declined, json!([false, { "status": "cancelled" }]));
    let updates = call(
        &stage.ready,
        &stage.ready.bot_token,
        "getUpdates",
        json!({}),
    )
    .await;
    let contacts = |updates: &Value| {
        let updates = updates.as_array().unwrap().iter();
        let contacts = updates.map(|update| update["message"]["contact"].clone());
        contacts.filter(|it| !it.is_null()).collect::<Vec<_>>()
    };
    assert!(contacts(&updates).is_empty(), "{updates}");

    person.ask("delete told.contact;").await;
    person.ask(ask).await;
    person.leave_app().await;
    person.click("#popups [data-id=yes]").await;
    person.enter_app().await;
    let shared = person.until("return told.contact;").await;
    assert_eq!(shared[0], true, "{shared}");
    assert_eq!(shared[1]["status"], "sent", "{shared}");
    let response = shared[1]["response"].as_str().unwrap();
    assert!(response.starts_with("contact="), "{response}");
    assert!(response.contains("&auth_date=") && response.contains("&hash="));
    let contact = &shared[1]["responseUnsafe"]["contact"];
    assert_eq!(contact["user_id"], ALICE, "{shared}");
    let updates = call(
        &stage.ready,
        &stage.ready.bot_token,
        "getUpdates",
        json!({}),
    )
    .await;
    assert_eq!(contacts(&updates)[0]["user_id"], ALICE);
    person.leave_app().await;
    person.says("#messages", "+9996").await;
}

#[rstest]
#[tokio::test]
async fn a_change_of_theme_reaches_the_header_and_the_app(
    #[values(Bridge::Sandbox, Bridge::Telegram)] bridge: Bridge,
) {
    let Some(stage) = Stage::with(bridge).await else {
        return;
    };
    let person = &stage.person;
    person.open_app().await;
    person.leave_app().await;
    let header = "return getComputedStyle(document.querySelector('.app-bar')).backgroundColor;";
    for (theme, color) in [
        ("dark", "rgb(35, 46, 60)"),
        ("light", "rgb(239, 239, 244)"),
        ("dark", "rgb(35, 46, 60)"),
    ] {
        person.theme(theme).await;
        assert_eq!(person.ask(header).await, color, "{theme}");
        person.enter_app().await;
        person
            .until(&format!(
                "return getComputedStyle(document.body).backgroundColor === '{color}';"
            ))
            .await;
        person.leave_app().await;
    }
}

#[rstest]
#[tokio::test]
async fn phones_have_safe_areas_where_no_button_is(
    #[values(Bridge::Sandbox, Bridge::Telegram)] bridge: Bridge,
) {
    let Some(stage) = Stage::with(bridge).await else {
        return;
    };
    let person = &stage.person;
    person.open_app().await;
    let bottom = |points: u32| {
        format!(
            "const style = getComputedStyle(document.documentElement);
             return app.safeAreaInset.bottom === {points}
                 && style.getPropertyValue('--tg-safe-area-inset-bottom').trim() === '{points}px';"
        )
    };
    for (platform, points) in [("ios", 34), ("android", 24), ("tdesktop", 0)] {
        person.leave_app().await;
        person.platform(platform).await;
        person.enter_app().await;
        person.until(&bottom(points)).await;
        // Telegram's button stands above the edge, and the app above it.
        person
            .ask("app.MainButton.setParams({ text: 'Go', is_visible: true });")
            .await;
        person.until(&bottom(0)).await;
        person.ask("app.MainButton.hide();").await;
        person.until(&bottom(points)).await;
    }
}
