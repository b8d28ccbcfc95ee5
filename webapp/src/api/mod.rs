//! `/api/v1`: what the Mini App's script and other programs use.

mod accounts;
mod audit;
mod channel_json;
mod channels;
mod device;
mod dialogs;
mod events;
mod export_estimate;
mod export_fetching;
mod export_renewal;
mod export_retry;
mod exports;
mod job_events;
mod jobs;
mod json;
mod logins;
mod me;
mod me_events;
mod openapi;
mod password;
mod phone;
mod post_changes;
mod post_json;
mod posts;
mod refusals;
mod renewal_json;
mod screen;
mod session;
mod stream;

pub(crate) use export_estimate::estimated;
pub(crate) use exports::export_ports;
pub(crate) use jobs::job_tag;
pub(crate) use logins::login_id;
pub(crate) use me::{CONFIRMATION, EraseBody, erase_everything};
pub(crate) use me_events::MeJson;
pub(crate) use openapi::routes;
