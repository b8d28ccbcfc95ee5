//! The numbers of Telegram's variant of the Secure Remote Password protocol
//! (<https://core.telegram.org/api/srp>).

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

/// The generator, for key exchanges and passwords alike.
pub(crate) const G: u32 = 3;

/// Telegram's well-known 2048-bit safe prime. Clients know it by heart; any
/// other would be checked for primality, which takes them seconds.
pub(crate) const PRIME: [u8; 256] = *b"\
\xC7\x1C\xAE\xB9\xC6\xB1\xC9\x04\x8E\x6C\x52\x2F\x70\xF1\x3F\x73\
\x98\x0D\x40\x23\x8E\x3E\x21\xC1\x49\x34\xD0\x37\x56\x3D\x93\x0F\
\x48\x19\x8A\x0A\xA7\xC1\x40\x58\x22\x94\x93\xD2\x25\x30\xF4\xDB\
\xFA\x33\x6F\x6E\x0A\xC9\x25\x13\x95\x43\xAE\xD4\x4C\xCE\x7C\x37\
\x20\xFD\x51\xF6\x94\x58\x70\x5A\xC6\x8C\xD4\xFE\x6B\x6B\x13\xAB\
\xDC\x97\x46\x51\x29\x69\x32\x84\x54\xF1\x8F\xAF\x8C\x59\x5F\x64\
\x24\x77\xFE\x96\xBB\x2A\x94\x1D\x5B\xCD\x1D\x4A\xC8\xCC\x49\x88\
\x07\x08\xFA\x9B\x37\x8E\x3C\x4F\x3A\x90\x60\xBE\xE6\x7C\xF9\xA4\
\xA4\xA6\x95\x81\x10\x51\x90\x7E\x16\x27\x53\xB5\x6B\x0F\x6B\x41\
\x0D\xBA\x74\xD8\xA8\x4B\x2A\x14\xB3\x14\x4E\x0E\xF1\x28\x47\x54\
\xFD\x17\xED\x95\x0D\x59\x65\xB4\xB9\xDD\x46\x58\x2D\xB1\x17\x8D\
\x16\x9C\x6B\xC4\x65\xB0\xD6\xFF\x9C\xA3\x92\x8F\xEF\x5B\x9A\xE4\
\xE4\x18\xFC\x15\xE8\x3E\xBE\xA0\xF8\x7F\xA9\xFF\x5E\xED\x70\x05\
\x0D\xED\x28\x49\xF4\x7B\xF9\x59\xD9\x56\x85\x0C\xE9\x29\x85\x1F\
\x0D\x81\x15\xF6\x35\xB1\x05\xEE\x2E\x4E\x15\xD0\x4B\x24\x54\xBF\
\x6F\x4F\xAD\xF0\x34\xB1\x04\x03\x11\x9C\xD8\xE3\xB9\x2F\xCC\x5B";

/// [`PRIME`] as a number.
pub(crate) fn prime() -> BigUint {
    BigUint::from_bytes_be(&PRIME)
}

/// SHA-256 over the parts in a row.
pub(super) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    sha.finalize().into()
}

/// A number as 256 big-endian bytes; longer ones keep their lowest bytes.
pub(super) fn padded(number: &BigUint) -> [u8; 256] {
    let bytes = number.to_bytes_be();
    let tail = &bytes[bytes.len().saturating_sub(256)..];
    let mut out = [0; 256];
    out[256 - tail.len()..].copy_from_slice(tail);
    out
}

/// The generator as 256 big-endian bytes.
pub(super) fn padded_g() -> [u8; 256] {
    padded(&BigUint::from(G))
}

/// The multiplier `k = H(p | g)`.
pub(super) fn multiplier() -> BigUint {
    BigUint::from_bytes_be(&hash(&[&PRIME, &padded_g()]))
}

/// `H(p) xor H(g)`.
pub(super) fn hash_p_xor_hash_g() -> [u8; 32] {
    let mut out = hash(&[&PRIME]);
    for (byte, other) in out.iter_mut().zip(hash(&[&padded_g()])) {
        *byte ^= other;
    }
    out
}
