//! Credentials as bytes, before they are sealed.
//!
//! Version 1, all numbers big-endian: `version u8`, `home i32`, `me`,
//! `pts qts date seq i32`, channels (`u32` of `id i64, pts i32`), data centres
//! (`u8` of `id i32, ipv4 [u8; 4], port u16, ipv6 [u8; 16], port u16, key`),
//! peers (`u32` of `kind u8, id i64, …`). An optional value is a byte 0, or a
//! byte 1 and the value.
//!
//! The version is that of the time when a session was one value: cursors and
//! peers have a place in it, which is left empty now. So a program from then
//! opens what this one wrote, and takes it for a session that has read nothing
//! and met no one; and this one opens what that one wrote, and puts its cursors
//! and peers where they belong.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use sesame_domain::session::cursor::{AccountCursor, SessionCursors};
use sesame_domain::session::peer::Peer;
use zeroize::Zeroizing;

use super::super::auth_key::{AUTH_KEY_BYTES, AuthKey};
use super::super::credentials::{Credentials, Dc};
use super::MalformedSession;
use super::bytes::{Reader, Writer};
use super::peers;

const VERSION: u8 = 1;
/// What everything but the data centres takes at most.
const REST_BYTES: usize = 64;
/// The most that a data centre takes.
const DC_BYTES: usize = 32 + AUTH_KEY_BYTES;

/// What the bytes of a session say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The credentials.
    pub(crate) credentials: Credentials,
    /// Where it had read up to, if a program from before wrote it.
    pub(crate) cursors: SessionCursors,
    /// Whom it had met, if a program from before wrote it.
    pub(crate) peers: Vec<Peer>,
}

/// The credentials as bytes, in memory that is wiped.
pub(crate) fn encode(credentials: &Credentials) -> Zeroizing<Vec<u8>> {
    let mut out = Writer::with_room(REST_BYTES + credentials.dcs.len() * DC_BYTES);
    out.put([VERSION]);
    out.put(credentials.home.to_be_bytes());
    out.optional(credentials.me.map(i64::to_be_bytes));
    // Where cursors were.
    out.put([0; 4 * 4]);
    out.count(0);
    out.count(credentials.dcs.len());
    for (id, dc) in &credentials.dcs {
        out.put(id.to_be_bytes());
        put_dc(&mut out, dc);
    }
    // Where peers were.
    out.count(0);
    out.finish()
}

/// The session that these bytes stand for.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, MalformedSession> {
    let mut input = Reader::new(bytes);
    if input.take()? != [VERSION] {
        return Err(MalformedSession);
    }
    let mut decoded = Decoded::default();
    decoded.credentials.home = i32::from_be_bytes(input.take()?);
    decoded.credentials.me = input.optional()?.map(i64::from_be_bytes);
    decoded.cursors = take_cursors(&mut input)?;
    for _ in 0..input.count()? {
        let id = i32::from_be_bytes(input.take()?);
        decoded.credentials.dcs.insert(id, take_dc(&mut input)?);
    }
    for _ in 0..input.count()? {
        decoded.peers.push(peers::take(&mut input)?);
    }
    input.end()?;
    Ok(decoded)
}

fn take_cursors(input: &mut Reader<'_>) -> Result<SessionCursors, MalformedSession> {
    let mut number = || input.take().map(i32::from_be_bytes);
    let account = AccountCursor {
        pts: number()?,
        qts: number()?,
        date: number()?,
        seq: number()?,
    };
    let mut cursors = SessionCursors {
        // Nothing was read yet.
        account: (account != AccountCursor::default()).then_some(account),
        ..SessionCursors::default()
    };
    for _ in 0..input.count()? {
        let channel = i64::from_be_bytes(input.take()?);
        let pts = i32::from_be_bytes(input.take()?);
        cursors.channels.insert(channel, pts);
    }
    Ok(cursors)
}

fn put_dc(out: &mut Writer, dc: &Dc) {
    out.put(dc.ipv4.ip().octets());
    out.put(dc.ipv4.port().to_be_bytes());
    out.put(dc.ipv6.ip().octets());
    out.put(dc.ipv6.port().to_be_bytes());
    match &dc.key {
        None => out.put([0]),
        Some(key) => {
            out.put([1]);
            out.put_secret(key.expose());
        }
    }
}

fn take_dc(input: &mut Reader<'_>) -> Result<Dc, MalformedSession> {
    let ipv4 = Ipv4Addr::from(input.take::<4>()?);
    let ipv4 = SocketAddrV4::new(ipv4, u16::from_be_bytes(input.take()?));
    let ipv6 = Ipv6Addr::from(input.take::<16>()?);
    let ipv6 = SocketAddrV6::new(ipv6, u16::from_be_bytes(input.take()?), 0, 0);
    let key = input.optional::<AUTH_KEY_BYTES>()?.map(AuthKey::new);
    Ok(Dc { ipv4, ipv6, key })
}

#[cfg(test)]
mod tests {
    use sesame_domain::session::peer::{ChannelKind, PeerId};

    use super::*;

    fn sample() -> Credentials {
        let mut credentials = Credentials {
            home: 4,
            me: Some(77),
            ..Credentials::default()
        };
        for (id, key) in [(2, None), (4, Some(AuthKey::new([7; AUTH_KEY_BYTES])))] {
            let dc = Dc {
                ipv4: SocketAddrV4::new(Ipv4Addr::LOCALHOST, 443),
                ipv6: SocketAddrV6::new(Ipv6Addr::LOCALHOST, 444, 0, 0),
                key,
            };
            credentials.dcs.insert(id, dc);
        }
        credentials
    }

    /// A session as it was written when it was one value: these credentials,
    /// cursors, and a user and a supergroup.
    fn whole() -> Vec<u8> {
        let mut bytes = encode(&sample()).to_vec();
        let cursors = 5 + 9;
        let numbers = [5_i32, 0, 1_700_000_000, 9];
        let numbers: Vec<u8> = numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
        bytes[cursors..cursors + 16].copy_from_slice(&numbers);
        let mut channels = 1_u32.to_be_bytes().to_vec();
        channels.extend(13_i64.to_be_bytes());
        channels.extend(3_i32.to_be_bytes());
        bytes.splice(cursors + 16..cursors + 20, channels);
        bytes.truncate(bytes.len() - 4);
        bytes.extend(2_u32.to_be_bytes());
        bytes.push(1);
        bytes.extend(77_i64.to_be_bytes());
        bytes.push(1);
        bytes.extend((-5_i64).to_be_bytes());
        bytes.extend([1, 0]);
        bytes.push(3);
        bytes.extend(13_i64.to_be_bytes());
        bytes.extend([0, 1, 2]);
        bytes
    }

    #[test]
    fn what_is_encoded_decodes() {
        let decoded = decode(&encode(&sample())).unwrap();
        assert_eq!(decoded.credentials, sample());
        assert!(decoded.cursors.is_empty() && decoded.peers.is_empty());
    }

    #[test]
    fn a_session_that_was_one_value_comes_apart() {
        let decoded = decode(&whole()).unwrap();
        assert_eq!(decoded.credentials, sample());
        let account = AccountCursor {
            pts: 5,
            qts: 0,
            date: 1_700_000_000,
            seq: 9,
        };
        assert_eq!(decoded.cursors.account, Some(account));
        assert_eq!(decoded.cursors.channels, [(13, 3)].into());
        let me = Peer {
            access_hash: Some(-5),
            is_bot: Some(false),
            ..Peer::new(PeerId::User(77))
        };
        let group = Peer {
            channel: Some(ChannelKind::Supergroup),
            ..Peer::new(PeerId::Channel(13))
        };
        assert_eq!(decoded.peers, [me, group]);
    }

    /// What the program of before reads, byte by byte: it must go on reading
    /// what this one writes.
    #[test]
    fn a_program_from_before_finds_what_it_expects() {
        let bytes = encode(&sample());
        let mut expected = vec![1];
        expected.extend(4_i32.to_be_bytes());
        expected.push(1);
        expected.extend(77_i64.to_be_bytes());
        expected.extend([0; 16]);
        expected.extend(0_u32.to_be_bytes());
        expected.extend(2_u32.to_be_bytes());
        for (id, key) in [(2_i32, false), (4, true)] {
            expected.extend(id.to_be_bytes());
            expected.extend([127, 0, 0, 1]);
            expected.extend(443_u16.to_be_bytes());
            expected.extend(Ipv6Addr::LOCALHOST.octets());
            expected.extend(444_u16.to_be_bytes());
            expected.push(u8::from(key));
            if key {
                expected.extend([7; AUTH_KEY_BYTES]);
            }
        }
        expected.extend(0_u32.to_be_bytes());
        assert_eq!(*bytes, expected);
    }

    #[test]
    fn the_room_reserved_is_enough() {
        let credentials = sample();
        let reserved = REST_BYTES + credentials.dcs.len() * DC_BYTES;
        assert_eq!(encode(&credentials).capacity(), reserved);
    }

    #[test]
    fn every_truncation_is_refused() {
        for bytes in [encode(&sample()).to_vec(), whole()] {
            for length in 0..bytes.len() {
                assert_eq!(decode(&bytes[..length]), Err(MalformedSession), "{length}");
            }
        }
    }

    #[test]
    fn an_unknown_version_is_refused() {
        let mut bytes = encode(&sample());
        bytes[0] = 2;
        assert_eq!(decode(&bytes), Err(MalformedSession));
    }

    #[test]
    fn debug_shows_no_key() {
        let text = format!("{:?}", sample());
        assert!(!text.contains("7, 7, 7"), "{text}");
    }
}
