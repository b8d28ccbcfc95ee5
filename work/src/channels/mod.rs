//! Reading channels: what is new in them, what was missed, and their history.
//!
//! What is new comes as differences from the event up to which the session has read;
//! each is kept in one transaction with the cursor that says so. What a difference cannot
//! tell (it would be too long, or Telegram forgot the event) is noted as a gap first, and
//! then read from the history, down to what is known. So whatever breaks off in between,
//! nothing is missing and nothing there twice.

mod looking;
mod ports;
mod reader;
mod telling;

pub(crate) use looking::{Looked, Looking};
pub use ports::ReadChannelsPorts;
