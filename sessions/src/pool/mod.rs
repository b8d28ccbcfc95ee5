//! The pool: live sessions of linked accounts, each opened when it is needed,
//! shared by all who use it, on one node at a time, and closed when idle.
//!
//! Its files build on each other in this order: `live` and `places` (what is
//! open), `room` (how much may be), `keeper` (what keeps one of them), `open`, `sessions` (who wants one
//! asks there), `check`, and what goes on by itself: `settling` and `leaving`.

mod check;
mod doubts;
mod freeze;
mod keeper;
mod leaving;
mod live;
mod open;
mod places;
mod room;
mod saving;
mod sessions;
mod settling;
mod tries;

pub(crate) use check::{Checked, check, check_in_passing};
pub(crate) use leaving::log_out_leaving;
pub(crate) use live::{Live, PoolError};
pub(crate) use sessions::Pool;
pub(crate) use settling::settle_doubts;
