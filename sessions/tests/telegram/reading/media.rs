//! Files.

use sesame_domain::account::Account;
use sesame_domain::ports::{ReadHistory as _, ReadMedia as _};
use sesame_domain::reading::{FILE_PART_MAX, HistoryFrom, MessageMedia, ReadError, RemoteFile};
use sesame_domain::session::peer::PeerId;
use sesame_sandbox::world::{ChatKind, MediaKind, NewMedia, NewMessage};
use sesame_sessions::Reader;

use super::{Readers, history_of};

fn content(bytes: usize) -> Vec<u8> {
    (0..=250_u8).cycle().take(bytes).collect()
}

/// A file in a channel, kept in that data centre.
pub(super) async fn sent(readers: &Readers, kind: MediaKind, bytes: usize, dc: i32) -> RemoteFile {
    let channel = readers.chat(ChatKind::Channel, "Files");
    let media = NewMedia {
        kind,
        file_name: "file.bin".to_owned(),
        mime_type: "application/octet-stream".to_owned(),
        content: content(bytes).into(),
        dc,
    };
    let new = NewMessage {
        media: Some(media),
        ..NewMessage::default()
    };
    let message = readers.say_this(&channel, new);
    readers.meet_all().await;
    let dialog = PeerId::Channel(channel.id);
    let page = readers
        .reader
        .history(&readers.account, &history_of(dialog, HistoryFrom::Newest))
        .await
        .unwrap();
    let Some(MessageMedia::File(file)) = page.messages[0].content.media() else {
        panic!("{page:?}");
    };
    assert_eq!(file.size, bytes as u64);
    RemoteFile {
        dialog,
        message,
        location: file.location.clone(),
    }
}

/// The whole file, part by part.
async fn whole(reader: &Reader, account: &Account, file: &mut RemoteFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let offset = bytes.len() as u64;
        let part = reader.part(account, file, offset, FILE_PART_MAX).await;
        let part = part.unwrap();
        bytes.extend(&part.bytes);
        if part.bytes.len() < FILE_PART_MAX as usize {
            return bytes;
        }
    }
}

#[tokio::test]
async fn a_file_comes_in_parts_also_from_another_data_centre() {
    let readers = Readers::new().await;
    let bytes = 2 * FILE_PART_MAX as usize + 12_345;
    for kind in [MediaKind::Document, MediaKind::Photo] {
        for dc in [1, 2] {
            let mut file = sent(&readers, kind, bytes, dc).await;
            let found = whole(&readers.reader, &readers.account, &mut file).await;
            assert!(found == content(bytes), "{kind:?} in {dc}");
        }
    }
    // The account is well: only at home does it say something about it.
    let checked = readers
        .node
        .accounts
        .check(&readers.account.owner, readers.account.id)
        .await;
    assert!(checked.unwrap().health.is_alive());
}

#[tokio::test]
async fn a_reference_that_expired_is_renewed_from_the_message() {
    let readers = Readers::new().await;
    let mut file = sent(&readers, MediaKind::Document, 10_000, 2).await;
    let before = file.location.reference.clone();
    readers.fixture.world.chats().expire_file_references();
    let found = whole(&readers.reader, &readers.account, &mut file).await;
    assert_eq!(found, content(10_000));
    assert_ne!(file.location.reference, before);
    // And used for what follows: the message is not asked for again.
    let asked = readers.fixture.calls("channels.getMessages");
    whole(&readers.reader, &readers.account, &mut file).await;
    assert_eq!(readers.fixture.calls("channels.getMessages"), asked);
}

#[tokio::test]
async fn a_file_whose_message_is_gone_is_gone() {
    let readers = Readers::new().await;
    let mut file = sent(&readers, MediaKind::Document, 10_000, 2).await;
    let PeerId::Channel(channel) = file.dialog else {
        panic!("{file:?}");
    };
    let chats = readers.fixture.world.chats();
    let chat = chats.get(channel).unwrap();
    chats.delete(&chat, &[file.message]);
    chats.expire_file_references();
    let (reader, account) = (&readers.reader, &readers.account);
    let gone = reader.part(account, &mut file, 0, 4096).await;
    assert!(
        matches!(gone, Err(ReadError::FileReferenceExpired)),
        "{gone:?}"
    );
    file.location.id += 1;
    let unknown = reader.part(account, &mut file, 0, 4096).await;
    assert!(
        matches!(unknown, Err(ReadError::FileUnavailable(_))),
        "{unknown:?}"
    );
    let odd = reader.part(account, &mut file, 1, 4096).await;
    assert!(matches!(odd, Err(ReadError::FilePart { .. })), "{odd:?}");
}
