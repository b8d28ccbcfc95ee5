//! A local Telegram: data centres that speak `MTProto` 2.0, a Bot API, and a
//! page that plays the person's phone, all in one process.
//!
//! It exists so that programs for Telegram can be tried and tested without an
//! account, a bot or a network. It checks what Telegram checks, and answers
//! what Telegram answers. It knows nothing of the programs that use it.
//!
//! - [`world`] is the truth that all three faces share: people, their
//!   authorisations, login tokens, channels, faults on command.

pub mod bots;
pub mod clock;
pub mod control;
mod random;
pub mod world;
