use std::collections::BTreeSet;
use std::slice;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use futures::FutureExt as _;

use super::*;
use crate::account::{Health, Profile};
use crate::device::Device;
use crate::ids::{AccountId, Owner, PersonId, SessionId};
use crate::reading::{DialogKind, LastMessage, PeerPhoto, PeerProfile};
use crate::session::peer::PeerId;
use crate::time::{ManualClock, Timestamp};

fn noon() -> Timestamp {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn account() -> Account {
    Account {
        id: AccountId::from(uuid::Uuid::from_u128(1)),
        owner: Owner {
            tenant: "main".parse().unwrap(),
            person: PersonId(7),
        },
        profile: Profile {
            name: "Ann".to_owned(),
            username: None,
        },
        session: SessionId::from(uuid::Uuid::from_u128(2)),
        device: Device {
            model: String::new(),
            system_version: String::new(),
            app_version: String::new(),
            app_name: String::new(),
        },
        health: Health::Alive,
        linked_at: noon(),
        checked_at: noon(),
        used_at: noon(),
    }
}

fn dialog(id: i64, kind: DialogKind, name: &str) -> Dialog {
    Dialog {
        peer: PeerProfile {
            id: PeerId::Channel(id),
            kind,
            name: name.to_owned(),
            username: None,
            is_protected: false,
            is_member: true,
        },
        photo: None,
        unread: 0,
        unread_mentions: 0,
        is_marked_unread: false,
        is_pinned: false,
        last: Some(LastMessage {
            id: 1,
            at: noon() - TimeDelta::seconds(id),
        }),
        pts: None,
    }
}

/// Telegram's pages over lists in memory, as it makes them.
struct Lists {
    main: Vec<Dialog>,
    archive: Vec<Dialog>,
    /// What was asked, each time.
    asked: Mutex<Vec<DialogQuery>>,
    /// The answers after so many fail.
    fails_after: usize,
    clock: ManualClock,
    /// How long each answer takes.
    takes: TimeDelta,
}

impl Lists {
    fn of(main: Vec<Dialog>, archive: Vec<Dialog>) -> Self {
        Self {
            main,
            archive,
            asked: Mutex::default(),
            fails_after: usize::MAX,
            clock: ManualClock::new(noon()),
            takes: TimeDelta::zero(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    async fn list(&self, query: &DialogListQuery) -> Result<DialogList, ReadError> {
        list(self, &account(), query, &self.clock).await
    }

    /// Every answer, from the beginning on.
    async fn all(&self, filter: DialogFilter, limit: u32) -> Vec<DialogList> {
        let mut answers = Vec::new();
        let mut from = Some(DialogPosition::default());
        while let Some(at) = from {
            // What goes out comes back as text.
            let from_text = at.to_string().parse().unwrap();
            assert_eq!(at, from_text);
            let query = DialogListQuery {
                filter: filter.clone(),
                from: from_text,
                limit,
            };
            let answer = self.list(&query).await.unwrap();
            from = answer.next;
            answers.push(answer);
            assert!(answers.len() < 1_000, "it does not end");
        }
        answers
    }
}

#[async_trait]
impl ReadDialogs for Lists {
    async fn dialogs(&self, _: &Account, query: &DialogQuery) -> Result<DialogPage, ReadError> {
        self.asked.lock().unwrap().push(query.clone());
        self.clock.advance(self.takes);
        if self.asked() > self.fails_after {
            let until = noon() + TimeDelta::minutes(9);
            return Err(ReadError::Flood { until });
        }
        let all = match query.folder {
            DialogFolder::Main => &self.main,
            DialogFolder::Archive => &self.archive,
        };
        let (pinned, rest): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.is_pinned);
        let skip = query.after.map_or(0, |after| {
            let found = rest.iter().position(|it| it.peer.id == after.peer);
            found.unwrap() + 1 + after.skip as usize
        });
        let page: Vec<_> = rest.iter().skip(skip).take(query.limit as usize).collect();
        let mut next = query.after;
        for dialog in &page {
            next = after(dialog, next);
        }
        let is_last = page.is_empty();
        let first = pinned.into_iter().filter(|_| query.after.is_none());
        let dialogs = first.chain(page.into_iter().copied()).cloned().collect();
        Ok(DialogPage {
            dialogs,
            next: next.filter(|_| !is_last),
            total: u32::try_from(all.len()).ok(),
        })
    }

    async fn dialogs_named(&self, _: &Account, _: &[PeerId]) -> Result<Vec<Dialog>, ReadError> {
        Err(ReadError::PeerUnknown)
    }

    async fn resolve(&self, _: &Account, _: &str) -> Result<PeerProfile, ReadError> {
        Err(ReadError::NoSuchName)
    }

    async fn photo(&self, _: &Account, _: PeerId, _: PeerPhoto) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::PeerUnknown)
    }
}

fn many(count: i64) -> Vec<Dialog> {
    let kind = |id| match id % 10 {
        0 => DialogKind::Bot,
        1 | 2 => DialogKind::Supergroup,
        3 => DialogKind::Group,
        _ => DialogKind::Channel,
    };
    let all = (1..=count).map(|id| dialog(id, kind(id), &format!("Chat {id}")));
    all.collect()
}

fn ids(answers: &[DialogList]) -> Vec<i64> {
    let all = answers.iter().flat_map(|answer| &answer.dialogs);
    let ids = all.map(|listed| match listed.dialog.peer.id {
        PeerId::User(id) | PeerId::Group(id) | PeerId::Channel(id) => id,
    });
    ids.collect()
}

fn kind(kind: DialogGroup) -> DialogFilter {
    DialogFilter {
        kind: Some(kind),
        name: None,
    }
}

fn named(name: &str) -> DialogFilter {
    DialogFilter {
        kind: None,
        name: NameQuery::of(name),
    }
}

/// What comes of it: nothing here waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

#[test]
fn every_dialog_comes_once_pinned_ones_first_and_the_archive_after_all() {
    let mut main = many(250);
    for pinned in [200, 17] {
        main[pinned - 1].is_pinned = true;
    }
    // Those without a message have no place that Telegram pages by.
    for id in [40_usize, 41, 42, 250] {
        main[id - 1].last = None;
    }
    let mut archive: Vec<_> = (1_001..=1_030)
        .map(|id| dialog(id, DialogKind::Channel, "Old"))
        .collect();
    archive[9].is_pinned = true;
    let lists = Lists::of(main, archive);
    for limit in [1, 7, 50, 100] {
        let answers = at_once(lists.all(DialogFilter::default(), limit));
        let found = ids(&answers);
        let once: BTreeSet<_> = found.iter().collect();
        assert_eq!((found.len(), once.len()), (280, 280), "{limit}");
        assert_eq!(found[..2], [17, 200]);
        assert_eq!(found[250], 1_010, "pinned in the archive");
        let in_archive = answers.iter().flat_map(|it| &it.dialogs);
        let in_archive = in_archive.filter(|it| it.folder == DialogFolder::Archive);
        assert_eq!(in_archive.count(), 30);
        let last = answers.last().unwrap();
        assert_eq!((last.seen, last.total), (280, Some(280)));
        for answer in &answers {
            let unpinned = answer.dialogs.iter().filter(|it| !it.dialog.is_pinned);
            assert!(unpinned.count() <= limit as usize);
        }
    }
}

#[test]
fn what_is_wanted_is_found_wherever_it_stands_in_answers_that_are_bounded() {
    let mut main = many(20_000);
    main[19_998].peer.name = "Ärger mit Bo".to_owned();
    let lists = Lists::of(main, Vec::new());
    let bots = at_once(lists.all(kind(DialogGroup::Bot), 30));
    assert_eq!(ids(&bots).len(), 2_000);
    assert!(bots.iter().all(|answer| answer.dialogs.len() <= 30));
    let groups = at_once(lists.all(kind(DialogGroup::Group), 100));
    assert_eq!(ids(&groups).len(), 6_000);
    let before = lists.asked();
    let found = at_once(lists.all(named(" bo ÄRGER "), 30));
    assert_eq!(ids(&found), [19_999]);
    // No answer reads more than a few pages, whatever it finds.
    let pages = lists.asked() - before;
    assert!(pages <= found.len() * MOST_PAGES as usize, "{pages}");
    assert!(found[0].next.is_some() && found[0].dialogs.is_empty());
    assert_eq!((found[0].seen, found[0].total), (400, Some(20_000)));
}

#[test]
fn an_answer_that_takes_long_goes_on_in_the_next() {
    let mut lists = Lists::of(many(1_000), Vec::new());
    lists.takes = TimeDelta::seconds(6);
    let query = DialogListQuery {
        filter: named("nothing like this"),
        from: DialogPosition::default(),
        limit: 50,
    };
    let answer = at_once(lists.list(&query)).unwrap();
    assert_eq!((lists.asked(), answer.seen), (1, 100));
    assert!(answer.next.is_some());
}

#[test]
fn what_was_found_before_an_error_is_not_lost() {
    let mut lists = Lists::of(many(1_000), Vec::new());
    lists.fails_after = 2;
    let mut query = DialogListQuery {
        filter: named("chat 15"),
        from: DialogPosition::default(),
        limit: 100,
    };
    let answer = at_once(lists.list(&query)).unwrap();
    assert_eq!(ids(slice::from_ref(&answer))[..2], [15, 115]);
    assert_eq!(answer.seen, 200);
    // Whoever goes on is told.
    query.from = answer.next.unwrap();
    let refused = at_once(lists.list(&query));
    assert!(matches!(refused, Err(ReadError::Flood { .. })));
}

#[test]
fn names_are_looked_for_by_words_in_any_case_and_order() {
    let mut chat = dialog(1, DialogKind::Channel, "The Daily Überblick");
    chat.peer.username = Some("Daily_News".to_owned());
    for typed in ["daily", "  über THE", "@daily_news", "news überblick", "d"] {
        assert!(named(typed).lets_through(&chat), "{typed}");
    }
    for typed in ["weekly", "daily weekly", "@ daily", "thedaily"] {
        assert!(!named(typed).lets_through(&chat), "{typed}");
    }
    assert_eq!(NameQuery::of(" \t "), None);
    let long = NameQuery::of(&"x".repeat(1_000)).unwrap();
    assert_eq!(long.as_str().len(), NameQuery::MOST);
    assert!(!format!("{:?}", NameQuery::of("Ann")).contains("ann"));
}

#[test]
fn a_place_in_the_list_is_read_as_it_is_written_and_nothing_else_is() {
    for text in [
        "",
        "main",
        "main~1",
        "attic~1~0",
        "main~a~0",
        "main~1~0~x",
        "main~1~0~1.2.user3",
    ] {
        assert_eq!(text.parse::<DialogPosition>(), Err(NotACursor), "{text}");
    }
    let start = DialogPosition::default();
    assert_eq!(start.to_string().parse(), Ok(start));
}
