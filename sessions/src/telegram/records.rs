//! Messages for exports: implements [`ReadRecords`].

use async_trait::async_trait;
use grammers_tl_types::{enums, functions};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::ReadRecords;
use sesame_domain::reading::{
    DocumentRecord, HistoryFrom, HistoryQuery, PhoneFormat, ReadError, RecordPage,
};
use sesame_domain::session::peer::PeerId;

use crate::gate::CallPolicy;

use super::Reader;
use super::answer::Answer;
use super::history::{named, next};
use super::pages;
use super::peer_records::peer_records;
use super::phone_formats::phone_formats;
use super::reading::Reading;
use super::record::{document_record, record};
use super::rich_messages::make_whole;

/// The most custom emoji that Telegram gives at once.
const MOST_EMOJI: usize = 100;

#[async_trait]
impl ReadRecords for Reader {
    async fn records(
        &self,
        account: &Account,
        query: &HistoryQuery,
    ) -> Result<RecordPage, ReadError> {
        let reading = open(self, account, &AccessPurpose::ReadHistory).await?;
        let answer = pages::page(&reading, query).await?;
        reading.meet(&answer.users, &answer.chats);
        let next = next(query.from, &answer.messages);
        let mut page = page(&reading, query.dialog, answer, next).await?;
        if let HistoryFrom::After(_) = query.from {
            page.records.reverse();
        }
        Ok(page)
    }

    async fn records_named(
        &self,
        account: &Account,
        dialog: PeerId,
        ids: &[i32],
    ) -> Result<RecordPage, ReadError> {
        let reading = open(self, account, &AccessPurpose::ReadHistory).await?;
        let answer = named(&reading, dialog, ids).await?;
        let mut page = page(&reading, dialog, answer, None).await?;
        page.records.sort_by_key(|record| -i64::from(record.id));
        Ok(page)
    }

    async fn custom_emoji(
        &self,
        account: &Account,
        ids: &[i64],
    ) -> Result<Vec<DocumentRecord>, ReadError> {
        let reading = open(self, account, &AccessPurpose::ReadMedia).await?;
        let document_id = ids.iter().take(MOST_EMOJI).copied().collect();
        let request = functions::messages::GetCustomEmojiDocuments { document_id };
        let documents = reading.call(&request).await?;
        Ok(documents.iter().filter_map(document_record).collect())
    }

    async fn earlier_group(
        &self,
        account: &Account,
        supergroup: PeerId,
    ) -> Result<Option<PeerId>, ReadError> {
        let reading = open(self, account, &AccessPurpose::ReadHistory).await?;
        earlier_group(&reading, supergroup).await
    }

    async fn phone_formats(&self, account: &Account) -> Result<Vec<PhoneFormat>, ReadError> {
        let reading = open(self, account, &AccessPurpose::ReadHistory).await?;
        phone_formats(&reading).await
    }
}

async fn open<'a>(
    reader: &'a Reader,
    account: &'a Account,
    purpose: &AccessPurpose,
) -> Result<Reading<'a>, ReadError> {
    Reading::open(reader, account, purpose, CallPolicy::BACKGROUND).await
}

/// The group that a supergroup was before.
pub(super) async fn earlier_group(
    reading: &Reading<'_>,
    supergroup: PeerId,
) -> Result<Option<PeerId>, ReadError> {
    let PeerId::Channel(id) = supergroup else {
        return Ok(None);
    };
    let channel = reading.input_channel(id)?;
    let request = functions::channels::GetFullChannel { channel };
    let enums::messages::ChatFull::Full(answer) = reading.call(&request).await?;
    reading.meet(&answer.users, &answer.chats);
    Ok(match answer.full_chat {
        enums::ChatFull::ChannelFull(full) => full.migrated_from_chat_id.map(PeerId::Group),
        enums::ChatFull::Full(_) | enums::ChatFull::CommunityFull(_) => None,
    })
}

/// An answer's messages as records, rich ones whole; the record of one that could not
/// be fetched whole says so.
pub(super) async fn page(
    reading: &Reading<'_>,
    dialog: PeerId,
    mut answer: Answer,
    next: Option<HistoryFrom>,
) -> Result<RecordPage, ReadError> {
    let more = make_whole(reading, dialog, answer.messages.iter_mut()).await?;
    reading.meet(&more.users, &more.chats);
    let mut peers = peer_records(&answer.users, &answer.chats);
    peers.extend(peer_records(&more.users, &more.chats));
    peers.sort_by_key(|peer| peer.id);
    peers.dedup_by_key(|peer| peer.id);
    let me = reading.me();
    let records = answer.messages.into_iter();
    let records = records.map(|message| record(message, me)).collect();
    Ok(RecordPage {
        records,
        peers,
        next,
        total: answer.total,
        pts: answer.pts,
        claim: reading.claim(),
    })
}
