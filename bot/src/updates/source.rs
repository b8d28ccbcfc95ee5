//! Where updates come from.

use std::fmt;

use secrecy::SecretString;
use teloxide::types::AllowedUpdate;
use url::Url;

use crate::telegram::{ApiFault, Telegram, WebhookInfo};

/// The kinds of updates that the bot takes.
pub(crate) const UPDATES: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// The names of the updates that the bot takes, as Telegram lists them.
pub const UPDATE_KINDS: [&str; 4] = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
];

/// Where updates come from.
#[derive(Clone)]
pub(crate) enum UpdateSource {
    /// Telegram pushes them.
    Webhook {
        /// To this address,
        address: Url,
        /// with this secret.
        secret: SecretString,
    },
    /// We ask for them.
    Polling,
}

impl fmt::Debug for UpdateSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhook { address, .. } => write!(f, "Webhook({address})"),
            Self::Polling => f.write_str("Polling"),
        }
    }
}

impl UpdateSource {
    /// Tells Telegram. Can be said again and again.
    pub(crate) async fn set(&self, telegram: &Telegram) -> Result<(), ApiFault> {
        match self {
            Self::Webhook { address, secret } => {
                let updates = UPDATES.to_vec();
                telegram.set_webhook(address.clone(), secret, updates).await
            }
            Self::Polling => telegram.delete_webhook().await,
        }
    }

    /// Whether this is what Telegram does.
    pub(crate) fn is_set(&self, info: &WebhookInfo) -> bool {
        match self {
            Self::Webhook { address, .. } => {
                Url::parse(&info.url).is_ok_and(|url| url == *address) && has_all(info)
            }
            Self::Polling => info.url.is_empty(),
        }
    }
}

/// Whether every kind that is needed is delivered. Without a list it is all
/// kinds but a few that are not needed here.
fn has_all(info: &WebhookInfo) -> bool {
    match info.allowed_updates.as_deref() {
        None | Some([]) => true,
        Some(kinds) => UPDATE_KINDS
            .iter()
            .all(|name| kinds.iter().any(|it| it == name)),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn webhook() -> UpdateSource {
        UpdateSource::Webhook {
            address: "https://e.org/telegram/main".parse().unwrap(),
            secret: "s".into(),
        }
    }

    fn info(url: &str, kinds: Option<&[&str]>) -> WebhookInfo {
        WebhookInfo {
            url: url.to_owned(),
            allowed_updates: kinds.map(|kinds| kinds.iter().map(|&it| it.to_owned()).collect()),
            ..WebhookInfo::default()
        }
    }

    #[rstest]
    #[case("https://e.org/telegram/main", Some(&UPDATE_KINDS[..]), true)]
    #[case("https://e.org/telegram/main", None, true)]
    #[case("https://e.org:443/telegram/main", None, true)]
    #[case("https://e.org/telegram/main", Some(&["message"][..]), false)]
    #[case("https://e.org/telegram/other", None, false)]
    #[case("", None, false)]
    fn a_webhook_is_ours_if_it_brings_everything_here(
        #[case] url: &str,
        #[case] kinds: Option<&[&str]>,
        #[case] ours: bool,
    ) {
        assert_eq!(webhook().is_set(&info(url, kinds)), ours);
    }

    #[test]
    fn polling_needs_that_there_is_no_webhook() {
        assert!(UpdateSource::Polling.is_set(&info("", None)));
        assert!(!UpdateSource::Polling.is_set(&info("https://e.org", None)));
    }

    #[test]
    fn the_names_are_telegrams() {
        let names = serde_json::to_value(UPDATES).unwrap();
        assert_eq!(names, serde_json::json!(UPDATE_KINDS));
    }
}
