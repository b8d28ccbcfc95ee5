//! Exports of Telegram's, and what is read inside of them.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::export::{ExportChoice, MediaChoice};
use sesame_domain::ports::{InTakeout, ReadRecords, Takeouts as _};
use sesame_domain::reading::{
    FILE_PART_MAX, HistoryFrom, HistoryQuery, MessageRecord, PeerMark, PeerRecord, ReadError,
    TakeoutId, TakeoutRefusal, TakeoutScope,
};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Clock as _;
use sesame_sandbox::world::{
    Chat, ChatKind, FloodError, FloodLimit, LimitPer, MediaKind, NewFloodLimit, NewMessage,
    Takeout, TakeoutFlags,
};

use super::media::sent;
use super::{Readers, history_of};

fn scope(chat: PeerId, mark: Option<PeerMark>, choice: &ExportChoice) -> TakeoutScope {
    let chat = PeerRecord {
        title: "Chat".to_owned(),
        marks: mark.into_iter().collect(),
        ..PeerRecord::nameless(chat)
    };
    choice.takeout_of(&chat, false)
}

fn private() -> TakeoutScope {
    scope(PeerId::User(1), None, &ExportChoice::default())
}

impl Readers {
    async fn begin(&self, scope: &TakeoutScope) -> Result<TakeoutId, ReadError> {
        self.reader.begin(&self.account, scope).await
    }

    async fn inside(&self) -> (TakeoutId, InTakeout) {
        let id = self.begin(&private()).await.unwrap();
        (id, self.reader.inside(id))
    }

    fn takeouts(&self) -> Vec<Takeout> {
        self.fixture.world.takeouts().of(self.ann.id)
    }

    /// Counts the calls that are made outside of exports, or inside.
    fn counted(&self, method: &str, inside: bool) -> Arc<FloodLimit> {
        let limits = self.fixture.world.limits();
        let limit = NewFloodLimit {
            method: method.to_owned(),
            per: LimitPer::Account,
            size: u32::MAX,
            refill: Duration::from_millis(1),
            least_wait: Duration::ZERO,
            error: FloodError::Wait,
            person: Some(self.ann.id),
            dc: None,
        };
        limits.add_inside(limit, Some(inside))
    }
}

#[tokio::test]
async fn telegram_is_told_what_is_exported_and_nothing_else() {
    let readers = Readers::new().await;
    let all = ExportChoice::default();
    let small = ExportChoice {
        largest: Some(1 << 20),
        ..ExportChoice::default()
    };
    let none = ExportChoice {
        media: MediaChoice::none(),
        ..small.clone()
    };
    let files = |flags: TakeoutFlags| TakeoutFlags {
        files: true,
        file_max_size: flags.file_max_size.or(Some(4_000 << 20)),
        ..flags
    };
    let no = TakeoutFlags::default;
    let channel = PeerId::Channel(3);
    let cases = [
        (
            scope(PeerId::User(1), None, &all),
            files(TakeoutFlags {
                message_users: true,
                ..no()
            }),
        ),
        (
            scope(PeerId::Group(2), None, &none),
            TakeoutFlags {
                message_chats: true,
                ..no()
            },
        ),
        (
            scope(channel, Some(PeerMark::Megagroup), &small),
            files(TakeoutFlags {
                message_megagroups: true,
                file_max_size: Some(1 << 20),
                ..no()
            }),
        ),
        (
            scope(channel, Some(PeerMark::Broadcast), &all),
            files(TakeoutFlags {
                message_channels: true,
                ..no()
            }),
        ),
    ];
    for (scope, flags) in cases {
        let id = readers.begin(&scope).await.unwrap();
        let begun = readers.takeouts().pop().unwrap();
        assert_eq!((TakeoutId(begun.id), begun.flags), (id, flags));
        readers
            .reader
            .finish(&readers.account, id, true)
            .await
            .unwrap();
        assert_eq!(readers.takeouts().pop().unwrap().success, Some(true));
    }
}

#[tokio::test]
async fn telegram_may_ask_first_and_says_until_when() {
    let readers = Readers::new().await;
    let world = &readers.fixture.world;
    world.takeouts().set_delay(readers.ann.id, 86_400);
    let asked_at = readers.fixture.clock.now();
    for _ in 0..2 {
        let asked = readers.begin(&private()).await;
        let Err(ReadError::Takeout(TakeoutRefusal::Delay { until })) = asked else {
            panic!("{asked:?}");
        };
        let wait = (until - asked_at).num_seconds();
        assert!((86_395..=86_405).contains(&wait), "{wait}");
    }
    assert_eq!(readers.takeouts(), []);
    assert!(world.takeouts().allow(readers.ann.id));
    readers.begin(&private()).await.unwrap();
    assert_eq!(readers.takeouts().len(), 1);
}

#[tokio::test]
async fn one_that_is_over_is_told_and_is_finished_as_it_is() {
    let readers = Readers::new().await;
    let chat = readers.chat(ChatKind::Channel, "Channel");
    readers.say(&chat, "post");
    readers.meet_all().await;
    let (first, inside) = readers.inside().await;
    let (second, _) = readers.inside().await;
    let query = history_of(PeerId::Channel(chat.id), HistoryFrom::Newest);
    let over = inside.records.records(&readers.account, &query).await;
    let is_over = matches!(over, Err(ReadError::Takeout(TakeoutRefusal::Over)));
    assert!(is_over, "{over:?}");
    for id in [first, second, second] {
        let finished = readers.reader.finish(&readers.account, id, false).await;
        finished.unwrap();
    }
    let ends = readers.takeouts();
    let ends: Vec<_> = ends.iter().map(|it| (it.replaced, it.success)).collect();
    assert_eq!(ends, [(true, None), (false, Some(false))]);
}

/// All records from there on, in pages, and how many Telegram says there are.
async fn all(
    records: &dyn ReadRecords,
    readers: &Readers,
    dialog: PeerId,
    from: HistoryFrom,
) -> (Vec<MessageRecord>, u32) {
    let mut query = HistoryQuery {
        limit: 30,
        ..history_of(dialog, from)
    };
    let mut found = Vec::new();
    loop {
        let page = records.records(&readers.account, &query).await.unwrap();
        found.extend(page.records);
        match page.next {
            Some(next) => query.from = next,
            None => return (found, page.total),
        }
    }
}

fn say(readers: &Readers, chat: &Chat, date: i64) -> i32 {
    let new = NewMessage {
        date: Some(date),
        text: format!("at {date}"),
        ..NewMessage::default()
    };
    readers.say_this(chat, new)
}

/// Telegram splits them after five thousand each; in the second range, the chat has
/// none.
#[tokio::test]
async fn messages_of_private_chats_and_groups_are_read_range_by_range_without_a_gap() {
    let readers = Readers::new().await;
    let chats = readers.fixture.world.chats();
    let (ann, ben) = (readers.ann.id, readers.ben.id);
    let private = chats.private_of(ann, ben, 1_600_000_000).unwrap();
    let group = readers.chat(ChatKind::Group, "Group");
    let mut named = Vec::new();
    for turn in 0..45 {
        named.push(say(&readers, &private, 1_600_000_000 + turn));
    }
    for turn in 0..10_100 {
        say(&readers, &group, 1_600_100_000 + turn);
    }
    for turn in 0..45 {
        named.push(say(&readers, &private, 1_600_200_000 + turn));
    }
    readers.meet_all().await;
    let (_, inside) = readers.inside().await;
    let (outside, counted) = (
        readers.counted("*", false),
        readers.counted("messages.getHistory", true),
    );
    let dialog = PeerId::User(ben);
    let moment = chrono::DateTime::from_timestamp(1_600_150_000, 0).unwrap();
    let froms = [
        HistoryFrom::After(0),
        HistoryFrom::After(named[44]),
        HistoryFrom::Newest,
        HistoryFrom::Before(named[45]),
        HistoryFrom::Until(moment),
    ];
    let mut found = Vec::new();
    for from in froms {
        found.push(all(&*inside.records, &readers, dialog, from).await);
    }
    let account = &readers.account;
    let ids = [named[0], named[44], named[45], named[89]];
    let by_number = inside.records.records_named(account, dialog, &ids).await;
    // One in each range says how many there are; no range that has none is asked again.
    assert!(counted.calls() < 25, "{}", counted.calls());
    assert_eq!(outside.calls(), 0);
    for (from, found) in froms.into_iter().zip(found) {
        let expected = all(&readers.reader, &readers, dialog, from).await;
        assert_eq!(found, expected, "{from:?}");
    }
    let plain = readers.reader.records_named(account, dialog, &ids).await;
    assert_eq!(by_number.unwrap().records, plain.unwrap().records);
    let group = PeerId::Group(group.id);
    let (found, total) = all(&*inside.records, &readers, group, HistoryFrom::After(0)).await;
    assert!(found.len() >= 10_100 && total >= 10_100, "{total}");
    assert!(found.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[tokio::test]
async fn files_and_emoji_are_fetched_inside_and_a_flood_outside_is_in_no_ones_way() {
    let readers = Readers::new().await;
    // Kept in another data centre, where the login is brought along.
    let mut file = sent(&readers, MediaKind::Document, 5_000, 2).await;
    let (_, inside) = readers.inside().await;
    let methods = ["upload.getFile", "messages.getCustomEmojiDocuments"];
    let outside = methods.map(|method| readers.counted(method, false));
    let counted = methods.map(|method| readers.counted(method, true));
    let account = &readers.account;
    let part = inside
        .media
        .part(account, &mut file, 0, FILE_PART_MAX)
        .await;
    assert_eq!(part.unwrap().bytes.len(), 5_000);
    inside.records.custom_emoji(account, &[1]).await.unwrap();
    for (outside, inside) in outside.iter().zip(&counted) {
        assert_eq!((outside.calls(), inside.calls() > 0), (0, true));
    }
    let method = "messages.getHistory";
    readers.fixture.fault(method, 420, "FLOOD_WAIT_3600", 1);
    let query = history_of(file.dialog, HistoryFrom::Newest);
    let flooded = readers.reader.records(account, &query).await;
    assert!(
        matches!(flooded, Err(ReadError::Flood { .. })),
        "{flooded:?}"
    );
    inside.records.records(account, &query).await.unwrap();
}
