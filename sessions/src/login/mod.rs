//! Logins: the driver that carries them, the service that people call, the
//! sweeper that finds those without a driver.

mod call;
mod calls;
mod cleanup;
mod counter;
mod driver;
mod drivers;
mod ended;
mod password;
mod service;
mod steps;
mod sweeper;
mod takeover;
mod watch;

pub(crate) use cleanup::{Found, log_out};
pub(crate) use drivers::Drivers;
pub(crate) use password::SafeGroups;
pub(crate) use service::{Service, end};
pub(crate) use sweeper::{prune, sweep};
