//! All work on an account shares its one live session, on one node at a time, and
//! no more are open than may be.

use std::pin::pin;
use std::time::Duration;

use sesame_domain::account::Account;
use sesame_domain::audit::Action;
use sesame_domain::ports::{ReadChannels as _, ReadDialogs as _, ReadHistory as _, ReadMedia as _};
use sesame_domain::reading::{HistoryFrom, ReadError};
use sesame_domain::session::peer::PeerId;
use sesame_sandbox::world::{AnswerHarm, ChatKind, MediaKind, NewAnswerFault};

use super::media::sent;
use super::{Readers, history_of, query};
use crate::fixture::{Fixture, Node, eventually, owner};

/// How often this account's session was opened so far.
async fn opened(fixture: &Fixture, account: &Account) -> usize {
    let actions = fixture.actions(&account.owner).await;
    actions
        .iter()
        .filter(|it| **it == Action::SessionOpened)
        .count()
}

/// How many connections the data centres have.
fn connections(fixture: &Fixture) -> usize {
    let stats = fixture.dcs.stats();
    stats.connections.iter().map(|(_, open)| *open).sum()
}

/// Someone else's linked account at a node.
async fn another(fixture: &Fixture, node: &Node) -> Account {
    let person = fixture.person(2);
    node.link_account(fixture, &person).await;
    let account = node.accounts.linked(&owner(&person)).await.unwrap();
    account.unwrap()
}

#[tokio::test]
async fn a_thousand_calls_of_five_kinds_of_work_open_one_connection() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.say_all(&channel, 20);
    // In the account's own data centre, so that no other one is needed.
    let file = sent(&readers, MediaKind::Document, 9_000, 2).await;
    let before = opened(&readers.fixture, &readers.account).await;
    let (id, pts) = (channel.id, channel.pts());
    let (reader, account) = (&readers.reader, &readers.account);
    let dialog = PeerId::Channel(id);
    let rounds = futures::future::join_all((0..200).map(|_| {
        let mut file = file.clone();
        async move {
            let (all, from) = (query(), history_of(dialog, HistoryFrom::Newest));
            let (dialogs, history, messages, difference, part) = tokio::join!(
                reader.dialogs(account, &all),
                reader.history(account, &from),
                reader.messages(account, dialog, &[1, 2]),
                reader.difference(account, id, pts, 100),
                reader.part(account, &mut file, 0, 4096),
            );
            dialogs.unwrap();
            history.unwrap();
            messages.unwrap();
            difference.unwrap();
            part.unwrap();
        }
    }));
    let calls = rounds.await.len() * 5;
    assert_eq!(calls, 1_000);
    let opened = opened(&readers.fixture, &readers.account).await - before;
    println!(
        "{calls} calls: opened {opened} times since, {} connections",
        connections(&readers.fixture)
    );
    assert_eq!((opened, connections(&readers.fixture)), (0, 1));
}

#[tokio::test]
async fn no_more_sessions_are_open_than_may_be_and_the_rest_wait_in_turn() {
    let readers = Readers::with(|settings| settings.max_open = 2).await;
    let Readers {
        fixture,
        node,
        reader,
        ..
    } = &readers;
    let mut accounts = vec![readers.account.clone()];
    for _ in 0..4 {
        accounts.push(another(fixture, node).await);
    }
    let all = accounts.iter().map(|account| async move {
        reader.dialogs(account, &query()).await.unwrap();
    });
    let reading = futures::future::join_all(all);
    tokio::pin!(reading);
    let mut most = 0;
    loop {
        tokio::select! {
            _ = &mut reading => break,
            () = tokio::time::sleep(Duration::from_millis(20)) => {
                most = most.max(connections(fixture));
            }
        }
    }
    assert!((1..=2).contains(&most), "{most}");
    // Those that waited longest are closed for it, and open again.
    reader.dialogs(&accounts[0], &query()).await.unwrap();
    assert!(connections(fixture) <= 2);
}

#[tokio::test]
async fn a_call_that_no_one_waits_for_any_more_holds_up_no_other() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.say_all(&channel, 3);
    readers.meet_all().await;
    let (fixture, reader, account) = (&readers.fixture, &readers.reader, &readers.account);
    let fault = fixture.world.faults().add_answer(NewAnswerFault {
        method: "messages.getHistory".to_owned(),
        harm: AnswerHarm::Lost,
        times: Some(1),
        person: None,
        dc: None,
    });
    let from = history_of(PeerId::Channel(channel.id), HistoryFrom::Newest);
    {
        let mut given_up = pin!(reader.history(account, &from));
        let under_way = async {
            while fault.left() != Some(0) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            page = &mut given_up => panic!("it was answered: {page:?}"),
            () = under_way => {}
        }
    }
    // Over the same connection, and long before the first would have been given up.
    let before = connections(fixture);
    let page = tokio::time::timeout(Duration::from_secs(8), reader.history(account, &from));
    assert_eq!(page.await.unwrap().unwrap().messages.len(), 3);
    assert_eq!(connections(fixture), before);
}

#[tokio::test]
async fn a_session_goes_to_the_node_that_wants_it_once_no_one_is_at_work_with_it() {
    let readers = Readers::new().await;
    let Readers {
        fixture,
        account,
        reader,
        ..
    } = &readers;
    reader.dialogs(account, &query()).await.unwrap();
    let other = fixture.node();
    let theirs = other.sessions.reader();
    // Whoever makes call after call is not interrupted.
    let stop = tokio_util::sync::CancellationToken::new();
    let busy = async {
        while !stop.is_cancelled() {
            reader.dialogs(account, &query()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let (refused, ()) = tokio::join!(
        async {
            let refused = theirs.dialogs(account, &query()).await;
            stop.cancel();
            refused
        },
        busy
    );
    assert!(matches!(refused, Err(ReadError::Elsewhere)), "{refused:?}");
    // Now it is at rest, though it would be kept open for minutes.
    theirs.dialogs(account, &query()).await.unwrap();
    assert_eq!(connections(fixture), 1);
    reader.dialogs(account, &query()).await.unwrap();
    eventually("one connection", || async { connections(fixture) == 1 }).await;
}

#[tokio::test]
async fn the_place_of_a_page_is_kept_where_no_dialog_of_it_has_a_message() {
    let readers = Readers::new().await;
    for turn in 0..6 {
        let channel = readers.chat(ChatKind::Channel, &format!("Channel {turn}"));
        if turn == 5 {
            readers.say(&channel, "the only one");
        }
    }
    let mut page = query();
    page.limit = 1;
    let pages = super::dialogs::all_pages(&readers, &page).await;
    let dialogs: usize = pages.iter().map(|page| page.dialogs.len()).sum();
    assert_eq!(dialogs, 6);
}
