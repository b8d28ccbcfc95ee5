//! The place where copies of chats are kept: whether it takes them.

use sesame_domain::ports::ExportFilesError;
use sesame_domain::reason::Reason;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("exports", Group::Records, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Gone = "gone",
    Denied = "denied",
    Full = "full",
    Unreachable = "unreachable",
}

const ABOUT: &str = "exports";

async fn look(ports: &Ports) -> Vec<Finding> {
    let place = match &ports.exports {
        // People cannot ask for any.
        None => return Vec::new(),
        Some(Ok(place)) => place,
        Some(Err(unusable)) => return vec![Finding::unusable(ABOUT, unusable)],
    };
    let finding = match place.try_out().await {
        Ok(()) => Finding::good(ABOUT, "EXPORT_TO takes copies of chats, and gives them back"),
        Err(error) => finding(&error),
    };
    vec![finding]
}

fn finding(error: &ExportFilesError) -> Finding {
    let says = Reason::of(error).to_string();
    let (why, advice) = match error {
        ExportFilesError::Gone(_) => (
            Why::Gone,
            "make the folder or the bucket that EXPORT_TO names; copies that were there are lost, \
             and people can have them made anew",
        ),
        ExportFilesError::Denied(_) => (
            Why::Denied,
            "Sesame must be allowed to list, get, put and delete there: compare the rights of \
             the folder, or EXPORT_S3_ACCESS_KEY_ID and the bucket's policy",
        ),
        ExportFilesError::Full(_) => (Why::Full, "make room there, or lower EXPORT_QUOTA_MIB"),
        ExportFilesError::Unreachable(_)
        | ExportFilesError::Damaged
        | ExportFilesError::Vault(_) => (
            Why::Unreachable,
            "the place of the exports must be reachable from here: compare EXPORT_TO and \
             EXPORT_S3_ENDPOINT",
        ),
    };
    Finding::bad(ABOUT, why, says, advice)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::finding::Verdict;

    #[rstest]
    #[case(ExportFilesError::Gone, "gone")]
    #[case(ExportFilesError::Denied, "denied")]
    #[case(ExportFilesError::Full, "full")]
    #[case(ExportFilesError::Unreachable, "unreachable")]
    fn each_trouble_of_the_place_is_told_apart_and_has_its_advice(
        #[case] error: fn(Box<dyn std::error::Error + Send + Sync>) -> ExportFilesError,
        #[case] reason: &str,
    ) {
        let found = finding(&error("as it says".into()));
        assert_eq!((found.verdict, found.reason), (Verdict::Bad, reason));
        assert!(found.says.contains("as it says"), "{}", found.says);
        assert!(found.advice.is_some());
    }
}
