//! Posts of channels, as the API answers them.

use serde::Serialize;
use sesame_domain::channel::SubscribedChannel;
use sesame_domain::post::{Post, PostId, PostSource};
use sesame_domain::time::Timestamp;
use utoipa::ToSchema;

use super::channel_json::channel_name;

/// A post of a channel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PostJson {
    /// Its id: the channel's number and its own.
    id: String,
    /// Where it was posted.
    channel: PostChannelJson,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When it was changed last.
    #[schema(value_type = Option<String>, format = DateTime)]
    edited_at: Option<Timestamp>,
    /// When it was noticed that it is deleted at Telegram.
    #[schema(value_type = Option<String>, format = DateTime)]
    deleted_at: Option<Timestamp>,
    /// What it says, with the captions of all of an album; of one that is deleted, what
    /// it said.
    text: String,
    /// Its hashtags, without the `#`.
    hashtags: Vec<String>,
    /// Where its links lead to.
    links: Vec<String>,
    /// How many messages it is: more than one is an album.
    messages: u32,
    /// Whose words it is.
    source: SourceJson,
    /// What happened, of a message that tells that: Telegram's name for it.
    action: Option<String>,
    /// Whether something is attached.
    has_media: bool,
    /// Where it is at Telegram.
    link: String,
}

/// The channel of a post.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PostChannelJson {
    /// Its id.
    id: String,
    /// What it is called.
    title: String,
}

/// Whose words a post is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceJson {
    /// `own`: the channel's; `unnamed`: forwarded from someone who does not want to be
    /// named; `forwarded`.
    kind: &'static str,
    /// From whom it was forwarded: `channel`, `group` or `user` and their number.
    from: Option<String>,
    /// Which message of theirs, of a channel.
    message: Option<i32>,
}

impl PostJson {
    /// Of a post of this channel.
    pub(super) fn of(post: Post, of: &SubscribedChannel) -> Self {
        let content = post.content;
        Self {
            id: post.id.to_string(),
            channel: PostChannelJson {
                id: channel_name(post.id.channel),
                title: of.channel.title.clone(),
            },
            at: content.at,
            edited_at: content.edited_at,
            deleted_at: post.deleted_at,
            text: content.text,
            hashtags: content.hashtags,
            links: content.links,
            messages: content.messages,
            source: SourceJson::of(content.source),
            action: content.action,
            has_media: content.has_media,
            link: link(post.id, of.channel.username.as_deref()),
        }
    }
}

impl SourceJson {
    fn of(source: PostSource) -> Self {
        let kind = match source {
            PostSource::Own => "own",
            PostSource::Unnamed => "unnamed",
            PostSource::Forwarded(_) => "forwarded",
        };
        let origin = source.origin();
        Self {
            kind,
            from: origin.map(|origin| origin.from.to_string()),
            message: origin.and_then(|origin| origin.message),
        }
    }
}

/// Where a post is at Telegram: for everyone by a public name, else for those who are in
/// the channel.
fn link(post: PostId, username: Option<&str>) -> String {
    let PostId { channel, message } = post;
    match username {
        Some(username) => format!("https://t.me/{username}/{message}"),
        None => format!("https://t.me/c/{channel}/{message}"),
    }
}
