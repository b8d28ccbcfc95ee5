//! Channels are read: nothing is missing, nothing is there twice, and it never ends.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::channel::{
    Channel, ChannelFailure, ChannelState, ReadingPolicy, SubscribedChannel, Subscription,
};
use sesame_domain::ids::JobId;
use sesame_domain::job::{JobAccess, JobKind, JobState};
use sesame_domain::notice::NoticeKind;
use sesame_domain::page::Page;
use sesame_domain::ports::{
    Channels as _, Cursors as _, JobFilter, Jobs as _, NewSubscription, Outbox as _, Posts as _,
    Subscribing,
};
use sesame_domain::post::PostId;
use sesame_domain::random::SystemEntropy;
use sesame_domain::reading::ReadError;
use sesame_domain::time::Timestamp;
use sesame_work::{ReadChannelsPorts, jobs};

use crate::bulk::Keys;
use crate::stores::{Stores, TestRunner, tenant};
use crate::telegram::{Fault, Telegram, sent_at};

const CHANNEL: i64 = 77;

/// People whose channels are read by a node.
struct World {
    stores: Stores,
    telegram: Arc<Telegram>,
    accounts: Vec<Account>,
    node: TestRunner,
}

impl World {
    async fn new(people: i64) -> Self {
        let stores = Stores::new().await;
        stores.database.set_audit_keys(Arc::new(Keys));
        let telegram = Telegram::new(&stores.database);
        let mut accounts = Vec::new();
        for person in 1..=people {
            accounts.push(stores.link(person).await);
        }
        let database = &stores.database;
        let node = stores.runner(vec![jobs::read_channels(ReadChannelsPorts {
            channels: Arc::new(database.channels()),
            posts: Arc::clone(&telegram) as _,
            cursors: Arc::clone(&telegram) as _,
            accounts: Arc::new(database.accounts()),
            differences: Arc::clone(&telegram) as _,
            history: Arc::clone(&telegram) as _,
            dialogs: Arc::clone(&telegram) as _,
            signals: stores.coordination.signals(),
            entropy: Arc::new(SystemEntropy),
        })]);
        Self {
            stores,
            telegram,
            accounts,
            node,
        }
    }

    fn account(&self, person: usize) -> &Account {
        &self.accounts[person - 1]
    }

    async fn want(&self, person: usize, channel: i64, from: Option<Timestamp>) {
        let (account, now) = (self.account(person), self.stores.now());
        let new = NewSubscription {
            subscription: Subscription {
                owner: account.owner.clone(),
                channel,
                account: account.id,
                policy: ReadingPolicy::usual(from),
                consent: None,
                created_at: now,
                lost_at: None,
                tagged_to: 0,
            },
            title: "The Daily".into(),
            username: None,
            job: JobId::generate(&SystemEntropy, now),
        };
        let audit = AuditEntry::new(
            now,
            account.owner.clone(),
            account.id.as_uuid(),
            Actor::Owner,
            Action::ChannelAdded,
            "channel 77",
        );
        let done = self.stores.database.channels().subscribe(&new, audit).await;
        assert_eq!(done.unwrap(), Subscribing::Begun);
    }

    /// Lets an hour pass, and has the node do what is due.
    async fn look(&self) {
        self.stores.clock.advance(TimeDelta::minutes(61));
        self.node.look().await;
    }

    async fn found(&self, person: usize) -> SubscribedChannel {
        let channels = self.stores.database.channels();
        let found = channels.find(&self.account(person).owner, CHANNEL).await;
        found.unwrap().unwrap()
    }

    async fn channel(&self) -> Channel {
        self.found(1).await.channel
    }

    /// Up to which event the one who reads has read.
    async fn cursor(&self, person: usize) -> Option<i32> {
        let cursors = self.stores.database.cursors();
        let cursors = cursors.of(self.account(person).session).await.unwrap();
        cursors.channels.get(&CHANNEL).copied()
    }

    /// What is kept of a message; `None`: nothing, or that it is deleted.
    async fn kept(&self, message: i32) -> Option<String> {
        let id = PostId {
            channel: CHANNEL,
            message,
        };
        let found = self.stores.database.posts().find(&tenant(), id).await;
        let post = found.unwrap()?;
        post.deleted_at.is_none().then_some(post.content.text)
    }

    /// What is kept is what there is, but for these.
    async fn compare(&self, unknowable: &BTreeSet<i32>) {
        for id in 1..=self.telegram.last(CHANNEL) {
            if !unknowable.contains(&id) {
                assert_eq!(self.kept(id).await, self.telegram.says(CHANNEL, id), "{id}");
            }
        }
    }

    async fn told(&self) -> Vec<(i64, NoticeKind)> {
        let (outbox, now) = (self.stores.database.outbox(), self.stores.now());
        let told = outbox
            .take(&tenant(), now, now + TimeDelta::days(900), 50)
            .await;
        let told = told.unwrap();
        for notice in &told {
            outbox.done(notice.id).await.unwrap();
        }
        let told = told.into_iter();
        told.map(|it| (it.owner.person.0, it.kind)).collect()
    }

    async fn jobs(&self) -> Vec<JobState> {
        let mut filter = JobFilter::all(JobAccess::All);
        filter.kinds = vec![JobKind::READ_CHANNELS];
        let jobs = self.stores.database.jobs();
        let found = jobs.list(&filter, Page::first(9)).await.unwrap();
        found.rows.into_iter().map(|it| it.state).collect()
    }
}

#[tokio::test]
async fn the_history_is_read_as_far_back_as_it_is_wanted_and_then_what_is_new() {
    let world = World::new(2).await;
    for number in 1..=23 {
        world
            .telegram
            .post(CHANNEL, &format!("post {number}"), None);
    }
    world.want(1, CHANNEL, Some(sent_at(14))).await;
    assert_eq!(world.found(1).await.state(), ChannelState::Beginning);
    world.look().await;
    let state = world.found(1).await.state();
    assert!(matches!(state, ChannelState::UpToDate { .. }), "{state:?}");
    for number in 1..=23 {
        let expected = (number >= 14).then(|| format!("post {number}"));
        assert_eq!(world.kept(number).await, expected);
    }
    // Someone else wants all of it.
    let calls = world.telegram.calls();
    world.want(2, CHANNEL, None).await;
    world.telegram.post(CHANNEL, "new", None);
    world.telegram.edit(CHANNEL, 20, "said anew");
    world.telegram.delete(CHANNEL, 21);
    world.telegram.protect(CHANNEL, 22);
    world.look().await;
    world.compare(&BTreeSet::new()).await;
    // A difference, and all pages of the history.
    assert_eq!(world.telegram.calls() - calls, 6);
    let waits = world.jobs().await;
    assert!(matches!(waits[..], [JobState::Waiting { .. }]), "{waits:?}");
}

#[tokio::test]
async fn every_channel_has_its_turn_before_one_is_read_to_its_end() {
    let world = World::new(1).await;
    for _ in 0..200 {
        world.telegram.post(CHANNEL, "of many", None);
    }
    world.telegram.post(5, "the only one", None);
    world.want(1, CHANNEL, None).await;
    world.want(1, 5, None).await;
    // It stops in the middle of the first one's history.
    world.telegram.fail(Some(Fault::Before(40)));
    world.look().await;
    let id = PostId {
        channel: 5,
        message: 1,
    };
    let posts = world.stores.database.posts();
    assert!(posts.find(&tenant(), id).await.unwrap().is_some());
    assert!(matches!(
        world.found(1).await.state(),
        ChannelState::Reading { .. }
    ));
    world.look().await;
    world.compare(&BTreeSet::new()).await;
}

#[tokio::test]
async fn who_may_not_read_it_any_more_is_told_once_and_it_is_tried_for_ever() {
    let world = World::new(1).await;
    world.telegram.post(CHANNEL, "one", None);
    world.want(1, CHANNEL, None).await;
    world.look().await;
    world.telegram.shut_out(1, CHANNEL, true);
    for _ in 0..3 {
        world.look().await;
    }
    let lost = NoticeKind::ChannelNotRead {
        title: "The Daily".into(),
        code: "no_access".into(),
    };
    assert_eq!(world.told().await, [(1, lost)]);
    let state = world.found(1).await.state();
    let failure = ChannelFailure::NoAccess;
    assert!(matches!(&state, ChannelState::Lost { failure: it, .. } if *it == failure));
    for _ in 0..50 {
        world.look().await;
    }
    assert_eq!(world.told().await, []);
    assert_eq!(world.kept(1).await.as_deref(), Some("one"));
    let next = world.channel().await.next_at - world.stores.now();
    assert!(next <= TimeDelta::hours(1), "{next}");
    // They joined again.
    world.telegram.shut_out(1, CHANNEL, false);
    world.telegram.post(CHANNEL, "two", None);
    world.look().await;
    world.compare(&BTreeSet::new()).await;
    let state = world.found(1).await.state();
    assert!(matches!(state, ChannelState::UpToDate { .. }), "{state:?}");
}

#[tokio::test]
async fn someone_else_reads_on_where_one_may_not() {
    let world = World::new(3).await;
    for number in 1..=8 {
        world
            .telegram
            .post(CHANNEL, &format!("post {number}"), None);
    }
    for person in 1..=3 {
        world.want(person, CHANNEL, None).await;
    }
    world.look().await;
    world.telegram.shut_out(1, CHANNEL, true);
    for number in 9..=30 {
        world
            .telegram
            .post(CHANNEL, &format!("post {number}"), None);
    }
    for _ in 0..5 {
        world.look().await;
    }
    world.compare(&BTreeSet::new()).await;
    assert_eq!(world.channel().await.reader.map(|it| it.0), Some(2));
    assert_eq!(world.told().await.len(), 1);
    assert!(world.found(1).await.subscription.lost_at.is_some());
    assert!(world.found(2).await.subscription.lost_at.is_none());
}

#[tokio::test]
async fn what_keeps_an_account_from_reading_is_asked_once_and_noted_of_all_its_channels() {
    let world = World::new(1).await;
    for channel in [CHANNEL, 5, 6] {
        world.telegram.post(channel, "one", None);
        world.want(1, channel, None).await;
    }
    let until = world.stores.now() + TimeDelta::hours(5);
    world.telegram.refuse(ReadError::Flood { until });
    world.look().await;
    assert_eq!(world.telegram.calls(), 1);
    let channels = world.stores.database.channels();
    let theirs = channels.of_person(&world.account(1).owner).await.unwrap();
    for one in theirs {
        let state = one.state();
        let ChannelState::Waiting {
            until: it, failure, ..
        } = &state
        else {
            panic!("{state:?}");
        };
        assert_eq!((*it, failure), (until, &ChannelFailure::Flood));
    }
    // Nothing is asked until then.
    world.look().await;
    assert_eq!(world.telegram.calls(), 1);
    for _ in 0..5 {
        world.look().await;
    }
    world.compare(&BTreeSet::new()).await;
    assert_eq!(world.told().await, []);
}

#[tokio::test]
async fn after_a_day_without_success_everyone_who_wants_it_is_told_once() {
    let world = World::new(2).await;
    world.telegram.post(CHANNEL, "one", None);
    world.want(1, CHANNEL, None).await;
    world.want(2, CHANNEL, None).await;
    for hours in 0..40 {
        world.telegram.refuse(ReadError::NoAnswer("silence".into()));
        world.look().await;
        let told = world.told().await;
        let mut people: Vec<i64> = told.iter().map(|it| it.0).collect();
        people.sort_unstable();
        let expected: &[i64] = if hours == 24 { &[1, 2] } else { &[] };
        assert_eq!(people, expected, "{hours}");
    }
    let state = world.found(2).await.state();
    assert!(matches!(state, ChannelState::Waiting { .. }), "{state:?}");
    world.look().await;
    world.compare(&BTreeSet::new()).await;
}

#[derive(Clone, Debug)]
enum Step {
    Post,
    OfAlbum,
    Edit(u8),
    Delete(u8),
    Protect(u8),
    Look,
    LookFailing(u8, bool),
    /// What happened so far cannot be told any more.
    Forget,
    /// Telegram does not know the event any more.
    Invalid,
    /// Someone else reads it from now on.
    PassOn,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Post),
        2 => Just(Step::OfAlbum),
        2 => any::<u8>().prop_map(Step::Edit),
        2 => any::<u8>().prop_map(Step::Delete),
        1 => any::<u8>().prop_map(Step::Protect),
        3 => Just(Step::Look),
        3 => (0_u8..14, any::<bool>()).prop_map(|(call, after)| Step::LookFailing(call, after)),
        1 => Just(Step::Forget),
        1 => Just(Step::Invalid),
        1 => Just(Step::PassOn),
    ];
    prop::collection::vec(step, 1..60)
}

/// What is not to be known: what was edited or deleted of that which was there before.
async fn note_unknowable(world: &World, reader: usize, unknowable: &mut BTreeSet<i32>) {
    let pts = world.cursor(reader).await.unwrap_or_default();
    unknowable.extend(world.telegram.changed_behind(CHANNEL, pts));
}

async fn play(steps: Vec<Step>) {
    let world = World::new(2).await;
    let telegram = &world.telegram;
    for number in 1..=12 {
        telegram.post(CHANNEL, &format!("post {number}"), None);
    }
    world.want(1, CHANNEL, None).await;
    world.want(2, CHANNEL, None).await;
    let (mut unknowable, mut reader, mut albums) = (BTreeSet::new(), 1, BTreeSet::new());
    let any_of = |pick: u8| 1 + i32::from(pick) % telegram.last(CHANNEL);
    for step in steps {
        match step {
            Step::Post => drop(telegram.post(CHANNEL, "one more", None)),
            Step::OfAlbum => drop(albums.insert(telegram.post(CHANNEL, "of an album", Some(3)))),
            Step::Edit(pick) => telegram.edit(CHANNEL, any_of(pick), &format!("anew {pick}")),
            Step::Delete(pick) => telegram.delete(CHANNEL, any_of(pick)),
            Step::Protect(pick) => telegram.protect(CHANNEL, any_of(pick)),
            Step::Look => world.look().await,
            Step::LookFailing(call, after) => {
                let call = call.into();
                let fault = if after {
                    Fault::After(call)
                } else {
                    Fault::Before(call)
                };
                telegram.fail(Some(fault));
                world.look().await;
                telegram.fail(None);
            }
            Step::Forget => {
                note_unknowable(&world, reader, &mut unknowable).await;
                telegram.forget_events(CHANNEL);
                world.look().await;
            }
            Step::Invalid => {
                note_unknowable(&world, reader, &mut unknowable).await;
                let why = "PERSISTENT_TIMESTAMP_OUTDATED".into();
                telegram.refuse(ReadError::CursorInvalid(why));
                world.look().await;
            }
            Step::PassOn => {
                note_unknowable(&world, reader, &mut unknowable).await;
                let (from, now) = (&world.account(reader).owner, world.stores.now());
                let job = JobId::generate(&SystemEntropy, now);
                let channels = world.stores.database.channels();
                let to = channels
                    .pass_on(from, CHANNEL, false, job, now)
                    .await
                    .unwrap();
                reader = usize::try_from(to.unwrap().owner.person.0).unwrap();
                // What the other one knew last, it goes on from.
                note_unknowable(&world, reader, &mut unknowable).await;
                world.look().await;
            }
        }
    }
    for _ in 0..8 {
        world.look().await;
    }
    let state = world.found(1).await.state();
    assert!(matches!(state, ChannelState::UpToDate { .. }), "{state:?}");
    // What an album says is put together of its messages: that is shown elsewhere.
    unknowable.extend(&albums);
    world.compare(&unknowable).await;
    let there: Vec<i32> = albums
        .iter()
        .copied()
        .filter(|id| telegram.says(CHANNEL, *id).is_some())
        .collect();
    let posts = world.stores.database.posts();
    let kept = posts
        .numbers(&tenant(), CHANNEL, 1, i32::MAX)
        .await
        .unwrap();
    for id in there {
        assert!(kept.contains(&id), "{id} of the album");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_on_the_way_what_is_kept_is_what_there_is(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(play(steps));
    }
}
