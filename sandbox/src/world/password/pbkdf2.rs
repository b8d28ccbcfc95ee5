//! PBKDF2 with HMAC-SHA-512, for one block of 64 bytes.
//!
//! Written on the bare compression function: a hundred thousand rounds through
//! the generic one take seconds in an unoptimised build.

use sha2::block_api::compress512;

/// The rounds that the algorithm's name prescribes
/// (`SHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow`).
const ROUNDS: usize = 100_000;

/// The initial state of SHA-512 (FIPS 180-4, 5.3.5).
const INITIAL: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// A block of SHA-512.
const BLOCK: usize = 128;

/// The states of HMAC after its two key blocks.
struct Keyed {
    inner: [u64; 8],
    outer: [u64; 8],
}

impl Keyed {
    /// The key is a SHA-256 hash: it fits into a block.
    fn new(key: &[u8; 32]) -> Self {
        let state = |pad: u8| {
            let mut block = [pad; BLOCK];
            for (byte, key) in block.iter_mut().zip(key) {
                *byte ^= key;
            }
            let mut state = INITIAL;
            compress512(&mut state, &[block]);
            state
        };
        Self {
            inner: state(0x36),
            outer: state(0x5c),
        }
    }

    /// The HMAC of a message that fits into one block with its padding.
    fn mac(&self, message: &[u8]) -> [u64; 8] {
        let mut inner = self.inner;
        compress512(&mut inner, &[last_block(message)]);
        let mut outer = self.outer;
        compress512(&mut outer, &[last_block(&to_bytes(&inner))]);
        outer
    }
}

/// The last block of a message that follows a key block: the rest, a one bit,
/// zeroes, the length in bits.
fn last_block(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block[rest.len()] = 0x80;
    let bits = (BLOCK + rest.len()) * 8;
    block[BLOCK - 8..].copy_from_slice(&(bits as u64).to_be_bytes());
    block
}

fn to_bytes(state: &[u64; 8]) -> [u8; 64] {
    let mut out = [0; 64];
    for (bytes, word) in out.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// Derives 64 bytes.
pub(super) fn pbkdf2_sha512(password: &[u8; 32], salt: &[u8; 40]) -> [u8; 64] {
    let keyed = Keyed::new(password);
    let mut first = [0; 44];
    first[..40].copy_from_slice(salt);
    first[43] = 1;
    let mut round = keyed.mac(&first);
    let mut key = round;
    for _ in 1..ROUNDS {
        round = keyed.mac(&to_bytes(&round));
        for (word, other) in key.iter_mut().zip(round) {
            *word ^= other;
        }
    }
    to_bytes(&key)
}
