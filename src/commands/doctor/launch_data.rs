//! What proves who opened the Mini App.

use super::finding::Finding;
use crate::config::InitDataSignature;

const LAUNCH_DATA: &str = "launch data";

/// Whether more than the bot's token is needed to make it.
pub(super) fn look(signature: InitDataSignature) -> Finding {
    match signature {
        InitDataSignature::Required => {
            Finding::good(LAUNCH_DATA, "must carry Telegram's own signature")
        }
        InitDataSignature::Optional => Finding::warning(
            LAUNCH_DATA,
            "is accepted without Telegram's own signature: whoever has BOT_TOKEN can make it, \
             for anyone",
            "take INIT_DATA_SIGNATURE=optional out as soon as no one uses such an old app",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::finding::Verdict;

    #[test]
    fn launch_data_without_a_signature_is_warned_about() {
        let verdict = |signature| look(signature).verdict;
        assert_eq!(verdict(InitDataSignature::Required), Verdict::Good);
        assert_eq!(verdict(InitDataSignature::Optional), Verdict::Warning);
    }
}
