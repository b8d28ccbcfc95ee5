//! What is in a decrypted packet
//! (<https://core.telegram.org/mtproto/description#encrypted-message>).

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use grammers_tl_types::{Deserializable, types};

/// `msg_container`, whose messages are bare.
const MSG_CONTAINER: u32 = 0x73f1_f8dc;
/// `gzip_packed`.
const GZIP_PACKED: u32 = 0x3072_cfa1;
/// The most messages in a container
/// (<https://core.telegram.org/mtproto/service_messages#containers>).
const MAX_MESSAGES: u32 = 1020;
/// The most that a compressed message may unpack to.
const MAX_UNPACKED: u64 = 1024 * 1024;

/// Why a packet's content makes no sense; the connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MessageError {
    /// Lengths do not fit.
    #[error("lengths that do not fit")]
    Length,
    /// Not between 12 and 1024 bytes of padding.
    #[error("wrong padding")]
    Padding,
    /// A container in a container, or too much in one.
    #[error("a bad container")]
    Container,
    /// Not compressed data, or a bomb.
    #[error("bad compressed data")]
    Compression,
}

/// A decrypted packet.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// The server salt that the client used.
    pub(crate) salt: i64,
    /// The session that the client speaks in.
    pub(crate) session: i64,
    /// The one message that the packet consists of.
    pub(crate) message: Inbound,
}

/// A message from a client.
#[derive(Clone, Debug)]
pub(crate) struct Inbound {
    /// Its id.
    pub(crate) msg_id: i64,
    /// Its sequence number.
    pub(crate) seqno: i32,
    /// Its content.
    pub(crate) body: Bytes,
}

impl Envelope {
    /// Reads a decrypted packet.
    pub(crate) fn read(content: &Bytes) -> Result<Self, MessageError> {
        let salt = long(content, 0)?;
        let session = long(content, 8)?;
        let (message, end) = read_message(content, 16)?;
        if !(12..=1024).contains(&(content.len() - end)) {
            return Err(MessageError::Padding);
        }
        Ok(Self {
            salt,
            session,
            message,
        })
    }
}

impl Inbound {
    /// The constructor of the content.
    pub(crate) fn constructor(&self) -> Option<u32> {
        self.body
            .first_chunk::<4>()
            .map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// Whether this is a container.
    pub(crate) fn is_container(&self) -> bool {
        self.constructor() == Some(MSG_CONTAINER)
    }
}

/// Opens a container; any other message is given back alone. Compressed
/// messages are unpacked.
pub(crate) fn unpack(message: &Inbound) -> Result<Vec<Inbound>, MessageError> {
    if !message.is_container() {
        return Ok(vec![decompress(message.clone())?]);
    }
    let count = word(&message.body, 4)?;
    if count == 0 || count > MAX_MESSAGES {
        return Err(MessageError::Container);
    }
    let mut at = 8;
    let mut messages = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let (inner, end) = read_message(&message.body, at)?;
        let inner = decompress(inner)?;
        if inner.is_container() {
            return Err(MessageError::Container);
        }
        messages.push(inner);
        at = end;
    }
    Ok(messages)
}

/// Reads a message at an offset; gives it and where it ends.
fn read_message(content: &Bytes, at: usize) -> Result<(Inbound, usize), MessageError> {
    let msg_id = long(content, at)?;
    let seqno = word(content, at + 8)?.cast_signed();
    let length = word(content, at + 12)? as usize;
    let start = at + 16;
    let end = start.checked_add(length).ok_or(MessageError::Length)?;
    if length < 4 || !length.is_multiple_of(4) || end > content.len() {
        return Err(MessageError::Length);
    }
    let body = content.slice(start..end);
    let message = Inbound {
        msg_id,
        seqno,
        body,
    };
    Ok((message, end))
}

fn decompress(mut message: Inbound) -> Result<Inbound, MessageError> {
    if message.constructor() != Some(GZIP_PACKED) {
        return Ok(message);
    }
    let packed =
        Vec::<u8>::from_bytes(&message.body[4..]).map_err(|_| MessageError::Compression)?;
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(packed.as_slice())
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut unpacked);
    let sane = read.is_ok_and(|read| (4..=MAX_UNPACKED).contains(&(read as u64)));
    if !sane {
        return Err(MessageError::Compression);
    }
    message.body = unpacked.into();
    if message.constructor() == Some(GZIP_PACKED) {
        return Err(MessageError::Compression);
    }
    Ok(message)
}

/// The message ids in a `msgs_ack`, `msgs_state_req` and the like.
pub(super) fn ids_of(body: &[u8]) -> Option<Vec<i64>> {
    let fields = body.get(4..)?;
    types::MsgsAck::from_bytes(fields)
        .ok()
        .map(|ack| ack.msg_ids)
}

fn long(content: &Bytes, at: usize) -> Result<i64, MessageError> {
    let bytes = content.get(at..at + 8).ok_or(MessageError::Length)?;
    let bytes = bytes.first_chunk().ok_or(MessageError::Length)?;
    Ok(i64::from_le_bytes(*bytes))
}

fn word(content: &Bytes, at: usize) -> Result<u32, MessageError> {
    let bytes = content.get(at..at + 4).ok_or(MessageError::Length)?;
    let bytes = bytes.first_chunk().ok_or(MessageError::Length)?;
    Ok(u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use grammers_tl_types::Serializable;
    use std::io::Write as _;

    fn message(body: Vec<u8>) -> Inbound {
        Inbound {
            msg_id: 4,
            seqno: 1,
            body: body.into(),
        }
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        let mut out = GZIP_PACKED.to_le_bytes().to_vec();
        out.extend(encoder.finish().unwrap().to_bytes());
        out
    }

    fn container(bodies: &[Vec<u8>]) -> Vec<u8> {
        let mut out = MSG_CONTAINER.to_le_bytes().to_vec();
        out.extend(u32::try_from(bodies.len()).unwrap().to_le_bytes());
        for body in bodies {
            out.extend(8i64.to_le_bytes());
            out.extend(1i32.to_le_bytes());
            out.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
            out.extend(body);
        }
        out
    }

    #[test]
    fn containers_and_compressed_messages_are_unpacked() {
        let bodies = [vec![1; 8], gzip(&[2; 400])];
        let inner = unpack(&message(container(&bodies))).unwrap();
        assert_eq!(inner.len(), 2);
        assert_eq!(inner[1].body, vec![2; 400]);
    }

    #[test]
    fn bombs_and_nested_containers_are_refused() {
        let bomb = gzip(&vec![0; 50 * 1024 * 1024]);
        assert_eq!(
            unpack(&message(bomb)).unwrap_err(),
            MessageError::Compression
        );
        let nested = container(&[container(&[vec![1; 8]])]);
        assert_eq!(
            unpack(&message(nested)).unwrap_err(),
            MessageError::Container
        );
        let twice = gzip(&gzip(&[0; 100]));
        assert_eq!(
            unpack(&message(twice)).unwrap_err(),
            MessageError::Compression
        );
        let mut many = container(&[vec![1; 8]]);
        many[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(unpack(&message(many)).unwrap_err(), MessageError::Container);
    }
}
