//! What a session consists of.

use std::collections::{BTreeMap, HashMap};
use std::net::{SocketAddrV4, SocketAddrV6};

use grammers_session::types::{
    ChannelState, DcOption, PeerId, PeerInfo, UpdateState, UpdatesState,
};

use super::auth_key::AuthKey;

/// How many peers a session remembers. Work looks peers up again when one is
/// missing; a session must not grow without bound.
const MAX_PEERS: usize = 2_000;

/// A data centre as a session knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dc {
    /// Its address.
    pub(crate) ipv4: SocketAddrV4,
    /// Its other address.
    pub(crate) ipv6: SocketAddrV6,
    /// The key agreed with it.
    pub(crate) key: Option<AuthKey>,
}

impl Dc {
    /// As the library wants it. The copy of the key in it is not wiped.
    pub(crate) fn to_option(&self, id: i32) -> DcOption {
        DcOption {
            id,
            ipv4: self.ipv4,
            ipv6: self.ipv6,
            auth_key: self.key.as_ref().map(|key| *key.expose()),
        }
    }

    /// From what the library gives.
    pub(crate) fn from_option(option: &DcOption) -> Self {
        Self {
            ipv4: option.ipv4,
            ipv6: option.ipv6,
            key: option.auth_key.map(AuthKey::new),
        }
    }
}

/// What a session consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    /// The data centre where the account lives, as far as is known.
    pub(crate) home: i32,
    /// The data centres.
    pub(crate) dcs: BTreeMap<i32, Dc>,
    /// The id of the account, once signed in.
    pub(crate) me: Option<i64>,
    /// Peers that were seen.
    pub(crate) peers: HashMap<PeerId, PeerInfo>,
    /// Up to where updates were processed.
    pub(crate) updates: UpdatesState,
}

impl Content {
    /// A peer; also the account itself under [`PeerId::self_user`].
    pub(crate) fn peer(&self, id: PeerId) -> Option<PeerInfo> {
        if id != PeerId::self_user() {
            return self.peers.get(&id).cloned();
        }
        let me = self.me?;
        let auth = PeerId::user(me)
            .and_then(|id| self.peers.get(&id))
            .and_then(PeerInfo::auth);
        Some(PeerInfo::User {
            id: me,
            auth,
            bot: Some(false),
            is_self: Some(true),
        })
    }

    /// Remembers a peer; whether that changed anything.
    pub(crate) fn remember(&mut self, peer: &PeerInfo) -> bool {
        let Some(id) = id_of(peer) else {
            return false;
        };
        let mut changed = false;
        if let PeerInfo::User {
            id,
            is_self: Some(true),
            ..
        } = peer
        {
            changed = self.me != Some(*id);
            self.me = Some(*id);
        }
        if let Some(known) = self.peers.get_mut(&id) {
            let before = known.clone();
            known.extend_info(peer);
            return changed || *known != before;
        }
        if self.peers.len() < MAX_PEERS {
            self.peers.insert(id, peer.clone());
            changed = true;
        }
        changed
    }

    /// Notes up to where updates were processed.
    pub(crate) fn progress(&mut self, update: UpdateState) {
        let state = &mut self.updates;
        match update {
            UpdateState::All(all) => *state = all,
            UpdateState::Primary { pts, date, seq } => {
                state.pts = pts;
                state.date = date;
                state.seq = seq;
            }
            UpdateState::Secondary { qts } => state.qts = qts,
            UpdateState::Channel { id, pts } => {
                state.channels.retain(|channel| channel.id != id);
                state.channels.push(ChannelState { id, pts });
            }
        }
    }
}

/// A peer's id, if it is one that Telegram can have given.
pub(crate) fn id_of(peer: &PeerInfo) -> Option<PeerId> {
    match peer {
        PeerInfo::User { id, .. } => PeerId::user(*id),
        PeerInfo::Chat { id } => PeerId::chat(*id),
        PeerInfo::Channel { id, .. } => PeerId::channel(*id),
    }
}
