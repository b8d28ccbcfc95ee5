//! Everything that must be read can be, in Telegram's own themes and in those that
//! people make; and nothing is there that not everyone can use.

use serde_json::{Value, json};
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::TestServer;

use crate::{BINARY, axe};

/// Themes as Telegram's apps hand them over, and five of people's own, none of which
/// was made with hints in mind: background, the one around it, text, hint, link,
/// button, its text, heading, what is dangerous.
const THEMES: [(&str, [&str; 9]); 11] = [
    (
        "ios-light",
        [
            "ffffff", "efeff4", "000000", "8e8e93", "007aff", "007aff", "ffffff", "6d6d72",
            "ff3b30",
        ],
    ),
    (
        "ios-dark",
        [
            "1c1c1d", "000000", "ffffff", "98989e", "3e88f7", "3e88f7", "ffffff", "8d8e93",
            "eb5545",
        ],
    ),
    (
        "android-light",
        [
            "ffffff", "f0f0f0", "222222", "a8a8a8", "2678b6", "50a8eb", "ffffff", "3a95d5",
            "cc2929",
        ],
    ),
    (
        "android-dark",
        [
            "1d2733", "151e27", "ffffff", "7d8b99", "5eabe1", "3a8cca", "ffffff", "79c4fc",
            "ee686f",
        ],
    ),
    (
        "desktop-light",
        [
            "ffffff", "f1f1f1", "000000", "999999", "168acd", "40a7e3", "ffffff", "168acd",
            "d14e4e",
        ],
    ),
    (
        "desktop-dark",
        [
            "17212b", "0e1621", "f5f5f5", "708499", "6ab3f3", "5288c1", "ffffff", "6ab3f3",
            "ec3942",
        ],
    ),
    (
        "paper",
        [
            "f4ecd8", "e9dfc6", "5b4636", "b8a58c", "c49a6c", "d9b382", "ffffff", "c49a6c",
            "e0806a",
        ],
    ),
    (
        "rose",
        [
            "ffe4ec", "ffd1df", "7a2940", "d98aa4", "ff5c8a", "ff8fb1", "ffffff", "ff5c8a",
            "ff7b7b",
        ],
    ),
    (
        "terminal",
        [
            "001400", "002200", "00ff00", "007700", "00aa00", "005500", "00cc00", "009900",
            "aa0000",
        ],
    ),
    (
        "fog",
        [
            "a8a8a8", "9c9c9c", "ffffff", "c4c4c4", "d0e4ff", "b8b8b8", "ffffff", "d0d0d0",
            "ffb0b0",
        ],
    ),
    (
        "midnight",
        [
            "1a1033", "120a26", "e6ddff", "6f5fa8", "8b6cff", "5a3fd6", "b9a8ff", "7d68c8",
            "b3265a",
        ],
    ),
];

const PARAMETERS: [&str; 9] = [
    "bg_color",
    "secondary_bg_color",
    "text_color",
    "hint_color",
    "link_color",
    "button_color",
    "button_text_color",
    "section_header_text_color",
    "destructive_text_color",
];

/// What Telegram's apps hand over: all that they know of.
fn parameters(colours: [&str; 9]) -> Value {
    let named = PARAMETERS.into_iter().zip(colours);
    let [background, _, _, hint, link, ..] = colours;
    let also = [
        ("section_bg_color", background),
        ("header_bg_color", background),
        ("subtitle_text_color", hint),
        ("accent_text_color", link),
    ];
    let theme = named.chain(also);
    let theme = theme.map(|(name, colour)| (name.to_owned(), json!(format!("#{colour}"))));
    Value::Object(theme.collect())
}

/// Changes the theme as it is changed while the app is open.
async fn dress(browser: &Browser, theme: Value) {
    let script = "window.dispatchEvent(new MessageEvent('message', {
        source: window.parent,
        data: JSON.stringify({ eventType: 'theme_changed', eventData: { theme_params: arguments[0] } }),
    }));";
    browser.execute(script, vec![theme]).await.unwrap();
}

/// What cannot be read on the page, where axe-core is by now.
async fn unreadable(browser: &Browser) -> Vec<String> {
    let run = "const done = arguments[arguments.length - 1];
        axe.run({ runOnly: ['color-contrast'] }).then((found) => done(found.violations.flatMap(
            (it) => it.nodes.map((node) => `${it.id}: ${node.html} ${node.failureSummary}`))));";
    let found = browser.execute_async(run, vec![]).await.unwrap();
    found.convert().unwrap()
}

/// The view that is shown can be used, and read in every theme.
async fn is_readable(browser: &Browser, name: &str) {
    browser.view(name).await.unwrap();
    browser.settled().await.unwrap();
    let mut found = axe::findings(browser).await;
    for (theme, colours) in THEMES {
        dress(browser, parameters(colours)).await;
        let findings = unreadable(browser).await;
        found.extend(findings.into_iter().map(|it| format!("{theme}: {it}")));
        if PICTURED.contains(&theme) {
            let name = format!("theme-{theme}-{name}");
            browser.picture(&name).await.unwrap();
        }
    }
    assert!(found.is_empty(), "{name}: {found:#?}");
}

/// The themes of which pictures are kept.
const PICTURED: [&str; 3] = ["ios-light", "desktop-dark", "paper"];

#[tokio::test]
async fn what_is_said_before_linking_can_be_read_in_every_theme() {
    let server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| {
            sesame
                .set("PURPOSE", "Reads the channels that you follow to you.")
                .set("OPERATOR_NAME", "The reading circle of Harbour Street")
                .set("OPERATOR_CONTACT", "help@example.org")
        },
    );
    let server = server.await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    // Telegram shows it in a frame, and says when the theme changes.
    browser.before_pages(FRAMED).await.unwrap();
    crate::open(&server, &guest, &browser).await;
    is_readable(&browser, "home").await;
    browser.click("[data-href='/app/link']").await.unwrap();
    is_readable(&browser, "link").await;
}

/// The page believes that it is in a frame, whose messages it takes.
const FRAMED: &str = "const frame = new MessageChannel().port1;
    Object.defineProperty(window, 'parent', { get: () => frame });
    frame.postMessage = () => {};";
