//! A user session in memory, and its bytes.
//!
//! The library keeps keys, the home data centre and its progress here; whoever
//! owns the session watches its version, and seals and stores it when it
//! changed. Plaintext exists in this module's wiping memory, in the copies
//! that the library makes of a key, and nowhere else.

mod auth_key;
mod codec;
mod content;

use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_session::BoxFuture;
use grammers_session::types::{DcOption, PeerId, PeerInfo, UpdateState, UpdatesState};
use tokio::sync::watch;
use zeroize::Zeroizing;

pub(crate) use auth_key::{AUTH_KEY_BYTES, AuthKey};
pub(crate) use codec::MalformedSession;
pub(crate) use content::{Content, Dc};

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
    type Error = Infallible;

    fn home_dc_id(&self) -> Result<i32, Infallible> {
        Ok(self.home())
    }

    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<(), Infallible>> {
        self.set_home(dc_id);
        Box::pin(std::future::ready(Ok(())))
    }

    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>, Infallible> {
        let content = self.content();
        Ok(content.dcs.get(&dc_id).map(|dc| dc.to_option(dc_id)))
    }

    fn set_dc_option(&self, option: &DcOption) -> BoxFuture<'_, Result<(), Infallible>> {
        let new = Dc::from_option(option);
        self.change(|content| {
            // Telegram repeats its addresses with every connection.
            if content.dcs.get(&option.id) == Some(&new) {
                return false;
            }
            content.dcs.insert(option.id, new);
            true
        });
        Box::pin(std::future::ready(Ok(())))
    }

    fn peer(&self, peer: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, Infallible>> {
        Box::pin(std::future::ready(Ok(self.content().peer(peer))))
    }

    fn cache_peer(&self, peer: PeerInfo) -> BoxFuture<'_, Result<(), Infallible>> {
        self.change(|content| content.remember(&peer));
        Box::pin(std::future::ready(Ok(())))
    }

    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, Infallible>> {
        Box::pin(std::future::ready(Ok(self.content().updates.clone())))
    }

    fn set_update_state(&self, update: UpdateState) -> BoxFuture<'_, Result<(), Infallible>> {
        self.set_progress(update);
        Box::pin(std::future::ready(Ok(())))
    }
}
