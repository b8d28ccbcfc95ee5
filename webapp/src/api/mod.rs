//! `/api/v1`: what the Mini App's script and other programs use.

mod accounts;
mod audit;
mod device;
mod events;
mod json;
mod logins;
mod me;
mod openapi;
mod password;
mod phone;
mod refusals;
mod screen;
mod session;

pub(crate) use logins::login_id;
pub(crate) use me::{CONFIRMATION, EraseBody, erase_everything};
pub(crate) use openapi::routes;
