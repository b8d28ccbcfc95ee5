//! How a world is set up.

use std::time::Duration;

/// What can be chosen when a [`World`](super::World) is made.
#[derive(Clone, Debug)]
pub struct WorldOptions {
    /// The api id of the one app that is registered here.
    pub api_id: i32,
    /// The api hash of that app.
    pub api_hash: String,
    /// The title of that app, as people see it in Settings > Devices.
    pub app_title: String,
    /// How long a login token can be scanned (Telegram: about 30 s).
    pub token_life: Duration,
    /// How long a token that moves a login to another data centre is valid.
    pub transfer_life: Duration,
    /// How long a login code is valid.
    pub code_life: Duration,
    /// How many wrong login codes are forgiven before the code is void.
    pub code_attempts: u8,
    /// After how long without use an authorisation key without a login is forgotten.
    pub idle_key_life: Duration,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self {
            api_id: 20_001,
            api_hash: "0123456789abcdef0123456789abcdef".to_owned(),
            app_title: "Sesame Sandbox App".to_owned(),
            token_life: Duration::from_secs(30),
            transfer_life: Duration::from_secs(60),
            code_life: Duration::from_secs(300),
            code_attempts: 5,
            idle_key_life: Duration::from_secs(24 * 3600),
        }
    }
}
