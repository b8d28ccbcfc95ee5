//! The table `logins`.

mod intent;
mod phone;
mod read;
mod state;
mod table;
mod written;

pub(crate) use intent::{intent, intent_name};
pub(crate) use state::{public_name, state_names};
pub(crate) use table::{ActiveModel, Column, Entity};
