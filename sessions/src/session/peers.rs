//! Peers between the library's words and the domain's.

use grammers_session::types as library;
use grammers_session::types::{PeerAuth, PeerInfo};
use sesame_domain::session::peer::{ChannelKind, Peer, PeerId};

/// The peer that the library means; `None`: the account itself.
pub(super) fn id_of(id: library::PeerId) -> Option<PeerId> {
    let bare = id.bare_id()?;
    Some(match id.kind() {
        library::PeerKind::User => PeerId::User(bare),
        library::PeerKind::Chat => PeerId::Group(bare),
        library::PeerKind::Channel => PeerId::Channel(bare),
    })
}

/// What the library saw, if its id is one that Telegram can have given.
pub(super) fn seen(peer: &PeerInfo) -> Option<Peer> {
    match peer {
        PeerInfo::User { id, auth, bot, .. } => {
            library::PeerId::user(*id)?;
            Some(Peer {
                access_hash: auth.map(PeerAuth::hash),
                is_bot: *bot,
                ..Peer::new(PeerId::User(*id))
            })
        }
        PeerInfo::Chat { id } => {
            library::PeerId::chat(*id)?;
            Some(Peer::new(PeerId::Group(*id)))
        }
        PeerInfo::Channel { id, auth, kind } => {
            library::PeerId::channel(*id)?;
            Some(Peer {
                access_hash: auth.map(PeerAuth::hash),
                channel: kind.map(kind_of),
                ..Peer::new(PeerId::Channel(*id))
            })
        }
    }
}

/// A peer as the library wants it.
pub(super) fn told(peer: &Peer) -> PeerInfo {
    let auth = peer.access_hash.map(PeerAuth::from_hash);
    match peer.id {
        PeerId::User(id) => PeerInfo::User {
            id,
            auth,
            bot: peer.is_bot,
            is_self: None,
        },
        PeerId::Group(id) => PeerInfo::Chat { id },
        PeerId::Channel(id) => PeerInfo::Channel {
            id,
            auth,
            kind: peer.channel.map(kind_told),
        },
    }
}

fn kind_of(kind: library::ChannelKind) -> ChannelKind {
    match kind {
        library::ChannelKind::Broadcast => ChannelKind::Broadcast,
        library::ChannelKind::Megagroup => ChannelKind::Supergroup,
        library::ChannelKind::Gigagroup => ChannelKind::Gigagroup,
        library::ChannelKind::Community => ChannelKind::Community,
    }
}

fn kind_told(kind: ChannelKind) -> library::ChannelKind {
    match kind {
        ChannelKind::Broadcast => library::ChannelKind::Broadcast,
        ChannelKind::Supergroup => library::ChannelKind::Megagroup,
        ChannelKind::Gigagroup => library::ChannelKind::Gigagroup,
        ChannelKind::Community => library::ChannelKind::Community,
    }
}
