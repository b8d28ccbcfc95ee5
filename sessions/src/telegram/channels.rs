//! What changed in channels: implements [`ReadChannels`].

use std::time::Duration;

use async_trait::async_trait;
use grammers_tl_types::{enums, functions, types};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::ReadChannels;
use sesame_domain::reading::{ChannelChange, ChannelDifference, ChannelNews, ReadError};
use sesame_domain::session::peer::PeerId;

use crate::gate::CallPolicy;

use super::Reader;
use super::message::read;
use super::reading::{Reading, count, schema_name};
use super::rich_messages::make_whole;

/// The most messages that Telegram gives at once.
const MOST: u32 = 100;

#[async_trait]
impl ReadChannels for Reader {
    async fn difference(
        &self,
        account: &Account,
        channel: i64,
        pts: i32,
        limit: u32,
    ) -> Result<ChannelDifference, ReadError> {
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::ReadChannels,
            CallPolicy::BACKGROUND,
        )
        .await?;
        let request = functions::updates::GetChannelDifference {
            force: false,
            channel: reading.input_channel(channel)?,
            filter: enums::ChannelMessagesFilter::Empty,
            pts,
            limit: i32::try_from(limit.clamp(1, MOST)).unwrap_or(1),
        };
        let mut answer = reading.call(&request).await?;
        make_rich_whole(&reading, channel, &mut answer).await?;
        Ok(match answer {
            enums::updates::ChannelDifference::Empty(none) => nothing(&reading, &none),
            enums::updates::ChannelDifference::TooLong(it) => too_long(&reading, &it, pts),
            enums::updates::ChannelDifference::Difference(it) => changes(&reading, &it, channel),
        })
    }
}

/// Fetches the rich messages of an answer whole.
async fn make_rich_whole(
    reading: &Reading<'_>,
    channel: i64,
    answer: &mut enums::updates::ChannelDifference,
) -> Result<(), ReadError> {
    let dialog = PeerId::Channel(channel);
    match answer {
        enums::updates::ChannelDifference::Empty(_) => {}
        enums::updates::ChannelDifference::TooLong(it) => {
            let more = make_whole(reading, dialog, it.messages.iter_mut()).await?;
            it.users.extend(more.users);
            it.chats.extend(more.chats);
        }
        enums::updates::ChannelDifference::Difference(it) => {
            let others = it.other_updates.iter_mut().filter_map(message_of);
            let messages = it.new_messages.iter_mut().chain(others);
            let more = make_whole(reading, dialog, messages).await?;
            it.users.extend(more.users);
            it.chats.extend(more.chats);
        }
    }
    Ok(())
}

fn message_of(update: &mut enums::Update) -> Option<&mut enums::Message> {
    match update {
        enums::Update::NewChannelMessage(it) => Some(&mut it.message),
        enums::Update::EditChannelMessage(it) => Some(&mut it.message),
        _ => None,
    }
}

fn nothing(
    reading: &Reading<'_>,
    none: &types::updates::ChannelDifferenceEmpty,
) -> ChannelDifference {
    ChannelDifference {
        news: ChannelNews::Changes(Vec::new()),
        pts: none.pts,
        is_final: none.r#final,
        look_again: none.timeout.map(wait),
        peers: Vec::new(),
        claim: reading.claim(),
    }
}

fn too_long(
    reading: &Reading<'_>,
    it: &types::updates::ChannelDifferenceTooLong,
    before: i32,
) -> ChannelDifference {
    let mentioned = reading.meet(&it.users, &it.chats);
    let pts = match &it.dialog {
        enums::Dialog::Dialog(dialog) => dialog.pts,
        enums::Dialog::Folder(_) | enums::Dialog::Community(_) => None,
    };
    ChannelDifference {
        news: ChannelNews::TooLong(read(&it.messages, reading.me()).collect()),
        pts: pts.unwrap_or(before),
        is_final: it.r#final,
        look_again: it.timeout.map(wait),
        peers: mentioned.into_profiles(),
        claim: reading.claim(),
    }
}

fn changes(
    reading: &Reading<'_>,
    it: &types::updates::ChannelDifference,
    channel: i64,
) -> ChannelDifference {
    let mentioned = reading.meet(&it.users, &it.chats);
    let me = reading.me();
    let new = read(&it.new_messages, me).map(ChannelChange::New);
    let mut changes: Vec<_> = new.collect();
    for update in &it.other_updates {
        changes.extend(change(update, channel, me));
    }
    ChannelDifference {
        news: ChannelNews::Changes(changes),
        pts: it.pts,
        is_final: it.r#final,
        look_again: it.timeout.map(wait),
        peers: mentioned.into_profiles(),
        claim: reading.claim(),
    }
}

/// What an update says of the channel. A deletion counts only where it names
/// the channel: numbers without one are of private chats and groups.
fn change(update: &enums::Update, channel: i64, me: i64) -> Option<ChannelChange> {
    match update {
        enums::Update::NewChannelMessage(it) => {
            let message = read(std::slice::from_ref(&it.message), me).next();
            message.map(ChannelChange::New)
        }
        enums::Update::EditChannelMessage(it) => {
            let message = read(std::slice::from_ref(&it.message), me).next();
            message.map(ChannelChange::Edited)
        }
        enums::Update::DeleteChannelMessages(it) if it.channel_id == channel => {
            Some(ChannelChange::Deleted(it.messages.clone()))
        }
        other => Some(ChannelChange::Other(schema_name(other))),
    }
}

fn wait(seconds: i32) -> Duration {
    Duration::from_secs(count(seconds).into())
}
