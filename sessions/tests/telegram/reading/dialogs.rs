//! The list of dialogs.

use std::collections::HashSet;

use sesame_domain::ports::ReadDialogs as _;
use sesame_domain::reading::{
    DialogFolder, DialogKind, DialogPage, DialogQuery, PeerProfile, ReadError,
};
use sesame_domain::session::peer::PeerId;
use sesame_sandbox::world::ChatKind;

use super::{Readers, query};

/// Every page, until there is none.
pub(super) async fn all_pages(readers: &Readers, query: &DialogQuery) -> Vec<DialogPage> {
    let mut query = query.clone();
    let mut pages = Vec::new();
    loop {
        let page = readers.reader.dialogs(&readers.account, &query).await;
        let page = page.unwrap();
        query.after = page.next;
        pages.push(page);
        if query.after.is_none() {
            return pages;
        }
    }
}

#[tokio::test]
async fn dialogs_come_page_by_page_each_once_with_what_is_unread() {
    let readers = Readers::new().await;
    for turn in 0..130 {
        let channel = readers.chat(ChatKind::Channel, &format!("Channel {turn}"));
        readers.say_all(&channel, turn % 5);
    }
    let pages = all_pages(&readers, &query()).await;
    assert!(pages.len() > 1);
    assert!(pages.iter().all(|page| page.total == Some(130)));
    let dialogs: Vec<_> = pages.into_iter().flat_map(|page| page.dialogs).collect();
    let ids: HashSet<_> = dialogs.iter().map(|dialog| dialog.peer.id).collect();
    assert_eq!((dialogs.len(), ids.len()), (130, 130));
    let unread: u32 = dialogs.iter().map(|dialog| dialog.unread).sum();
    assert_eq!(unread, 130 / 5 * (1 + 2 + 3 + 4));
    for dialog in &dialogs {
        assert_eq!(dialog.peer.kind, DialogKind::Channel);
        assert!(dialog.peer.name.starts_with("Channel "));
        assert!(dialog.pts.is_some());
        assert_eq!(dialog.last.is_some(), dialog.unread > 0);
    }
}

#[tokio::test]
async fn dialogs_of_one_kind_can_be_asked_for() {
    let readers = Readers::new().await;
    for (kind, title) in [
        (ChatKind::Private, ""),
        (ChatKind::Group, "Group"),
        (ChatKind::Supergroup, "Supergroup"),
        (ChatKind::Channel, "Channel"),
    ] {
        let chat = readers.chat(kind, title);
        readers.say_all(&chat, 2);
    }
    for (kind, name) in [
        (DialogKind::User, "Ann Lee"),
        (DialogKind::Group, "Group"),
        (DialogKind::Supergroup, "Supergroup"),
        (DialogKind::Channel, "Channel"),
    ] {
        let only = DialogQuery {
            kinds: vec![kind],
            ..query()
        };
        let pages = all_pages(&readers, &only).await;
        let found: Vec<_> = pages.into_iter().flat_map(|page| page.dialogs).collect();
        let [dialog] = found.as_slice() else {
            panic!("{kind:?}: {found:?}");
        };
        assert_eq!((dialog.peer.kind, &*dialog.peer.name), (kind, name));
        assert_eq!(dialog.unread, 2);
    }
    let none = DialogQuery {
        kinds: vec![DialogKind::Bot],
        ..query()
    };
    assert!(
        all_pages(&readers, &none)
            .await
            .iter()
            .all(|page| page.dialogs.is_empty())
    );
    let archive = DialogQuery {
        folder: DialogFolder::Archive,
        ..query()
    };
    assert!(all_pages(&readers, &archive).await[0].dialogs.is_empty());
}

#[tokio::test]
async fn a_page_after_a_dialog_that_is_not_remembered_is_found_by_its_date() {
    let readers = Readers::new().await;
    for turn in 0..5 {
        let channel = readers.chat(ChatKind::Channel, &format!("Channel {turn}"));
        let date = 1_700_000_000 + i64::from(turn) * 100;
        let new = sesame_sandbox::world::NewMessage {
            date: Some(date),
            text: "old".to_owned(),
            ..Default::default()
        };
        readers.say_this(&channel, new);
    }
    let first = DialogQuery {
        limit: 2,
        ..query()
    };
    let page = readers
        .reader
        .dialogs(&readers.account, &first)
        .await
        .unwrap();
    let mut after = page.next.unwrap();
    after.peer = PeerId::Channel(4_711);
    let second = DialogQuery {
        after: Some(after),
        ..first
    };
    let page = readers
        .reader
        .dialogs(&readers.account, &second)
        .await
        .unwrap();
    let names: Vec<_> = page.dialogs.iter().map(|it| &*it.peer.name).collect();
    assert_eq!(names, ["Channel 2", "Channel 1"]);
}

#[tokio::test]
async fn dialogs_that_are_named_come_alone_and_without_those_that_were_not_met() {
    let readers = Readers::new().await;
    for title in ["One", "Two", "Three"] {
        readers.chat(ChatKind::Supergroup, title);
    }
    let pages = all_pages(&readers, &query()).await;
    let all: Vec<_> = pages.into_iter().flat_map(|page| page.dialogs).collect();
    let wanted = all.iter().filter(|dialog| dialog.peer.name != "Two");
    let mut peers: Vec<_> = wanted.map(|dialog| dialog.peer.id).collect();
    peers.push(PeerId::Channel(4_711));
    let named = readers.reader.dialogs_named(&readers.account, &peers);
    let named = named.await.unwrap();
    let told: HashSet<_> = named.iter().map(|dialog| &*dialog.peer.name).collect();
    assert_eq!(told, HashSet::from(["One", "Three"]));
    assert!(
        named
            .iter()
            .all(|dialog| dialog.peer.kind == DialogKind::Supergroup)
    );
    // Of nobody, Telegram is not asked.
    let strangers = [PeerId::Channel(4_711)];
    let none = readers.reader.dialogs_named(&readers.account, &strangers);
    assert_eq!(none.await.unwrap(), []);
}

#[tokio::test]
async fn a_public_name_leads_to_whoever_has_it() {
    let readers = Readers::new().await;
    let chat = readers.chat_named(ChatKind::Channel, "Update", Some("daily_news"));
    let found = readers.reader.resolve(&readers.account, "daily_news").await;
    let expected = PeerProfile {
        id: PeerId::Channel(chat.id),
        kind: DialogKind::Channel,
        name: "Update".to_owned(),
        username: Some("daily_news".to_owned()),
        is_protected: false,
        is_member: true,
    };
    assert_eq!(found.unwrap(), expected);
    for name in ["no_one_here", "not a name"] {
        let missing = readers.reader.resolve(&readers.account, name).await;
        assert!(matches!(missing, Err(ReadError::NoSuchName)), "{missing:?}");
    }
}
