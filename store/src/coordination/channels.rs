//! Which channel a topic is.

use std::sync::Arc;

use sesame_domain::ids::TenantId;
use sesame_domain::ports::{Signals, Topic};

/// Wake-ups of one tenant, of which there may be several in a process.
pub(super) trait TenantSignals: Signals {
    /// The same for another tenant.
    fn of_tenant(&self, tenant: &TenantId) -> Arc<dyn TenantSignals>;
}

/// The name of a topic's channel: of what only one tenant's nodes have anything to
/// do with, its own.
pub(super) fn channel(topic: Topic, tenant: Option<&TenantId>) -> String {
    let name = topic.as_text();
    match tenant.filter(|_| is_of_tenant(topic)) {
        Some(tenant) => format!("{name}@{tenant}"),
        None => name,
    }
}

/// Whether only nodes of one tenant have anything to do when there is news.
/// A person may have an account with several tenants. Logins and sessions have ids that are no one else's, and of jobs some belong to
/// no one.
fn is_of_tenant(topic: Topic) -> bool {
    match topic {
        Topic::Account(_) | Topic::Outbox | Topic::Leaving => true,
        Topic::Login(_)
        | Topic::Intent(_)
        | Topic::HandOver(_)
        | Topic::Look(_)
        | Topic::Wanted(_)
        | Topic::Jobs
        | Topic::Tenants => false,
    }
}
