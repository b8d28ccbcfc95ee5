//! What a client says about itself.

use serde::{Deserialize, Serialize};

/// The self-description from `initConnection`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The app's id.
    pub api_id: i32,
    /// The device's name, as its owner sees it.
    pub model: String,
    /// The operating system and its version.
    pub system_version: String,
    /// The app's version.
    pub app_version: String,
}

/// The longest text that is kept of each field of a [`Device`].
const MAX_LEN: usize = 128;

impl Device {
    /// A description with its fields cut to a sane length.
    pub fn new(api_id: i32, model: &str, system_version: &str, app_version: &str) -> Self {
        let cut = |text: &str| text.chars().take(MAX_LEN).collect();
        Self {
            api_id,
            model: cut(model),
            system_version: cut(system_version),
            app_version: cut(app_version),
        }
    }
}
