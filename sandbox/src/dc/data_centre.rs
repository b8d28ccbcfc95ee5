//! One data centre: what its connections share.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use super::directory::Directory;
use super::handshake::RsaKey;
use super::message::{MsgIds, Salts, Sessions};
use super::push::Connections;
use super::refusals::Refusals;
use crate::world::World;

/// A data centre.
pub(crate) struct DataCentre {
    /// Its number.
    pub(crate) id: i32,
    pub(crate) world: Arc<World>,
    pub(crate) rsa: Arc<RsaKey>,
    /// Where all data centres are.
    pub(crate) directory: Directory,
    /// The connections of all data centres, by key.
    pub(crate) connections: Arc<Connections>,
    pub(crate) sessions: Sessions,
    pub(crate) salts: Salts,
    pub(crate) msg_ids: MsgIds,
    /// How many connections are open.
    pub(crate) open: AtomicUsize,
    /// How many connections were turned away.
    pub(super) refusals: Refusals,
}

impl DataCentre {
    /// Where the data centres are, as seen by a client that reached us at `local`.
    pub(crate) fn directory_from(&self, local: IpAddr) -> Vec<(i32, SocketAddr)> {
        self.directory.seen_from(local)
    }

    /// Where the CDN is, for the same client.
    pub(crate) fn cdn_from(&self, local: IpAddr) -> Option<SocketAddr> {
        self.directory.cdn_seen_from(local)
    }
}
