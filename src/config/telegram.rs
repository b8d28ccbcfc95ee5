//! How Sesame shows itself to Telegram, and to which one.

use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;
use sesame_domain::device::Device;
use sesame_sessions::Throttling;
use url::Url;

use super::flaw;
use super::section::section;
use super::setting::{secret, setting, within};
use super::text::{http, of_secret, shown_name};

section! {
    /// How Sesame shows itself to Telegram, and to which one.
    pub(crate) struct Telegram: "Telegram" {
        /// Your app's number and secret, from https://my.telegram.org/apps. Required.
        api_id: i32 = setting("API_ID", "the number from https://my.telegram.org/apps")
            .filled_in_first()
            .check_text(exchanged)
            .check(within(1..=i32::MAX.into())),
        api_hash: SecretString = secret(
            "API_HASH",
            "the 32 hexadecimal digits beside API_ID on https://my.telegram.org/apps",
        )
        .filled_in_first()
        .check(of_secret(api_hash)),

        /// What people see in Settings > Devices after they linked their account. They
        /// are shown the same words before they scan. APP_NAME must be the title that
        /// your app has on my.telegram.org: Telegram shows that one.
        device_model: String = setting(
            "DEVICE_MODEL",
            "the bold first line in Settings > Devices, 1 to 64 characters",
        )
        .words()
        .default("Sesame")
        .check(shown_name),
        system_version: String = setting(
            "SYSTEM_VERSION",
            "the system in Settings > Devices, 1 to 64 characters",
        )
        .words()
        .default("Linux")
        .check(shown_name),
        app_name: String = setting(
            "APP_NAME",
            "the title of the app on https://my.telegram.org/apps, 1 to 64 characters",
        )
        .words()
        .default("Sesame")
        .check(shown_name),

        /// How far the calls of one account are apart, in milliseconds: as chance will
        /// have it between these two, and more after Telegram asked for waits.
        throttle_floor_ms: u32 = setting(
            "THROTTLE_FLOOR_MS",
            "milliseconds between the calls of an account, 0 to 60000",
        )
        .default("200")
        .check(within(0..=60_000)),
        throttle_ceiling_ms: u32 = setting(
            "THROTTLE_CEILING_MS",
            "milliseconds between the calls of an account, 0 to 60000",
        )
        .default("500")
        .check(within(0..=60_000)),

        /// `production`, or `test` for Telegram's own test servers (accounts there are
        /// separate from real ones).
        telegram_servers: Servers = setting(
            "TELEGRAM_SERVERS",
            "production, or test for Telegram's own test servers",
        )
        .default("production"),

        /// The control address of a sandbox (the local Telegram that
        /// `sesame sandbox --telegram-only` runs), to use it instead of Telegram. Builds
        /// without the Cargo feature `sandbox` refuse it.
        telegram_sandbox: Option<Url> = setting(
            "TELEGRAM_SANDBOX",
            "the control address of a running sandbox, such as http://127.0.0.1:8081/control",
        )
        .example("http://127.0.0.1:8081/control")
        .check(http)
        .of_feature("sandbox", cfg!(feature = "sandbox"))
        .optional(),
    }
}

/// Which of Telegram's own data centres are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Servers {
    /// Those that everyone uses.
    Production,
    /// Those that Telegram offers for tests.
    Test,
}

impl FromStr for Servers {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "production" => Ok(Self::Production),
            "test" => Ok(Self::Test),
            _ => Err("there are no such servers"),
        }
    }
}

/// Says it when something else stands in the place of the app's number.
fn exchanged(text: &str) -> Option<&'static str> {
    if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        Some("looks like an API hash: are API_ID and API_HASH exchanged?")
    } else if text.contains(':') {
        Some("looks like the token of a bot")
    } else {
        None
    }
}

fn api_hash(text: &str) -> Option<String> {
    if text.len() <= 10 && text.parse::<u64>().is_ok() {
        return Some("is a number: are API_ID and API_HASH exchanged?".to_owned());
    }
    flaw::characters(text, |b| b.is_ascii_hexdigit()).or_else(|| flaw::length(text.len(), 32, 32))
}

impl Telegram {
    /// How far the calls of one account are apart.
    pub(crate) fn throttling(&self) -> Throttling {
        let of = |ms: u32| Duration::from_millis(ms.into());
        let floor = of(self.throttle_floor_ms);
        Throttling {
            floor,
            ceiling: of(self.throttle_ceiling_ms).max(floor),
        }
    }

    /// The device as Telegram will show it.
    pub(crate) fn device(&self) -> Device {
        Device {
            model: self.device_model.clone(),
            system_version: self.system_version.clone(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            app_name: self.app_name.clone(),
        }
    }
}
