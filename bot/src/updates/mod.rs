//! How updates come in.

mod raw;

pub(crate) use raw::{parse, update_id};
