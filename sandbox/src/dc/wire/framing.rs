//! Transports: how a packet is framed
//! (<https://core.telegram.org/mtproto/mtproto-transports>).

use bytes::{Buf as _, BytesMut};

/// The largest packet that is taken: a container of 1 MiB and its overhead.
const MAX_PACKET: usize = 1024 * 1024 + 4096;

/// Why a stream of bytes is not a stream of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// The packet is too short, too long, or not a multiple of four bytes.
    #[error("a packet of {0} bytes")]
    Length(usize),
    /// The packets are not numbered in order.
    #[error("packet number {got} instead of {expected}")]
    Sequence {
        /// What it should have been.
        expected: u32,
        /// What it was.
        got: u32,
    },
    /// The checksum is wrong.
    #[error("a wrong checksum")]
    Checksum,
}

/// The transports that are understood. The client chooses by its first bytes.
#[derive(Debug)]
pub(crate) enum Framing {
    /// Length, number, packet, CRC-32.
    Full {
        /// The number of the next packet from the client.
        received: u32,
        /// The number of the next packet to the client.
        sent: u32,
    },
    /// One byte of length, or four.
    Abridged,
    /// Four bytes of length.
    Intermediate,
}

impl Framing {
    /// Finds out which transport a client speaks; `None` while too little has
    /// arrived to tell. Takes the announcement out of the buffer.
    pub(crate) fn detect(buffer: &mut BytesMut) -> Option<Self> {
        if buffer.first() == Some(&0xef) {
            buffer.advance(1);
            return Some(Self::Abridged);
        }
        let first: [u8; 4] = buffer.get(..4)?.try_into().ok()?;
        if first == [0xee; 4] {
            buffer.advance(4);
            return Some(Self::Intermediate);
        }
        Some(Self::Full {
            received: 0,
            sent: 0,
        })
    }

    /// Takes the next packet out of the buffer; `None` while it is incomplete.
    pub(crate) fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<BytesMut>, FrameError> {
        match self {
            Self::Full { received, .. } => next_full(received, buffer),
            Self::Abridged => next_abridged(buffer),
            Self::Intermediate => next_intermediate(buffer),
        }
    }

    /// Frames a packet for the client.
    pub(crate) fn frame(&mut self, packet: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Full { sent, .. } => {
                let start = out.len();
                out.extend_from_slice(&length(packet.len() + 12).to_le_bytes());
                out.extend_from_slice(&sent.to_le_bytes());
                out.extend_from_slice(packet);
                let checksum = crc32fast::hash(&out[start..]);
                out.extend_from_slice(&checksum.to_le_bytes());
                *sent = sent.wrapping_add(1);
            }
            Self::Abridged => {
                let words = length(packet.len() / 4).to_le_bytes();
                if packet.len() / 4 < 0x7f {
                    out.push(words[0]);
                } else {
                    out.extend_from_slice(&[0x7f, words[0], words[1], words[2]]);
                }
                out.extend_from_slice(packet);
            }
            Self::Intermediate => {
                out.extend_from_slice(&length(packet.len()).to_le_bytes());
                out.extend_from_slice(packet);
            }
        }
    }

    /// Frames a transport error, such as -404. The full transport sends it bare.
    pub(crate) fn frame_error(&mut self, code: i32, out: &mut Vec<u8>) {
        match self {
            Self::Full { .. } => out.extend_from_slice(&code.to_le_bytes()),
            Self::Abridged | Self::Intermediate => self.frame(&code.to_le_bytes(), out),
        }
    }
}

fn next_full(received: &mut u32, buffer: &mut BytesMut) -> Result<Option<BytesMut>, FrameError> {
    let Some(total) = word(buffer, 0) else {
        return Ok(None);
    };
    let total = total as usize;
    if total < 12 {
        return Err(FrameError::Length(total));
    }
    check_length(total - 12)?;
    if let Some(got) = word(buffer, 4)
        && got != *received
    {
        let expected = *received;
        return Err(FrameError::Sequence { expected, got });
    }
    if buffer.len() < total {
        return Ok(None);
    }
    let mut frame = buffer.split_to(total);
    let checksum = crc32fast::hash(&frame[..total - 4]);
    if word(&frame, total - 4) != Some(checksum) {
        return Err(FrameError::Checksum);
    }
    *received = received.wrapping_add(1);
    frame.truncate(total - 4);
    frame.advance(8);
    Ok(Some(frame))
}

fn next_abridged(buffer: &mut BytesMut) -> Result<Option<BytesMut>, FrameError> {
    let (header, words) = match buffer.first() {
        None => return Ok(None),
        Some(0x7f) => match word(buffer, 0) {
            None => return Ok(None),
            Some(word) => (4, (word >> 8) as usize),
        },
        // The highest bit asks for a quick acknowledgement, which is optional.
        Some(words) => (1, usize::from(words & 0x7f)),
    };
    take(buffer, header, words * 4)
}

fn next_intermediate(buffer: &mut BytesMut) -> Result<Option<BytesMut>, FrameError> {
    match word(buffer, 0) {
        None => Ok(None),
        Some(length) => take(buffer, 4, (length & 0x7fff_ffff) as usize),
    }
}

fn take(
    buffer: &mut BytesMut,
    header: usize,
    length: usize,
) -> Result<Option<BytesMut>, FrameError> {
    check_length(length)?;
    if buffer.len() < header + length {
        return Ok(None);
    }
    buffer.advance(header);
    Ok(Some(buffer.split_to(length)))
}

fn check_length(length: usize) -> Result<(), FrameError> {
    if !(8..=MAX_PACKET).contains(&length) || !length.is_multiple_of(4) {
        return Err(FrameError::Length(length));
    }
    Ok(())
}

fn word(buffer: &[u8], at: usize) -> Option<u32> {
    let bytes: [u8; 4] = buffer.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(bytes))
}

/// Answers are far below 4 GiB.
fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framings() -> [Framing; 3] {
        let full = Framing::Full {
            received: 0,
            sent: 0,
        };
        [full, Framing::Abridged, Framing::Intermediate]
    }

    #[test]
    fn what_is_framed_comes_out_again_in_any_pieces() {
        for mut framing in framings() {
            let packets = [vec![1; 8], vec![2; 508], vec![3; 70_000]];
            let mut bytes = Vec::new();
            for packet in &packets {
                framing.frame(packet, &mut bytes);
            }
            for piece in [1, 7, 4096, bytes.len()] {
                let mut reader = match framing {
                    Framing::Full { .. } => Framing::Full {
                        received: 0,
                        sent: 0,
                    },
                    Framing::Abridged => Framing::Abridged,
                    Framing::Intermediate => Framing::Intermediate,
                };
                let mut buffer = BytesMut::new();
                let mut found = Vec::new();
                for piece in bytes.chunks(piece) {
                    buffer.extend_from_slice(piece);
                    while let Some(packet) = reader.next(&mut buffer).unwrap() {
                        found.push(packet.to_vec());
                    }
                }
                assert_eq!(found, packets);
            }
        }
    }

    #[test]
    fn a_huge_a_tiny_and_an_odd_length_are_refused_before_they_arrive() {
        for length in [0u32, 3, 11, 12, 22, 0x7fff_ffff, u32::MAX] {
            let mut full = Framing::Full {
                received: 0,
                sent: 0,
            };
            let mut buffer = BytesMut::from(&length.to_le_bytes()[..]);
            assert!(full.next(&mut buffer).is_err(), "{length}");
        }
    }
}
