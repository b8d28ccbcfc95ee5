//! Opens the Mini App: its address with everything it is told at the start.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;
use utoipa::ToSchema;

use super::bot::Bot;
use super::init_data;
use super::menu::MenuButton;
use super::theme::{self, Theme};
use crate::world::Person;

/// The version of the Mini App protocol that the phone speaks.
pub(super) const VERSION: &str = "9.1";

/// The app in which the person has the chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Telegram for iOS.
    #[default]
    Ios,
    /// Telegram for Android.
    Android,
    /// Telegram Desktop.
    Tdesktop,
    /// Telegram for macOS.
    Macos,
    /// Telegram Web K.
    Web,
    /// Telegram Web A.
    Weba,
}

impl Platform {
    fn name(self) -> &'static str {
        match self {
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Tdesktop => "tdesktop",
            Self::Macos => "macos",
            Self::Web => "web",
            Self::Weba => "weba",
        }
    }
}

/// The way into the Mini App.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// A button under a message; the address is on the button.
    Inline(String),
    /// A button in place of the keyboard.
    Reply(String),
    /// The button beside the input field.
    Menu,
    /// A link `t.me/<bot>?startapp=<parameter>`.
    Link(String),
}

/// How the Mini App is opened.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The way in.
    pub door: Door,
    /// The person's app.
    pub platform: Platform,
    /// Its colours.
    pub theme: Theme,
    /// When the data claims to be made, in Unix seconds; now if absent.
    pub auth_date: Option<i64>,
}

/// Why the Mini App cannot be opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LaunchError {
    /// The menu button opens no app.
    #[error("the bot's menu button opens no Mini App")]
    NoMenuApp,
    /// The bot has no main app.
    #[error("the bot has no Mini App that a link could open")]
    NoMainApp,
    /// Telegram's limits for the parameter.
    #[error("a start parameter has up to 512 letters, digits, '_' or '-'")]
    StartParameter,
    /// The address cannot be read.
    #[error("the Mini App's address is not a URL")]
    Address,
}

impl Bot {
    /// The Mini App's address for a person, with launch data in the fragment.
    pub fn launch(&self, person: &Person, launch: &Launch) -> Result<String, LaunchError> {
        let mut url = self.address(person, &launch.door)?;
        let start = match &launch.door {
            Door::Link(parameter) if !parameter.is_empty() => Some(parameter.as_str()),
            Door::Link(_) | Door::Inline(_) | Door::Reply(_) | Door::Menu => None,
        };
        if let Some(parameter) = start {
            url.query_pairs_mut()
                .append_pair("tgWebAppStartParam", parameter);
        }
        let data = self.init_data(person, launch, start);
        let parameters = format!(
            "tgWebAppData={}&tgWebAppVersion={VERSION}&tgWebAppPlatform={}&tgWebAppThemeParams={}",
            init_data::encode(&data),
            launch.platform.name(),
            init_data::encode(&theme::parameters(launch.theme).to_string()),
        );
        let fragment = match url.fragment() {
            Some(own) if own.contains('=') => format!("{own}&{parameters}"),
            Some(own) if !own.is_empty() => format!("{own}?{parameters}"),
            _ => parameters,
        };
        url.set_fragment(Some(&fragment));
        Ok(url.into())
    }

    fn address(&self, person: &Person, door: &Door) -> Result<Url, LaunchError> {
        let address = match door {
            Door::Inline(url) | Door::Reply(url) => url.clone(),
            Door::Menu => match self.menu_for(person.id) {
                MenuButton::WebApp { web_app, .. } => web_app.url,
                MenuButton::Commands | MenuButton::Default => {
                    return Err(LaunchError::NoMenuApp);
                }
            },
            Door::Link(parameter) => {
                check_parameter(parameter)?;
                self.main_app().ok_or(LaunchError::NoMainApp)?
            }
        };
        Url::parse(&address).map_err(|_| LaunchError::Address)
    }

    /// The app that links open: the one that was set, or the menu button's.
    fn main_app(&self) -> Option<String> {
        self.read(|state| match (&state.main_app, state.menus.get(None)) {
            (Some(url), _) => Some(url.clone()),
            (None, MenuButton::WebApp { web_app, .. }) => Some(web_app.url.clone()),
            (None, MenuButton::Commands | MenuButton::Default) => None,
        })
    }

    fn init_data(&self, person: &Person, launch: &Launch, start: Option<&str>) -> String {
        let auth_date = launch.auth_date.unwrap_or_else(|| self.time().timestamp());
        // Opening an app begins the chat as far as the bot may see it.
        self.change(|state| {
            let chat = state.chat(person.id);
            let user = user_json(person, chat.is_open() && !chat.blocked);
            let instance = chat.instance;
            let mut fields = Vec::new();
            match &launch.door {
                Door::Inline(_) | Door::Menu => {
                    fields.push(("query_id", query_id()));
                    fields.push(("user", user));
                }
                Door::Reply(_) => fields.push(("user", user)),
                Door::Link(_) => {
                    fields.push(("user", user));
                    fields.push(("chat_instance", instance.to_string()));
                    fields.push(("chat_type", "sender".to_owned()));
                }
            }
            if let Some(parameter) = start {
                fields.push(("start_param", parameter.to_owned()));
            }
            fields.push(("auth_date", auth_date.to_string()));
            init_data::sign(&state.identity, &state.key, fields)
        })
    }
}

/// Source: core.telegram.org/bots/webapps#direct-link-mini-apps.
fn check_parameter(parameter: &str) -> Result<(), LaunchError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if parameter.len() <= 512 && parameter.bytes().all(allowed) {
        Ok(())
    } else {
        Err(LaunchError::StartParameter)
    }
}

fn user_json(person: &Person, allows_writing: bool) -> String {
    let mut user = json!({
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name.as_deref().unwrap_or_default(),
        "language_code": person.language,
    });
    if let Some(fields) = user.as_object_mut() {
        if let Some(username) = &person.username {
            fields.insert("username".to_owned(), username.as_str().into());
        }
        if allows_writing {
            fields.insert("allows_write_to_pm".to_owned(), true.into());
        }
    }
    // Telegram's server escapes slashes in this text.
    user.to_string().replace('/', "\\/")
}

fn query_id() -> String {
    format!(
        "AAH{}",
        URL_SAFE_NO_PAD.encode(crate::world::random_bytes::<15>())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_parameters_have_telegrams_limits() {
        assert!(check_parameter("").is_ok());
        assert!(check_parameter("link_A-1").is_ok());
        assert!(check_parameter("a b").is_err());
        assert!(check_parameter(&"a".repeat(513)).is_err());
    }
}
