//! Counting encryptions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sesame_domain::keys::WARN_ENCRYPTIONS;
use sesame_domain::ports::{KeyRegister, StoreError};

/// How many encryptions are counted ahead at once.
const BLOCK: u64 = 64;

/// Counts encryptions under each version before they happen, in blocks: after
/// a crash the count is too high by less than a block, never too low.
pub(crate) struct Counts {
    register: Arc<dyn KeyRegister>,
    ahead: Mutex<HashMap<String, u64>>,
}

impl Counts {
    /// Nothing is counted ahead yet.
    pub(crate) fn new(register: Arc<dyn KeyRegister>) -> Self {
        Self {
            register,
            ahead: Mutex::default(),
        }
    }

    /// Counts this many encryptions that are about to be made.
    pub(crate) async fn take(&self, id: &str, encryptions: u64) -> Result<(), StoreError> {
        if self.take_ahead(id, encryptions) {
            return Ok(());
        }
        let counted = encryptions.max(BLOCK);
        let sum = self.register.count(id, counted).await?;
        if sum >= WARN_ENCRYPTIONS && sum.saturating_sub(counted) < WARN_ENCRYPTIONS {
            tracing::warn!(
                key = id,
                encryptions = sum,
                "a key was used very often: rotate it"
            );
        }
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead.entry(id.to_owned()).or_default() += counted - encryptions;
        Ok(())
    }

    fn take_ahead(&self, id: &str, encryptions: u64) -> bool {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        match ahead.get_mut(id) {
            Some(left) if *left >= encryptions => {
                *left -= encryptions;
                true
            }
            _ => false,
        }
    }
}
