//! A post that is kept.

use crate::time::Timestamp;

use super::{PostContent, PostId};

/// A post as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Which.
    pub id: PostId,
    /// What it says; of one that is deleted, what it said.
    pub content: PostContent,
    /// When it was noticed that all of its messages are deleted.
    pub deleted_at: Option<Timestamp>,
    /// A number that is higher after each change of what it says: what is tagged is a
    /// revision.
    pub revision: u32,
}
