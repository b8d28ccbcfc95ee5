//! Which steps of the schema were taken.

use sesame_domain::ports::StoreError;
use sesame_migrations::{Migrator, MigratorTrait};

/// Why a schema cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Steps were taken that this program does not know: by a newer one, most
    /// likely.
    #[error("this Sesame does not know these steps of its schema: {}", .0.join(", "))]
    Newer(Vec<String>),
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The names of all steps that this program knows, oldest first.
pub(super) fn known() -> Vec<String> {
    let steps = Migrator::migrations();
    steps.iter().map(|step| step.name().to_owned()).collect()
}

/// Refuses steps that this program does not know.
pub(super) fn refuse_newer(mut taken: Vec<String>) -> Result<(), SchemaError> {
    let known = known();
    taken.retain(|step| !known.contains(step));
    if taken.is_empty() {
        Ok(())
    } else {
        Err(SchemaError::Newer(taken))
    }
}
