//! A copy of a chat, which a person has sent into their chat with the bot.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::ports::{ChatError, ExportArchive, ExportFilesError};

use crate::fixture::Fixture;

/// An archive of so many bytes that is read in pieces, and may break off.
struct Pieces {
    length: u64,
    breaks_at: u64,
}

#[async_trait]
impl ExportArchive for Pieces {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, ExportFilesError> {
        if range.start >= self.breaks_at {
            return Err(ExportFilesError::Damaged);
        }
        let end = range.end.min(range.start + 60_000);
        Ok((range.start..end).map(|at| at.to_le_bytes()[0]).collect())
    }
}

fn archive(length: u64, breaks_at: u64) -> Arc<dyn ExportArchive> {
    Arc::new(Pieces { length, breaks_at })
}

#[tokio::test]
async fn it_comes_whole_with_its_name_and_who_keeps_it() {
    let (fixture, bot) = Fixture::new().await;
    fixture.ask("/start").await;
    let (owner, chat) = (fixture.owner(), bot.chat());
    let before = fixture.said().len();
    let sent = chat.send_archive(&owner, "chat-2026-11-29.zip", archive(3_000_000, u64::MAX));
    sent.await.unwrap();
    let said = fixture.said();
    assert_eq!(said.len(), before + 1);
    let message = format!("{:?}", said.last().unwrap());
    assert!(message.contains("chat-2026-11-29.zip"), "{message}");
    assert!(message.contains("3000000"), "{message}");
    assert!(message.contains("Telegram keeps it here"), "{message}");
}

#[tokio::test]
async fn one_that_breaks_off_is_not_sent_in_part() {
    let (fixture, bot) = Fixture::new().await;
    fixture.ask("/start").await;
    let before = fixture.said().len();
    let (owner, chat) = (fixture.owner(), bot.chat());
    let sent = chat.send_archive(&owner, "chat.zip", archive(3_000_000, 1_000_000));
    let sent = sent.await;
    assert!(matches!(sent, Err(ChatError::Busy)), "{sent:?}");
    assert_eq!(fixture.said().len(), before);
}

#[tokio::test]
async fn whoever_blocked_the_bot_is_told_apart_from_a_telegram_that_does_not_take_it() {
    let (fixture, bot) = Fixture::new().await;
    let blocked = "Forbidden: bot was blocked by the user";
    fixture.refuse("sendDocument", 403, blocked, 1);
    let (owner, chat) = (fixture.owner(), bot.chat());
    let sent = chat
        .send_archive(&owner, "chat.zip", archive(10, u64::MAX))
        .await;
    assert!(matches!(sent, Err(ChatError::Unreachable)), "{sent:?}");
    fixture.refuse("sendDocument", 500, "Internal Server Error", 1);
    let sent = chat
        .send_archive(&owner, "chat.zip", archive(10, u64::MAX))
        .await;
    assert!(matches!(sent, Err(ChatError::Busy)), "{sent:?}");
}
