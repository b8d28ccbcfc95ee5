//! What no one wants of channels any more, and channels of the future.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::channel::ReadingPolicy;
use sesame_domain::ports::{Channels as _, Posts as _, StoreError, Subscribing};
use sesame_domain::time::Timestamp;

use crate::backend::{Backend, Store};
use crate::channels::{CHANNEL, audit, channel, job, subscribe, subscribed, unsubscribe, wanting};
use crate::make::{at, owner, tenant};
use crate::posts::{of_album, of_channel, part};

#[rstest]
#[tokio::test]
async fn what_no_one_wants_is_removed_step_by_step_and_nothing_else(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let one = subscribed(db, 1, CHANNEL).await;
    subscribed(db, 2, 5).await;
    let parts = (1..=7).map(|number| part(number, "herring"));
    let album = [8, 9].map(|number| of_album(8, number, "herring"));
    let posts = db.posts();
    posts
        .keep(&of_channel(CHANNEL, parts.chain(album).collect()))
        .await
        .unwrap();
    posts
        .keep(&of_channel(5, vec![part(1, "elsewhere")]))
        .await
        .unwrap();
    let forget = async |now: Timestamp| db.channels().forget(now, 5).await.unwrap();
    assert_eq!(forget(at(400)).await, 0);

    // As old as everyone keeps it.
    let days = |kept_days| ReadingPolicy {
        kept_days,
        ..ReadingPolicy::usual(None)
    };
    let change = async |kept_days| {
        let audit = audit(&owner(1), Action::ChannelChanged, 150);
        let channels = db.channels();
        let done = channels
            .change(&owner(1), CHANNEL, &days(kept_days), job(), audit)
            .await;
        assert!(done.unwrap());
    };
    change(Some(1)).await;
    let later = at(5) + TimeDelta::days(1);
    assert_eq!(forget(at(5)).await, 0);
    assert_eq!(forget(later).await, 4);
    assert_eq!(forget(later).await, 0);
    change(None).await;
    assert_eq!(forget(later + TimeDelta::days(99)).await, 0);

    assert!(unsubscribe(db, 1).await);
    let all = |table: &str| format!("{table} WHERE channel = {CHANNEL}");
    assert_eq!(db.channels().forget(at(400), 2).await.unwrap(), 2);
    // Someone who wants it again meanwhile begins anew.
    let again = wanting(&one, CHANNEL, None);
    assert_eq!(subscribe(db, &again).await, Subscribing::Begun);
    assert_eq!(channel(db, 1).await.progress.history.reached, None);
    assert_eq!(db.channels().forget(at(400), 2).await.unwrap(), 0);
    assert!(unsubscribe(db, 1).await);
    // The two that are left, with the album's messages, and the channel.
    assert_eq!(forget(at(400)).await, 3);
    assert_eq!(forget(at(400)).await, 0);
    for table in ["posts", "post_parts", "channels"] {
        assert_eq!(store.count(&all(table)).await, 0, "{table}");
    }
    assert_eq!(store.count("posts").await, 1);
    let refused = posts
        .keep(&of_channel(CHANNEL, vec![part(1, "late")]))
        .await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "{refused:?}"
    );
}

/// What holds of channels beside such as this program does not understand.
pub(crate) async fn beside_the_future(store: &Store) {
    let db = &store.db;
    let one = subscribed(db, 1, CHANNEL).await;
    assert_eq!(
        subscribe(db, &wanting(&one, 5, None)).await,
        Subscribing::Begun
    );
    assert_eq!(
        subscribe(db, &wanting(&one, 6, None)).await,
        Subscribing::Begun
    );
    store
        .future("UPDATE channels SET failures = -1, failure = 'eclipse' WHERE channel = 5")
        .await;
    store
        .future("UPDATE channel_subscriptions SET kept_days = -1 WHERE channel = 6")
        .await;
    let channels = db.channels();
    let theirs = channels.of_person(&owner(1)).await.unwrap();
    let ids: Vec<i64> = theirs.iter().map(|it| it.subscription.channel).collect();
    assert_eq!(ids, [CHANNEL]);
    for id in [5, 6] {
        assert!(channels.find(&owner(1), id).await.is_err());
    }
    assert_eq!(channels.of_reader(&owner(1)).await.unwrap().len(), 2);
    let wanting_six = channels.subscribers(&tenant(), 6, None, 9).await;
    assert_eq!(wanting_six.unwrap(), []);
    let due = channels.due_readers(at(100), 9).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(channels.assign(at(100), 9).await.unwrap(), 0);
    // Posts are kept, whatever a newer program makes of their order.
    let kept = db.posts().keep(&of_channel(5, vec![part(1, "news")])).await;
    assert_eq!(kept.unwrap().new.len(), 1);
}
