//! Finds tags for posts.
//!
//! Invariants:
//! - the same post with the same settings and the same usage of its channel gets the
//!   same tags;
//! - what a post says is in no log and no error.
//!
//! Deliberately absent: what is kept, who wants which tags, and when posts are tagged.

pub mod keywords;
pub mod service;
