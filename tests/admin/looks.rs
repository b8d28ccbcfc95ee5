//! How a page looks everywhere: wide and narrow, light and dark.

use serde_json::json;
use sesame_test_support::axe;
use sesame_test_support::browser::Browser;

/// Sizes of windows, in points.
const SIZES: [(&str, u32, u32); 2] = [("desktop", 1440, 900), ("phone", 360, 740)];

/// Looks at pages in every size and scheme.
pub(crate) struct Looks<'a>(&'a Browser);

impl<'a> Looks<'a> {
    /// Through this browser.
    pub(crate) fn of(browser: &'a Browser) -> Self {
        Self(browser)
    }

    /// Keeps pictures of the page that is open, and finds what is wider than
    /// its window or what not everyone can use.
    pub(crate) async fn at(&self, name: &str) {
        self.at_place(name, "body").await;
    }

    /// The same, with what matches at the top of the window.
    pub(crate) async fn at_place(&self, name: &str, css: &str) {
        let sight = format!("document.querySelector('{css}').scrollIntoView()");
        for (size, width, height) in SIZES {
            for scheme in ["light", "dark"] {
                self.emulate(width, height, scheme).await;
                self.0.execute(sight.as_str(), vec![]).await.unwrap();
                let wide = self.0.overflow().await.unwrap();
                assert_eq!(wide, 0, "{name} is too wide at {width}");
                let picture = format!("admin-{name}-{size}-{scheme}");
                self.0.picture(&picture).await.unwrap();
                let findings = axe::findings(self.0).await.unwrap();
                assert!(findings.is_empty(), "{picture}: {findings:#?}");
            }
        }
    }

    async fn emulate(&self, width: u32, height: u32, scheme: &str) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        let method = "Emulation.setDeviceMetricsOverride";
        self.0.devtools(method, metrics).await.unwrap();
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        let media = json!({ "features": [feature] });
        let method = "Emulation.setEmulatedMedia";
        self.0.devtools(method, media).await.unwrap();
    }
}
