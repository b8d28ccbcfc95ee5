//! Telegram's values as JSON under the schema's own names.
//!
//! The library derives serde for every type of the schema; this is the format.
//! What serde does not say is a constructor's name as the schema spells it
//! (`messageActionSetMessagesTTL`, where Rust has `MessageActionSetMessagesTtl`):
//! it is looked up among the constructors that are in the value's own bytes, so
//! that no list of names has to follow the schema. [`sesame_domain::reading`]
//! says what the JSON looks like.

mod names;
#[cfg(test)]
mod tests;
mod text;
mod writer;

pub(super) use writer::to_json;
