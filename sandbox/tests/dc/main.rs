//! The data centres, tried by a client that no one here wrote (grammers) and by
//! hostile bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking and run in real time"
)]

mod account_states;
mod answers;
mod channels;
mod conversation;
mod counters;
mod crowd;
mod dialogs;
mod faults;
mod harness;
mod hostile;
mod limits;
mod lists;
mod login_by_phone;
mod login_by_qr;
mod many;
mod parallel_use;
mod restart;
mod speaking;
