//! What the bot says that takes more than one message: which message goes with
//! what, and what stands in which line. The words are in [`sesame_words`].

mod account;
mod disclosure;
mod login;
mod notice;
mod receipt;
#[cfg(test)]
mod tests;

pub(crate) use account::account;
pub(crate) use disclosure::{description, privacy, welcome};
pub(crate) use login::login_status;
pub(crate) use notice::{notice, notice_button};
pub(crate) use receipt::receipt;
