//! What matters is seen without scrolling.

use serde_json::{Value, json};

use crate::exhibition::Exhibition;
use crate::states::{Device, State};

/// What Telegram leaves of the windows that are looked after: on phones of 320 x 640
/// and 390 x 844 below the status bar and its own header, on desktops of 1366 x 657
/// and 1280 x 720 below the title.
const WINDOWS: [(Device, u32, u32); 4] = [
    (Device::Phone, 320, 560),
    (Device::Phone, 390, 734),
    (Device::Desktop, 1366, 617),
    (Device::Desktop, 1280, 680),
];

/// What must be seen of a view besides its main action, what is said of what went
/// wrong, and the buttons of a sheet.
const SEEN: [(&str, &[&str]); 20] = [
    (
        "home",
        &[
            "h1:not(.visually-hidden)",
            "[data-purpose]",
            ".cell:first-of-type",
        ],
    ),
    ("link", &["h1", ".lead"]),
    ("how", &["h1", ".cell--button"]),
    ("qr", &["h1", ".code", ".steps li", ".timer"]),
    (
        "other",
        &[
            "h1",
            "[data-view=other]:not(:has([data-told]:not([hidden]))) .steps li",
            ".actions button",
        ],
    ),
    ("number", &["h1", "[data-contact] button", "#number"]),
    ("login-code", &["h1", ".lead", "#code", "#code-warning"]),
    ("password", &["h1", "#password", "#password-said"]),
    ("waiting", &["h1", ".lead", ".actions button"]),
    ("ended", &["h1", ".lead", ".countdown", ".actions button"]),
    ("linked", &["h1", ".lead", "a.cell"]),
    ("unlinked", &["h1", ".lead"]),
    ("erasing", &["h1", ".lead"]),
    ("receipt", &["h1", ".lead"]),
    ("reopen", &["h1", ".lead"]),
    ("trouble", &["h1", ".lead"]),
    ("account", &["h1", ".lead"]),
    ("save", &["h1", "[data-peer]", ".pick"]),
    ("copy", &["h1", ".lead", ".bar", ".actions button"]),
    ("copies", &["h1", ".copies li:first-child", ".nothing"]),
];

/// What of that cannot be seen where the page begins.
const UNSEEN: &str = "
    const [seen] = arguments;
    scrollTo(0, 0);
    const view = document.querySelector('.view:not(.leaving)');
    const sheet = view.querySelector('dialog[open]');
    const place = sheet || view;
    const wanted = sheet ? ['button', 'h2']
        : ['[data-main]', '.note--bad:not([hidden])', '[data-told]:not([hidden])', ...(seen[view.dataset.view] || [])];
    const unseen = (it) => {
        const { top, bottom, left, right } = it.getBoundingClientRect();
        if (top < 0 || bottom > innerHeight + 0.5 || left < 0 || right > innerWidth + 0.5) return `at ${top} to ${bottom}`;
        const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return met && (it.contains(met) || met.contains(it)) ? '' : `below ${met && met.outerHTML}`;
    };
    return wanted.flatMap((css) => [...place.querySelectorAll(css)]
        .filter((it) => it.getClientRects().length)
        .map((it) => [css, unseen(it)]).filter(([, why]) => why).map((it) => it.join(' ')));";

/// What of a state cannot be seen in each window of its device, or is too wide.
pub(crate) async fn unseen(exhibition: &Exhibition, state: &State) -> Vec<String> {
    let browser = &exhibition.browser;
    let seen = SEEN
        .iter()
        .map(|(view, what)| ((*view).to_owned(), json!(what)));
    let seen = Value::Object(seen.collect());
    let mut amiss = Vec::new();
    for (_, width, height) in WINDOWS.iter().filter(|it| it.0 == state.device) {
        browser.resize(*width, *height, 1).await.unwrap();
        let found = browser.execute(UNSEEN, vec![seen.clone()]).await;
        let found: Vec<String> = found.unwrap().convert().unwrap();
        amiss.extend(found.iter().map(|it| format!("{width}: {it}")));
        let wide = browser.overflow().await.unwrap();
        if wide > 0 {
            amiss.push(format!("{width}: {wide} points too wide"));
        }
    }
    amiss
}
