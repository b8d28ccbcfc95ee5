//! About how much a copy would have, said before it is asked whether to begin.

use sesame_domain::account::Account;
use sesame_domain::export::{ExportChoice, ExportEstimate};
use sesame_domain::plural::counted;
use sesame_domain::session::peer::PeerId;
use sesame_sessions::Reader;
use sesame_words::Language;
use sesame_work::exporter::estimate;

/// A sentence about how much of a chat was chosen. Nothing depends on it: that it
/// cannot be counted is said as well.
pub(super) async fn estimated(
    reader: &Reader,
    account: &Account,
    dialog: PeerId,
    choice: &ExportChoice,
) -> String {
    match estimate(reader, reader, account, dialog, choice).await {
        Ok(estimate) => told(&estimate),
        Err(error) => format!("How much of it was chosen cannot be counted now ({error})."),
    }
}

fn told(estimate: &ExportEstimate) -> String {
    let (messages, files) = (
        counted(estimate.messages, "message"),
        counted(estimate.files, "file"),
    );
    let size = Language::ENGLISH.size(estimate.bytes);
    let about = if estimate.is_exact { "" } else { "about " };
    let stickers = if estimate.counts_all {
        ""
    } else {
        ", and stickers, which are not counted"
    };
    format!("Of that you chose {about}{messages} and {files} ({size}){stickers}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reckoned_and_what_is_not_counted_is_said() {
        let exact = ExportEstimate {
            messages: 1,
            files: 2,
            bytes: 3 << 20,
            is_exact: true,
            counts_all: true,
        };
        assert_eq!(
            told(&exact),
            "Of that you chose 1 message and 2 files (3 MB)."
        );
        let rough = ExportEstimate {
            is_exact: false,
            counts_all: false,
            ..exact
        };
        assert_eq!(
            told(&rough),
            "Of that you chose about 1 message and 2 files (3 MB), and stickers, which are not counted."
        );
    }
}
