//! The three parts of a user session.
//!
//! - **Credentials**: the authorisation keys and the data centre where the
//!   account lives. Sealed, their sealing and opening in the audit, rarely
//!   written. What they look like is known to `sessions` alone; everyone else
//!   sees a [`crate::sealed::Sealed`].
//! - **Cursors** ([`cursor`]): up to where updates were processed. Plain rows,
//!   written in the transaction that keeps what they stand for.
//! - **Peers** ([`peer`]): whom the session met, with what it takes to name
//!   them to Telegram. A bounded cache; sealed, but no entry in the audit.

pub mod cursor;
pub mod peer;

use crate::ids::{Fence, SessionId};

/// The right to write what belongs to a session: the claim that was taken with
/// [`crate::ports::Accounts::claim_session`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionClaim {
    /// The session.
    pub session: SessionId,
    /// The number that every write must carry.
    pub fence: Fence,
}
