//! What the control interface reaches.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::bots::Bot;
use crate::dc::Dcs;
use crate::world::{Person, World};

use super::answer::ControlError;

/// What the control interface reaches.
#[derive(Clone, Debug)]
pub struct ControlState {
    /// The people and their accounts.
    pub world: Arc<World>,
    /// The bot and its chats.
    pub bot: Arc<Bot>,
    /// The data centres.
    pub dcs: Arc<Dcs>,
    /// Ends streams when the sandbox stops.
    pub stop: CancellationToken,
}

impl ControlState {
    /// The person that an address names.
    pub(super) fn person(&self, id: i64) -> Result<Person, ControlError> {
        self.world.people().get(id).ok_or(ControlError::NoPerson)
    }
}
