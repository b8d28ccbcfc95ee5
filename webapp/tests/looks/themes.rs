//! Themes as Telegram's apps hand them over.

use serde_json::{Value, json};

/// Themes as Telegram's apps hand them over, and five of people's own, none of which
/// was made with hints in mind: background, the one around it, text, hint, link,
/// button, its text, heading, what is dangerous.
pub(crate) const THEMES: [(&str, [&str; 9]); 11] = [
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
pub(crate) fn parameters(colours: [&str; 9]) -> Value {
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
