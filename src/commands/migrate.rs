//! `sesame migrate`: the database's schema.

use crate::config::{Layers, StorageSettings};
use crate::failure::Failure;
use crate::node::storage;
use crate::{telemetry, terminal};

/// Brings the schema up to date and says what was done.
pub(crate) async fn migrate(layers: &Layers) -> Result<(), Failure> {
    let settings = StorageSettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let database = storage::connect(&settings.storage).await?;
    let pending = storage::pending(&database).await?;
    storage::migrate(&database).await?;
    storage::close(&database).await;
    terminal::say(&match pending.as_slice() {
        [] => "The schema is up to date.".to_owned(),
        steps => format!("Applied: {}", steps.join(", ")),
    })
}
