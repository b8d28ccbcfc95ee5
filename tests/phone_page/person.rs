//! Someone in front of the page.

use serde_json::{Value, json};
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::http;
use sesame_test_support::ready::Ready;

/// Someone in front of the page.
pub(crate) struct Person {
    pub(crate) browser: Browser,
    narrow: bool,
    /// Begins the names of the pictures.
    name: String,
}

impl Person {
    pub(crate) async fn sit_down(page: &str, window: Window, scheme: Scheme) -> Self {
        let browser = Browser::start(window, scheme).await.unwrap();
        browser.goto(page).await.unwrap();
        browser.shown("#composer button").await.unwrap();
        Self {
            browser,
            narrow: window != Window::Desktop,
            name: format!("page-{window:?}-{scheme:?}").to_lowercase(),
        }
    }

    /// Makes the window as large as this, in points.
    pub(crate) async fn resize(&mut self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 820,
        });
        let method = "Emulation.setDeviceMetricsOverride";
        self.browser.devtools(method, size).await.unwrap();
        self.narrow = width < 820;
        self.name = format!("page-{width}x{height}");
    }

    /// Brings the panel on, where it does not stand beside the phone.
    pub(crate) async fn open_panel(&self) {
        if self.narrow {
            self.click("#room-open").await;
            self.browser.settled().await.unwrap();
        }
    }

    pub(crate) async fn close_panel(&self) {
        if self.narrow {
            self.click("#room-close").await;
        }
    }

    /// Takes the phone of the person with this name.
    pub(crate) async fn choose(&self, name: &str) {
        self.open_panel().await;
        let script = "for (const button of document.querySelectorAll('#people button'))
                          if (button.querySelector('strong').textContent === arguments[0]) button.click();";
        self.browser
            .execute(script, vec![json!(name)])
            .await
            .unwrap();
    }

    /// Lets Telegram look as on this platform.
    pub(crate) async fn platform(&self, name: &str) {
        self.open_panel().await;
        self.click(&format!("#platform-choice [data-value={name}]"))
            .await;
        self.close_panel().await;
    }

    /// Lets Telegram wear these colours.
    pub(crate) async fn theme(&self, name: &str) {
        self.open_panel().await;
        self.click(&format!("#theme-choice [data-value={name}]"))
            .await;
        self.close_panel().await;
    }

    pub(crate) async fn click(&self, css: &str) {
        self.browser.click(css).await.unwrap();
    }

    pub(crate) async fn says(&self, css: &str, text: &str) {
        self.browser.says(css, text).await.unwrap();
    }

    /// What a script answers.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        let answer = self.browser.execute(script, vec![]).await.unwrap();
        answer.json().clone()
    }

    /// Waits until a script answers with something true, and gives that.
    pub(crate) async fn until(&self, script: &str) -> Value {
        let deadline = std::time::Duration::from_secs(30);
        let found = sesame_test_support::wait::poll(deadline, async || {
            let answer = self.browser.execute(script, vec![]).await.ok()?;
            let answer = answer.json().clone();
            let nothing = matches!(answer, Value::Null | Value::Bool(false));
            (!nothing).then_some(answer)
        });
        found.await.unwrap_or_else(|| panic!("never: {script}"))
    }

    pub(crate) async fn look(&self, name: &str) {
        let name = format!("{}-{name}", self.name);
        self.browser.picture(&name).await.unwrap();
        assert_eq!(self.browser.overflow().await.unwrap(), 0, "{name}");
    }
}

/// A call of the Bot API with this token.
pub(crate) async fn call(ready: &Ready, token: &str, method: &str, params: Value) -> Value {
    let url = format!("{}/bot{token}/{method}", ready.bot_api);
    let request = http::client().unwrap().post(url).json(&params);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["ok"], true, "{answer}");
    answer["result"].clone()
}
