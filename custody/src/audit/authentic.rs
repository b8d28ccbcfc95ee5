//! Whether a checkpoint is ours.

use sesame_domain::audit::{Checkpoint, checkpoint_mac};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::TokenKeys;
use subtle::ConstantTimeEq as _;

/// Whether a checkpoint is of this tenant and as it was made. Compares in
/// constant time.
pub(super) fn is_authentic(keys: &dyn TokenKeys, tenant: &TenantId, it: &Checkpoint) -> bool {
    it.tenant == *tenant && bool::from(it.mac.ct_eq(&checkpoint_mac(keys, it)))
}
