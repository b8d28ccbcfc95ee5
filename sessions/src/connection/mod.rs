//! A session's connections to Telegram.
//!
//! Everything that is sent, a ping or an acknowledgement no less than a call, is
//! sent by one future, which goes on only as long as the lease is surely held
//! ([`sesame_domain::held_lease`]). The library's own pool spawns its connections: those of a
//! node that was paused would have gone on before anyone could end them.

mod caller;
mod introduction;
mod line;
mod lines;
mod opened;
mod order;

pub(crate) use caller::Caller;
pub(crate) use opened::Connection;
