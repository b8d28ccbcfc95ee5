//! People have channels read: by what they name them, and what comes of it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, AuditReason, ChannelReason};
use sesame_domain::channel::{ChannelFailure, ChannelName, ReadingPolicy, Trouble};
use sesame_domain::job::{JobAccess, JobKind};
use sesame_domain::page::Page;
use sesame_domain::ports::{
    AddedChannel, AuditLog as _, ChannelRequestError, ChannelRequests as _, Channels as _,
    JobFilter, Jobs as _, ReadDialogs, Subscribing,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::reading::{
    Dialog, DialogKind, DialogPage, DialogQuery, PeerPhoto, PeerProfile, ReadError,
};
use sesame_domain::session::peer::PeerId;
use sesame_work::ServerChannels;

use crate::bulk::Keys;
use crate::stores::Stores;

const NEWS: i64 = 77;
const HIDDEN: i64 = 78;
const GROUP: i64 = 79;
const LOCKED: i64 = 80;

/// The dialogs of an account, of which its session has met some.
#[derive(Default)]
struct Dialogs {
    met: Mutex<Vec<i64>>,
}

fn profile(id: i64) -> Option<PeerProfile> {
    let (kind, name, username) = match id {
        NEWS => (DialogKind::Channel, "The Daily", Some("daily")),
        HIDDEN => (DialogKind::Channel, "Another", None),
        GROUP => (DialogKind::Supergroup, "Friends", Some("friends")),
        LOCKED => (DialogKind::Channel, "Locked", None),
        _ => return None,
    };
    Some(PeerProfile {
        id: PeerId::Channel(id),
        kind,
        name: name.to_owned(),
        username: username.map(str::to_owned),
        is_protected: id == LOCKED,
        is_member: true,
    })
}

fn dialog(id: i64) -> Option<Dialog> {
    Some(Dialog {
        peer: profile(id)?,
        last: None,
        unread: 0,
        unread_mentions: 0,
        is_marked_unread: false,
        is_pinned: false,
        photo: None,
        pts: None,
    })
}

#[async_trait]
impl ReadDialogs for Dialogs {
    async fn dialogs(
        &self,
        _account: &Account,
        _query: &DialogQuery,
    ) -> Result<DialogPage, ReadError> {
        *self.met.lock().unwrap() = vec![NEWS, HIDDEN, GROUP, LOCKED];
        Ok(DialogPage {
            dialogs: [NEWS, HIDDEN, GROUP, LOCKED]
                .into_iter()
                .filter_map(dialog)
                .collect(),
            next: None,
            total: None,
        })
    }

    async fn dialogs_named(
        &self,
        _account: &Account,
        peers: &[PeerId],
    ) -> Result<Vec<Dialog>, ReadError> {
        let met = self.met.lock().unwrap();
        let found = peers.iter().filter_map(|peer| match peer {
            PeerId::Channel(id) if met.contains(id) => dialog(*id),
            _ => None,
        });
        Ok(found.collect())
    }

    async fn resolve(&self, _account: &Account, username: &str) -> Result<PeerProfile, ReadError> {
        let all = [NEWS, HIDDEN, GROUP, LOCKED]
            .into_iter()
            .filter_map(profile);
        let mut named = all.filter(|it| it.username.as_deref() == Some(username));
        named.next().ok_or(ReadError::NoSuchName)
    }

    async fn photo(
        &self,
        _account: &Account,
        _peer: PeerId,
        _photo: PeerPhoto,
    ) -> Result<Vec<u8>, ReadError> {
        panic!("nobody asks for this");
    }
}

struct World {
    stores: Stores,
    account: Account,
    requests: ServerChannels,
}

impl World {
    async fn new() -> Self {
        let stores = Stores::new().await;
        stores.database.set_audit_keys(Arc::new(Keys));
        let account = stores.link(1).await;
        let requests = ServerChannels {
            channels: Arc::new(stores.database.channels()),
            accounts: Arc::new(stores.database.accounts()),
            dialogs: Arc::new(Dialogs::default()),
            signals: stores.coordination.signals(),
            clock: stores.clock.clone(),
            entropy: Arc::new(SystemEntropy),
            origin: "mini app".to_owned(),
        };
        Self {
            stores,
            account,
            requests,
        }
    }

    async fn add(&self, name: &str) -> Result<AddedChannel, ChannelRequestError> {
        let name: ChannelName = name.parse().unwrap();
        let policy = ReadingPolicy::usual(None);
        self.requests.add(&self.account, &name, policy).await
    }

    async fn done(&self) -> Vec<(Action, AuditReason)> {
        let audit = self.stores.database.audit_log();
        let entries = audit.about(&self.account.owner, 50).await.unwrap();
        let of_channels = |action: &Action| {
            let name = action.as_str();
            name.starts_with("channel_") || name.starts_with("tagging_")
        };
        let entries = entries.into_iter().filter(|it| of_channels(&it.action));
        let mut done: Vec<_> = entries.map(|it| (it.action, it.reason)).collect();
        done.reverse();
        done
    }
}

fn reason(wording: Option<u32>) -> AuditReason {
    AuditReason::Channel(ChannelReason {
        channel: NEWS,
        wording,
    })
}

#[rstest]
#[case::by_name("@daily")]
#[case::by_link("https://t.me/daily/5")]
#[case::by_number("77")]
#[tokio::test]
async fn a_channel_is_read_however_it_is_named(#[case] name: &str) {
    let world = World::new().await;
    let added = world.add(name).await.unwrap();
    let begun = AddedChannel {
        channel: NEWS,
        outcome: Subscribing::Begun,
    };
    assert_eq!(added, begun);
    let there = world.add(name).await.unwrap();
    assert_eq!(there.outcome, Subscribing::There);
    let owner = &world.account.owner;
    let found = world.requests.find(owner, NEWS).await.unwrap().unwrap();
    assert_eq!(found.channel.title, "The Daily");
    assert_eq!(found.channel.username.as_deref(), Some("daily"));
    assert_eq!(found.subscription.account, world.account.id);
    let mut filter = JobFilter::all(JobAccess::All);
    filter.kinds = vec![JobKind::READ_CHANNELS];
    let jobs = world.stores.database.jobs();
    let jobs = jobs.list(&filter, Page::first(9)).await.unwrap();
    assert_eq!(jobs.rows.len(), 1);
    assert_eq!(world.done().await, [(Action::ChannelAdded, reason(None))]);
}

#[tokio::test]
async fn what_is_no_channel_or_may_not_be_copied_from_is_not_read() {
    let world = World::new().await;
    let group = world.add("@friends").await;
    assert!(
        matches!(group, Err(ChannelRequestError::NoChannel)),
        "{group:?}"
    );
    let locked = world.add("80").await;
    assert!(
        matches!(locked, Err(ChannelRequestError::Protected)),
        "{locked:?}"
    );
    let unknown = world.add("@nobody").await;
    assert!(
        matches!(
            unknown,
            Err(ChannelRequestError::Read(ReadError::NoSuchName))
        ),
        "{unknown:?}"
    );
    let unmet = world.add("5555").await;
    assert!(
        matches!(
            unmet,
            Err(ChannelRequestError::Read(ReadError::PeerUnknown))
        ),
        "{unmet:?}"
    );
    let owner = &world.account.owner;
    assert_eq!(world.requests.list(owner).await.unwrap(), []);
    assert_eq!(world.done().await, []);
}

#[tokio::test]
async fn what_people_want_is_kept_and_stands_in_the_audit() {
    let world = World::new().await;
    world.add("@daily").await.unwrap();
    let (requests, owner) = (&world.requests, &world.account.owner);
    let policy = ReadingPolicy {
        // More than there can be.
        kept_days: Some(u16::MAX),
        ..ReadingPolicy::usual(None)
    };
    assert!(requests.change(owner, NEWS, policy.clone()).await.unwrap());
    assert!(
        !requests
            .change(owner, HIDDEN, policy.clone())
            .await
            .unwrap()
    );
    assert!(requests.allow_service(owner, NEWS, Some(4)).await.unwrap());
    let found = requests.find(owner, NEWS).await.unwrap().unwrap();
    assert_eq!(found.subscription.policy, policy.bounded());
    assert_eq!(found.subscription.consent.map(|it| it.wording), Some(4));
    assert!(requests.allow_service(owner, NEWS, None).await.unwrap());
    assert!(!requests.allow_service(owner, HIDDEN, None).await.unwrap());
    assert!(requests.look_now(owner, NEWS).await.unwrap());
    assert!(!requests.look_now(owner, HIDDEN).await.unwrap());
    assert!(requests.remove(owner, NEWS).await.unwrap());
    assert!(!requests.remove(owner, NEWS).await.unwrap());
    let expected = [
        (Action::ChannelAdded, reason(None)),
        (Action::ChannelChanged, reason(None)),
        (Action::TaggingAllowed, reason(Some(4))),
        (Action::TaggingForbidden, reason(None)),
        (Action::ChannelRemoved, reason(None)),
    ];
    let mut done = world.done().await;
    // All at the same moment: in any order.
    done.sort_by_key(|(action, _)| expected.iter().position(|(it, _)| it == action));
    assert_eq!(done, expected);
}

#[tokio::test]
async fn what_is_broken_stands_first_and_the_rest_by_title() {
    let world = World::new().await;
    world.add("@daily").await.unwrap();
    world.add("78").await.unwrap();
    let (requests, owner) = (&world.requests, &world.account.owner);
    let titles = async || {
        let list = requests.list(owner).await.unwrap().into_iter();
        list.map(|it| it.channel.title).collect::<Vec<_>>()
    };
    assert_eq!(titles().await, ["Another", "The Daily"]);
    let mut daily = requests.find(owner, NEWS).await.unwrap().unwrap().channel;
    let now = world.stores.now();
    daily.trouble = Some(Trouble {
        failure: ChannelFailure::Flood,
        since: now,
        failures: 1,
        is_told: false,
    });
    daily.next_at = now + TimeDelta::hours(1);
    let channels = world.stores.database.channels();
    assert!(channels.keep_standing(&daily, now, &[]).await.unwrap());
    assert_eq!(titles().await, ["The Daily", "Another"]);
}
