//! A channel of a person.

use super::{Channel, ChannelState, Subscription};

/// A channel of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscribedChannel {
    /// What they want of it.
    pub subscription: Subscription,
    /// How it is read.
    pub channel: Channel,
}

impl SubscribedChannel {
    /// How it stands, as it is shown.
    pub fn state(&self) -> ChannelState {
        self.channel.state(&self.subscription)
    }
}
