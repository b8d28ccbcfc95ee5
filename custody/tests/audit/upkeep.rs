//! The audit of several tenants, one of which is broken.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_custody::audit::AuditUpkeep;
use sesame_domain::audit::{Actor, AuditEntry, ChainedEntry, Checkpoint, Strand, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{AuditMaintenance, AuditTrail, StoreError};
use sesame_domain::time::ManualClock;

use crate::memory::{Keys, Trail, noon, tenant};

/// Beside a trail that is whole, another tenant's that cannot be read.
struct Both(Trail);

fn broken() -> TenantId {
    "broken".parse().unwrap()
}

fn whole(asked: &TenantId) -> Result<(), StoreError> {
    if *asked == broken() {
        return Err(StoreError::inconsistent("a row"));
    }
    Ok(())
}

#[async_trait]
impl AuditTrail for Both {
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        Ok(vec![broken(), tenant()])
    }

    async fn strands(&self, asked: &TenantId) -> Result<Vec<Strand>, StoreError> {
        whole(asked)?;
        self.0.strands(asked).await
    }

    async fn entries(
        &self,
        asked: &TenantId,
        strand: StrandNo,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ChainedEntry>, StoreError> {
        whole(asked)?;
        self.0.entries(asked, strand, after, limit).await
    }

    async fn checkpoints(
        &self,
        asked: &TenantId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Checkpoint>, StoreError> {
        whole(asked)?;
        self.0.checkpoints(asked, after, limit).await
    }

    async fn last_checkpoint(&self, asked: &TenantId) -> Result<Option<Checkpoint>, StoreError> {
        whole(asked)?;
        self.0.last_checkpoint(asked).await
    }

    async fn add_checkpoint(&self, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
        self.0.add_checkpoint(checkpoint).await
    }

    async fn prune(&self, through: &Checkpoint, audit: AuditEntry) -> Result<u64, StoreError> {
        self.0.prune(through, audit).await
    }
}

#[tokio::test]
async fn a_broken_audit_of_one_tenant_stops_no_others() {
    let trail = Trail::of(0);
    trail.write(2);
    trail.checkpoint().await;
    trail.write(2);
    let both = Arc::new(Both(trail));
    let upkeep = AuditUpkeep {
        trail: both.clone(),
        keys: Arc::new(Keys),
        clock: Arc::new(ManualClock::new(noon() + TimeDelta::days(100))),
        origin: "a test".to_owned(),
    };
    let failed = upkeep.checkpoint().await.unwrap_err().to_string();
    assert!(failed.starts_with("broken: "), "{failed}");
    assert!(!failed.contains("main"), "{failed}");
    assert_eq!(both.0.tables().checkpoints.len(), 2);

    let before = both.0.tables().entries.len();
    let actor = Actor::system("prune_audit");
    let failed = upkeep.prune(TimeDelta::days(1), actor).await.unwrap_err();
    assert!(failed.to_string().starts_with("broken: "), "{failed}");
    assert!(both.0.tables().entries.len() < before);
}
