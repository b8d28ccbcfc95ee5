//! Channels that are read, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::channel::{
    Channel, ChannelName, ReadingPolicy, ReadingProgress, SUBSCRIPTIONS_MAX, SubscribedChannel,
    Subscription, TaggingConsent,
};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{
    AddedChannel, ChangedPost, ChannelRequestError, ChannelRequests, PostPlace, Posts, StoreError,
    Subscribing,
};
use sesame_domain::post::{
    ChannelPosts, KeptPosts, Post, PostContent, PostId, PostQuery, PostSource,
};
use sesame_domain::reading::ReadError;
use sesame_domain::time::Clock;
use sesame_webapp::ChannelPorts;

/// Channels that are read, and their posts.
pub struct Channels {
    /// Those that there are at Telegram, with their titles.
    pub there: Mutex<BTreeMap<i64, String>>,
    pub subscribed: Mutex<Vec<SubscribedChannel>>,
    pub posts: Mutex<Vec<Post>>,
    /// The next channel that is added is refused like this.
    pub refusal: Mutex<Option<ChannelRequestError>>,
    clock: Arc<dyn Clock>,
}

impl Channels {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            there: Mutex::default(),
            subscribed: Mutex::default(),
            posts: Mutex::default(),
            refusal: Mutex::default(),
            clock,
        }
    }

    pub fn ports(self: &Arc<Self>) -> ChannelPorts {
        ChannelPorts {
            requests: self.clone(),
            posts: self.clone(),
        }
    }

    /// There is such a channel at Telegram.
    pub fn put(&self, id: i64, title: &str) {
        self.there.lock().unwrap().insert(id, title.to_owned());
    }

    /// A channel that is read for someone, as it stands.
    pub fn subscribe(&self, account: &Account, id: i64, title: &str, policy: ReadingPolicy) {
        let now = self.clock.now();
        self.put(id, title);
        self.subscribed.lock().unwrap().push(SubscribedChannel {
            subscription: Subscription {
                owner: account.owner.clone(),
                channel: id,
                account: account.id,
                policy,
                consent: None,
                created_at: now,
                lost_at: None,
                tagged_to: 0,
            },
            channel: Channel {
                tenant: account.owner.tenant.clone(),
                id,
                title: title.to_owned(),
                username: None,
                reader: Some(account.owner.person),
                progress: ReadingProgress::new(None),
                trouble: None,
                read_at: None,
                posted_at: None,
                swept_at: None,
                next_at: now,
                last_change: 0,
            },
        });
    }

    /// Changes how a channel stands.
    pub fn change_of(&self, id: i64, change: impl Fn(&mut SubscribedChannel)) {
        let mut all = self.subscribed.lock().unwrap();
        let found = all.iter_mut().filter(|it| it.channel.id == id);
        found.for_each(change);
    }

    /// A post of a channel, a minute younger than the one with the number before.
    pub fn post(&self, channel: i64, message: i32, text: &str) {
        let ago = chrono::TimeDelta::minutes(1_000 - i64::from(message));
        self.posts.lock().unwrap().push(Post {
            id: PostId { channel, message },
            content: PostContent {
                at: self.clock.now() - ago,
                edited_at: None,
                text: text.to_owned(),
                hashtags: Vec::new(),
                links: Vec::new(),
                messages: 1,
                source: PostSource::Own,
                action: None,
                has_media: false,
            },
            deleted_at: None,
            revision: 1,
        });
    }

    fn of(&self, owner: &Owner, channel: i64) -> Option<SubscribedChannel> {
        let all = self.subscribed.lock().unwrap();
        let mut all = all.iter();
        all.find(|it| it.subscription.owner == *owner && it.channel.id == channel)
            .cloned()
    }

    fn with(&self, owner: &Owner, channel: i64, change: impl Fn(&mut SubscribedChannel)) -> bool {
        let is_there = self.of(owner, channel).is_some();
        self.change_of(channel, |it| {
            if it.subscription.owner == *owner {
                change(it);
            }
        });
        is_there
    }
}

#[async_trait]
impl ChannelRequests for Channels {
    async fn add(
        &self,
        account: &Account,
        name: &ChannelName,
        policy: ReadingPolicy,
    ) -> Result<AddedChannel, ChannelRequestError> {
        if let Some(refusal) = self.refusal.lock().unwrap().take() {
            return Err(refusal);
        }
        let found = {
            let there = self.there.lock().unwrap();
            let mut there = there.iter();
            there
                .find(|(id, title)| match name {
                    ChannelName::Id(named) => named == *id,
                    ChannelName::Username(named) => named == *title,
                })
                .map(|(id, title)| (*id, title.clone()))
        };
        let (channel, title) = found.ok_or(match name {
            ChannelName::Id(_) => ReadError::PeerUnknown,
            ChannelName::Username(_) => ReadError::NoSuchName,
        })?;
        let outcome = if self.of(&account.owner, channel).is_some() {
            Subscribing::There
        } else if ChannelRequests::list(self, &account.owner).await?.len() >= SUBSCRIPTIONS_MAX {
            Subscribing::Full
        } else {
            self.subscribe(account, channel, &title, policy.bounded());
            Subscribing::Begun
        };
        Ok(AddedChannel { channel, outcome })
    }

    async fn change(
        &self,
        owner: &Owner,
        channel: i64,
        policy: ReadingPolicy,
    ) -> Result<bool, StoreError> {
        let policy = policy.bounded();
        Ok(self.with(owner, channel, |it| {
            it.subscription.policy = policy.clone();
        }))
    }

    async fn allow_service(
        &self,
        owner: &Owner,
        channel: i64,
        wording: Option<u32>,
    ) -> Result<bool, StoreError> {
        let at = self.clock.now();
        Ok(self.with(owner, channel, |it| {
            it.subscription.consent = wording.map(|wording| TaggingConsent { wording, at });
        }))
    }

    async fn remove(&self, owner: &Owner, channel: i64) -> Result<bool, StoreError> {
        let is_there = self.of(owner, channel).is_some();
        let mut all = self.subscribed.lock().unwrap();
        all.retain(|it| it.subscription.owner != *owner || it.channel.id != channel);
        Ok(is_there)
    }

    async fn look_now(&self, owner: &Owner, channel: i64) -> Result<bool, StoreError> {
        let now = self.clock.now();
        Ok(self.with(owner, channel, |it| it.channel.next_at = now))
    }

    async fn list(&self, owner: &Owner) -> Result<Vec<SubscribedChannel>, StoreError> {
        let all = self.subscribed.lock().unwrap();
        let theirs = all.iter().filter(|it| it.subscription.owner == *owner);
        let mut theirs: Vec<_> = theirs.cloned().collect();
        theirs.sort_by_cached_key(|it| (it.state().rank(), it.channel.title.to_lowercase()));
        Ok(theirs)
    }

    async fn find(
        &self,
        owner: &Owner,
        channel: i64,
    ) -> Result<Option<SubscribedChannel>, StoreError> {
        Ok(self.of(owner, channel))
    }
}

#[async_trait]
impl Posts for Channels {
    async fn keep(&self, _posts: &ChannelPosts) -> Result<KeptPosts, StoreError> {
        unreachable!("the web server keeps no posts")
    }

    async fn find(&self, _tenant: &TenantId, id: PostId) -> Result<Option<Post>, StoreError> {
        let posts = self.posts.lock().unwrap();
        Ok(posts.iter().find(|it| it.id == id).cloned())
    }

    async fn list(
        &self,
        _tenant: &TenantId,
        query: &PostQuery,
        page: Page<PostPlace>,
    ) -> Result<Paged<Post, PostPlace>, StoreError> {
        let place = |post: &Post| PostPlace {
            at: post.content.at,
            id: post.id,
        };
        let wanted = |post: &&Post| {
            let scope = query
                .channels
                .iter()
                .find(|it| it.channel == post.id.channel);
            let words = query.words.as_ref().is_none_or(|words| {
                let text = post.content.text.to_lowercase();
                words
                    .words()
                    .iter()
                    .all(|word| text.contains(word.as_str()))
            });
            let is_in = scope.is_some_and(|scope| {
                scope.from.is_none_or(|from| post.content.at >= from)
                    && (scope.service_messages || post.content.action.is_none())
            });
            is_in && words && page.after.is_none_or(|after| place(post) < after)
        };
        let posts = self.posts.lock().unwrap();
        let mut found: Vec<Post> = posts.iter().filter(wanted).cloned().collect();
        found.sort_by_key(|post| std::cmp::Reverse(place(post)));
        let limit = usize::try_from(page.limit).unwrap();
        let has_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| has_more).map(place);
        Ok(Paged {
            rows: found,
            broken: Vec::new(),
            next,
        })
    }

    async fn changes(
        &self,
        _tenant: &TenantId,
        channels: &[i64],
        page: Page<i64>,
    ) -> Result<Paged<ChangedPost, i64>, StoreError> {
        let posts = self.posts.lock().unwrap();
        let theirs = posts.iter().filter(|it| channels.contains(&it.id.channel));
        let behind = theirs
            .map(|post| ChangedPost {
                change: i64::from(post.id.message),
                post: post.clone(),
            })
            .filter(|it| it.change > page.after.unwrap_or_default());
        let mut rows: Vec<_> = behind.collect();
        rows.sort_by_key(|it| it.change);
        let limit = usize::try_from(page.limit).unwrap();
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(|it| it.change);
        Ok(Paged {
            rows,
            broken: Vec::new(),
            next,
        })
    }

    async fn newest(&self, _tenant: &TenantId, _channel: i64) -> Result<Option<i32>, StoreError> {
        unreachable!("only who reads asks for it")
    }

    async fn numbers(
        &self,
        _tenant: &TenantId,
        _channel: i64,
        _first: i32,
        _last: i32,
    ) -> Result<Vec<i32>, StoreError> {
        unreachable!("only who reads asks for them")
    }
}
