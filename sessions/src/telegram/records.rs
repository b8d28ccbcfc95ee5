//! Messages for exports: implements [`ReadRecords`].

use async_trait::async_trait;
use grammers_tl_types::{enums, functions};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::ReadRecords;
use sesame_domain::reading::{
    DocumentRecord, HistoryFrom, HistoryQuery, MessageRecord, PhoneFormat, ReadError, RecordPage,
};
use sesame_domain::session::peer::PeerId;

use crate::gate::CallPolicy;

use super::Reader;
use super::answer::Answer;
use super::history::{named, next};
use super::pages;
use super::peer_records::peer_records;
use super::phone_formats::phone_formats;
use super::ranges;
use super::reading::Reading;
use super::record::{document_record, is_shortened, make_whole, record};

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

/// An answer's messages as records, rich ones whole.
pub(super) async fn page(
    reading: &Reading<'_>,
    dialog: PeerId,
    answer: Answer,
    next: Option<HistoryFrom>,
) -> Result<RecordPage, ReadError> {
    let mut peers = peer_records(&answer.users, &answer.chats);
    let mut records: Vec<MessageRecord> = Vec::with_capacity(answer.messages.len());
    for mut message in answer.messages {
        if let enums::Message::Message(it) = &mut message
            && is_shortened(it)
        {
            let peer = reading.input(dialog)?;
            let request = functions::messages::GetRichMessage { peer, id: it.id };
            let range = ranges::range_of(reading, dialog, it.id).await?;
            match reading.call_of(range, &request).await {
                Ok(whole) => {
                    let whole = Answer::of(whole);
                    reading.meet(&whole.users, &whole.chats);
                    peers.extend(peer_records(&whole.users, &whole.chats));
                    make_whole(it, whole.messages);
                }
                // The rest can be had all the same; the record says that it is
                // shortened.
                Err(ReadError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        records.push(record(message, reading.me()));
    }
    peers.sort_by_key(|peer| peer.id);
    peers.dedup_by_key(|peer| peer.id);
    Ok(RecordPage {
        records,
        peers,
        next,
        total: answer.total,
        pts: answer.pts,
        claim: reading.claim(),
    })
}
