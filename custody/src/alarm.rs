//! Seals that do not open: what is said about them.

use sesame_domain::audit::SealFault;
use sesame_domain::sealed::Binding;

use crate::error::SealError;
use crate::names::is_version_id;

/// Why, for the audit. A name that no version can have is not repeated.
pub(crate) fn fault(error: &SealError) -> SealFault {
    match error {
        SealError::Unregistered(id) if is_version_id(id) => SealFault::UnknownKey(id.clone()),
        SealError::Unregistered(_) => SealFault::ImpossibleKey,
        SealError::Tampered => SealFault::Changed,
        SealError::Format => SealFault::Format,
        SealError::Retired(id) => SealFault::Retired(id.clone()),
        SealError::NotHeld(id) => SealFault::NotHere(id.clone()),
        SealError::NoVersion | SealError::Provider(_) | SealError::Register(_) => {
            SealFault::Other(error.to_string())
        }
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
        reason = %fault(error),
        "a sealed value does not open: someone changed the database, or it is damaged"
    );
}
