//! Reading leaves one entry in the audit: that the session was opened.

use sesame_domain::audit::Action;
use sesame_domain::ports::{
    Accounts as _, Cursors as _, Peers as _, ReadChannels as _, ReadDialogs as _, ReadHistory as _,
};
use sesame_domain::reading::HistoryFrom;
use sesame_domain::session::peer::PeerId;
use sesame_sandbox::world::ChatKind;

use super::{Readers, history_of, query};

#[tokio::test]
async fn reading_page_after_page_seals_no_credentials_and_writes_no_entry() {
    let readers = Readers::new().await;
    let (reader, account) = (&readers.reader, &readers.account);
    let owner = &account.owner;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.say_all(&channel, 20);
    reader.dialogs(account, &query()).await.unwrap();
    let before = readers.fixture.actions(owner).await;
    assert_eq!(before.last(), Some(&Action::SessionOpened));
    let dialog = PeerId::Channel(channel.id);
    for _ in 0..60 {
        readers.say(&channel, "news");
        let from = history_of(dialog, HistoryFrom::Newest);
        reader.history(account, &from).await.unwrap();
        reader
            .difference(account, channel.id, 2, 100)
            .await
            .unwrap();
        reader.dialogs(account, &query()).await.unwrap();
    }
    assert_eq!(readers.fixture.actions(owner).await, before);
    // Where reading begins was stored with the link itself.
    let cursors = readers
        .fixture
        .database
        .cursors()
        .of(account.session)
        .await
        .unwrap();
    assert!(cursors.account.is_some());
}

#[tokio::test]
async fn whom_a_session_met_is_known_to_the_next_that_opens_it_and_gone_with_it() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.say(&channel, "post");
    readers.meet_all().await;
    let Readers {
        fixture,
        node,
        account,
        ..
    } = readers;
    // Nothing was due yet: it is stored when the session is closed.
    assert_eq!(
        fixture.database.peers().of(account.session).await.unwrap(),
        None
    );
    node.sessions.shutdown().await;
    assert!(
        fixture
            .database
            .peers()
            .of(account.session)
            .await
            .unwrap()
            .is_some()
    );
    let node = fixture.node();
    let reader = node.sessions.reader();
    let from = history_of(PeerId::Channel(channel.id), HistoryFrom::Newest);
    let page = reader.history(&account, &from).await.unwrap();
    assert_eq!(page.messages.len(), 1);
    node.accounts
        .unlink(
            &account.owner,
            account.id,
            sesame_domain::audit::Actor::Owner,
        )
        .await
        .unwrap();
    fixture.nothing_leaves().await;
    let database = &fixture.database;
    assert_eq!(database.peers().of(account.session).await.unwrap(), None);
    assert!(
        database
            .cursors()
            .of(account.session)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        database
            .accounts()
            .of(&account.owner)
            .await
            .unwrap()
            .is_none()
    );
}
