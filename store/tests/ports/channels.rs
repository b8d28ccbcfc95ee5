//! Channels that are read, and who wants them.

use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::channel::{
    Channel, ChannelFailure, ChannelState, Gap, Reached, ReadingPolicy, SUBSCRIPTIONS_MAX,
    SubscribedChannel, Subscription, TaggingConsent, Trouble,
};
use sesame_domain::ids::{JobId, Owner, PersonId};
use sesame_domain::job::{JobAccess, JobKind, JobStatus};
use sesame_domain::page::Page;
use sesame_domain::ports::{
    Accounts as _, ChannelReader, Channels as _, JobFilter, Jobs as _, NewSubscription,
    Outbox as _, Subscribing,
};
use sesame_domain::random::SystemEntropy;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{at, audited, entry, linked, notice, owner, tenant};

pub(crate) const CHANNEL: i64 = 77;

pub(crate) fn job() -> JobId {
    JobId::generate(&SystemEntropy, at(0))
}

pub(crate) fn audit(of: &Owner, action: Action, seconds: i64) -> AuditEntry {
    entry(of, Uuid::from_u128(7), action, seconds)
}

pub(crate) fn wanting(of: &Account, channel: i64, from: Option<i64>) -> NewSubscription {
    NewSubscription {
        subscription: Subscription {
            owner: of.owner.clone(),
            channel,
            account: of.id,
            policy: ReadingPolicy::usual(from.map(at)),
            consent: None,
            created_at: at(100),
            lost_at: None,
            tagged_to: 0,
        },
        title: format!("Channel {channel}"),
        username: Some("news".into()),
        job: job(),
    }
}

pub(crate) async fn subscribe(db: &Database, new: &NewSubscription) -> Subscribing {
    let audit = audit(&new.subscription.owner, Action::ChannelAdded, 100);
    db.channels().subscribe(new, audit).await.unwrap()
}

/// A channel that is read for this person, whose account is linked for it.
pub(crate) async fn subscribed(db: &Database, person: i64, channel: i64) -> Account {
    let account = linked(db, &owner(person), 0).await;
    let done = subscribe(db, &wanting(&account, channel, None)).await;
    assert_eq!(done, Subscribing::Begun);
    account
}

async fn found(db: &Database, person: i64) -> SubscribedChannel {
    let found = db.channels().find(&owner(person), CHANNEL).await.unwrap();
    found.unwrap()
}

pub(crate) async fn channel(db: &Database, person: i64) -> Channel {
    found(db, person).await.channel
}

async fn reader(db: &Database, person: i64) -> Option<i64> {
    channel(db, person).await.reader.map(|it| it.0)
}

/// Whose jobs read channels, and when they are due.
async fn jobs(db: &Database) -> Vec<(i64, JobStatus)> {
    let mut filter = JobFilter::all(JobAccess::All);
    filter.kinds = vec![JobKind::READ_CHANNELS];
    let found = db.jobs().list(&filter, Page::first(50)).await.unwrap();
    let mut found: Vec<_> = found
        .rows
        .iter()
        .map(|job| {
            let status = JobStatus::from_name(job.state.name()).unwrap();
            (job.owner.as_ref().unwrap().person.0, status)
        })
        .collect();
    found.sort_by_key(|(person, _)| *person);
    found
}

async fn unlink(db: &Database, account: &Account) {
    let audit = audit(&account.owner, Action::AccountUnlinked, 200);
    let done = db
        .accounts()
        .unlink(&account.owner, account.id, audit, None)
        .await;
    assert!(done.unwrap());
}

pub(crate) async fn unsubscribe(db: &Database, person: i64) -> bool {
    let audit = audit(&owner(person), Action::ChannelRemoved, 300);
    let done = db
        .channels()
        .unsubscribe(&owner(person), CHANNEL, at(300), audit)
        .await;
    done.unwrap()
}

#[rstest]
#[tokio::test]
async fn a_channel_is_read_once_as_far_back_as_anyone_wants_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let one = linked(db, &owner(1), 0).await;
    let two = linked(db, &owner(2), 0).await;
    let new = wanting(&one, CHANNEL, Some(50));
    assert_eq!(subscribe(db, &new).await, Subscribing::Begun);
    assert_eq!(subscribe(db, &new).await, Subscribing::There);
    let there = found(db, 1).await;
    assert_eq!(there.subscription, new.subscription);
    assert_eq!(there.channel.title, "Channel 77");
    assert_eq!(there.state(), ChannelState::Beginning);
    assert_eq!(there.channel.progress.history.from, Some(at(50)));
    assert_eq!(jobs(db).await, [(1, JobStatus::Queued)]);

    // Someone else wants less of it, and then all.
    let less = wanting(&two, CHANNEL, Some(60));
    assert_eq!(subscribe(db, &less).await, Subscribing::Begun);
    assert_eq!(channel(db, 2).await.progress.history.from, Some(at(50)));
    let all = ReadingPolicy {
        kept_days: Some(30),
        forwards: false,
        service_messages: true,
        shortest: 12,
        ..ReadingPolicy::usual(None)
    };
    let change = async |person: i64, policy: &ReadingPolicy| {
        let audit = audit(&owner(person), Action::ChannelChanged, 150);
        let channels = db.channels();
        let done = channels
            .change(&owner(person), CHANNEL, policy, job(), audit)
            .await;
        done.unwrap()
    };
    assert!(change(2, &all).await);
    assert!(!change(3, &all).await);
    assert_eq!(found(db, 2).await.subscription.policy, all);
    // What is older than it is kept is not read.
    let kept = at(150) - TimeDelta::days(30);
    let there = channel(db, 2).await;
    assert_eq!(there.progress.history.from, Some(kept));
    // One reads for both, and each finds theirs.
    assert_eq!(there.reader, Some(PersonId(1)));
    assert_eq!(jobs(db).await, [(1, JobStatus::Queued)]);
    let theirs = db.channels().of_person(&owner(2)).await.unwrap();
    assert_eq!(theirs, [found(db, 2).await]);
    assert_eq!(db.channels().of_person(&owner(3)).await.unwrap(), []);
    let read = db.channels().of_reader(&owner(1)).await.unwrap();
    assert_eq!(read, [there]);
    assert_eq!(db.channels().of_reader(&owner(2)).await.unwrap(), []);
    let channels = db.channels();
    let some = async |after| {
        let some = channels.subscribers(&tenant(), CHANNEL, after, 1).await;
        let some = some.unwrap().into_iter();
        some.map(|it| it.owner.person.0).collect::<Vec<_>>()
    };
    assert_eq!(some(None).await, [1]);
    assert_eq!(some(Some(PersonId(1))).await, [2]);
    assert_eq!(some(Some(PersonId(2))).await, Vec::<i64>::new());
    let entries = audited(db, &owner(2)).await;
    let has = |action| entries.iter().any(|it| it.action == action);
    assert!(has(Action::ChannelAdded) && has(Action::ChannelChanged));
}

#[rstest]
#[tokio::test]
async fn only_a_linked_account_reads_and_only_so_many_channels(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let one = linked(db, &owner(1), 0).await;
    let mut anothers = wanting(&one, CHANNEL, None);
    anothers.subscription.owner = owner(2);
    assert_eq!(subscribe(db, &anothers).await, Subscribing::NoAccount);
    let most = i64::try_from(SUBSCRIPTIONS_MAX).unwrap();
    for id in 1..=most {
        let done = subscribe(db, &wanting(&one, id, None)).await;
        assert_eq!(done, Subscribing::Begun);
    }
    let more = wanting(&one, most + 1, None);
    assert_eq!(subscribe(db, &more).await, Subscribing::Full);
    let theirs = db.channels().of_person(&owner(1)).await.unwrap();
    assert_eq!(theirs.len(), SUBSCRIPTIONS_MAX);
    unlink(db, &one).await;
    assert_eq!(subscribe(db, &more).await, Subscribing::NoAccount);
    assert_eq!(db.channels().of_person(&owner(1)).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn two_that_want_it_at_the_same_time_both_get_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let mut accounts = Vec::new();
    for person in 1..=4 {
        accounts.push(linked(db, &owner(person), 0).await);
    }
    let new: Vec<_> = accounts
        .iter()
        .chain(&accounts)
        .map(|account| wanting(account, CHANNEL, None))
        .collect();
    let done = join_all(new.iter().map(|new| subscribe(db, new))).await;
    let begun = done.iter().filter(|it| **it == Subscribing::Begun).count();
    assert_eq!(begun, 4, "{done:?}");
    let first = reader(db, 1).await;
    for person in 1..=4 {
        assert_eq!(reader(db, person).await, first);
    }
}

#[rstest]
#[tokio::test]
async fn consent_is_kept_with_its_words_and_gone_when_it_is_withdrawn(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    subscribed(db, 1, CHANNEL).await;
    let set = async |person: i64, consent| {
        let audit = audit(&owner(person), Action::TaggingAllowed, 100);
        let channels = db.channels();
        let done = channels
            .consent(&owner(person), CHANNEL, consent, audit)
            .await;
        done.unwrap()
    };
    let consent = Some(TaggingConsent {
        wording: 3,
        at: at(120),
    });
    assert!(set(1, consent).await);
    assert_eq!(found(db, 1).await.subscription.consent, consent);
    assert!(set(1, None).await);
    assert_eq!(found(db, 1).await.subscription.consent, None);
    assert!(!set(2, consent).await);
    let given = audited(db, &owner(1)).await;
    let given = given
        .iter()
        .filter(|it| it.action == Action::TaggingAllowed);
    assert_eq!(given.count(), 2);
    assert_eq!(audited(db, &owner(2)).await, []);
}

#[rstest]
#[tokio::test]
async fn how_reading_stands_is_kept_for_who_reads_and_puts_no_one_off(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    subscribed(db, 1, CHANNEL).await;
    let mut seen = channel(db, 1).await;
    seen.progress.history.reached = Some(Reached {
        message: 40,
        at: at(80),
    });
    seen.progress.gap = Some(Gap {
        below: None,
        down_to: 7,
    });
    // How much is wanted is not theirs to write.
    seen.progress.history.from = Some(at(9_999));
    let failing = Trouble {
        failure: ChannelFailure::Flood,
        since: at(110),
        failures: 2,
        is_told: true,
    };
    seen.trouble = Some(failing.clone());
    (seen.read_at, seen.swept_at) = (Some(at(111)), Some(at(112)));
    seen.next_at = at(700);
    let told = [notice(&owner(1), 110)];
    let keep = async |seen: &Channel, began: i64, told| {
        let kept = db.channels().keep_standing(seen, at(began), told).await;
        kept.unwrap()
    };
    assert!(keep(&seen, 110, &told).await);
    let kept = channel(db, 1).await;
    let mut expected = seen.clone();
    expected.progress.history.from = None;
    assert_eq!(kept, expected);
    let state = found(db, 1).await.state();
    let waiting = ChannelState::Waiting {
        until: at(700),
        failure: ChannelFailure::Flood,
        since: at(110),
    };
    assert_eq!(state, waiting);
    let taken = db
        .outbox()
        .take(&tenant(), at(900), at(9_000), 9)
        .await
        .unwrap();
    assert_eq!(taken.len(), 1);

    // Someone wants it to be looked at now, while it is looked at.
    let channels = db.channels();
    let hurried = channels.hurry(&owner(1), CHANNEL, job(), at(800)).await;
    assert!(hurried.unwrap());
    seen.trouble = None;
    seen.next_at = at(1_400);
    assert!(keep(&seen, 790, &[]).await);
    assert_eq!(channel(db, 1).await.next_at, at(800));
    assert!(keep(&seen, 800, &[]).await);
    assert_eq!(channel(db, 1).await.next_at, at(1_400));
    assert_eq!(channel(db, 1).await.trouble, None);
    // It is not theirs.
    seen.reader = Some(PersonId(2));
    assert!(!keep(&seen, 900, &[notice(&owner(2), 1)]).await);
    let taken = db
        .outbox()
        .take(&tenant(), at(2_000), at(9_000), 9)
        .await
        .unwrap();
    assert_eq!(taken.len(), 0);
}

#[rstest]
#[tokio::test]
async fn a_channel_is_passed_on_to_someone_who_may_read_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    subscribed(db, 1, CHANNEL).await;
    let channels = db.channels();
    let pass_on = async |person: i64, is_lost: bool| {
        let to = channels
            .pass_on(&owner(person), CHANNEL, is_lost, job(), at(500))
            .await;
        to.unwrap()
    };
    // There is no one else: it stays theirs, and is tried again.
    assert_eq!(pass_on(1, true).await, None);
    assert_eq!(reader(db, 1).await, Some(1));
    let lost = ChannelState::Lost {
        failure: ChannelFailure::NoAccess,
        since: at(500),
    };
    assert_eq!(found(db, 1).await.state(), lost);
    let two = subscribed(db, 2, CHANNEL).await;
    assert_eq!(pass_on(2, false).await, None);
    let to = ChannelReader {
        owner: owner(2),
        account: two.id,
    };
    assert_eq!(pass_on(1, true).await, Some(to));
    assert_eq!(reader(db, 1).await, Some(2));
    assert_eq!(
        jobs(db).await,
        [(1, JobStatus::Queued), (2, JobStatus::Queued)]
    );
    assert_eq!(found(db, 1).await.state(), lost);
    assert_eq!(found(db, 2).await.state(), ChannelState::Beginning);
    // Whoever lost it gets nothing by passing it on, and reads it if they try again.
    assert_eq!(pass_on(2, false).await, None);
    let hurried = channels.hurry(&owner(1), CHANNEL, job(), at(600)).await;
    assert!(hurried.unwrap());
    assert_eq!(reader(db, 1).await, Some(1));
    let mut seen = channel(db, 1).await;
    seen.read_at = Some(at(610));
    assert!(channels.keep_standing(&seen, at(610), &[]).await.unwrap());
    assert_eq!(found(db, 1).await.subscription.lost_at, None);
    assert!(unsubscribe(db, 1).await);
    assert_eq!(reader(db, 2).await, Some(2));
    assert!(!unsubscribe(db, 1).await);
    assert_eq!(audited(db, &owner(1)).await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn who_unlinks_has_nothing_read_and_someone_else_goes_on(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let one = subscribed(db, 1, CHANNEL).await;
    let two = subscribed(db, 2, CHANNEL).await;
    let alone = subscribed(db, 3, 5).await;
    let channels = db.channels();
    assert_eq!(channels.assign(at(300), 9).await.unwrap(), 0);
    let due = async |now: i64| channels.due_readers(at(now), 9).await.unwrap();
    let reader = |account: &Account| ChannelReader {
        owner: account.owner.clone(),
        account: account.id,
    };
    assert_eq!(due(99).await, []);
    assert_eq!(due(100).await, [reader(&one), reader(&alone)]);
    unlink(db, &one).await;
    assert_eq!(channels.find(&owner(1), CHANNEL).await.unwrap(), None);
    assert_eq!(due(100).await, [reader(&alone)]);
    assert_eq!(channels.assign(at(300), 9).await.unwrap(), 1);
    assert_eq!(channels.assign(at(300), 9).await.unwrap(), 0);
    assert_eq!(channel(db, 2).await.next_at, at(300));
    assert_eq!(due(300).await, [reader(&two), reader(&alone)]);
    // What a clock dated ahead is due.
    store
        .sql("UPDATE channels SET next_at = '2099-01-01T00:00:00+00:00'")
        .await
        .unwrap();
    assert_eq!(due(300).await.len(), 2);
}
