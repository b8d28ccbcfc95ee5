//! Telegram's colours, as Mini Apps are told them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Colours of the person's app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// `themeParams`: the colours of Telegram for iOS, day and night.
pub fn parameters(theme: Theme) -> Value {
    match theme {
        Theme::Light => json!({
            "accent_text_color": "#007aff",
            "bg_color": "#ffffff",
            "bottom_bar_bg_color": "#f2f2f2",
            "button_color": "#007aff",
            "button_text_color": "#ffffff",
            "destructive_text_color": "#ff3b30",
            "header_bg_color": "#f8f8f8",
            "hint_color": "#8e8e93",
            "link_color": "#007aff",
            "secondary_bg_color": "#efeff4",
            "section_bg_color": "#ffffff",
            "section_header_text_color": "#6d6d72",
            "section_separator_color": "#c8c7cc",
            "subtitle_text_color": "#8e8e93",
            "text_color": "#000000",
        }),
        Theme::Dark => json!({
            "accent_text_color": "#6ab2f2",
            "bg_color": "#17212b",
            "bottom_bar_bg_color": "#17212b",
            "button_color": "#5288c1",
            "button_text_color": "#ffffff",
            "destructive_text_color": "#ec3942",
            "header_bg_color": "#17212b",
            "hint_color": "#708499",
            "link_color": "#6ab3f3",
            "secondary_bg_color": "#232e3c",
            "section_bg_color": "#17212b",
            "section_header_text_color": "#6ab3f3",
            "section_separator_color": "#111921",
            "subtitle_text_color": "#708499",
            "text_color": "#f5f5f5",
        }),
    }
}
