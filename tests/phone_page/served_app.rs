//! A Mini App that does nothing by itself, over one script or another.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::json;
use sesame_test_support::ready::Ready;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::person::{Person, call};

/// Names the file with Telegram's own script, as `tests/run` fetches it.
const TELEGRAMS_SCRIPT: &str = "SESAME_TEST_TELEGRAM_SCRIPT";

/// The script by which an app talks to Telegram.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bridge {
    /// The sandbox's.
    Sandbox,
    /// Telegram's own.
    Telegram,
}

impl Bridge {
    /// The script's text. `None`: Telegram's is not there.
    async fn script(self, ready: &Ready) -> Option<String> {
        match self {
            Self::Sandbox => {
                let url = format!("{}/telegram-web-app.js", ready.phone);
                let answer = reqwest::get(url).await.unwrap();
                Some(answer.text().await.unwrap())
            }
            Self::Telegram => {
                let file = std::env::var_os(TELEGRAMS_SCRIPT)?;
                Some(std::fs::read_to_string(file).unwrap())
            }
        }
    }
}

/// A Mini App that notes what it hears in `window.heard`. It ends when dropped.
pub(crate) struct ServedApp(JoinHandle<()>);

impl Drop for ServedApp {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// All that an app can hear of what it asked for.
const PAGE: &str = r#"<!doctype html><meta name="viewport" content="width=device-width">
<script src="/bridge.js"></script>
<body style="margin: 0; background: var(--tg-theme-secondary-bg-color)">
<script>
  const app = Telegram.WebApp;
  window.heard = {};
  window.told = {};
  const names = ['contactRequested', 'invoiceClosed', 'scanQrPopupClosed', 'homeScreenChecked',
    'fileDownloadRequested', 'emojiStatusFailed', 'emojiStatusAccessRequested', 'shareMessageFailed',
    'accelerometerFailed', 'gyroscopeFailed', 'deviceOrientationFailed', 'biometricManagerUpdated',
    'locationManagerUpdated', 'fullscreenFailed', 'themeChanged', 'safeAreaChanged', 'popupClosed',
    'writeAccessRequested', 'mainButtonClicked'];
  for (const name of names) app.onEvent(name, (data) => { window.heard[name] = data === undefined ? true : data; });
  app.ready();
  app.setHeaderColor('secondary_bg_color');
</script>"#;

impl ServedApp {
    /// Serves it as what the first bot's menu opens. `None`: there is no such script.
    pub(crate) async fn behind_the_menu(ready: &Ready, bridge: Bridge) -> Option<Self> {
        let Some(script) = bridge.script(ready).await else {
            #[allow(clippy::print_stdout, reason = "who reads the tests is told")]
            {
                println!("left out: {TELEGRAMS_SCRIPT} does not name Telegram's script");
            }
            return None;
        };
        let kind = [("content-type", "text/javascript")];
        let router = Router::new()
            .route("/", get(|| async { Html(PAGE) }))
            .route("/bridge.js", get(move || async move { (kind, script) }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let served = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let menu = json!({ "type": "web_app", "text": "Open", "web_app": { "url": address } });
        let menu = json!({ "menu_button": menu });
        call(ready, &ready.bot_token, "setChatMenuButton", menu).await;
        Some(Self(served))
    }
}

impl Person {
    /// Opens what the menu opens, and goes into its frame.
    pub(crate) async fn open_app(&self) {
        self.click(".menu-button.app").await;
        self.browser.hidden(".app-loading").await.unwrap();
        self.browser.settled().await.unwrap();
        self.enter_app().await;
    }

    pub(crate) async fn enter_app(&self) {
        self.browser.enter("#miniapp iframe").await.unwrap();
    }

    pub(crate) async fn leave_app(&self) {
        self.browser.enter_default_frame().await.unwrap();
    }
}
