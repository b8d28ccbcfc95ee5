//! Copies of chats: what is to be saved of one, how a copy stands, all of them, and
//! what the chats are called.

mod chosen;
mod entries;
mod estimate;
mod keeping;
mod kind;
mod names;
mod page;
mod standing;

pub(super) use entries::list;
pub(super) use estimate::estimate;
pub(super) use names::names;
pub(super) use page::chat;
