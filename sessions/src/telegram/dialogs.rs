//! The list of dialogs: implements [`ReadDialogs`].

use std::collections::HashMap;

use async_trait::async_trait;
use grammers_tl_types::{enums, functions, types};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::ReadDialogs;
use sesame_domain::reading::{
    Dialog, DialogCursor, DialogFolder, DialogPage, DialogQuery, LastMessage, PeerPhoto,
    PeerProfile, ReadError,
};
use sesame_domain::session::peer::PeerId;

use crate::gate::CallPolicy;

use super::Reader;
use super::media::first_part;
use super::peers::{Mentioned, id_of};
use super::reading::{Reading, at, count};

/// The most dialogs that Telegram gives at once.
const MOST: u32 = 100;

#[async_trait]
impl ReadDialogs for Reader {
    async fn dialogs(
        &self,
        account: &Account,
        query: &DialogQuery,
    ) -> Result<DialogPage, ReadError> {
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::ReadDialogs,
            CallPolicy::PROMPT,
        )
        .await?;
        let mut dialogs = match query.after {
            // Pinned ones come once, before all others, and are left out below.
            None => pinned(&reading, query.folder).await?,
            Some(_) => Vec::new(),
        };
        let asked = request(&reading, query);
        let answer = Listed::of(reading.call(&asked).await?);
        let next = answer.next(query.after);
        let total = answer.total;
        let skip = query.after.map_or(0, |after| after.skip);
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        dialogs.extend(answer.dialogs(&reading).skip(skip));
        dialogs.retain(|dialog| query.kinds.is_empty() || query.kinds.contains(&dialog.peer.kind));
        Ok(DialogPage {
            dialogs,
            next,
            total,
        })
    }

    async fn dialogs_named(
        &self,
        account: &Account,
        peers: &[PeerId],
    ) -> Result<Vec<Dialog>, ReadError> {
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::ReadDialogs,
            CallPolicy::PROMPT,
        )
        .await?;
        let known = peers.iter().filter_map(|peer| reading.input(*peer).ok());
        let known = known.map(|peer| types::InputDialogPeer { peer }.into());
        let request = functions::messages::GetPeerDialogs {
            peers: known.take(MOST as usize).collect(),
        };
        if request.peers.is_empty() {
            return Ok(Vec::new());
        }
        let listed = Listed::of_peers(reading.call(&request).await?);
        Ok(listed.dialogs(&reading).collect())
    }

    async fn resolve(&self, account: &Account, username: &str) -> Result<PeerProfile, ReadError> {
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::Resolve,
            CallPolicy::INTERACTIVE,
        )
        .await?;
        let request = functions::contacts::ResolveUsername {
            username: username.to_owned(),
            referer: None,
        };
        let enums::contacts::ResolvedPeer::Peer(found) = reading.call(&request).await?;
        let mentioned = reading.meet(&found.users, &found.chats);
        Ok(mentioned.profile(id_of(&found.peer)))
    }

    async fn photo(
        &self,
        account: &Account,
        peer: PeerId,
        photo: PeerPhoto,
    ) -> Result<Vec<u8>, ReadError> {
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::ReadDialogs,
            CallPolicy::PROMPT,
        )
        .await?;
        let location = enums::InputFileLocation::InputPeerPhotoFileLocation(
            types::InputPeerPhotoFileLocation {
                big: false,
                peer: reading.input(peer)?,
                photo_id: photo.id,
            },
        );
        first_part(&reading, photo.dc, location).await
    }
}

fn folder_id(folder: DialogFolder) -> i32 {
    match folder {
        DialogFolder::Main => 0,
        DialogFolder::Archive => 1,
    }
}

fn request(reading: &Reading<'_>, query: &DialogQuery) -> functions::messages::GetDialogs {
    let after = query.after;
    // One that is not known any more is left out: the date and the number of
    // its last message say where it was.
    let peer = after.and_then(|after| reading.input(after.peer).ok());
    let skip = after.map_or(0, |after| after.skip);
    let limit = query.limit.clamp(1, MOST).saturating_add(skip).min(MOST);
    functions::messages::GetDialogs {
        exclude_pinned: true,
        folder_id: Some(folder_id(query.folder)),
        offset_date: after.map_or(0, |after| after.date),
        offset_id: after.map_or(0, |after| after.message),
        offset_peer: peer.unwrap_or(enums::InputPeer::Empty),
        limit: i32::try_from(limit).unwrap_or(1),
        hash: 0,
    }
}

async fn pinned(reading: &Reading<'_>, folder: DialogFolder) -> Result<Vec<Dialog>, ReadError> {
    let request = functions::messages::GetPinnedDialogs {
        folder_id: folder_id(folder),
    };
    let listed = Listed::of_peers(reading.call(&request).await?);
    Ok(listed.dialogs(reading).collect::<Vec<_>>())
}

/// An answer of Telegram.
struct Listed {
    dialogs: Vec<enums::Dialog>,
    /// When the messages that came along were sent.
    dates: HashMap<(PeerId, i32), i32>,
    users: Vec<enums::User>,
    chats: Vec<enums::Chat>,
    total: Option<u32>,
    is_last: bool,
}

impl Listed {
    fn of(answer: enums::messages::Dialogs) -> Self {
        match answer {
            enums::messages::Dialogs::Dialogs(all) => Self {
                total: u32::try_from(all.dialogs.len()).ok(),
                dates: dates(&all.messages),
                dialogs: all.dialogs,
                users: all.users,
                chats: all.chats,
                is_last: true,
            },
            enums::messages::Dialogs::Slice(some) => Self {
                total: Some(count(some.count)),
                dates: dates(&some.messages),
                is_last: some.dialogs.is_empty(),
                dialogs: some.dialogs,
                users: some.users,
                chats: some.chats,
            },
            // Only an answer to a hash, which is never sent.
            enums::messages::Dialogs::NotModified(same) => Self {
                dialogs: Vec::new(),
                dates: HashMap::new(),
                users: Vec::new(),
                chats: Vec::new(),
                total: Some(count(same.count)),
                is_last: true,
            },
        }
    }

    /// Certain dialogs, and no page of them.
    fn of_peers(answer: enums::messages::PeerDialogs) -> Self {
        let enums::messages::PeerDialogs::Dialogs(answer) = answer;
        Self {
            dialogs: answer.dialogs,
            dates: dates(&answer.messages),
            users: answer.users,
            chats: answer.chats,
            total: None,
            is_last: true,
        }
    }

    /// Where the page after this one begins: after the last dialog whose place
    /// is known. Where this page has none, that is where it began itself.
    fn next(&self, began: Option<DialogCursor>) -> Option<DialogCursor> {
        if self.is_last {
            return None;
        }
        let mut from_behind = self.described().rev().zip(0..);
        let placed = from_behind.find_map(|(dialog, skip)| {
            let peer = id_of(&dialog.peer);
            let date = *self.dates.get(&(peer, dialog.top_message))?;
            Some(DialogCursor {
                date,
                message: dialog.top_message,
                peer,
                skip,
            })
        });
        placed.or_else(|| {
            let skip = u32::try_from(self.described().count()).ok()?;
            // No more than before: Telegram gives no longer pages.
            let began = began.filter(|began| skip > began.skip)?;
            Some(DialogCursor { skip, ..began })
        })
    }

    /// The dialogs as Telegram describes them. The archive, which is listed
    /// among them, is none: it has a query of its own. Nor is a community, whose
    /// chats are listed themselves.
    fn described(&self) -> impl DoubleEndedIterator<Item = &types::Dialog> {
        self.dialogs.iter().filter_map(|dialog| match dialog {
            enums::Dialog::Dialog(dialog) => Some(dialog),
            enums::Dialog::Folder(_) | enums::Dialog::Community(_) => None,
        })
    }

    /// The dialogs.
    fn dialogs(&self, reading: &Reading<'_>) -> impl Iterator<Item = Dialog> {
        let mentioned = reading.meet(&self.users, &self.chats);
        self.described()
            .map(move |dialog| described(dialog, &self.dates, &mentioned))
    }
}

fn described(
    dialog: &types::Dialog,
    dates: &HashMap<(PeerId, i32), i32>,
    mentioned: &Mentioned,
) -> Dialog {
    let peer = id_of(&dialog.peer);
    let date = dates.get(&(peer, dialog.top_message));
    Dialog {
        peer: mentioned.profile(peer),
        photo: mentioned.photo(peer),
        unread: count(dialog.unread_count),
        unread_mentions: count(dialog.unread_mentions_count),
        is_marked_unread: dialog.unread_mark,
        is_pinned: dialog.pinned,
        last: date.map(|date| LastMessage {
            id: dialog.top_message,
            at: at(*date),
        }),
        pts: dialog.pts,
    }
}

/// When messages were sent, by dialog and number.
fn dates(messages: &[enums::Message]) -> HashMap<(PeerId, i32), i32> {
    let dates = messages.iter().filter_map(|message| match message {
        enums::Message::Empty(_) => None,
        enums::Message::Message(it) => Some(((id_of(&it.peer_id), it.id), it.date)),
        enums::Message::Service(it) => Some(((id_of(&it.peer_id), it.id), it.date)),
    });
    dates.collect()
}
