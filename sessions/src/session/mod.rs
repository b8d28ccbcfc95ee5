//! A user session in memory, and its bytes.
//!
//! The library keeps keys, the home data centre and its progress here; whoever
//! owns the session watches its version, and seals and stores it when it
//! changed. Plaintext exists in this module's wiping memory, in the copies
//! that the library makes of a key, and nowhere else.
//!
//! A key, once agreed, is never replaced: see [`KeyRefused`].

mod auth_key;
mod codec;
mod content;
mod key_refused;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_session::BoxFuture;
use grammers_session::types::{DcOption, PeerId, PeerInfo, UpdateState, UpdatesState};
use tokio::sync::watch;
use zeroize::Zeroizing;

pub(crate) use auth_key::{AUTH_KEY_BYTES, AuthKey, Fingerprint};
pub(crate) use codec::MalformedSession;
pub(crate) use content::{Content, Dc};
pub(crate) use key_refused::KeyRefused;

/// A user session in memory.
pub(crate) struct UserSession {
    content: Mutex<Content>,
    /// Grows by one with every change that is worth storing.
    version: watch::Sender<u64>,
}

impl UserSession {
    /// A session with this content.
    pub(crate) fn new(content: Content) -> Self {
        Self {
            content: Mutex::new(content),
            version: watch::Sender::new(0),
        }
    }

    /// The session that these bytes stand for.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, MalformedSession> {
        codec::decode(bytes).map(Self::new)
    }

    /// The session as bytes, with the version they are of.
    pub(crate) fn to_bytes(&self) -> (Zeroizing<Vec<u8>>, u64) {
        // The version first: a change in between is then stored once more.
        let version = self.version();
        (codec::encode(&self.content()), version)
    }

    /// Which version this is.
    pub(crate) fn version(&self) -> u64 {
        *self.version.borrow()
    }

    /// Tells of new versions.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// The data centre where the account lives, as far as is known.
    pub(crate) fn home(&self) -> i32 {
        self.content().home
    }

    /// Moves the session to another data centre.
    pub(crate) fn set_home(&self, dc: i32) {
        self.change(|content| {
            let changed = content.home != dc;
            content.home = dc;
            changed
        });
    }

    /// Notes whose session it is. After a QR login nothing else does, and
    /// without it the library's update stream does not reconnect.
    pub(crate) fn set_me(&self, id: i64) {
        self.change(|content| {
            let changed = content.me != Some(id);
            content.me = Some(id);
            changed
        });
    }

    /// Notes up to where updates were processed.
    pub(crate) fn set_progress(&self, update: UpdateState) {
        self.change(|content| {
            content.progress(update);
            true
        });
    }

    /// The data centres that there is a key for, the home one first.
    pub(crate) fn keyed_dcs(&self) -> Vec<i32> {
        let content = self.content();
        let mut dcs: Vec<i32> = content
            .dcs
            .iter()
            .filter(|(_, dc)| dc.key.is_some())
            .map(|(id, _)| *id)
            .collect();
        dcs.sort_by_key(|id| *id != content.home);
        dcs
    }

    /// Whether there is a key for a data centre.
    pub(crate) fn has_key(&self, dc: i32) -> bool {
        let content = self.content();
        content.dcs.get(&dc).is_some_and(|dc| dc.key.is_some())
    }

    /// What tells the key for a data centre from others; `None`: there is none.
    pub(crate) fn fingerprint(&self, dc: i32) -> Option<Fingerprint> {
        let content = self.content();
        let key = content.dcs.get(&dc)?.key.as_ref()?;
        Some(key.fingerprint())
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Content) -> bool) {
        let changed = change(&mut self.content());
        if changed {
            self.version.send_modify(|version| *version += 1);
        }
    }
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
        let content = self.content();
        Ok(content.dcs.get(&dc_id).map(|dc| dc.to_option(dc_id)))
    }

    fn set_dc_option(&self, option: &DcOption) -> BoxFuture<'_, Result<(), KeyRefused>> {
        let mut new = Dc::from_option(option);
        let mut kept = Ok(());
        self.change(|content| {
            let known = content.dcs.get(&option.id);
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
            content.dcs.insert(option.id, new);
            true
        });
        Box::pin(std::future::ready(kept))
    }

    fn peer(&self, peer: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, KeyRefused>> {
        Box::pin(std::future::ready(Ok(self.content().peer(peer))))
    }

    fn cache_peer(&self, peer: PeerInfo) -> BoxFuture<'_, Result<(), KeyRefused>> {
        self.change(|content| content.remember(&peer));
        Box::pin(std::future::ready(Ok(())))
    }

    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, KeyRefused>> {
        Box::pin(std::future::ready(Ok(self.content().updates.clone())))
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
        let session = UserSession::new(Content::default());
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
}
