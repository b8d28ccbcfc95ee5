//! `/api/v1`: what the Mini App's script and other programs use.

mod accounts;
mod events;
mod json;
mod logins;
mod openapi;
mod password;
mod screen;
mod session;

pub(crate) use openapi::routes;
