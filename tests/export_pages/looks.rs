//! How a page looks everywhere: wide and narrow, light and dark.

use std::time::Duration;

use serde_json::json;
use sesame_test_support::browser::Browser;

use sesame_test_support::axe;

/// Sizes of windows, in points.
const SIZES: [(&str, u32, u32); 3] = [
    ("desktop", 1280, 720),
    ("phone", 390, 844),
    ("narrow", 320, 640),
];

/// How long axe-core may take on a long page, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// Keeps pictures of the page that is open, of each part with what matches at the top
/// of the window, and finds what is wider than its window or what not everyone can use.
pub(crate) async fn look(browser: &Browser, name: &str, parts: &[(&str, &str)]) {
    browser.set_script_timeout(PATIENCE).await.unwrap();
    for (size, width, height) in SIZES {
        for scheme in ["light", "dark"] {
            let metrics = json!({
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
            });
            let method = "Emulation.setDeviceMetricsOverride";
            browser.devtools(method, metrics).await.unwrap();
            let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
            let media = json!({ "features": [feature] });
            let method = "Emulation.setEmulatedMedia";
            browser.devtools(method, media).await.unwrap();
            let how = format!("{size}-{scheme}");
            for (part, css) in parts {
                let sight = match *css {
                    "body" => "window.scrollTo(0, 0)".to_owned(),
                    css => format!("document.querySelector('{css}').scrollIntoView()"),
                };
                browser.execute(sight.as_str(), vec![]).await.unwrap();
                let picture = format!("export-{name}-{part}-{how}");
                browser.picture(&picture).await.unwrap();
            }
            assert_eq!(browser.overflow().await.unwrap(), 0, "{name}, {how}");
            let findings = axe::findings(browser).await.unwrap();
            assert!(findings.is_empty(), "{name}, {how}: {findings:#?}");
        }
    }
}
