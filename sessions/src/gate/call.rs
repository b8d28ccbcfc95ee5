//! A call to Telegram.

use sesame_domain::ids::TenantId;
use tracing::Span;

use crate::subject::Subject;

use super::policy::CallPolicy;

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
}

impl Call<'_> {
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
