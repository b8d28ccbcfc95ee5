//! The part of the control interface that drives accounts and data centres.

mod answer;
mod auth_keys;
mod body;
mod channels;
mod clock;
mod codes;
mod devices;
mod fault_view;
mod faults;
mod forgetting;
mod limits;
mod messages;
mod password;
mod people;
mod router;
mod state;
mod stats;
mod tokens;
mod written;

pub use router::router;
pub use state::TelegramState;
