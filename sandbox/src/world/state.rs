//! Everything that exists.

use tokio::sync::broadcast;

use super::{
    AppUses, AuthKeys, Authorizations, Chats, Clock, Event, Faults, Feed, FloodLimits, LoginTokens,
    Passwords, PeerPhotos, People, SentCodes, Takeouts, Transfers, Users, WorldOptions,
};

/// Everything that exists in one sandbox; shared behind an `Arc`.
#[derive(Debug)]
pub struct World {
    options: WorldOptions,
    clock: Clock,
    feed: Feed,
    people: People,
    users: Users,
    photos: PeerPhotos,
    passwords: Passwords,
    keys: AuthKeys,
    authorizations: Authorizations,
    tokens: LoginTokens,
    transfers: Transfers,
    codes: SentCodes,
    chats: Chats,
    faults: Faults,
    limits: FloodLimits,
    takeouts: Takeouts,
    uses: AppUses,
}

impl Default for World {
    fn default() -> Self {
        Self::new(WorldOptions::default())
    }
}

impl World {
    /// An empty world.
    pub fn new(options: WorldOptions) -> Self {
        let feed = Feed::default();
        Self {
            options,
            clock: Clock::default(),
            people: People::new(feed.clone()),
            users: Users::default(),
            photos: PeerPhotos::default(),
            passwords: Passwords::default(),
            keys: AuthKeys::default(),
            authorizations: Authorizations::new(feed.clone()),
            tokens: LoginTokens::default(),
            transfers: Transfers::default(),
            codes: SentCodes::new(feed.clone()),
            chats: Chats::new(feed.clone()),
            faults: Faults::default(),
            limits: FloodLimits::default(),
            takeouts: Takeouts::default(),
            uses: AppUses::default(),
            feed,
        }
    }

    /// How it was set up.
    pub fn options(&self) -> &WorldOptions {
        &self.options
    }

    /// What time it is.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Follows what happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.feed.subscribe()
    }

    /// The people who have an account here.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The accounts that no one logs in to: bots, Telegram itself.
    pub fn users(&self) -> &Users {
        &self.users
    }

    /// The pictures of people and chats.
    pub fn photos(&self) -> &PeerPhotos {
        &self.photos
    }

    /// Their cloud passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// The authorisation keys of all data centres.
    pub fn keys(&self) -> &AuthKeys {
        &self.keys
    }

    /// The devices that people are logged in on.
    pub fn authorizations(&self) -> &Authorizations {
        &self.authorizations
    }

    /// The login tokens that wait for a scan.
    pub fn tokens(&self) -> &LoginTokens {
        &self.tokens
    }

    /// The logins that move between data centres.
    pub fn transfers(&self) -> &Transfers {
        &self.transfers
    }

    /// The login codes that were sent.
    pub fn codes(&self) -> &SentCodes {
        &self.codes
    }

    /// The chats and what is said there.
    pub fn chats(&self) -> &Chats {
        &self.chats
    }

    /// What goes wrong on command.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// How often methods may be called.
    pub fn limits(&self) -> &FloodLimits {
        &self.limits
    }

    /// The exports of everyone.
    pub fn takeouts(&self) -> &Takeouts {
        &self.takeouts
    }

    /// Who used a Mini App when.
    pub(crate) fn uses(&self) -> &AppUses {
        &self.uses
    }

    /// Notes that people may see a channel, or may not any more; their clients hear it.
    pub fn access_changed(&self, chat: i64, people: Vec<i64>) {
        self.feed.publish(Event::AccessChanged { chat, people });
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.feed
    }
}
