//! A user session in memory: credentials, cursors and peers, each with its own
//! way to be stored.
//!
//! The library keeps all three in one place, which is here; whoever owns the
//! session watches its versions, and stores each part when it changed: the
//! credentials sealed and audited, the cursors as plain rows, the peers sealed.
//! Plaintext exists in this module's wiping memory, in the copies that the
//! library makes of a key, and nowhere else.
//!
//! A key, once agreed, is never replaced: see [`KeyRefused`].

mod auth_key;
mod codec;
mod credentials;
mod key_refused;
mod peers;
mod progress;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_session::BoxFuture;
use grammers_session::types::{self as library, DcOption, PeerInfo, UpdateState, UpdatesState};
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::{AccountCursor, CursorAdvance, SessionCursors};
use sesame_domain::session::peer::{Peer, PeerCache, PeerId};
use tokio::sync::watch;
use zeroize::Zeroizing;

pub(crate) use auth_key::{AUTH_KEY_BYTES, AuthKey, Fingerprint};
pub(crate) use codec::{MalformedSession, decode_peers};
pub(crate) use credentials::{Credentials, Dc};
pub(crate) use key_refused::KeyRefused;

use progress::Progress;

/// How often each part of a session changed, as far as that is worth storing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Versions {
    /// Keys, home, whose it is.
    pub(crate) credentials: u64,
    /// Where it has read up to.
    pub(crate) cursors: u64,
    /// Whom it met.
    pub(crate) peers: u64,
}

/// A user session in memory.
pub(crate) struct UserSession {
    credentials: Mutex<Credentials>,
    progress: Mutex<Progress>,
    peers: Mutex<PeerCache>,
    versions: watch::Sender<Versions>,
}

impl UserSession {
    /// A session with these credentials, that has read nothing and met no one.
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self {
            credentials: Mutex::new(credentials),
            progress: Mutex::default(),
            peers: Mutex::default(),
            versions: watch::Sender::new(Versions::default()),
        }
    }

    /// The session that these bytes stand for. If they are from before it had
    /// parts, its cursors and peers count as changed: they are to be put where
    /// they belong.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, MalformedSession> {
        let decoded = codec::decode(bytes)?;
        let session = Self::new(decoded.credentials);
        if !decoded.cursors.is_empty() {
            *lock(&session.progress) = Progress::unstored(decoded.cursors);
            session.bump(|versions| versions.cursors += 1);
        }
        session.meet(&decoded.peers);
        Ok(session)
    }

    /// The same session with the parts that are stored beside its credentials.
    /// They are newer than what a program from before may have left in the
    /// credentials.
    pub(crate) fn with_parts(self, cursors: SessionCursors, peers: Option<PeerCache>) -> Self {
        if !cursors.is_empty() {
            *lock(&self.progress) = Progress::stored(cursors);
            self.bump(|versions| versions.cursors = 0);
        }
        if let Some(peers) = peers {
            *lock(&self.peers) = peers;
            self.bump(|versions| versions.peers = 0);
        }
        self
    }

    /// The credentials as bytes, with the version they are of.
    pub(crate) fn to_bytes(&self) -> (Zeroizing<Vec<u8>>, u64) {
        // The version first: a change in between is then stored once more.
        let version = self.version();
        (codec::encode(&self.credentials()), version)
    }

    /// The peers as bytes, with the version they are of.
    pub(crate) fn peers_to_bytes(&self) -> (Zeroizing<Vec<u8>>, u64) {
        let version = self.versions().peers;
        (codec::encode_peers(&lock(&self.peers)), version)
    }

    /// The cursors that are still to be written, with the version they are of.
    pub(crate) fn unwritten(&self, claim: SessionClaim) -> (CursorAdvance, u64) {
        let version = self.versions().cursors;
        (lock(&self.progress).advance(claim), version)
    }

    /// Cursors were written.
    pub(crate) fn note_written(&self, advance: &CursorAdvance) {
        lock(&self.progress).note_written(advance);
    }

    /// Which version the credentials are.
    pub(crate) fn version(&self) -> u64 {
        self.versions().credentials
    }

    /// Which version each part is.
    pub(crate) fn versions(&self) -> Versions {
        *self.versions.borrow()
    }

    /// Tells of new versions.
    pub(crate) fn changes(&self) -> watch::Receiver<Versions> {
        self.versions.subscribe()
    }

    /// The data centre where the account lives, as far as is known.
    pub(crate) fn home(&self) -> i32 {
        self.credentials().home
    }

    /// Moves the session to another data centre.
    pub(crate) fn set_home(&self, dc: i32) {
        self.change(|credentials| {
            let changed = credentials.home != dc;
            credentials.home = dc;
            changed
        });
    }

    /// Notes whose session it is. After a QR login nothing else does, and
    /// without it the library's update stream does not reconnect.
    pub(crate) fn set_me(&self, id: i64) {
        self.change(|credentials| {
            let changed = credentials.me != Some(id);
            credentials.me = Some(id);
            changed
        });
    }

    /// Notes up to where updates were processed.
    pub(crate) fn set_progress(&self, update: UpdateState) {
        if lock(&self.progress).apply(update) {
            self.bump(|versions| versions.cursors += 1);
        }
    }

    /// Where the account's common sequence of updates stands.
    pub(crate) fn cursor(&self) -> Option<AccountCursor> {
        lock(&self.progress).account()
    }

    /// Remembers peers.
    pub(crate) fn meet<'a>(&self, seen: impl IntoIterator<Item = &'a Peer>) {
        let mut peers = lock(&self.peers);
        let news = seen.into_iter().filter(|peer| peers.remember(peer)).count();
        drop(peers);
        if news > 0 {
            self.bump(|versions| versions.peers += 1);
        }
    }

    /// A peer that the session met.
    pub(crate) fn known(&self, id: PeerId) -> Option<Peer> {
        lock(&self.peers).find(id)
    }

    /// The data centres that it knows, in order.
    pub(crate) fn dcs(&self) -> Vec<i32> {
        let mut dcs: Vec<i32> = self.credentials().dcs.keys().copied().collect();
        dcs.sort_unstable();
        dcs
    }

    /// The data centres that there is a key for, the home one first.
    pub(crate) fn keyed_dcs(&self) -> Vec<i32> {
        let credentials = self.credentials();
        let mut dcs: Vec<i32> = credentials
            .dcs
            .iter()
            .filter(|(_, dc)| dc.key.is_some())
            .map(|(id, _)| *id)
            .collect();
        dcs.sort_by_key(|id| *id != credentials.home);
        dcs
    }

    /// Whether there is a key for a data centre.
    pub(crate) fn has_key(&self, dc: i32) -> bool {
        let credentials = self.credentials();
        credentials.dcs.get(&dc).is_some_and(|dc| dc.key.is_some())
    }

    /// What tells the key for a data centre from others; `None`: there is none.
    pub(crate) fn fingerprint(&self, dc: i32) -> Option<Fingerprint> {
        let credentials = self.credentials();
        let key = credentials.dcs.get(&dc)?.key.as_ref()?;
        Some(key.fingerprint())
    }

    fn credentials(&self) -> MutexGuard<'_, Credentials> {
        lock(&self.credentials)
    }

    fn change(&self, change: impl FnOnce(&mut Credentials) -> bool) {
        let changed = change(&mut self.credentials());
        if changed {
            self.bump(|versions| versions.credentials += 1);
        }
    }

    fn bump(&self, bump: impl FnOnce(&mut Versions)) {
        self.versions.send_modify(bump);
    }

    /// A peer as the library wants it; also the account itself.
    fn told(&self, id: library::PeerId) -> Option<PeerInfo> {
        if id != library::PeerId::self_user() {
            return self.known(peers::id_of(id)?).map(|peer| peers::told(&peer));
        }
        let me = self.credentials().me?;
        let known = self.known(PeerId::User(me));
        let auth = known.and_then(|peer| peer.access_hash);
        Some(PeerInfo::User {
            id: me,
            auth: auth.map(library::PeerAuth::from_hash),
            bot: Some(false),
            is_self: Some(true),
        })
    }
}

fn lock<T>(part: &Mutex<T>) -> MutexGuard<'_, T> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for UserSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSession")
            .field("home", &self.home())
            .finish_non_exhaustive()
    }
}

impl grammers_session::Session for UserSession {
    type Error = KeyRefused;

    fn home_dc_id(&self) -> Result<i32, KeyRefused> {
        Ok(self.home())
    }

    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<(), KeyRefused>> {
        self.set_home(dc_id);
        Box::pin(std::future::ready(Ok(())))
    }

    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>, KeyRefused> {
        let credentials = self.credentials();
        Ok(credentials.dcs.get(&dc_id).map(|dc| dc.to_option(dc_id)))
    }

    fn set_dc_option(&self, option: &DcOption) -> BoxFuture<'_, Result<(), KeyRefused>> {
        let mut new = Dc::from_option(option);
        let mut kept = Ok(());
        self.change(|credentials| {
            let known = credentials.dcs.get(&option.id);
            if let Some(key) = known.and_then(|dc| dc.key.as_ref()) {
                if new.key.as_ref().is_some_and(|other| other != key) {
                    kept = Err(KeyRefused { dc: option.id });
                    return false;
                }
                new.key = Some(key.clone());
            }
            // Telegram repeats its addresses with every connection.
            if known == Some(&new) {
                return false;
            }
            credentials.dcs.insert(option.id, new);
            true
        });
        Box::pin(std::future::ready(kept))
    }

    fn peer(&self, peer: library::PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, KeyRefused>> {
        Box::pin(std::future::ready(Ok(self.told(peer))))
    }

    fn cache_peer(&self, peer: PeerInfo) -> BoxFuture<'_, Result<(), KeyRefused>> {
        if let PeerInfo::User {
            id,
            is_self: Some(true),
            ..
        } = &peer
        {
            self.set_me(*id);
        }
        self.meet(&peers::seen(&peer));
        Box::pin(std::future::ready(Ok(())))
    }

    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, KeyRefused>> {
        Box::pin(std::future::ready(Ok(lock(&self.progress).state())))
    }

    fn set_update_state(&self, update: UpdateState) -> BoxFuture<'_, Result<(), KeyRefused>> {
        self.set_progress(update);
        Box::pin(std::future::ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

    use futures::FutureExt as _;
    use grammers_session::Session as _;

    use super::*;

    fn option(id: i32, port: u16, key: Option<u8>) -> DcOption {
        DcOption {
            id,
            ipv4: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port),
            ipv6: SocketAddrV6::new(Ipv6Addr::LOCALHOST, port, 0, 0),
            auth_key: key.map(|byte| [byte; AUTH_KEY_BYTES]),
        }
    }

    fn set(session: &UserSession, option: &DcOption) -> Result<(), KeyRefused> {
        let set = session.set_dc_option(option).now_or_never();
        set.expect("it waits for nothing")
    }

    fn session() -> UserSession {
        let session = UserSession::new(Credentials::default());
        session.set_home(2);
        set(&session, &option(2, 443, Some(7))).unwrap();
        session
    }

    #[test]
    fn another_key_never_takes_the_place_of_the_one_there_is() {
        let session = session();
        let (before, version) = session.to_bytes();
        let refused = set(&session, &option(2, 443, Some(8)));
        assert_eq!(refused, Err(KeyRefused { dc: 2 }));
        // Neither at another address, nor where it is not at home.
        assert!(set(&session, &option(2, 80, Some(8))).is_err());
        assert_eq!(session.to_bytes(), (before, version));
        session.set_home(4);
        assert!(set(&session, &option(2, 443, Some(8))).is_err());
        assert_eq!(session.dc_option(2).unwrap(), Some(option(2, 443, Some(7))));
    }

    #[test]
    fn a_data_centre_moves_and_the_key_stays() {
        let session = session();
        for known in [None, Some(7)] {
            set(&session, &option(2, 80, known)).unwrap();
            assert_eq!(session.dc_option(2).unwrap(), Some(option(2, 80, Some(7))));
        }
    }

    #[test]
    fn the_first_key_is_taken_and_the_same_again_changes_nothing() {
        let session = session();
        set(&session, &option(3, 443, None)).unwrap();
        set(&session, &option(3, 443, Some(9))).unwrap();
        assert_eq!(session.keyed_dcs(), [2, 3]);
        let version = session.version();
        set(&session, &option(3, 443, Some(9))).unwrap();
        assert_eq!(session.version(), version);
    }

    #[test]
    fn the_account_itself_is_answered_as_self() {
        let session = session();
        let me = PeerInfo::User {
            id: 77,
            auth: Some(library::PeerAuth::from_hash(-5)),
            bot: None,
            is_self: Some(true),
        };
        let cached = session.cache_peer(me).now_or_never();
        cached.expect("it waits for nothing").unwrap();
        let found = session.peer(library::PeerId::self_user()).now_or_never();
        let found = found.expect("it waits for nothing").unwrap();
        let Some(PeerInfo::User {
            id: 77,
            auth: Some(auth),
            is_self: Some(true),
            ..
        }) = found
        else {
            panic!("{found:?}")
        };
        assert_eq!(auth.hash(), -5);
    }

    #[test]
    fn each_part_changes_for_itself() {
        let session = session();
        let before = session.versions();
        session.set_progress(UpdateState::Channel { id: 9, pts: 3 });
        session.meet(&[Peer::new(PeerId::User(5))]);
        session.meet(&[Peer::new(PeerId::User(5))]);
        let after = session.versions();
        assert_eq!(after.credentials, before.credentials);
        assert_eq!(after.cursors, before.cursors + 1);
        assert_eq!(after.peers, before.peers + 1);
        let (credentials, _) = session.to_bytes();
        assert_eq!(credentials, self::session().to_bytes().0);
    }

    #[test]
    fn parts_that_are_stored_apart_count_more_than_what_is_left_in_the_credentials() {
        let left = UserSession::new(Credentials::default());
        left.set_progress(UpdateState::Channel { id: 9, pts: 3 });
        left.meet(&[Peer::new(PeerId::User(5))]);
        let stored = SessionCursors {
            account: None,
            channels: [(9, 8)].into(),
        };
        let session = left.with_parts(stored, Some(PeerCache::default()));
        assert_eq!(lock(&session.progress).state().channels[0].pts, 8);
        assert_eq!(session.known(PeerId::User(5)), None);
        assert_eq!(session.versions(), Versions::default());
    }
}
