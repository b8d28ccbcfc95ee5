//! What proves who opened the Mini App.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};

pub(super) const CHECK: Check = Check::new("launch_data", Group::Settings, |ports| {
    Box::pin(async { ports.launch_data_is_signed.map(finding).into_iter().collect() })
});

reasons! {
    Unsigned = "unsigned",
}

const ABOUT: &str = "launch data";

/// Whether more than the bot's token is needed to make it.
fn finding(is_signed: bool) -> Finding {
    if is_signed {
        return Finding::good(ABOUT, "must carry Telegram's own signature");
    }
    Finding::warning(
        ABOUT,
        Why::Unsigned,
        "is accepted without Telegram's own signature: whoever has BOT_TOKEN can make it, for \
         anyone",
        "take INIT_DATA_SIGNATURE=optional out as soon as no one uses such an old app",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn launch_data_without_a_signature_is_warned_about() {
        assert_eq!(finding(true).verdict, Verdict::Good);
        assert_eq!(finding(false).verdict, Verdict::Warning);
    }
}
