//! What is in a file: bytes, or a rule by which they are made when asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::picture::picture;

/// What is in a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// These bytes.
    #[serde(serialize_with = "to_base64", deserialize_with = "of_base64")]
    Bytes(Bytes),
    /// A picture that follows from a seed.
    Picture(Picture),
    /// So many bytes that count from 0 to 250, again and again.
    Counting(u64),
    /// So many bytes that follow from a seed.
    Seeded {
        /// The seed.
        seed: u64,
        /// How many.
        size: u64,
    },
}

/// A picture that follows from a rule, which is what is kept of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Rule", into = "Rule")]
pub struct Picture {
    rule: Rule,
    bytes: Bytes,
}

/// Pixels across and down, and the seed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Rule(u16, u16, u64);

impl From<Rule> for Picture {
    fn from(rule: Rule) -> Self {
        let Rule(width, height, seed) = rule;
        Self {
            rule,
            bytes: picture(width, height, seed).into(),
        }
    }
}

impl From<Picture> for Rule {
    fn from(picture: Picture) -> Self {
        picture.rule
    }
}

fn to_base64<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD.encode(bytes))
}

fn of_base64<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(from)?;
    let bytes = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
    Ok(bytes.into())
}

impl Content {
    /// A picture that follows from a seed.
    pub fn picture(width: u16, height: u16, seed: u64) -> Self {
        Self::Picture(Rule(width, height, seed).into())
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) | Self::Picture(Picture { bytes, .. }) => {
                u64::try_from(bytes.len()).unwrap_or(u64::MAX)
            }
            Self::Counting(size) | Self::Seeded { size, .. } => *size,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// So many bytes from an offset on; fewer where they end.
    pub fn read(&self, offset: u64, limit: usize) -> Vec<u8> {
        let left = self.len().saturating_sub(offset);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(limit);
        match self {
            Self::Bytes(bytes) | Self::Picture(Picture { bytes, .. }) => {
                let start = usize::try_from(offset)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                bytes[start..start + count].to_vec()
            }
            Self::Counting(_) => {
                let first = u8::try_from(offset % 251).unwrap_or(0);
                let counting = (first..=250).chain((0..=250u8).cycle());
                counting.take(count).collect()
            }
            Self::Seeded { seed, .. } => seeded(*seed, offset, count),
        }
    }
}

/// Bytes of the endless sequence of a seed: eight at a time, each by itself, so
/// that they can be read from anywhere.
fn seeded(seed: u64, offset: u64, count: usize) -> Vec<u8> {
    let skip = usize::try_from(offset % 8).unwrap_or(0);
    let mut out = Vec::with_capacity(count + 16);
    let mut block = offset / 8;
    while out.len() < count + skip {
        out.extend(mixed(seed ^ block.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes());
        block += 1;
    }
    out.drain(..skip);
    out.truncate(count);
    out
}

/// The finalizer of `SplitMix64`.
pub(crate) fn mixed(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_content_is_the_same_whichever_part_is_read() {
        for content in [
            Content::Counting(5_000),
            Content::Seeded {
                seed: 7,
                size: 5_000,
            },
        ] {
            let whole = content.read(0, 10_000);
            assert_eq!(whole.len(), 5_000);
            for (offset, limit) in [(0u64, 1), (3, 700), (250, 10), (4_990, 100), (6_000, 5)] {
                let start = usize::try_from(offset).unwrap().min(whole.len());
                let end = (start + limit).min(whole.len());
                assert_eq!(content.read(offset, limit), whole[start..end]);
            }
        }
    }
}
