//! Having channels read for people.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason, ChannelReason};
use sesame_domain::channel::{
    ChannelName, ReadingPolicy, SubscribedChannel, Subscription, TaggingConsent,
};
use sesame_domain::ids::{JobId, Owner};
use sesame_domain::ports::{
    Accounts, AddedChannel, ChannelRequestError, ChannelRequests, Channels, NewSubscription,
    ReadDialogs, Signals, StoreError, Subscribing, Topic,
};
use sesame_domain::random::Entropy;
use sesame_domain::reading::{DialogKind, PeerProfile, ReadError};
use sesame_domain::reason::Reason;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Clock;

use crate::meeting::meet;

/// Has channels be read for people.
pub struct ServerChannels {
    /// Which are read.
    pub channels: Arc<dyn Channels>,
    /// The accounts that may read them.
    pub accounts: Arc<dyn Accounts>,
    /// Says what a channel is.
    pub dialogs: Arc<dyn ReadDialogs>,
    /// Wakes those who read.
    pub signals: Arc<dyn Signals>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Where this is, for the audit.
    pub origin: String,
}

impl ServerChannels {
    async fn entry(
        &self,
        owner: &Owner,
        action: Action,
        reason: ChannelReason,
    ) -> Result<AuditEntry, StoreError> {
        let account = self.accounts.of(owner).await?;
        let subject = account.map_or(uuid::Uuid::nil(), |it| it.id.as_uuid());
        let (now, reason) = (self.clock.now(), AuditReason::Channel(reason));
        let entry = AuditEntry::new(now, owner.clone(), subject, Actor::Owner, action, reason);
        Ok(entry.from(self.origin.clone()))
    }

    fn job(&self) -> JobId {
        JobId::generate(&*self.entropy, self.clock.now())
    }

    async fn wake(&self) {
        // Whoever reads looks by itself, too.
        if let Err(error) = self.signals.publish(Topic::Jobs).await {
            tracing::debug!(error = %Reason::of(&error), "a wake-up was lost");
        }
    }

    /// What Telegram says of a channel.
    async fn profile(
        &self,
        account: &Account,
        name: &ChannelName,
    ) -> Result<PeerProfile, ReadError> {
        let id = match name {
            ChannelName::Username(name) => return self.dialogs.resolve(account, name).await,
            ChannelName::Id(id) => PeerId::Channel(*id),
        };
        if let Some(dialog) = self.dialogs.dialogs_named(account, &[id]).await?.pop() {
            return Ok(dialog.peer);
        }
        meet(&*self.dialogs, account, id).await?;
        let dialog = self.dialogs.dialogs_named(account, &[id]).await?.pop();
        dialog.map(|it| it.peer).ok_or(ReadError::PeerUnknown)
    }
}

impl fmt::Debug for ServerChannels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerChannels").finish_non_exhaustive()
    }
}

#[async_trait]
impl ChannelRequests for ServerChannels {
    async fn add(
        &self,
        account: &Account,
        name: &ChannelName,
        policy: ReadingPolicy,
    ) -> Result<AddedChannel, ChannelRequestError> {
        let profile = self.profile(account, name).await?;
        let (DialogKind::Channel, PeerId::Channel(channel)) = (profile.kind, profile.id) else {
            return Err(ChannelRequestError::NoChannel);
        };
        if profile.is_protected {
            return Err(ChannelRequestError::Protected);
        }
        let owner = &account.owner;
        let new = NewSubscription {
            subscription: Subscription {
                owner: owner.clone(),
                channel,
                account: account.id,
                policy: policy.bounded(),
                consent: None,
                created_at: self.clock.now(),
                lost_at: None,
                tagged_to: 0,
            },
            title: profile.name,
            username: profile.username,
            job: self.job(),
        };
        let audit = self.entry(owner, Action::ChannelAdded, ChannelReason::of(channel));
        let outcome = self.channels.subscribe(&new, audit.await?).await?;
        if outcome == Subscribing::Begun {
            self.wake().await;
        }
        Ok(AddedChannel { channel, outcome })
    }

    async fn change(
        &self,
        owner: &Owner,
        channel: i64,
        policy: ReadingPolicy,
    ) -> Result<bool, StoreError> {
        let (policy, job) = (policy.bounded(), self.job());
        let audit = self.entry(owner, Action::ChannelChanged, ChannelReason::of(channel));
        let audit = audit.await?;
        let changed = self
            .channels
            .change(owner, channel, &policy, job, audit)
            .await?;
        self.wake().await;
        Ok(changed)
    }

    async fn allow_service(
        &self,
        owner: &Owner,
        channel: i64,
        wording: Option<u32>,
    ) -> Result<bool, StoreError> {
        let action = match wording {
            Some(_) => Action::TaggingAllowed,
            None => Action::TaggingForbidden,
        };
        let audit = self.entry(owner, action, ChannelReason { channel, wording });
        let at = self.clock.now();
        let consent = wording.map(|wording| TaggingConsent { wording, at });
        let audit = audit.await?;
        self.channels.consent(owner, channel, consent, audit).await
    }

    async fn remove(&self, owner: &Owner, channel: i64) -> Result<bool, StoreError> {
        let audit = self.entry(owner, Action::ChannelRemoved, ChannelReason::of(channel));
        let (audit, now) = (audit.await?, self.clock.now());
        let removed = self
            .channels
            .unsubscribe(owner, channel, now, audit)
            .await?;
        self.wake().await;
        Ok(removed)
    }

    async fn look_now(&self, owner: &Owner, channel: i64) -> Result<bool, StoreError> {
        let (job, now) = (self.job(), self.clock.now());
        let found = self.channels.hurry(owner, channel, job, now).await?;
        self.wake().await;
        Ok(found)
    }

    async fn list(&self, owner: &Owner) -> Result<Vec<SubscribedChannel>, StoreError> {
        let mut channels = self.channels.of_person(owner).await?;
        channels.sort_by_cached_key(|it| {
            let title = it.channel.title.to_lowercase();
            (it.state().rank(), title, it.channel.id)
        });
        Ok(channels)
    }

    async fn find(
        &self,
        owner: &Owner,
        channel: i64,
    ) -> Result<Option<SubscribedChannel>, StoreError> {
        self.channels.find(owner, channel).await
    }
}
