//! Operators, in memory.

use std::sync::{Arc, Mutex};

use super::tenants::TestTenants;
use async_trait::async_trait;
use futures::StreamExt as _;
use sesame_domain::ids::NodeId;
use sesame_domain::listing::Tenants;
use sesame_domain::order::Order;
use sesame_domain::ports::{
    Growing, Signals, Sizes, SloCount, SloCounts, SloStretch, StoreError, Topic, WakeUps,
};
use sesame_domain::time::Timestamp;
use sesame_test_doubles::{NoRows, OperatorsInMemory};
use sesame_webapp::{
    Diagnosed, Diagnosis, KeyRefusal, Keys, KeysShown, Lists, OperatorPorts, ShownSetting,
};

/// What the operators' pages work with.
#[derive(Clone, Default)]
pub struct OperatorWorld {
    pub store: Arc<OperatorsInMemory>,
    pub found: Arc<Found>,
    pub tenants: Arc<TestTenants>,
    pub keys: Arc<KeyRing>,
    pub promises: Arc<Counts>,
    pub sizes: Arc<SizesInMemory>,
}

impl OperatorWorld {
    pub fn ports(&self) -> OperatorPorts {
        OperatorPorts {
            sign_ins: self.store.clone(),
            sessions: self.store.clone(),
            confirmations: self.store.clone(),
            signals: Arc::new(Silence),
            lists: Lists::of(Arc::new(NoRows)),
            audit_verifications: Arc::new(NoRows),
            slo_counts: self.promises.clone(),
            revocation: Arc::new(NoRows),
            checks: Arc::new(NoRows),
            schedules: Arc::new(NoRows),
            node: NodeId::from("node".to_owned()),
            bulk: Arc::new(NoRows),
            job_actions: Arc::new(NoRows),
            tenants: self.tenants.clone(),
            keys: self.keys.clone(),
            sizes: Arc::new([self.sizes.clone() as Arc<dyn Sizes>]),
            diagnosis: self.found.clone(),
            configuration: Arc::new([
                ShownSetting {
                    section: "Bot",
                    name: "BOT_TOKEN",
                    value: Some("(hidden)".to_owned()),
                    origin: "environment".to_owned(),
                    explanation: "The token from @BotFather.".to_owned(),
                },
                ShownSetting {
                    section: "Logins",
                    name: "QR_TTL_SECONDS",
                    value: Some("600".to_owned()),
                    origin: "default".to_owned(),
                    explanation: String::new(),
                },
            ]),
        }
    }
}

/// What was found, as a test says.
#[derive(Default)]
pub struct Found {
    pub latest: Mutex<Option<Arc<Diagnosed>>>,
    pub asked: Mutex<u32>,
}

impl Diagnosis for Found {
    fn latest(&self) -> Option<Arc<Diagnosed>> {
        self.latest.lock().unwrap().clone()
    }

    fn look_again(&self) {
        *self.asked.lock().unwrap() += 1;
    }
}

/// What grows, as a test says.
#[derive(Default)]
pub struct SizesInMemory(pub Mutex<Vec<Growing>>);

#[async_trait]
impl Sizes for SizesInMemory {
    async fn sizes(&self) -> Result<Vec<Growing>, StoreError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

/// Wakes no one.
struct Silence;

#[async_trait]
impl Signals for Silence {
    async fn publish(&self, _: Topic) -> Result<(), StoreError> {
        Ok(())
    }

    async fn subscribe(&self, _: Topic) -> Result<WakeUps, StoreError> {
        Ok(futures::stream::pending().boxed())
    }
}

/// Versions of the key, as a test says, and what was ordered of them.
#[derive(Default)]
pub struct KeyRing {
    pub shown: Mutex<KeysShown>,
    pub ordered: Mutex<Vec<String>>,
}

impl KeyRing {
    fn note(&self, what: &str, order: &Order) {
        let (by, why) = (order.name(), &order.reason);
        let line = format!("{what} by {by} from {}: {why}", order.origin);
        self.ordered.lock().unwrap().push(line);
    }
}

#[async_trait]
impl Keys for KeyRing {
    async fn status(&self) -> Result<KeysShown, StoreError> {
        Ok(self.shown.lock().unwrap().clone())
    }

    async fn rotate(&self, order: &Order) -> Result<Result<String, KeyRefusal>, StoreError> {
        self.note("rotate", order);
        Ok(Ok("k3".to_owned()))
    }

    async fn retire(
        &self,
        key: &str,
        order: &Order,
    ) -> Result<Result<Vec<String>, KeyRefusal>, StoreError> {
        let shown = self.status().await?;
        let found = shown.retirable.into_iter().find(|(id, _)| id == key);
        if let Some((_, Some(refusal))) = found {
            return Ok(Err(refusal));
        }
        self.note(&format!("retire {key}"), order);
        Ok(Ok(vec![key.to_owned()]))
    }
}

/// What was counted of the promises, as a test says, and for whom it was asked.
#[derive(Default)]
pub struct Counts {
    pub counted: Mutex<Vec<SloStretch>>,
    pub asked_for: Mutex<Vec<Tenants>>,
}

#[async_trait]
impl SloCounts for Counts {
    async fn add(&self, _: &[SloCount]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn counted(
        &self,
        tenants: &Tenants,
        since: Timestamp,
        until: Timestamp,
        _: u32,
    ) -> Result<Vec<SloStretch>, StoreError> {
        self.asked_for.lock().unwrap().push(tenants.clone());
        let mut counted = self.counted.lock().unwrap().clone();
        counted.retain(|it| since <= it.from && it.from <= until);
        Ok(counted)
    }

    async fn forget(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}
