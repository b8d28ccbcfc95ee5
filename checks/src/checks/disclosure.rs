//! Whether people are told what their account is used for, and by whom.

use sesame_domain::disclosure::Disclosure;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};

pub(super) const CHECK: Check = Check::new("disclosure", Group::Settings, |ports| {
    Box::pin(async { ports.disclosure.as_ref().map(finding).into_iter().collect() })
});

reasons! {
    Unsaid = "unsaid",
}

const ABOUT: &str = "disclosure";

fn finding(told: &Disclosure) -> Finding {
    let Disclosure {
        purpose,
        operator,
        contact,
        privacy_url,
    } = told;
    let unsaid = [
        ("PURPOSE", purpose.is_none()),
        ("OPERATOR_NAME", operator.is_none()),
        ("OPERATOR_CONTACT", contact.is_none()),
        ("PRIVACY_URL", privacy_url.is_none()),
    ];
    let unsaid: Vec<_> = unsaid.iter().filter(|it| it.1).map(|it| it.0).collect();
    if unsaid.is_empty() {
        return Finding::good(
            ABOUT,
            "people read what their account is used for, and who runs this, before they link it",
        );
    }
    Finding::warning(
        ABOUT,
        Why::Unsaid,
        format!(
            "not set: {}. People link their account without being told",
            unsaid.join(", ")
        ),
        "set them: what the bot uses an account for, who runs it, how to reach them, and where \
         their privacy policy is",
    )
}

#[cfg(test)]
mod tests {
    use sesame_domain::disclosure::Contact;

    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn what_people_are_not_told_is_named() {
        let mut told = Disclosure::default();
        let finding_of = finding(&told);
        assert_eq!(finding_of.verdict, Verdict::Warning);
        for name in ["PURPOSE", "OPERATOR_NAME", "OPERATOR_CONTACT", "PRIVACY_URL"] {
            assert!(finding_of.says.contains(name), "{finding_of:?}");
        }
        told.purpose = Some("Reads channels.".to_owned());
        told.operator = Some("Ada".to_owned());
        told.privacy_url = Some("https://example.org/privacy".to_owned());
        let says = finding(&told).says;
        assert!(says.starts_with("not set: OPERATOR_CONTACT."), "{says}");
        told.contact = Some(Contact::new("ada@example.org"));
        assert_eq!(finding(&told).verdict, Verdict::Good);
    }
}
