//! What is counted.

use metrics::counter;
use sesame_domain::ids::TenantId;

/// A request was made, and this came of it.
pub(super) fn request(tenant: &TenantId, outcome: &'static str) {
    let tenant = tenant.to_string();
    counter!("sesame_tagger_requests_total", "tenant" => tenant, "outcome" => outcome).increment(1);
}
