//! The form of a tenant: what it has of its own, and what is wrong with it.

use std::str::FromStr as _;

use secrecy::SecretString;
use sesame_domain::ids::TenantId;
use sesame_domain::tenant::TenantSettings;

use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::tenant_ports::{OfferedSetting, TenantRefusal};
use crate::problem::ApiError;

/// Before the name of a setting, in the name of its field.
const SETTING: &str = "set-";

/// A setting, as the form has it.
pub(super) struct SettingField {
    pub(super) name: &'static str,
    /// The same for people: `Logins per day`.
    pub(super) title: String,
    pub(super) value: String,
    /// What holds if nothing is written.
    pub(super) usual: String,
    pub(super) explanation: String,
    pub(super) flaw: Option<String>,
}

/// The form, as someone has filled it in.
#[derive(Default)]
pub(super) struct TenantForm {
    pub(super) name: String,
    pub(super) settings: Vec<SettingField>,
    pub(super) reason: String,
    /// What is wrong with the name, the token, or all of it.
    pub(super) name_flaw: Option<String>,
    pub(super) token_flaw: Option<String>,
    pub(super) flaw: Option<String>,
}

impl TenantForm {
    /// With these settings filled in.
    pub(super) fn of(offered: Vec<OfferedSetting>, settings: &TenantSettings) -> Self {
        let field = |it: OfferedSetting| SettingField {
            title: titled(it.name),
            value: settings.get(it.name).cloned().unwrap_or_default(),
            usual: it.usual.unwrap_or_default(),
            explanation: it.explanation,
            flaw: None,
            name: it.name,
        };
        Self {
            settings: offered.into_iter().map(field).collect(),
            ..Self::default()
        }
    }

    /// As it was sent. Tokens are not shown again.
    pub(super) fn sent(acting: &Acting, offered: Vec<OfferedSetting>) -> Self {
        let settings = settings(acting, &offered);
        let sent = |name| acting.field(name).unwrap_or_default().trim().to_owned();
        Self {
            name: sent("name"),
            reason: sent("reason"),
            ..Self::of(offered, &settings)
        }
    }

    /// Whether something is wrong.
    pub(super) fn is_flawed(&self) -> bool {
        let fields = [&self.name_flaw, &self.token_flaw, &self.flaw];
        let of_settings = self.settings.iter().map(|it| &it.flaw);
        fields.into_iter().chain(of_settings).any(Option::is_some)
    }

    /// Whether what is wrong is among the settings, which are folded away.
    pub(super) fn is_open(&self) -> bool {
        self.settings.iter().any(|it| it.flaw.is_some())
    }

    /// Says at the fields why it was not done.
    pub(super) fn refuse(&mut self, refusal: TenantRefusal) -> Result<(), PageError> {
        match refusal {
            TenantRefusal::NameTaken => {
                let words = "There is a tenant of this name already: among these, or in the environment of a node.";
                self.name_flaw = Some(words.to_owned());
            }
            TenantRefusal::Bot(other) => {
                let words =
                    format!("This bot is the tenant {other} already. Each has a bot of its own.");
                self.token_flaw = Some(words);
            }
            TenantRefusal::Token(words) => self.token_flaw = Some(words),
            TenantRefusal::BotApi(why) => {
                let words =
                    format!("Telegram could not be asked whose token this is: {why}. Try again.");
                self.token_flaw = Some(words);
            }
            TenantRefusal::Settings(flaws) => {
                for (name, words) in flaws {
                    let field = self.settings.iter_mut().find(|it| it.name == name);
                    match field {
                        Some(field) => field.flaw = Some(format!("It {words}.")),
                        None => self.flaw = Some(format!("{name} {words}.")),
                    }
                }
            }
            TenantRefusal::Stale => {
                let words = "Someone changed this tenant since you opened the page. What holds now is shown above; look whether you still want it.";
                self.flaw = Some(words.to_owned());
            }
            TenantRefusal::FromEnvironment => {
                let words =
                    "This tenant stands in the environment of the nodes, and is changed there.";
                self.flaw = Some(words.to_owned());
            }
            TenantRefusal::NotFound => return Err(ApiError::NotFound.into()),
            TenantRefusal::Store(error) => return Err(error.into()),
            TenantRefusal::Vault(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// What was written for the settings; what was left empty is as usual.
pub(super) fn settings(acting: &Acting, offered: &[OfferedSetting]) -> TenantSettings {
    let written = offered.iter().filter_map(|it| {
        let value = acting.field(&format!("{SETTING}{}", it.name))?.trim();
        (!value.is_empty()).then(|| (it.name.to_owned(), value.to_owned()))
    });
    written.collect()
}

/// The name of a new tenant, if it is one.
pub(super) fn name(acting: &Acting) -> Result<TenantId, String> {
    let name = acting.field("name").unwrap_or_default().trim();
    let id = TenantId::from_str(name).ok().filter(|id| !id.is_instance());
    id.ok_or_else(|| "A name has 1 to 32 characters out of a-z, 0-9 and -.".to_owned())
}

/// The token that was sent.
pub(super) fn token(acting: &Acting) -> SecretString {
    SecretString::from(acting.field("token").unwrap_or_default().trim())
}

/// `LOGINS_PER_DAY`: `Logins per day`.
fn titled(name: &str) -> String {
    let words = name.to_lowercase().replace('_', " ");
    let words = words.replace("qr ttl", "life of a login in");
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_titles_for_people() {
        assert_eq!(titled("LOGINS_PER_DAY"), "Logins per day");
        assert_eq!(titled("QR_TTL_SECONDS"), "Life of a login in seconds");
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let offered = vec![OfferedSetting {
            name: "RATE_BOT",
            expects: "a number",
            explanation: "How often.".to_owned(),
            usual: Some("30".to_owned()),
        }];
        let set = [("RATE_BOT".to_owned(), "many".to_owned())].into();
        let mut form = TenantForm::of(offered, &set);
        assert!(!form.is_flawed() && !form.is_open());
        let flaws = vec![("RATE_BOT".to_owned(), "is no number".to_owned())];
        form.refuse(TenantRefusal::Settings(flaws)).unwrap();
        assert_eq!(form.settings[0].flaw.as_deref(), Some("It is no number."));
        assert_eq!(form.settings[0].value, "many");
        assert!(form.is_flawed() && form.is_open());
        form.refuse(TenantRefusal::NameTaken).unwrap();
        assert!(form.name_flaw.is_some());
        assert!(form.refuse(TenantRefusal::NotFound).is_err());
    }
}
