//! Peers as bytes, before they are sealed: `version u8`, `u32` of
//! `kind u8, id i64, …`, the longest unused first.

use sesame_domain::session::peer::{ChannelKind, Peer, PeerCache, PeerId};
use zeroize::Zeroizing;

use super::MalformedSession;
use super::bytes::{Reader, Writer};

const VERSION: u8 = 1;
const USER: u8 = 1;
const CHAT: u8 = 2;
const CHANNEL: u8 = 3;
/// The most that a peer takes.
const PEER_BYTES: usize = 20;

/// The peers as bytes.
pub(crate) fn encode_peers(peers: &PeerCache) -> Zeroizing<Vec<u8>> {
    let mut out = Writer::with_room(5 + peers.len() * PEER_BYTES);
    out.put([VERSION]);
    out.count(peers.len());
    for peer in peers.iter() {
        put(&mut out, peer);
    }
    out.finish()
}

/// The peers that these bytes stand for.
pub(crate) fn decode_peers(bytes: &[u8]) -> Result<PeerCache, MalformedSession> {
    let mut input = Reader::new(bytes);
    if input.take()? != [VERSION] {
        return Err(MalformedSession);
    }
    let mut peers = PeerCache::default();
    for _ in 0..input.count()? {
        peers.remember(&take(&mut input)?);
    }
    input.end()?;
    Ok(peers)
}

fn put(out: &mut Writer, peer: &Peer) {
    let (code, id) = match peer.id {
        PeerId::User(id) => (USER, id),
        PeerId::Group(id) => (CHAT, id),
        PeerId::Channel(id) => (CHANNEL, id),
    };
    out.put([code]);
    out.put(id.to_be_bytes());
    let hash = peer.access_hash.map(i64::to_be_bytes);
    match peer.id {
        PeerId::User(_) => {
            out.optional(hash);
            out.optional(peer.is_bot.map(|bot| [u8::from(bot)]));
        }
        PeerId::Group(_) => {}
        PeerId::Channel(_) => {
            out.optional(hash);
            out.optional(peer.channel.map(|kind| [kind_code(kind)]));
        }
    }
}

/// One peer. The sessions of before, which had everything in one, have them
/// written the same way.
pub(super) fn take(input: &mut Reader<'_>) -> Result<Peer, MalformedSession> {
    let [kind] = input.take()?;
    let id = i64::from_be_bytes(input.take()?);
    match kind {
        USER => Ok(Peer {
            access_hash: input.optional()?.map(i64::from_be_bytes),
            is_bot: input.optional()?.map(|[bot]| bot != 0),
            ..Peer::new(PeerId::User(id))
        }),
        CHAT => Ok(Peer::new(PeerId::Group(id))),
        CHANNEL => Ok(Peer {
            access_hash: input.optional()?.map(i64::from_be_bytes),
            channel: match input.optional()? {
                None => None,
                Some([code]) => Some(kind_from(code)?),
            },
            ..Peer::new(PeerId::Channel(id))
        }),
        _ => Err(MalformedSession),
    }
}

fn kind_code(kind: ChannelKind) -> u8 {
    match kind {
        ChannelKind::Broadcast => 1,
        ChannelKind::Supergroup => 2,
        ChannelKind::Gigagroup => 3,
        ChannelKind::Community => 4,
    }
}

fn kind_from(code: u8) -> Result<ChannelKind, MalformedSession> {
    match code {
        1 => Ok(ChannelKind::Broadcast),
        2 => Ok(ChannelKind::Supergroup),
        3 => Ok(ChannelKind::Gigagroup),
        4 => Ok(ChannelKind::Community),
        _ => Err(MalformedSession),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> PeerCache {
        let mut peers = PeerCache::default();
        for peer in [
            Peer {
                access_hash: Some(-5),
                is_bot: Some(true),
                ..Peer::new(PeerId::User(77))
            },
            Peer::new(PeerId::Group(12)),
            Peer {
                access_hash: Some(i64::MIN),
                channel: Some(ChannelKind::Community),
                ..Peer::new(PeerId::Channel(13))
            },
            Peer::new(PeerId::User(i64::MAX)),
        ] {
            peers.remember(&peer);
        }
        peers
    }

    #[test]
    fn what_is_encoded_decodes_in_its_order() {
        let peers = sample();
        let again = decode_peers(&encode_peers(&peers)).unwrap();
        assert!(again.iter().eq(peers.iter()));
    }

    #[test]
    fn the_room_reserved_is_enough() {
        let peers = sample();
        let bytes = encode_peers(&peers);
        assert_eq!(bytes.capacity(), 5 + peers.len() * PEER_BYTES);
    }

    #[test]
    fn every_truncation_and_another_version_are_refused() {
        let mut bytes = encode_peers(&sample());
        for length in 0..bytes.len() {
            assert_eq!(decode_peers(&bytes[..length]).err(), Some(MalformedSession));
        }
        bytes[0] = 2;
        assert_eq!(decode_peers(&bytes).err(), Some(MalformedSession));
    }
}
