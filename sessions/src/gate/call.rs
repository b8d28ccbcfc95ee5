//! A call to Telegram.

use sesame_domain::ids::TenantId;
use tracing::Span;

use crate::subject::{Counted, Subject};

use super::error::FloodKind;
use super::floods::FloodKey;
use super::policy::CallPolicy;
use super::request::{Counting, Repeat};

/// A call to Telegram, as the parts of the chain know it: all but what is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    /// For which bot; `None`: for none.
    pub(super) tenant: Option<&'a TenantId>,
    /// On whose account.
    pub(super) account: &'a Subject,
    /// In which data centre.
    pub(super) dc: i32,
    /// What is called, as in the schema.
    pub(super) method: &'static str,
    /// How it may be made.
    pub(super) policy: CallPolicy,
    /// Whether it may be made again.
    pub(super) repeat: Repeat,
    /// Whose calls of the method are counted together.
    pub(super) counting: Counting,
    /// Whether it is made inside of an export.
    pub(super) is_inside: bool,
}

impl Call<'_> {
    /// What a flood of this kind is counted by; `None`: that is not known.
    pub(super) fn flood_key(&self, kind: FloodKind) -> Option<FloodKey> {
        // Of a number, not of who gave it.
        if kind == FloodKind::Number {
            return None;
        }
        // A test number is the login's own.
        let is_own = kind == FloodKind::TestPhone || self.counting == Counting::PerAccount;
        let whose = if is_own {
            Some(self.account.counted()?)
        } else {
            // Whoever began it, with each of their logins; see
            // [`super::application_floods`] for all of them together.
            self.account.owner().cloned().map(Counted::Account)
        };
        Some(FloodKey {
            whose,
            method: self.method,
            is_inside: self.is_inside,
        })
    }

    /// All that floods in its way may be counted by.
    pub(super) fn flood_keys(&self) -> Vec<FloodKey> {
        let kinds = [FloodKind::Calls, FloodKind::TestPhone];
        let mut keys: Vec<_> = kinds
            .iter()
            .filter_map(|kind| self.flood_key(*kind))
            .collect();
        keys.dedup();
        keys
    }

    /// A span for what is heard of it. Whatever caused the call (a login's
    /// driver, a request) is around it.
    pub(super) fn span(&self) -> Span {
        let Self { dc, method, .. } = *self;
        let tenant = self.tenant.map(tracing::field::display);
        match self.account {
            Subject::Login { id, .. } => {
                tracing::info_span!("call", login.id = %id, tenant, dc, method)
            }
            Subject::Session { id, account, .. } => {
                let account = account.map(tracing::field::display);
                tracing::info_span!("call", session.id = %id, account.id = account, tenant, dc, method)
            }
            Subject::Unknown => tracing::info_span!("call", dc, method),
        }
    }
}
