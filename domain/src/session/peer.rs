//! Whom a session met, and what it takes to name them to Telegram.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

/// Whom an account can talk to or read, by the id that Telegram gave them. Ids
/// are unique within a kind only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerId {
    /// A person or a bot.
    User(i64),
    /// A basic group.
    Group(i64),
    /// A channel or supergroup.
    Channel(i64),
}

/// A text that names no peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a peer: expected user, group or channel and a number, as in `channel123`")]
pub struct NotAPeer;

/// As in Telegram Desktop's exports, but for `group`: `user1`, `channel2`.
impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user{id}"),
            Self::Group(id) => write!(f, "group{id}"),
            Self::Channel(id) => write!(f, "channel{id}"),
        }
    }
}

impl FromStr for PeerId {
    type Err = NotAPeer;

    fn from_str(text: &str) -> Result<Self, NotAPeer> {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let kind = &text[..text.len() - digits.len()];
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(NotAPeer);
        }
        let id = digits.parse().map_err(|_| NotAPeer)?;
        match kind {
            "user" => Ok(Self::User(id)),
            "group" => Ok(Self::Group(id)),
            "channel" => Ok(Self::Channel(id)),
            _ => Err(NotAPeer),
        }
    }
}

/// What kind of channel a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// One writes, many read.
    Broadcast,
    /// A supergroup.
    Supergroup,
    /// A supergroup in which only administrators write.
    Gigagroup,
    /// A community.
    Community,
}

/// A peer that a session met.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Who.
    pub id: PeerId,
    /// What Telegram wants to see beside the id. It is good for the session's
    /// account alone, and shows whom the account met: it is only stored sealed.
    pub access_hash: Option<i64>,
    /// Whether it is a bot; `None`: not known, or no user.
    pub is_bot: Option<bool>,
    /// What kind of channel; `None`: not known, or no channel.
    pub channel: Option<ChannelKind>,
}

impl Peer {
    /// A peer of whom only the id is known.
    pub fn new(id: PeerId) -> Self {
        Self {
            id,
            access_hash: None,
            is_bot: None,
            channel: None,
        }
    }

    /// Adds what another sighting says of the same peer; what it leaves open stays.
    fn learn(&mut self, seen: &Self) {
        self.access_hash = seen.access_hash.or(self.access_hash);
        self.is_bot = seen.is_bot.or(self.is_bot);
        self.channel = seen.channel.or(self.channel);
    }
}

/// Without the access hash.
impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("id", &self.id)
            .field("is_bot", &self.is_bot)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// The most peers that a session remembers: an account with more dialogs still
/// works, it looks some of them up again. About 100 KiB when sealed.
pub const MAX_PEERS: usize = 5_000;

/// The peers that a session remembers; when there are too many, the one that
/// was not used for the longest time goes.
#[derive(Clone, Debug)]
pub struct PeerCache {
    limit: usize,
    known: HashMap<PeerId, (Peer, u64)>,
    /// Who was used when; the first one goes first.
    by_use: BTreeMap<u64, PeerId>,
    next_use: u64,
}

impl Default for PeerCache {
    fn default() -> Self {
        Self::with_limit(MAX_PEERS)
    }
}

impl PeerCache {
    /// A cache of at most so many peers, one at least.
    pub fn with_limit(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            known: HashMap::new(),
            by_use: BTreeMap::new(),
            next_use: 0,
        }
    }

    /// A peer, which counts as used now.
    pub fn find(&mut self, id: PeerId) -> Option<Peer> {
        let (peer, _) = *self.known.get(&id)?;
        self.put(peer);
        Some(peer)
    }

    /// Remembers a peer, which counts as used now; whether anything is known
    /// now that was not.
    pub fn remember(&mut self, seen: &Peer) -> bool {
        let before = self.known.get(&seen.id).map(|(peer, _)| *peer);
        let mut peer = before.unwrap_or_else(|| Peer::new(seen.id));
        peer.learn(seen);
        self.put(peer);
        while self.known.len() > self.limit
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.known.remove(&oldest);
        }
        before != Some(peer)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// All of them, the longest unused first: remembered in this order, they
    /// make the same cache.
    pub fn iter(&self) -> impl Iterator<Item = &Peer> {
        let ids = self.by_use.values();
        ids.filter_map(|id| self.known.get(id).map(|(peer, _)| peer))
    }

    fn put(&mut self, peer: Peer) {
        let now = self.next_use;
        self.next_use += 1;
        if let Some((_, used)) = self.known.insert(peer.id, (peer, now)) {
            self.by_use.remove(&used);
        }
        self.by_use.insert(now, peer.id);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(id: i64) -> Peer {
        Peer {
            access_hash: Some(id * 7),
            ..Peer::new(PeerId::User(id))
        }
    }

    #[test]
    fn the_longest_unused_peer_goes_first() {
        let mut cache = PeerCache::with_limit(3);
        for id in 1..=3 {
            assert!(cache.remember(&user(id)));
        }
        assert_eq!(cache.find(PeerId::User(1)), Some(user(1)));
        cache.remember(&user(4));
        assert_eq!(cache.find(PeerId::User(2)), None);
        assert_eq!(cache.find(PeerId::User(1)), Some(user(1)));
        assert_eq!(cache.len(), 3);
    }

    #[test]
    fn what_is_known_already_is_no_news_and_is_never_forgotten_for_less() {
        let mut cache = PeerCache::default();
        assert!(cache.remember(&user(1)));
        assert!(!cache.remember(&user(1)));
        assert!(!cache.remember(&Peer::new(PeerId::User(1))));
        let bot = Peer {
            is_bot: Some(true),
            ..Peer::new(PeerId::User(1))
        };
        assert!(cache.remember(&bot));
        let known = cache.find(PeerId::User(1)).unwrap();
        assert_eq!((known.access_hash, known.is_bot), (Some(7), Some(true)));
    }

    #[test]
    fn peers_are_read_as_they_are_written_and_nothing_else_is() {
        for id in [
            PeerId::User(1),
            PeerId::Group(22),
            PeerId::Channel(i64::MAX),
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for text in [
            "", "user", "7", "user-7", "user+7", "chat7", "user7x", "user 7",
        ] {
            assert_eq!(text.parse::<PeerId>(), Err(NotAPeer), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_access_hash() {
        let peer = Peer {
            access_hash: Some(987_654_321),
            ..Peer::new(PeerId::Channel(5))
        };
        let mut cache = PeerCache::default();
        cache.remember(&peer);
        assert!(!format!("{peer:?} {cache:?}").contains("987654321"));
    }

    proptest! {
        #[test]
        fn a_cache_never_holds_more_than_it_may_and_copies_in_order(
            uses in proptest::collection::vec((1_i64..20, any::<bool>()), 0..200),
        ) {
            let mut cache = PeerCache::with_limit(5);
            for (id, looks) in uses {
                if looks {
                    cache.find(PeerId::User(id));
                } else {
                    cache.remember(&user(id));
                    prop_assert_eq!(cache.iter().last(), Some(&user(id)));
                }
                prop_assert!(cache.len() <= 5);
                prop_assert_eq!(cache.iter().count(), cache.len());
            }
            let mut copy = PeerCache::with_limit(5);
            for peer in cache.iter() {
                copy.remember(peer);
            }
            prop_assert!(copy.iter().eq(cache.iter()));
        }
    }
}
