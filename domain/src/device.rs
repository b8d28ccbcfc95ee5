//! How a session shows up in Telegram's Settings > Devices.

use serde::{Deserialize, Serialize};

/// The names that a session gives to Telegram (`initConnection`), and that the
/// person sees in Settings > Devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// `device_model`, the bold first line.
    pub model: String,
    /// `system_version`.
    pub system_version: String,
    /// `app_version`, shown behind the app's name.
    pub app_version: String,
    /// The title of the app that the `api_id` belongs to. Telegram adds it by
    /// itself; the configuration must say the same.
    pub app_name: String,
}
