//! Posts of channels that are read: what is kept of them.
//!
//! A message of a channel is a part of a post: of its own, or of its album's. What a
//! post says is put together from its parts, in the order of their numbers, whenever
//! one of them comes, changes or goes.

mod content;
mod id;
mod kept;
mod news;
mod part;
mod query;
mod search;

pub use content::PostContent;
pub use id::{PostId, UnknownPost};
pub use kept::Post;
pub use news::{ChannelPosts, KeptPosts};
pub use part::{PostOrigin, PostPart, PostSource, TEXT_MAX};
pub use query::{PostQuery, PostScope};
pub use search::SearchWords;
