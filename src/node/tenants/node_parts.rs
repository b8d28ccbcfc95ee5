//! What tenants of this node share.

use std::sync::Arc;

use sesame_domain::ids::TenantId;
use sesame_domain::ports::{RateLimits, Signals};
use sesame_work::Runner;
use url::Url;

use super::administration::Administration;
use super::routes::TenantRoutes;
use crate::config::Layers;
use crate::node::core::Core;
use crate::node::diagnosis::NodeDiagnosis;
use crate::node::runtime::OfNode;

/// What tenants of this node share.
pub(crate) struct NodeParts {
    pub(crate) of_node: OfNode,
    pub(crate) layers: Layers,
    /// Below which address everything lies.
    pub(crate) public_url: Url,
    /// The tenant of the environment.
    pub(crate) first: TenantId,
    /// Whether Telegram pushes updates, to the first tenant and so to all.
    pub(crate) is_pushed: bool,
    /// How many connections the node takes.
    pub(crate) connections: usize,
    pub(crate) node_rates: Arc<dyn RateLimits>,
    pub(crate) signals: Arc<dyn Signals>,
    pub(crate) runner: Arc<Runner>,
    pub(crate) routes: Arc<TenantRoutes>,
    pub(crate) diagnosis: Arc<NodeDiagnosis>,
    pub(crate) administration: Arc<Administration>,
}

impl NodeParts {
    pub(super) fn core(&self) -> &Core {
        &self.of_node.core
    }

    /// With what Telegram proves itself to a tenant: the same on all nodes.
    pub(super) fn webhook_secret(&self, tenant: &TenantId) -> Option<String> {
        let secret = || {
            let keys = &self.core().token_keys;
            hex::encode(keys.mac("webhook", tenant.as_str().as_bytes()))
        };
        self.is_pushed.then(secret)
    }
}
