//! Logins: the driver that carries them, the service that takes intents, the
//! adoption of those without a driver.

mod adoption;
mod call;
mod calls;
mod cleanup;
mod cleanup_time;
mod command;
mod counter;
mod driver;
mod drivers;
mod ended;
mod ending;
mod password;
mod relapses;
mod service;
mod steps;
mod takeover;
mod watch;
mod ways;

pub(crate) use adoption::{adopt_logins, attend, prune_logins};
pub(crate) use drivers::Drivers;
pub(crate) use ending::end;
pub(crate) use service::Service;
