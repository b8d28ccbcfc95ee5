//! Where the Mini App is, if it can be shown.

use sesame_words::{BotWords, Text};
use teloxide::types::{InlineKeyboardButton, MenuButton, WebAppInfo};
use url::Url;

use crate::settings::BotSettings;

/// Where the Mini App is. Telegram opens Mini Apps over HTTPS only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AppLink {
    /// It can be opened.
    Open(Url),
    /// Telegram refuses the address.
    NeedsHttps,
}

impl AppLink {
    /// The link for these settings. A Bot API that is not Telegram's (the
    /// sandbox) is allowed to open the app without HTTPS.
    pub(crate) fn new(settings: &BotSettings) -> Self {
        let telegrams_own = settings
            .api_url
            .as_ref()
            .is_none_or(|url| url.domain() == Some("api.telegram.org"));
        if settings.app_url.scheme() == "https" || !telegrams_own {
            Self::Open(settings.app_url.clone())
        } else {
            Self::NeedsHttps
        }
    }

    /// A page of the app, named below its first one; `None`: it cannot be opened.
    pub(crate) fn page(&self, name: &str) -> Option<Self> {
        let Self::Open(url) = self else {
            return None;
        };
        let mut url = url.clone();
        url.path_segments_mut().ok()?.pop_if_empty().push(name);
        Some(Self::Open(url))
    }

    /// A button that opens the app.
    pub(crate) fn button(&self, label: Text) -> Option<InlineKeyboardButton> {
        match self {
            Self::Open(url) => {
                let info = WebAppInfo { url: url.clone() };
                Some(InlineKeyboardButton::web_app(label, info))
            }
            Self::NeedsHttps => None,
        }
    }

    /// The button beside the input field.
    pub(crate) fn menu(&self, texts: BotWords) -> MenuButton {
        match self {
            Self::Open(url) => MenuButton::WebApp {
                text: texts.menu_button().into(),
                web_app: WebAppInfo { url: url.clone() },
            },
            Self::NeedsHttps => MenuButton::Commands,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use sesame_domain::operator::Operators;
    use sesame_words::Language;

    use super::*;

    #[rstest]
    #[case("https://e.org/app")]
    #[case("https://e.org/app/")]
    fn a_page_lies_below_the_first_one(#[case] app: &str) {
        let page = AppLink::Open(app.parse().unwrap()).page("copies");
        let expected = AppLink::Open("https://e.org/app/copies".parse().unwrap());
        assert_eq!(page, Some(expected));
        assert_eq!(AppLink::NeedsHttps.page("copies"), None);
    }

    #[rstest]
    #[case(None, "https://e.org/app", true)]
    #[case(None, "http://e.org/app", false)]
    #[case(Some("https://api.telegram.org"), "http://e.org/app", false)]
    #[case(Some("http://127.0.0.1:1"), "http://127.0.0.1:2/app", true)]
    fn telegram_itself_opens_the_app_over_https_only(
        #[case] api: Option<&str>,
        #[case] app: &str,
        #[case] opens: bool,
    ) {
        let settings = BotSettings {
            tenant: "main".parse().unwrap(),
            token: "1:a".into(),
            api_url: api.map(|url| url.parse().unwrap()),
            app_url: app.parse().unwrap(),
            rate: 0,
            own_words: crate::OwnWords::default(),
            disclosure: sesame_domain::disclosure::Disclosure::default(),
            operators: Operators::default(),
            admin_url: app.parse().unwrap(),
            webhook: None,
        };
        let link = AppLink::new(&settings);
        assert_eq!(matches!(link, AppLink::Open(_)), opens);
        assert_eq!(
            link.button(Language::ENGLISH.bot().open_app_button())
                .is_some(),
            opens
        );
    }
}
