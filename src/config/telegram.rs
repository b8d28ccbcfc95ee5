//! How Sesame shows itself to Telegram, and to which one.

use std::str::FromStr;

use garde::Validate;
use secrecy::SecretString;
use sesame_domain::device::Device;
use url::Url;

use super::flaw;
use super::reader::Reader;
use super::setting::Setting;
use super::text::{check_secret, is_http, is_shown_name};

static API_ID: Setting = Setting::new("API_ID", "the number from https://my.telegram.org/apps");
static API_HASH: Setting = Setting::new(
    "API_HASH",
    "the 32 hexadecimal digits beside API_ID on https://my.telegram.org/apps",
)
.secret();
static DEVICE_MODEL: Setting = Setting::with_default(
    "DEVICE_MODEL",
    "Sesame",
    "the bold first line in Settings > Devices, 1 to 64 characters",
)
.words();
static SYSTEM_VERSION: Setting = Setting::with_default(
    "SYSTEM_VERSION",
    "Linux",
    "the system in Settings > Devices, 1 to 64 characters",
)
.words();
static APP_NAME: Setting = Setting::with_default(
    "APP_NAME",
    "Sesame",
    "the title of the app on https://my.telegram.org/apps, 1 to 64 characters",
)
.words();
static TELEGRAM_SERVERS: Setting = Setting::with_default(
    "TELEGRAM_SERVERS",
    "production",
    "production, or test for Telegram's own test servers",
);
static TELEGRAM_SANDBOX: Setting = Setting::new(
    "TELEGRAM_SANDBOX",
    "the control address of a running sandbox, such as http://127.0.0.1:8081/control",
);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[
    &API_ID,
    &API_HASH,
    &DEVICE_MODEL,
    &SYSTEM_VERSION,
    &APP_NAME,
    &TELEGRAM_SERVERS,
    &TELEGRAM_SANDBOX,
];

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

/// How Sesame shows itself to Telegram, and to which one.
#[derive(Clone, Debug, Validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Telegram {
    /// The number of the app.
    #[garde(range(min = 1))]
    pub(crate) api_id: i32,
    /// The secret of the app.
    #[garde(custom(is_api_hash))]
    pub(crate) api_hash: SecretString,
    /// The device's name in Settings > Devices.
    #[garde(custom(is_shown_name))]
    pub(crate) device_model: String,
    /// The device's system in Settings > Devices.
    #[garde(custom(is_shown_name))]
    pub(crate) system_version: String,
    /// The title of the app.
    #[garde(custom(is_shown_name))]
    pub(crate) app_name: String,
    /// Telegram's own data centres.
    pub(crate) telegram_servers: Servers,
    /// The control address of a local Telegram that is used instead.
    #[garde(custom(is_http))]
    pub(crate) telegram_sandbox: Option<Url>,
}

fn is_api_hash(secret: &SecretString, (): &()) -> garde::Result {
    check_secret(secret, |text| {
        if text.len() <= 10 && text.parse::<u64>().is_ok() {
            return Some("is a number: are API_ID and API_HASH exchanged?".to_owned());
        }
        flaw::characters(text, |b| b.is_ascii_hexdigit())
            .or_else(|| flaw::length(text.len(), 32, 32))
    })
}

/// The number of the app; says it when something else stands in its place.
fn api_id(reader: &mut Reader<'_>) -> i32 {
    const STAND_IN: i32 = 1;
    let text = reader.text(&API_ID).unwrap_or_default();
    if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        let what = "looks like an API hash: are API_ID and API_HASH exchanged?";
        reader.problem(&API_ID, what);
    } else if text.contains(':') {
        reader.problem(&API_ID, "looks like the token of a bot");
    } else {
        return reader.required(&API_ID, STAND_IN);
    }
    STAND_IN
}

impl Telegram {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let section = Self {
            api_id: api_id(reader),
            api_hash: reader.required_secret(&API_HASH, &"0".repeat(32)),
            device_model: reader.required(&DEVICE_MODEL, "-".to_owned()),
            system_version: reader.required(&SYSTEM_VERSION, "-".to_owned()),
            app_name: reader.required(&APP_NAME, "-".to_owned()),
            telegram_servers: reader.required(&TELEGRAM_SERVERS, Servers::Production),
            telegram_sandbox: reader.optional(&TELEGRAM_SANDBOX),
        };
        reader.check(&section);
        section
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
