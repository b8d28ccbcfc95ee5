//! What is stored of a cloud password.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use num_bigint::BigUint;
use sha2::Sha512;

use super::srp::{self, G};
use crate::world::entropy;

/// The rounds of PBKDF2 that the algorithm's name prescribes.
const ROUNDS: usize = 100_000;

/// The first salt as a server hands it out; clients append 32 bytes when they
/// set a password, so the stored one is longer.
const SALT1_LEN: usize = 40;
const SALT2_LEN: usize = 16;

/// A cloud password as a server keeps it: salts and verifier, not the password.
pub struct CloudPassword {
    /// The client-side salt.
    pub salt1: Vec<u8>,
    /// The server-side salt.
    pub salt2: Vec<u8>,
    /// What its owner noted to remember it by.
    pub hint: Option<String>,
    pub(super) verifier: BigUint,
}

impl CloudPassword {
    /// Derives what is to be stored. Takes tens of milliseconds of computing.
    pub fn derive(password: &str, hint: Option<String>) -> Self {
        let salt1 = entropy::bytes::<SALT1_LEN>().to_vec();
        let salt2 = entropy::bytes::<SALT2_LEN>().to_vec();
        let x = derive_x(password.as_bytes(), &salt1, &salt2);
        let x = BigUint::from_bytes_be(&x);
        let verifier = BigUint::from(G).modpow(&x, &srp::prime());
        Self {
            salt1,
            salt2,
            hint,
            verifier,
        }
    }
}

impl fmt::Debug for CloudPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudPassword").finish_non_exhaustive()
    }
}

/// `PH2` of <https://core.telegram.org/api/srp>.
fn derive_x(password: &[u8], salt1: &[u8], salt2: &[u8]) -> [u8; 32] {
    let salted = |data: &[u8], salt: &[u8]| srp::hash(&[salt, data, salt]);
    let first = salted(&salted(password, salt1), salt2);
    salted(&pbkdf2_sha512(&first, salt1), salt2)
}

/// One block of PBKDF2 with HMAC-SHA-512: all that a 64-byte key needs.
fn pbkdf2_sha512(password: &[u8], salt: &[u8]) -> [u8; 64] {
    let mut key = [0; 64];
    let Ok(mac) = Hmac::<Sha512>::new_from_slice(password) else {
        return key;
    };
    let mut first = mac.clone();
    first.update(salt);
    first.update(&1u32.to_be_bytes());
    let mut round: [u8; 64] = first.finalize().into_bytes().into();
    key.copy_from_slice(&round);
    for _ in 1..ROUNDS {
        let mut next = mac.clone();
        next.update(&round);
        round = next.finalize().into_bytes().into();
        for (byte, other) in key.iter_mut().zip(round) {
            *byte ^= other;
        }
    }
    key
}
