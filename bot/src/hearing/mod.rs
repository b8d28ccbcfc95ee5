//! Whether the bot hears people.

mod checkup;
mod claim;
mod deafness;
mod delivery;
mod pulse;

pub use deafness::Hearing;

pub(crate) use checkup::Checkup;
pub(crate) use claim::Claim;
pub(crate) use deafness::Deafness;
pub(crate) use delivery::LastUpdate;
pub(crate) use pulse::Pulse;
