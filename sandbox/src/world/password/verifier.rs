//! What is stored of a cloud password.

use std::fmt;

use num_bigint::BigUint;

use super::pbkdf2::pbkdf2_sha512;
use super::srp::{self, G};
use crate::world::entropy;

/// The first salt as a server hands it out; clients append 32 bytes when they
/// set a password, so the stored one is longer.
const SALT1_LEN: usize = 40;
const SALT2_LEN: usize = 16;

/// A cloud password as a server keeps it: salts and verifier, not the password.
pub struct CloudPassword {
    /// The client-side salt.
    pub salt1: [u8; SALT1_LEN],
    /// The server-side salt.
    pub salt2: [u8; SALT2_LEN],
    /// What its owner noted to remember it by.
    pub hint: Option<String>,
    pub(super) verifier: BigUint,
}

impl CloudPassword {
    /// A password that was kept over a restart.
    pub(crate) fn kept(
        salt1: &[u8],
        salt2: &[u8],
        hint: Option<String>,
        verifier: &[u8],
    ) -> Option<Self> {
        Some(Self {
            salt1: salt1.try_into().ok()?,
            salt2: salt2.try_into().ok()?,
            hint,
            verifier: BigUint::from_bytes_be(verifier),
        })
    }

    /// The verifier, as it is kept over a restart.
    pub(crate) fn verifier_bytes(&self) -> Vec<u8> {
        self.verifier.to_bytes_be()
    }

    /// Derives what is to be stored. Takes tens of milliseconds of computing.
    pub fn derive(password: &str, hint: Option<String>) -> Self {
        let salt1 = entropy::bytes();
        let salt2 = entropy::bytes();
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
fn derive_x(password: &[u8], salt1: &[u8; SALT1_LEN], salt2: &[u8; SALT2_LEN]) -> [u8; 32] {
    let salted = |data: &[u8], salt: &[u8]| srp::hash(&[salt, data, salt]);
    let first = salted(&salted(password, salt1), salt2);
    salted(&pbkdf2_sha512(&first, salt1), salt2)
}
