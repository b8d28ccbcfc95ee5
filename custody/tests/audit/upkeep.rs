//! The audit of several tenants, one of which is broken.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_custody::audit::AuditUpkeep;
use sesame_domain::audit::{Actor, AuditEntry, ChainedEntry, Checkpoint, Strand, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::listing::Tenants;
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::{
    AuditMaintenance, AuditTrail, AuditVerification, AuditVerifications, StoreError,
};
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

/// What was found, as it is kept.
#[derive(Default)]
struct Kept(Mutex<Vec<AuditVerification>>);

#[async_trait]
impl AuditVerifications for Kept {
    async fn note(&self, verification: &AuditVerification) -> Result<(), StoreError> {
        self.0.lock().unwrap().push(verification.clone());
        Ok(())
    }

    async fn last(
        &self,
        _: &Tenants,
    ) -> Result<Vec<Result<AuditVerification, BrokenRow>>, StoreError> {
        Ok(self.0.lock().unwrap().iter().cloned().map(Ok).collect())
    }
}

/// What was found out is no failure: trying again would find the same.
#[tokio::test]
async fn an_audit_that_was_changed_is_verified_and_what_was_found_is_kept() {
    let trail = Trail::of(0);
    trail.write(3);
    trail.checkpoint().await;
    trail.tables().entries[1].entry.origin = "elsewhere".to_owned();
    let kept = Arc::new(Kept::default());
    let now = noon() + TimeDelta::days(1);
    let upkeep = AuditUpkeep {
        trail: Arc::new(trail),
        verifications: kept.clone(),
        keys: Arc::new(Keys),
        clock: Arc::new(ManualClock::new(now)),
        origin: "a test".to_owned(),
        tenant: tenant(),
    };
    let verified = upkeep.verify().await.unwrap();
    assert_eq!((verified.tenants, verified.bad.len()), (1, 1));
    assert!(verified.to_string().contains("not as it was written"));
    let [found] = kept.0.lock().unwrap().clone().try_into().unwrap();
    assert_eq!(found.at, now);
    assert!(found.first_bad.unwrap().contains("was changed"));
}

/// An audit that nothing was written into yet is whole, and that is known.
#[tokio::test]
async fn an_audit_with_nothing_in_it_is_verified_as_well() {
    let kept = Arc::new(Kept::default());
    let upkeep = AuditUpkeep {
        trail: Arc::new(Trail::of(0)),
        verifications: kept.clone(),
        keys: Arc::new(Keys),
        clock: Arc::new(ManualClock::new(noon())),
        origin: "a test".to_owned(),
        tenant: tenant(),
    };
    let verified = upkeep.verify().await.unwrap();
    assert_eq!((verified.tenants, verified.entries), (1, 0));
    let [found] = kept.0.lock().unwrap().clone().try_into().unwrap();
    assert_eq!((found.tenant, found.first_bad), (tenant(), None));
}

#[tokio::test]
async fn a_broken_audit_of_one_tenant_stops_no_others() {
    let trail = Trail::of(0);
    trail.write(2);
    trail.checkpoint().await;
    trail.write(2);
    let (both, kept) = (Arc::new(Both(trail)), Arc::new(Kept::default()));
    let upkeep = AuditUpkeep {
        trail: both.clone(),
        verifications: kept.clone(),
        keys: Arc::new(Keys),
        clock: Arc::new(ManualClock::new(noon() + TimeDelta::days(100))),
        origin: "a test".to_owned(),
        tenant: tenant(),
    };
    let failed = upkeep.checkpoint().await.unwrap_err().to_string();
    assert!(failed.starts_with("broken: "), "{failed}");
    assert!(!failed.contains("main"), "{failed}");
    assert_eq!(both.0.tables().checkpoints.len(), 2);

    let failed = upkeep.verify().await.unwrap_err().to_string();
    assert!(failed.starts_with("broken: "), "{failed}");
    assert!(!failed.contains("main"), "{failed}");
    let [verified] = kept.0.lock().unwrap().clone().try_into().unwrap();
    let all = both.0.tables().entries.len() as u64;
    assert_eq!((verified.tenant, verified.entries), (tenant(), all));
    assert_eq!(verified.first_bad, None);

    let before = both.0.tables().entries.len();
    let actor = Actor::system("prune_audit");
    let failed = upkeep.prune(TimeDelta::days(1), actor).await.unwrap_err();
    assert!(failed.to_string().starts_with("broken: "), "{failed}");
    assert!(both.0.tables().entries.len() < before);
}
