//! Channels that are read for people: who wants what of them, how far reading has come,
//! and what keeps it from going on.
//!
//! A channel is read once for a tenant, by the session of one of those who want it, and
//! what is read serves all of them.

mod failure;
mod name;
mod news;
mod policy;
mod progress;
mod state;
mod subscribed;
mod subscription;

pub use failure::{ChannelFailure, Trouble};
pub use name::{ChannelName, UnknownChannelName};
pub use news::look_again_after;
pub use policy::{HowFarBack, KEPT_DAYS_MAX, ReadingPolicy, SHORTEST_MAX, UnknownHowFar};
pub use progress::{Gap, History, Reached, ReadingProgress};
pub use state::{Channel, ChannelState};
pub use subscribed::SubscribedChannel;
pub use subscription::{SUBSCRIPTIONS_MAX, Subscription, TaggingConsent, reading_job};
