//! A session as bytes, before it is sealed.
//!
//! Version 1, all numbers big-endian: `version u8`, `home i32`, `me`,
//! `pts qts date seq i32`, channels (`u32` of `id i64, pts i32`), data centres
//! (`u8` of `id i32, ipv4 [u8; 4], port u16, ipv6 [u8; 16], port u16, key`),
//! peers (`u32` of `kind u8, id i64, …`). An optional value is a byte 0, or a
//! byte 1 and the value.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use grammers_session::types::{ChannelKind, ChannelState, PeerAuth, PeerInfo};
use zeroize::Zeroizing;

use super::auth_key::{AUTH_KEY_BYTES, AuthKey};
use super::content::{Content, Dc, id_of};

const VERSION: u8 = 1;
const USER: u8 = 1;
const CHAT: u8 = 2;
const CHANNEL: u8 = 3;

/// The bytes of a session are damaged, or of a version that is not known.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the bytes of a session are damaged or of an unknown version")]
pub(crate) struct MalformedSession;

/// The session as bytes, in memory that is wiped.
pub(crate) fn encode(content: &Content) -> Zeroizing<Vec<u8>> {
    let mut out = Writer::with_room_for(content);
    out.put([VERSION]);
    out.put(content.home.to_be_bytes());
    out.optional(content.me.map(i64::to_be_bytes));
    let updates = &content.updates;
    for number in [updates.pts, updates.qts, updates.date, updates.seq] {
        out.put(number.to_be_bytes());
    }
    out.count(updates.channels.len());
    for channel in &updates.channels {
        out.put(channel.id.to_be_bytes());
        out.put(channel.pts.to_be_bytes());
    }
    out.count(content.dcs.len());
    for (id, dc) in &content.dcs {
        out.put(id.to_be_bytes());
        out.dc(dc);
    }
    out.count(content.peers.len());
    for peer in content.peers.values() {
        out.peer(peer);
    }
    out.0
}

/// The session that these bytes stand for.
pub(crate) fn decode(bytes: &[u8]) -> Result<Content, MalformedSession> {
    let mut input = Reader(bytes);
    if input.take()? != [VERSION] {
        return Err(MalformedSession);
    }
    let mut content = Content {
        home: i32::from_be_bytes(input.take()?),
        me: input.optional()?.map(i64::from_be_bytes),
        ..Content::default()
    };
    let updates = &mut content.updates;
    updates.pts = i32::from_be_bytes(input.take()?);
    updates.qts = i32::from_be_bytes(input.take()?);
    updates.date = i32::from_be_bytes(input.take()?);
    updates.seq = i32::from_be_bytes(input.take()?);
    for _ in 0..input.count()? {
        updates.channels.push(ChannelState {
            id: i64::from_be_bytes(input.take()?),
            pts: i32::from_be_bytes(input.take()?),
        });
    }
    for _ in 0..input.count()? {
        let id = i32::from_be_bytes(input.take()?);
        content.dcs.insert(id, input.dc()?);
    }
    for _ in 0..input.count()? {
        let peer = input.peer()?;
        let id = id_of(&peer).ok_or(MalformedSession)?;
        content.peers.insert(id, peer);
    }
    if input.0.is_empty() {
        Ok(content)
    } else {
        Err(MalformedSession)
    }
}

struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// With all the room it will need: a vector that grows leaves its old
    /// bytes behind.
    fn with_room_for(content: &Content) -> Self {
        let room = 64
            + content.updates.channels.len() * 12
            + content.dcs.len() * (32 + AUTH_KEY_BYTES)
            + content.peers.len() * 24;
        Self(Zeroizing::new(Vec::with_capacity(room)))
    }

    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.0.extend_from_slice(&bytes);
    }

    fn count(&mut self, count: usize) {
        self.put(u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    }

    fn optional<const N: usize>(&mut self, bytes: Option<[u8; N]>) {
        match bytes {
            None => self.put([0]),
            Some(bytes) => {
                self.put([1]);
                self.put(bytes);
            }
        }
    }

    fn dc(&mut self, dc: &Dc) {
        self.put(dc.ipv4.ip().octets());
        self.put(dc.ipv4.port().to_be_bytes());
        self.put(dc.ipv6.ip().octets());
        self.put(dc.ipv6.port().to_be_bytes());
        match &dc.key {
            None => self.put([0]),
            Some(key) => {
                self.put([1]);
                self.0.extend_from_slice(key.expose());
            }
        }
    }

    fn peer(&mut self, peer: &PeerInfo) {
        match peer {
            PeerInfo::User { id, auth, bot, .. } => {
                self.put([USER]);
                self.put(id.to_be_bytes());
                self.optional(auth.map(|auth| auth.hash().to_be_bytes()));
                self.optional(bot.map(|bot| [u8::from(bot)]));
            }
            PeerInfo::Chat { id } => {
                self.put([CHAT]);
                self.put(id.to_be_bytes());
            }
            PeerInfo::Channel { id, auth, kind } => {
                self.put([CHANNEL]);
                self.put(id.to_be_bytes());
                self.optional(auth.map(|auth| auth.hash().to_be_bytes()));
                self.optional(kind.map(|kind| [kind_code(kind)]));
            }
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], MalformedSession> {
        let (bytes, rest) = self.0.split_first_chunk::<N>().ok_or(MalformedSession)?;
        self.0 = rest;
        Ok(*bytes)
    }

    fn count(&mut self) -> Result<u32, MalformedSession> {
        self.take().map(u32::from_be_bytes)
    }

    fn optional<const N: usize>(&mut self) -> Result<Option<[u8; N]>, MalformedSession> {
        match self.take()? {
            [0] => Ok(None),
            [1] => self.take().map(Some),
            _ => Err(MalformedSession),
        }
    }

    fn dc(&mut self) -> Result<Dc, MalformedSession> {
        let ipv4 = Ipv4Addr::from(self.take::<4>()?);
        let ipv4 = SocketAddrV4::new(ipv4, u16::from_be_bytes(self.take()?));
        let ipv6 = Ipv6Addr::from(self.take::<16>()?);
        let ipv6 = SocketAddrV6::new(ipv6, u16::from_be_bytes(self.take()?), 0, 0);
        let key = self.optional::<AUTH_KEY_BYTES>()?.map(AuthKey::new);
        Ok(Dc { ipv4, ipv6, key })
    }

    fn peer(&mut self) -> Result<PeerInfo, MalformedSession> {
        let [kind] = self.take()?;
        let id = i64::from_be_bytes(self.take()?);
        match kind {
            USER => Ok(PeerInfo::User {
                id,
                auth: self.auth()?,
                bot: self.optional()?.map(|[bot]| bot != 0),
                is_self: None,
            }),
            CHAT => Ok(PeerInfo::Chat { id }),
            CHANNEL => Ok(PeerInfo::Channel {
                id,
                auth: self.auth()?,
                kind: match self.optional()? {
                    None => None,
                    Some([code]) => Some(kind_from(code)?),
                },
            }),
            _ => Err(MalformedSession),
        }
    }

    fn auth(&mut self) -> Result<Option<PeerAuth>, MalformedSession> {
        let hash = self.optional()?.map(i64::from_be_bytes);
        Ok(hash.map(PeerAuth::from_hash))
    }
}

fn kind_code(kind: ChannelKind) -> u8 {
    match kind {
        ChannelKind::Broadcast => 1,
        ChannelKind::Megagroup => 2,
        ChannelKind::Gigagroup => 3,
        ChannelKind::Community => 4,
    }
}

fn kind_from(code: u8) -> Result<ChannelKind, MalformedSession> {
    match code {
        1 => Ok(ChannelKind::Broadcast),
        2 => Ok(ChannelKind::Megagroup),
        3 => Ok(ChannelKind::Gigagroup),
        4 => Ok(ChannelKind::Community),
        _ => Err(MalformedSession),
    }
}

#[cfg(test)]
mod tests {
    use grammers_session::types::PeerId;

    use super::*;

    fn sample() -> Content {
        let mut content = Content {
            home: 4,
            ..Content::default()
        };
        for (id, key) in [(2, None), (4, Some(AuthKey::new([7; AUTH_KEY_BYTES])))] {
            let dc = Dc {
                ipv4: SocketAddrV4::new(Ipv4Addr::LOCALHOST, 443),
                ipv6: SocketAddrV6::new(Ipv6Addr::LOCALHOST, 444, 0, 0),
                key,
            };
            content.dcs.insert(id, dc);
        }
        content.updates.pts = 5;
        content.updates.channels = vec![ChannelState { id: 9, pts: 3 }];
        let peers = [
            PeerInfo::User {
                id: 77,
                auth: Some(PeerAuth::from_hash(-5)),
                bot: Some(true),
                is_self: None,
            },
            PeerInfo::Chat { id: 12 },
            PeerInfo::Channel {
                id: 13,
                auth: None,
                kind: Some(ChannelKind::Megagroup),
            },
        ];
        for peer in peers {
            content.remember(&peer);
        }
        content.me = Some(77);
        content
    }

    #[test]
    fn what_is_encoded_decodes() {
        let content = sample();
        assert_eq!(decode(&encode(&content)), Ok(content));
    }

    #[test]
    fn the_room_reserved_is_enough() {
        let content = sample();
        let reserved = Writer::with_room_for(&content).0.capacity();
        assert_eq!(encode(&content).capacity(), reserved);
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = encode(&sample());
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Err(MalformedSession), "{length}");
        }
    }

    #[test]
    fn an_unknown_version_is_refused() {
        let mut bytes = encode(&sample());
        bytes[0] = 2;
        assert_eq!(decode(&bytes), Err(MalformedSession));
    }

    #[test]
    fn the_account_itself_is_answered_as_self() {
        let me = sample().peer(PeerId::self_user());
        assert!(matches!(
            me,
            Some(PeerInfo::User {
                id: 77,
                is_self: Some(true),
                ..
            })
        ));
    }

    #[test]
    fn debug_shows_no_key() {
        let text = format!("{:?}", sample());
        assert!(!text.contains("7, 7, 7"), "{text}");
    }
}
