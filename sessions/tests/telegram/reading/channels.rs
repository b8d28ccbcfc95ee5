//! What changed in channels.

use sesame_domain::ports::{Cursors as _, ReadChannels as _};
use sesame_domain::reading::{ChannelChange, ChannelNews, ReadError};
use sesame_sandbox::world::{Chat, ChatKind};

use super::Readers;

/// A change as a text.
fn told(change: &ChannelChange) -> String {
    match change {
        ChannelChange::New(message) => format!("+{} {}", message.id, message.content.text()),
        ChannelChange::Edited(message) => format!("~{} {}", message.id, message.content.text()),
        ChannelChange::Deleted(ids) => format!("-{ids:?}"),
        ChannelChange::Other(name) => (*name).to_owned(),
    }
}

/// Everything since an event, and where it ends.
async fn all_since(readers: &Readers, chat: &Chat, pts: i32, limit: u32) -> (Vec<String>, i32) {
    let mut pts = pts;
    let mut changes = Vec::new();
    loop {
        let difference = readers
            .reader
            .difference(&readers.account, chat.id, pts, limit)
            .await
            .unwrap();
        let ChannelNews::Changes(news) = &difference.news else {
            panic!("{difference:?}");
        };
        changes.extend(news.iter().map(told));
        pts = difference.pts;
        if difference.is_final {
            return (changes, pts);
        }
    }
}

#[tokio::test]
async fn what_changed_in_a_channel_comes_from_the_cursor_on() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.say_all(&channel, 3);
    readers.meet_all().await;
    let begin = channel.pts();
    // What is kept of it moves the cursor under the claim of the live session.
    let difference = readers
        .reader
        .difference(&readers.account, channel.id, begin, 100)
        .await
        .unwrap();
    let advance = difference.advance(channel.id);
    readers
        .fixture
        .database
        .cursors()
        .advance(&advance)
        .await
        .unwrap();
    let session = readers.account.session;
    let cursors = readers
        .fixture
        .database
        .cursors()
        .of(session)
        .await
        .unwrap();
    assert_eq!(cursors.channels[&channel.id], begin);
    let (nothing, pts) = all_since(&readers, &channel, begin, 100).await;
    assert_eq!((nothing.as_slice(), pts), (&[][..], begin));
    let chats = readers.fixture.world.chats();
    readers.say(&channel, "four");
    chats.edit(&channel, 2, "two".to_owned(), 1_800_000_000);
    chats.delete(&channel, &[1, 3]);
    readers.say(&channel, "five");
    for limit in [100, 1] {
        let (mut changes, pts) = all_since(&readers, &channel, begin, limit).await;
        changes.sort_unstable();
        assert_eq!(
            changes,
            ["+4 four", "+5 five", "-[1, 3]", "~2 two"],
            "{limit}"
        );
        // Two numbers for two messages that were deleted.
        assert_eq!(pts, begin + 5);
    }
}

#[tokio::test]
async fn a_difference_that_is_too_long_brings_the_latest_and_where_to_go_on() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.say_all(&channel, 30);
    readers.meet_all().await;
    channel.forget_changes();
    let difference = readers
        .reader
        .difference(&readers.account, channel.id, 2, 100)
        .await
        .unwrap();
    let ChannelNews::TooLong(latest) = &difference.news else {
        panic!("{difference:?}");
    };
    assert_eq!(latest[0].content.text(), "message 30");
    assert_eq!(difference.pts, channel.pts());
    let (changes, _) = all_since(&readers, &channel, difference.pts, 100).await;
    assert!(changes.is_empty());
}

#[tokio::test]
async fn a_cursor_that_cannot_be_is_told() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.meet_all().await;
    for pts in [0, channel.pts() + 100] {
        let refused = readers
            .reader
            .difference(&readers.account, channel.id, pts, 100);
        let refused = refused.await;
        assert!(
            matches!(refused, Err(ReadError::CursorInvalid(_))),
            "{refused:?}"
        );
    }
}
