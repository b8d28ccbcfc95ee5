//! Whether Telegram takes the application: `API_ID` and `API_HASH`.

use sesame_sessions::Trial;

use super::finding::Finding;
use crate::config::Settings;
use crate::node;

const ABOUT: &str = "telegram";

/// Tries the application as a new device would; no one is signed in by that.
pub(super) async fn look(settings: &Settings) -> Finding {
    match node::try_application(settings).await {
        Ok(tried) => verdict(tried),
        Err(failure) => Finding::bad(ABOUT, failure.to_string(), "is TELEGRAM_SANDBOX right?"),
    }
}

fn verdict(tried: Result<(), Trial>) -> Finding {
    match tried {
        Ok(()) => Finding::good(ABOUT, "takes API_ID and API_HASH"),
        Err(Trial::Refused(name)) => Finding::bad(
            ABOUT,
            format!("refuses API_ID and API_HASH ({name}): no one can link an account"),
            if name.contains("PUBLISHED") {
                "this API_ID is known to everyone: register your own at https://my.telegram.org/apps"
            } else {
                "compare both with https://my.telegram.org/apps: they belong together"
            },
        ),
        Err(Trial::Unknown(error)) => Finding::warning(
            ABOUT,
            format!("API_ID and API_HASH could not be tried: {error}"),
            "does this machine reach Telegram's data centres (port 443)? Then try again later",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn a_refusal_names_the_settings_and_the_way_out() {
        let refused = |name: &str| verdict(Err(Trial::Refused(name.to_owned())));
        let invalid = refused("API_ID_INVALID");
        assert_eq!(invalid.verdict, Verdict::Bad);
        assert!(invalid.says.contains("API_ID and API_HASH"));
        let published = refused("API_ID_PUBLISHED_FLOOD").advice.unwrap();
        assert!(published.contains("register your own"), "{published}");
        let silent = verdict(Err(Trial::Unknown("no answer in time".to_owned())));
        assert_eq!(silent.verdict, Verdict::Warning);
    }
}
