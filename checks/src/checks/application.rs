//! Whether Telegram takes the application: `API_ID` and `API_HASH`.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{Ports, Refusal};

pub(super) const CHECK: Check = Check::new("application", Group::Telegram, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Refused = "refused",
    NotTried = "not_tried",
    Sandbox = "sandbox",
}

const ABOUT: &str = "telegram";

async fn look(ports: &Ports) -> Vec<Finding> {
    match &ports.application {
        Some(application) => vec![verdict(application.try_out().await)],
        None => Vec::new(),
    }
}

fn verdict(tried: Result<(), Refusal>) -> Finding {
    match tried {
        Ok(()) => Finding::good(ABOUT, "takes API_ID and API_HASH"),
        Err(Refusal::Refused(name)) => Finding::bad(
            ABOUT,
            Why::Refused,
            format!("refuses API_ID and API_HASH ({name}): no one can link an account"),
            if name.contains("PUBLISHED") {
                "this API_ID is known to everyone: register your own at https://my.telegram.org/apps"
            } else {
                "compare both with https://my.telegram.org/apps: they belong together"
            },
        ),
        Err(Refusal::Unknown(error)) => Finding::warning(
            ABOUT,
            Why::NotTried,
            format!("API_ID and API_HASH could not be tried: {error}"),
            "does this machine reach Telegram's data centres (port 443)? Then try again later",
        ),
        Err(Refusal::Sandbox(error)) => {
            Finding::bad(ABOUT, Why::Sandbox, error, "is TELEGRAM_SANDBOX right?")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn a_refusal_names_the_settings_and_the_way_out() {
        let refused = |name: &str| verdict(Err(Refusal::Refused(name.to_owned())));
        let invalid = refused("API_ID_INVALID");
        assert_eq!(invalid.verdict, Verdict::Bad);
        assert!(invalid.says.contains("API_ID and API_HASH"));
        let published = refused("API_ID_PUBLISHED_FLOOD").advice.unwrap();
        assert!(published.contains("register your own"), "{published}");
        let silent = verdict(Err(Refusal::Unknown("no answer in time".to_owned())));
        assert_eq!(silent.verdict, Verdict::Warning);
    }
}
