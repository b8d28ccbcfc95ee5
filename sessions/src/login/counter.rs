//! Counts what becomes of a login.

use sesame_domain::login::{Ending, Fault, Login, Status};

use crate::metrics;

/// Counts what becomes of a login, each thing once.
#[derive(Debug)]
pub(super) struct LoginCounter {
    published: bool,
}

impl LoginCounter {
    /// For a login as it was found.
    pub(super) fn of(login: &Login) -> Self {
        Self {
            published: !matches!(
                login.state.status(),
                Status::Starting | Status::NumberRequired
            ),
        }
    }

    /// Whether it showed a code at some time, or had one sent.
    pub(super) fn is_published(&self) -> bool {
        self.published
    }

    /// Counts what changed.
    pub(super) fn count(&mut self, before: &Login, after: &Login) {
        let owner = &after.owner;
        let is_published = matches!(after.state.status(), Status::Pending | Status::CodeRequired);
        if !self.published && is_published {
            self.published = true;
            metrics::login_published(owner);
        }
        if before.scanned_at.is_none() && after.scanned_at.is_some() {
            metrics::login_scanned(owner);
        }
        if before.is_over() {
            return;
        }
        if let Some(ending) = after.ending().filter(|_| after.scanned_at.is_some()) {
            metrics::scanned_login_ended(owner, Fault::of(&before.state, &ending));
        }
        match after.ending() {
            Some(Ending::Authorized { .. }) => metrics::login_succeeded(owner),
            Some(Ending::Expired) => metrics::login_expired(owner),
            Some(Ending::Cancelled | Ending::Superseded) => metrics::login_cancelled(owner),
            Some(Ending::Failed(failure)) => metrics::login_failed(owner, failure),
            None => {}
        }
    }
}
