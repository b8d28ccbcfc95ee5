//! How long a linked account is kept, in words.

use sesame_domain::retention::RetentionPeriods;
use sesame_words::{AppWords, Text};

/// How long a linked account is kept, in words.
pub(super) trait Retention {
    /// When an account is unlinked by itself; `None`: never.
    fn account_kept(self, retention: &RetentionPeriods) -> Option<Text>;
    /// Until when the session of an account is kept.
    fn session_kept(self, retention: &RetentionPeriods) -> Text;
}

impl Retention for AppWords {
    fn account_kept(self, retention: &RetentionPeriods) -> Option<Text> {
        let sessions = &retention.sessions;
        match (sessions.unused, sessions.max_age) {
            (Some(unused), Some(age)) => Some(self.account_kept_unused_or_age(age, unused)),
            (Some(unused), None) => Some(self.account_kept_unused(unused)),
            (None, Some(age)) => Some(self.account_kept_age(age)),
            (None, None) => None,
        }
    }

    fn session_kept(self, retention: &RetentionPeriods) -> Text {
        let sessions = &retention.sessions;
        match (sessions.unused, sessions.max_age) {
            (Some(unused), Some(age)) => self.data_account_kept_unused_age(age, unused),
            (Some(unused), None) => self.data_account_kept_unused(unused),
            (None, Some(age)) => self.data_account_kept_age(age),
            (None, None) => self.data_account_kept(),
        }
    }
}
