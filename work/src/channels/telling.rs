//! Telling people that a channel is not read.

use sesame_domain::channel::{Channel, Trouble};
use sesame_domain::ids::{NoticeId, Owner};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::random::Entropy;
use sesame_domain::time::Timestamp;

/// What this person is told of a channel that is not read.
pub(super) fn lost(
    entropy: &dyn Entropy,
    owner: Owner,
    channel: &Channel,
    trouble: &Trouble,
    now: Timestamp,
) -> Notice {
    Notice {
        id: NoticeId::generate(entropy, now),
        owner,
        kind: NoticeKind::ChannelNotRead {
            title: channel.title.clone(),
            code: trouble.failure.as_str().to_owned(),
        },
        created_at: now,
        attempts: 0,
    }
}
