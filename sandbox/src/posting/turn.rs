//! What a channel does in a turn.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::tl_json::TlMessage;

/// What a channel does in a turn. Texts may have variants, `{one|two|three}`: the first
/// time the list is gone through it is the first one, the next time the second.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Turn {
    /// It posts something.
    Post(Post),
    /// It posts something of any kind, such as a rich post.
    TlMessage(Box<TlMessage>),
    /// It forwards the latest own post of another channel.
    Forward(Source),
    /// It edits one of its latest messages.
    Edit(Rewording),
    /// It deletes one of its latest messages.
    Delete(Place),
}

/// A post of words and pictures. Hashtags, links and names in it are found.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Post {
    /// What it says.
    #[serde(default)]
    pub(crate) text: String,
    /// How many photos come with it, up to ten; from two on it is an album.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) photos: u8,
    /// Words of it that are bold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bold: Option<String>,
    /// Words of it that are links, each with its address.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) links: BTreeMap<String, String>,
}

/// From where something is forwarded.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// The channel.
    pub(crate) channel: ChannelName,
}

/// What names a channel.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ChannelName {
    /// Its id.
    Id(i64),
    /// Its public name, without the `@`.
    Username(String),
}

/// What one of the latest messages says from now on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rewording {
    /// Which: 1 is the latest message that there is, 2 the one before.
    #[serde(default = "latest")]
    pub(crate) back: u16,
    /// The new text.
    pub(crate) text: String,
}

/// One of the latest messages.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// Which: 1 is the latest message that there is, 2 the one before.
    #[serde(default = "latest")]
    pub(crate) back: u16,
}

fn latest() -> u16 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_none(photos: &u8) -> bool {
    *photos == 0
}
