//! Counting the messages of a dialog.

use sesame_domain::ports::ReadCounts as _;
use sesame_domain::reading::{HistoryFrom, MediaKind, ReadError, RecordSearch};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_sandbox::world::{ChatKind, MediaKind as Kept, NewMedia, NewMessage};

use super::{Readers, history_of};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(seconds, 0).unwrap()
}

fn file(from: i64, kind: Kept, date: i64) -> NewMessage {
    NewMessage {
        from: Some(from),
        date: Some(date),
        media: Some(NewMedia {
            kind,
            file_name: "it".to_owned(),
            mime_type: "text/plain".to_owned(),
            content: vec![7; 500].into(),
            dc: 1,
        }),
        ..NewMessage::default()
    }
}

#[tokio::test]
async fn what_there_is_of_each_kind_is_counted_and_the_latest_of_it_shown() {
    let readers = Readers::new().await;
    let group = readers.chat(ChatKind::Supergroup, "Crew");
    readers.say_all(&group, 30);
    let (ann, ben) = (readers.ann.id, readers.ben.id);
    for (from, kind, date) in [
        (ann, Kept::Photo, 1_700_000_000),
        (ben, Kept::Photo, 1_700_000_010),
        (ann, Kept::Document, 1_700_000_020),
    ] {
        readers.say_this(&group, file(from, kind, date));
    }
    readers.meet_all().await;
    let dialog = PeerId::Channel(group.id);
    let kinds = [
        MediaKind::Document,
        MediaKind::Sticker,
        MediaKind::Photo,
        MediaKind::Voice,
    ];
    let (reader, account) = (&readers.reader, &readers.account);
    let counted = reader.count_files(account, dialog, &kinds).await.unwrap();
    assert_eq!(counted, [Some(1), None, Some(2), Some(0)]);
    let all = RecordSearch {
        dialog,
        kind: None,
        from: None,
        until: None,
        only_mine: false,
        limit: 10,
    };
    let found = async |search: RecordSearch| {
        let page = reader.search(account, &search).await.unwrap();
        let senders = page.records.iter().map(|record| record.sender);
        (page.total, senders.collect::<Vec<_>>())
    };
    let of = |id| Some(PeerId::User(id));
    let photos = RecordSearch {
        kind: Some(MediaKind::Photo),
        ..all
    };
    assert_eq!(found(photos).await, (2, vec![of(ben), of(ann)]));
    let mine = RecordSearch {
        only_mine: true,
        ..photos
    };
    assert_eq!(found(mine).await, (1, vec![of(ann)]));
    let first = RecordSearch {
        from: Some(at(1_700_000_000)),
        until: Some(at(1_700_000_009)),
        ..photos
    };
    assert_eq!(found(first).await, (1, vec![of(ann)]));
    let stickers = RecordSearch {
        kind: Some(MediaKind::Sticker),
        ..all
    };
    assert_eq!(found(stickers).await, (0, vec![]));
    let (total, latest) = found(RecordSearch {
        only_mine: true,
        ..all
    })
    .await;
    assert_eq!((total, latest), (2, vec![of(ann), of(ann)]));
    let newest = history_of(dialog, HistoryFrom::Newest);
    let page = reader.page(account, &newest).await.unwrap();
    assert_eq!((page.total, page.records.len()), (33, 33));
}

#[tokio::test]
async fn of_a_chat_that_was_not_met_nothing_is_counted() {
    let readers = Readers::new().await;
    let kinds = [MediaKind::Photo];
    let unknown = readers
        .reader
        .count_files(&readers.account, PeerId::Channel(99_999), &kinds);
    assert!(matches!(unknown.await, Err(ReadError::PeerUnknown)));
}
