//! Operators: who they are, what each may do, and how they sign in.
//!
//! Operators stand in the configuration, by their Telegram ids. Nothing of what
//! they may do is stored: each request asks the configuration again, so that
//! whoever is taken out of it is out.

mod confirmation;
mod list;
mod permission;
mod role;
mod secret;
mod session;
mod sign_in;

pub use confirmation::{Confirmation, ConfirmationState, DangerKind, DangerousAction};
pub use list::{Operators, OperatorsError};
pub use permission::{Assignment, Operator, Permission, Scope};
pub use role::{Role, RoleError};
pub use secret::{Digest, OneTimeSecret};
pub use session::{IDLE, LONGEST, OperatorSession, SessionEnd};
pub use sign_in::{LINK_LIFE, LinkEnd, LinkRefusal, SignInLink};
