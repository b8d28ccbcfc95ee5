//! `sesame import`: sessions of another system.

mod files;
mod open;
mod postgres;
mod report;
mod source;
mod telethon;

use crate::args::ImportCommand;
use crate::config::Layers;
use crate::failure::Failure;
use crate::signals::Signals;

/// Takes sessions over from another system.
pub(crate) async fn import(
    layers: &Layers,
    what: ImportCommand,
    signals: Signals,
) -> Result<(), Failure> {
    match what {
        ImportCommand::Telethon(args) => Box::pin(telethon::import(layers, *args, signals)).await,
    }
}
