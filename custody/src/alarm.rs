//! Seals that do not open: what is said about them.

use sesame_domain::sealed::Binding;

use crate::error::SealError;
use crate::names::is_version_id;

/// Why, for the audit. A name that no version can have is not repeated.
pub(crate) fn reason(error: &SealError) -> String {
    match error {
        SealError::Unregistered(id) if is_version_id(id) => format!("unknown key {id}"),
        SealError::Unregistered(_) => "a key with an impossible name".to_owned(),
        other => other.to_string(),
    }
}

/// Tells whoever reads the log, or watches the metrics, that a seal is broken.
pub(crate) fn raise(binding: &Binding, error: &SealError) {
    metrics::counter!("sesame_seals_broken_total", "purpose" => binding.purpose.as_str())
        .increment(1);
    tracing::error!(
        tenant = binding.owner.tenant.as_str(),
        subject = %binding.subject,
        purpose = binding.purpose.as_str(),
        reason = reason(error),
        "a sealed value does not open: someone changed the database, or it is damaged"
    );
}
