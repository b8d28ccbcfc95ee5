//! Messages for exports.

use serde_json::{Value, json};
use sesame_domain::ports::{ReadCounts, ReadHistory as _, ReadMedia as _, ReadRecords as _};
use sesame_domain::reading::{
    FILE_PART_MAX, FileKey, FileRole, HistoryFrom, MessageRecord, PeerMark, RemoteFile,
};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_sandbox::world::{
    ChatKind, ForwardedFrom, MediaKind as Kept, NewMedia, NewMessage, TextEntity, TextStyle,
};

use super::{Readers, history_of};

/// Every record from there on, in the order in which they come.
async fn all(readers: &Readers, dialog: PeerId, from: HistoryFrom) -> Vec<MessageRecord> {
    let mut query = history_of(dialog, from);
    query.limit = 30;
    let mut records = Vec::new();
    loop {
        let page = readers.reader.records(&readers.account, &query).await;
        let page = page.unwrap();
        records.extend(page.records);
        match page.next {
            Some(next) => query.from = next,
            None => return records,
        }
    }
}

fn value(record: &MessageRecord) -> Value {
    serde_json::from_str(&record.json).unwrap()
}

#[tokio::test]
async fn records_come_as_the_history_does_without_a_gap() {
    let readers = Readers::new().await;
    for kind in [ChatKind::Group, ChatKind::Supergroup] {
        let chat = readers.chat(kind, "Chat");
        readers.say_all(&chat, 100);
        readers.meet_all().await;
        let dialog = match kind {
            ChatKind::Group => PeerId::Group(chat.id),
            _ => PeerId::Channel(chat.id),
        };
        let back = all(&readers, dialog, HistoryFrom::Newest).await;
        let forth = all(&readers, dialog, HistoryFrom::After(0)).await;
        let reversed: Vec<_> = back.iter().rev().cloned().collect();
        assert_eq!(forth, reversed, "{kind:?}");
        let texts: Vec<_> = forth
            .iter()
            .map(|it| value(it)["message"].clone())
            .collect();
        let expected: Vec<_> = (1..=100).map(|n| json!(format!("message {n}"))).collect();
        assert_eq!(texts, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn a_record_holds_what_telegram_said_and_no_secret() {
    let readers = Readers::new().await;
    let origin = readers.chat(ChatKind::Channel, "Origin");
    let group = readers.chat(ChatKind::Supergroup, "Group");
    let content = vec![7; 5_000];
    let new = NewMessage {
        from: Some(readers.ben.id),
        date: Some(1_700_000_000),
        text: "bold and a\u{2028}#tag".to_owned(),
        entities: vec![TextEntity {
            offset: 0,
            length: 4,
            style: TextStyle::Bold,
        }],
        media: Some(NewMedia {
            kind: Kept::Photo,
            file_name: "photo.jpg".to_owned(),
            mime_type: "image/jpeg".to_owned(),
            content: content.clone().into(),
            dc: 1,
        }),
        forward: Some(ForwardedFrom {
            channel: origin.id,
            post: 12,
            date: 1_600_000_000,
        }),
        album: Some(99),
    };
    let id = readers.say_this(&group, new);
    readers.meet_all().await;
    let dialog = PeerId::Channel(group.id);
    let query = history_of(dialog, HistoryFrom::Newest);
    let page = readers
        .reader
        .records(&readers.account, &query)
        .await
        .unwrap();
    assert_eq!((page.total, page.pts), (1, Some(group.pts())));
    let [record] = page.records.try_into().unwrap();
    assert_eq!((record.id, record.album), (id, Some(99)));
    assert_eq!(record.sender, Some(PeerId::User(readers.ben.id)));
    assert_eq!(record.at, Timestamp::from_timestamp(1_700_000_000, 0));
    assert_eq!(record.json.lines().count(), 1);
    assert!(!record.json.contains("access_hash") && !record.json.contains("file_reference"));
    let told = value(&record);
    assert_eq!(told["_"], "message");
    assert_eq!(told["message"], "bold and a\u{2028}#tag");
    assert_eq!(
        told["entities"][0],
        json!({"_": "messageEntityBold", "offset": 0, "length": 4})
    );
    assert_eq!(
        told["peer_id"],
        json!({"_": "peerChannel", "channel_id": group.id})
    );
    assert_eq!(told["fwd_from"]["channel_post"], 12);
    assert_eq!(told["grouped_id"], 99);
    assert_eq!(told["media"]["_"], "messageMediaPhoto");
    // Whom it mentions, by the names that it takes.
    let ben = page
        .peers
        .iter()
        .find(|peer| peer.id == PeerId::User(readers.ben.id));
    assert_eq!(ben.unwrap().name(), "Ann Lee");
    let chat = page.peers.iter().find(|peer| peer.id == dialog).unwrap();
    assert_eq!(chat.name(), "Group");
    assert!(chat.is(PeerMark::Megagroup));
    // Its file is the one that the JSON names, and can be fetched.
    let [file] = record.files.try_into().unwrap();
    let photo = told["media"]["photo"]["id"].as_i64().unwrap();
    assert_eq!(
        (file.role, file.key()),
        (FileRole::Main, FileKey::Photo(photo))
    );
    let mut remote = RemoteFile {
        dialog,
        message: id,
        location: file.file.location,
    };
    let part = readers
        .reader
        .part(&readers.account, &mut remote, 0, FILE_PART_MAX)
        .await
        .unwrap();
    assert_eq!(part.bytes, content);
}

#[tokio::test]
async fn records_are_found_by_number_and_those_of_others_are_left_out() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    let group = readers.chat(ChatKind::Group, "Group");
    let other = readers.chat(ChatKind::Group, "Other");
    readers.say_all(&channel, 3);
    readers.fixture.world.chats().delete(&channel, &[2]);
    let mine = readers.say(&group, "here");
    let theirs = readers.say(&other, "there");
    readers.meet_all().await;
    let named = |dialog, ids: Vec<i32>| {
        let readers = &readers;
        async move {
            let page = readers
                .reader
                .records_named(&readers.account, dialog, &ids)
                .await;
            let records = page.unwrap().records;
            let there = records.iter().filter(|record| record.at.is_some());
            there.map(|record| record.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(
        named(PeerId::Channel(channel.id), vec![1, 2, 3, 9]).await,
        [3, 1]
    );
    assert_eq!(
        named(PeerId::Group(group.id), vec![mine, theirs]).await,
        [mine]
    );
    // The same as what the history says in Sesame's words.
    let messages = readers
        .reader
        .messages(&readers.account, PeerId::Channel(channel.id), &[1, 2, 3])
        .await
        .unwrap();
    assert_eq!(messages.len(), 2);
}

#[tokio::test]
async fn telephone_numbers_are_written_as_telegrams_list_of_countries_says() {
    let readers = Readers::new().await;
    let formats = readers.reader.phone_formats(&readers.account).await;
    let formats = formats.unwrap();
    let of = |code: &str| {
        let formats = formats.iter().filter(|format| format.code == code);
        let parts = formats.map(|it| (it.prefixes.clone(), it.patterns.clone()));
        parts.collect::<Vec<_>>()
    };
    let owned = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let kazakhstan = (owned(&["6", "7"]), owned(&["XXX XXX XX XX"]));
    // Where Telegram names no beginning, any fits.
    let russia = (owned(&[""]), owned(&["XXX XXX XXXX"]));
    assert_eq!(of("7"), [kazakhstan, russia]);
    // What Telegram hides is left out, as its apps do.
    assert_eq!(of("888"), []);
}

#[tokio::test]
async fn a_supergroup_names_the_group_that_it_was() {
    let readers = Readers::new().await;
    let group = readers.chat(ChatKind::Group, "Crew");
    readers.say_all(&group, 3);
    let supergroup = readers.fixture.world.migrate(&group).unwrap();
    let other = readers.chat(ChatKind::Supergroup, "Other");
    readers.meet_all().await;
    let (reader, account) = (&readers.reader, &readers.account);
    let earlier = async |id| reader.earlier_group(account, id).await.unwrap();
    let found = earlier(PeerId::Channel(supergroup.id)).await;
    assert_eq!(found, Some(PeerId::Group(group.id)));
    let before = ReadCounts::group_before(reader, account, PeerId::Channel(supergroup.id)).await;
    assert_eq!(before.unwrap(), found);
    assert_eq!(earlier(PeerId::Channel(other.id)).await, None);
    assert_eq!(earlier(PeerId::Group(group.id)).await, None);
    // What was said there can be read.
    let said = all(&readers, PeerId::Group(group.id), HistoryFrom::After(0)).await;
    assert!(said.len() >= 3, "{}", said.len());
}
