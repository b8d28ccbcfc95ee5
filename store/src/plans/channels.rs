//! Calls the port of channels.

use sesame_domain::audit::Action;
use sesame_domain::channel::{ReadingPolicy, Subscription, TaggingConsent};
use sesame_domain::ids::{AccountId, JobId, Owner, PersonId};
use sesame_domain::ports::{Channels as _, NewSubscription};
use sesame_domain::random::SystemEntropy;
use uuid::Uuid;

use super::drive::{Driver, now};
use super::make::{entry, notice, owner, tenant};
use crate::Database;

/// A channel among those of many, and one that is new.
const CHANNEL: i64 = 7;
const NEW: i64 = 900_007;

fn job() -> JobId {
    JobId::generate(&SystemEntropy, now())
}

impl Driver {
    pub(super) async fn channels(&mut self, db: &Database) {
        let (channels, one) = (db.channels(), owner(CHANNEL));
        let audit = |action| entry(&one, Uuid::nil(), action, 0);
        let theirs = channels.of_person(&one).await.unwrap();
        let account = theirs.first().map(|it| it.subscription.account);
        let new = NewSubscription {
            subscription: Subscription {
                owner: one.clone(),
                channel: NEW,
                account: account.unwrap_or(AccountId::from(Uuid::nil())),
                policy: ReadingPolicy::usual(None),
                consent: None,
                created_at: now(),
                lost_at: None,
                tagged_to: 0,
            },
            title: "new".into(),
            username: None,
            job: job(),
        };
        let done = channels.subscribe(&new, audit(Action::ChannelAdded));
        self.call("Channels::subscribe", done).await;
        let policy = ReadingPolicy::usual(None);
        let audit_change = audit(Action::ChannelChanged);
        let done = channels.change(&one, CHANNEL, &policy, job(), audit_change);
        self.call("Channels::change", done).await;
        let consent = Some(TaggingConsent {
            wording: 1,
            at: now(),
        });
        let done = channels.consent(&one, CHANNEL, consent, audit(Action::TaggingAllowed));
        self.call("Channels::consent", done).await;
        self.call("Channels::find", channels.find(&one, CHANNEL))
            .await;
        self.call("Channels::of_person", channels.of_person(&one))
            .await;
        for after in [None, Some(PersonId(3))] {
            let tenant = tenant();
            let some = channels.subscribers(&tenant, CHANNEL, after, 20);
            self.call("Channels::subscribers", some).await;
        }
        let hurried = channels.hurry(&one, CHANNEL, job(), now());
        self.call("Channels::hurry", hurried).await;
        let mut read = self
            .call("Channels::of_reader", channels.of_reader(&one))
            .await;
        if let Some(read) = read.pop() {
            let told = [notice(&one, 1)];
            let kept = channels.keep_standing(&read, now(), &told);
            self.call("Channels::keep_standing", kept).await;
        }
        let from = Owner {
            person: PersonId(8),
            ..one.clone()
        };
        let to = channels.pass_on(&from, 8, true, job(), now());
        self.call("Channels::pass_on", to).await;
        self.call("Channels::assign", channels.assign(now(), 20))
            .await;
        self.call("Channels::due_readers", channels.due_readers(now(), 20))
            .await;
        let gone = channels.unsubscribe(&one, CHANNEL, now(), audit(Action::ChannelRemoved));
        self.call("Channels::unsubscribe", gone).await;
        for _ in 0..3 {
            self.call("Channels::forget", channels.forget(now(), 5_000))
                .await;
        }
    }
}
