//! What reading channels stands on.

use std::sync::Arc;

use sesame_domain::ports::{
    Accounts, Channels, Cursors, Posts, ReadChannels, ReadDialogs, ReadHistory, Signals,
};
use sesame_domain::random::Entropy;

/// What reading channels stands on.
#[derive(Clone)]
pub struct ReadChannelsPorts {
    /// Which channels are read, and how far.
    pub channels: Arc<dyn Channels>,
    /// What was read.
    pub posts: Arc<dyn Posts>,
    /// Up to which events.
    pub cursors: Arc<dyn Cursors>,
    /// The accounts that read.
    pub accounts: Arc<dyn Accounts>,
    /// What is new.
    pub differences: Arc<dyn ReadChannels>,
    /// What was before.
    pub history: Arc<dyn ReadHistory>,
    /// The list of dialogs, by which a session meets a channel anew.
    pub dialogs: Arc<dyn ReadDialogs>,
    /// Wakes up those who do what follows.
    pub signals: Arc<dyn Signals>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for ReadChannelsPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadChannelsPorts").finish_non_exhaustive()
    }
}
