//! The part of the control interface that drives accounts and data centres.

mod answer;
mod auth_keys;
mod body;
mod channel_faults;
mod channels;
mod clock;
mod codes;
mod devices;
mod dialogs;
mod fault_view;
mod faults;
mod forgetting;
mod limits;
mod message_files;
mod messages;
mod password;
mod people;
mod photos;
mod router;
mod schedules;
mod set_fault;
mod state;
mod stats;
mod takeouts;
mod tl_messages;
mod tokens;
mod written;

pub use router::router;
pub use state::TelegramState;
