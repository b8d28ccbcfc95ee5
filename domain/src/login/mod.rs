//! A login: one attempt to link an account.
//!
//! It is a pure state machine: [`Login::apply`] takes an [`Event`] and the
//! time, and answers the next login and the [`Effect`]s that someone has to
//! carry out. The driver in `sessions` is that someone.
//!
//! Its states are in groups: [`Asking`] (one file a way to sign in),
//! [`Proving`], [`Finishing`], and the end.

mod asking;
mod effect;
mod event;
mod failure;
mod fault;
mod finishing;
mod machine;
mod method;
mod policy;
mod proving;
mod state;
mod status;
#[cfg(test)]
mod tests;

pub use asking::{Asking, MigrationToken, Qr, QrAsking, QrEffect, QrEvent};
pub use effect::Effect;
pub use event::{CallFailure, Event};
pub use failure::{Failure, WayOn};
pub use fault::Fault;
pub use finishing::Finishing;
pub use method::Method;
pub use policy::Policy;
pub use proving::{
    AnswerKind, Code, CodeSent, CodeShown, CodeWay, Number, Password, Proving, Question, Rejection,
};
pub use state::{Ending, Login, Retry, State};
pub use status::Status;
