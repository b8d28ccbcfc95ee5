//! Wake-ups among the tasks of one process.

use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{Signals, StoreError, Topic, WakeUps};

use super::channels::{TenantSignals, channel};
use super::hub::Hub;

/// Wake-ups among the tasks of one process.
pub(super) struct MemorySignals {
    hub: Arc<Hub>,
    tenant: Option<TenantId>,
}

impl MemorySignals {
    /// No one listens yet.
    pub(super) fn new(tenant: Option<TenantId>) -> Self {
        Self {
            hub: Hub::new(|_| {}),
            tenant,
        }
    }
}

#[async_trait]
impl Signals for MemorySignals {
    async fn publish(&self, topic: Topic) -> Result<(), StoreError> {
        self.hub.wake(&channel(topic, self.tenant.as_ref()));
        Ok(())
    }

    async fn subscribe(&self, topic: Topic) -> Result<WakeUps, StoreError> {
        Ok(self
            .hub
            .listen(channel(topic, self.tenant.as_ref()))
            .boxed())
    }
}

impl TenantSignals for MemorySignals {
    fn of_tenant(&self, tenant: &TenantId) -> Arc<dyn TenantSignals> {
        Arc::new(Self {
            hub: Arc::clone(&self.hub),
            tenant: Some(tenant.clone()),
        })
    }
}
