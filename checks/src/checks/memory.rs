//! Whether memory that holds keys can be kept from being swapped out.

use sesame_domain::plural::counted;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};

pub(super) const CHECK: Check = Check::new("memory", Group::Process, |ports| {
    Box::pin(async { vec![finding(ports.lockable_bytes)] })
});

reasons! {
    Limit = "limit",
}

const ABOUT: &str = "memory";
/// The keys and what stands beside them fit into a few pages.
const LOCKED_BYTES: u64 = 64 * 1024;

fn finding(limit: Option<u64>) -> Finding {
    match limit {
        Some(bytes) if bytes < LOCKED_BYTES => Finding::warning(
            ABOUT,
            Why::Limit,
            format!("only {} may be locked: keys may be swapped out", counted(bytes, "byte")),
            "raise the limit (`ulimit -l 64`, LimitMEMLOCK= under systemd), or encrypt swap",
        ),
        _ => Finding::good(ABOUT, "pages that hold keys can be locked"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn a_limit_below_a_few_pages_is_warned_about() {
        assert_eq!(finding(None).verdict, Verdict::Good);
        assert_eq!(finding(Some(64 * 1024)).verdict, Verdict::Good);
        assert_eq!(finding(Some(0)).verdict, Verdict::Warning);
    }
}
