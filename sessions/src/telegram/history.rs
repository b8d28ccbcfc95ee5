//! The history of dialogs: implements [`ReadHistory`].

use async_trait::async_trait;
use grammers_tl_types::{enums, functions, types};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::ReadHistory;
use sesame_domain::reading::{HistoryFrom, HistoryPage, HistoryQuery, Message, ReadError};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use crate::gate::CallPolicy;

use super::Reader;
use super::answer::Answer;
use super::message::read;
use super::ranges;
use super::reading::Reading;
use super::record::dialog_of;
use super::rich_messages::make_whole;

/// The most messages that Telegram gives at once.
pub(super) const MOST: u32 = 100;

#[async_trait]
impl ReadHistory for Reader {
    async fn history(
        &self,
        account: &Account,
        query: &HistoryQuery,
    ) -> Result<HistoryPage, ReadError> {
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::ReadHistory,
            CallPolicy::BACKGROUND,
        )
        .await?;
        let request = request(&reading, query)?;
        let mut answer = Answer::of(reading.call(&request).await?);
        let more = make_whole(&reading, query.dialog, answer.messages.iter_mut()).await?;
        answer.users.extend(more.users);
        answer.chats.extend(more.chats);
        let mentioned = reading.meet(&answer.users, &answer.chats);
        let me = reading.me();
        // Numbers of what Telegram left out as deleted count for the way on.
        let next = next(query.from, &answer.messages);
        let mut messages: Vec<Message> = read(&answer.messages, me).collect();
        if let HistoryFrom::After(_) = query.from {
            messages.reverse();
        }
        Ok(HistoryPage {
            messages,
            peers: mentioned.into_profiles(),
            next,
            total: answer.total,
            pts: answer.pts,
            claim: reading.claim(),
        })
    }

    async fn messages(
        &self,
        account: &Account,
        dialog: PeerId,
        ids: &[i32],
    ) -> Result<Vec<Message>, ReadError> {
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::ReadHistory,
            CallPolicy::BACKGROUND,
        )
        .await?;
        let mut answer = named(&reading, dialog, ids).await?;
        let more = make_whole(&reading, dialog, answer.messages.iter_mut()).await?;
        reading.meet(&more.users, &more.chats);
        Ok(read(&answer.messages, reading.me()).collect())
    }
}

/// These messages of a dialog; those that are gone may be there, empty.
pub(super) async fn named(
    reading: &Reading<'_>,
    dialog: PeerId,
    ids: &[i32],
) -> Result<Answer, ReadError> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let ids: Vec<i32> = ids.iter().take(most).copied().collect();
    let mut answer = if let PeerId::Channel(channel) = dialog {
        let channel = reading.input_channel(channel)?;
        let id = ids.into_iter().map(input_message).collect();
        let request = functions::channels::GetMessages { channel, id };
        Answer::of(reading.call(&request).await?)
    } else {
        let mut all = Answer::default();
        for (range, ids) in ranges::apart(reading, dialog, &ids).await? {
            let id = ids.into_iter().map(input_message).collect();
            let request = functions::messages::GetMessages { id };
            all.add(Answer::of(reading.call_of(range, &request).await?));
        }
        all
    };
    reading.meet(&answer.users, &answer.chats);
    answer.messages.retain(|message| {
        // One that is gone may be anyone's; only asking for it led to it.
        dialog_of(message).is_none_or(|found| found == dialog)
    });
    Ok(answer)
}

fn input_message(id: i32) -> enums::InputMessage {
    enums::InputMessage::Id(types::InputMessageId { id })
}

/// Telegram counts from the latest message on. An offset is the first one that
/// is not wanted; a negative one goes the other way from there
/// (<https://core.telegram.org/api/offsets>).
pub(super) fn request(
    reading: &Reading<'_>,
    query: &HistoryQuery,
) -> Result<functions::messages::GetHistory, ReadError> {
    let limit = i32::try_from(query.limit.clamp(1, MOST)).unwrap_or(1);
    let (offset_id, offset_date, add_offset, min_id) = match query.from {
        HistoryFrom::Newest => (0, 0, 0, 0),
        HistoryFrom::Before(id) => (id, 0, 0, 0),
        HistoryFrom::After(id) => (id.saturating_add(1), 0, -limit, id),
        HistoryFrom::Until(moment) => (0, before(moment), 0, 0),
    };
    Ok(functions::messages::GetHistory {
        peer: reading.input(query.dialog)?,
        offset_id,
        offset_date,
        add_offset,
        limit,
        max_id: 0,
        min_id,
        hash: 0,
    })
}

/// A moment as Telegram takes it: what was said before that second. Whether what was
/// said in it counts, Telegram does not say, so it is the second before.
fn before(moment: Timestamp) -> i32 {
    let second = moment.timestamp() - 1;
    // None at all would be the newest.
    i32::try_from(second.max(1)).unwrap_or(i32::MAX)
}

/// Where the page after this one begins. A page may be shorter than was asked
/// for and not be the last: only an empty one is.
pub(super) fn next(from: HistoryFrom, messages: &[enums::Message]) -> Option<HistoryFrom> {
    let ids = messages.iter().map(enums::Message::id);
    match from {
        HistoryFrom::Newest | HistoryFrom::Before(_) | HistoryFrom::Until(_) => {
            ids.min().map(HistoryFrom::Before)
        }
        HistoryFrom::After(_) => ids.max().map(HistoryFrom::After),
    }
}
