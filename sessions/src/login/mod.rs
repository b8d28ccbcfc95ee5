//! Logins: the driver that carries them, the desk that takes wishes, the
//! sweeper that finds those without a driver.

mod call;
mod calls;
mod cleanup;
mod desk;
mod driver;
mod drivers;
mod ended;
mod password;
mod steps;
mod sweeper;
mod takeover;
mod tally;
mod watch;

pub(crate) use cleanup::{Found, log_out};
pub(crate) use desk::{Desk, end};
pub(crate) use drivers::Drivers;
pub(crate) use password::SafeGroups;
pub(crate) use sweeper::{prune, sweep};
