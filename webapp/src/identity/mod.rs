//! Who asks: from verified `initData`, or from a token that it was exchanged
//! for. Never from a parameter.

mod extract;
mod language;
mod token;

pub(crate) use extract::{Identity, InitDataHeader, Viewer};
pub(crate) use language::accepted;
pub(crate) use token::{Scope, TOKEN_LIFE, Token, Tokens};
