//! Who asks: from verified `initData`, or from a token that it was exchanged
//! for. Never from a parameter.

mod extract;
mod token;

pub(crate) use extract::{Identity, InitDataHeader, Viewer};
pub(crate) use token::{Scope, TOKEN_LIFE, Token, Tokens};
