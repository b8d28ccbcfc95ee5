//! A login: one attempt to link an account.
//!
//! It is a pure state machine: [`Login::apply`] takes an [`Event`] and the
//! time, and answers the next login and the [`Effect`]s that someone has to
//! carry out. The driver in `sessions` is that someone.

mod effect;
mod event;
mod failure;
mod machine;
mod policy;
mod state;
#[cfg(test)]
mod tests;

pub use effect::Effect;
pub use event::{CallFailure, Event, MigrationToken};
pub use failure::Failure;
pub use policy::Policy;
pub use state::{Ending, Login, Method, Password, Qr, Retry, State, Status};
