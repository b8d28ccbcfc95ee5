//! That Telegram does not answer, as a login's views say it.

use sesame_domain::login::Retry;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html};

use super::moments::{countdown, iso, left};

/// That Telegram does not answer; of a data centre that is left alone, for how
/// long.
pub(super) fn unreachable(words: AppWords, retry: Retry, now: Timestamp) -> Html {
    match retry.dc {
        Some(dc) => {
            let left = left(retry.retry_at, now);
            words.code_silent(
                u64::try_from(dc).unwrap_or_default(),
                &countdown(&iso(retry.retry_at), &left),
            )
        }
        None => words.code_unreachable().into(),
    }
}
