//! The register of cloud passwords, and the checks under way.

use std::collections::HashMap;
use std::sync::Arc;

use num_bigint::BigUint;
use subtle::ConstantTimeEq as _;

use super::srp::{self, G};
use super::verifier::CloudPassword;
use crate::world::entropy;
use crate::world::guarded::Guarded;

/// How long a challenge can be answered, in seconds.
const CHALLENGE_LIFE: i64 = 600;

/// Why a password check failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// No such challenge, or it was answered already: ask for another.
    UnknownChallenge,
    /// The password was changed or removed since the challenge was given.
    Changed,
    /// The client's public number is out of range.
    BadPublicNumber,
    /// The password is wrong.
    Wrong,
}

/// The server's half of a password check, as it is sent to the client.
#[derive(Clone, Debug)]
pub struct PasswordChallenge {
    /// The password it is about.
    pub password: Arc<CloudPassword>,
    /// What names the challenge.
    pub srp_id: i64,
    /// The server's public number, 256 bytes.
    pub public: [u8; 256],
}

#[derive(Clone)]
struct Pending {
    challenge: PasswordChallenge,
    secret: BigUint,
    expires_at: i64,
}

/// The register of cloud passwords.
#[derive(Default)]
pub struct Passwords {
    by_person: Guarded<HashMap<i64, Arc<CloudPassword>>>,
    /// By key: a client has one challenge at a time.
    pending: Guarded<HashMap<i64, Pending>>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords").finish_non_exhaustive()
    }
}

impl Passwords {
    /// A person's cloud password.
    pub fn get(&self, person: i64) -> Option<Arc<CloudPassword>> {
        self.by_person.read().get(&person).cloned()
    }

    /// Sets or removes a person's password.
    pub(crate) fn set(&self, person: i64, password: Option<CloudPassword>) {
        let mut by_person = self.by_person.write();
        match password {
            Some(password) => by_person.insert(person, Arc::new(password)),
            None => by_person.remove(&person),
        };
    }

    /// Begins a check for the client with this key. Takes some milliseconds of computing.
    pub(crate) fn challenge(
        &self,
        password: Arc<CloudPassword>,
        key: i64,
        now: i64,
    ) -> PasswordChallenge {
        let prime = srp::prime();
        let secret = BigUint::from_bytes_be(&entropy::bytes::<256>());
        let blinded = srp::multiplier() * &password.verifier;
        let public = (blinded + BigUint::from(G).modpow(&secret, &prime)) % &prime;
        let challenge = PasswordChallenge {
            password,
            srp_id: entropy::id(),
            public: srp::padded(&public),
        };
        let pending = Pending {
            challenge: challenge.clone(),
            secret,
            expires_at: now + CHALLENGE_LIFE,
        };
        self.pending.write().insert(key, pending);
        challenge
    }

    /// Checks a client's proof. Takes some milliseconds of computing. A
    /// challenge is spent by the first answer, right or wrong.
    pub(crate) fn check(
        &self,
        person: i64,
        key: i64,
        (srp_id, public, proof): (i64, &[u8], &[u8]),
        now: i64,
    ) -> Result<(), PasswordError> {
        let pending = {
            let mut all = self.pending.write();
            match all.get(&key) {
                Some(found) if found.challenge.srp_id == srp_id => all.remove(&key),
                _ => None,
            }
        };
        let pending = pending
            .filter(|pending| pending.expires_at > now)
            .ok_or(PasswordError::UnknownChallenge)?;
        let current = self.get(person).ok_or(PasswordError::Changed)?;
        if !Arc::ptr_eq(&current, &pending.challenge.password) {
            return Err(PasswordError::Changed);
        }
        let expected = expected_proof(&pending, public)?;
        if bool::from(expected.as_slice().ct_eq(proof)) {
            Ok(())
        } else {
            Err(PasswordError::Wrong)
        }
    }

    pub(crate) fn sweep(&self, now: i64) {
        self.pending
            .write()
            .retain(|_, pending| pending.expires_at > now);
    }
}

/// `M1` of <https://core.telegram.org/api/srp>, from the server's side.
fn expected_proof(pending: &Pending, client_public: &[u8]) -> Result<[u8; 32], PasswordError> {
    let prime = srp::prime();
    let password = &pending.challenge.password;
    if client_public.len() > 256 {
        return Err(PasswordError::BadPublicNumber);
    }
    let a = BigUint::from_bytes_be(client_public);
    let one = BigUint::from(1u8);
    if a <= one || a >= &prime - &one {
        return Err(PasswordError::BadPublicNumber);
    }
    let a_bytes = srp::padded(&a);
    let b_bytes = &pending.challenge.public;
    let u = BigUint::from_bytes_be(&srp::hash(&[&a_bytes, b_bytes]));
    let base = (a * password.verifier.modpow(&u, &prime)) % &prime;
    let shared = base.modpow(&pending.secret, &prime);
    let key = srp::hash(&[&srp::padded(&shared)]);
    Ok(srp::hash(&[
        &srp::hash_p_xor_hash_g(),
        &srp::hash(&[&password.salt1]),
        &srp::hash(&[&password.salt2]),
        &a_bytes,
        b_bytes,
        &key,
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client's half comes from a library that no one here wrote.
    fn answer(challenge: &PasswordChallenge, password: &str) -> ([u8; 32], [u8; 256]) {
        grammers_crypto::two_factor_auth::calculate_2fa(
            &challenge.password.salt1,
            &challenge.password.salt2,
            &srp::PRIME,
            &3,
            challenge.public.to_vec(),
            entropy::bytes::<256>().to_vec(),
            password.as_bytes(),
        )
    }

    #[test]
    fn only_the_right_password_and_a_fresh_challenge_are_taken() {
        let passwords = Passwords::default();
        passwords.set(1, Some(CloudPassword::derive("right", None)));
        let password = passwords.get(1).unwrap();

        let challenge = passwords.challenge(Arc::clone(&password), 9, 0);
        let (m1, g_a) = answer(&challenge, "wrong");
        let wrong = passwords.check(1, 9, (challenge.srp_id, &g_a, &m1), 1);
        assert_eq!(wrong, Err(PasswordError::Wrong));

        let (m1, g_a) = answer(&challenge, "right");
        let spent = passwords.check(1, 9, (challenge.srp_id, &g_a, &m1), 1);
        assert_eq!(spent, Err(PasswordError::UnknownChallenge));

        let challenge = passwords.challenge(password, 9, 0);
        let (m1, g_a) = answer(&challenge, "right");
        let right = passwords.check(1, 9, (challenge.srp_id, &g_a, &m1), 1);
        assert_eq!(right, Ok(()));
    }

    #[test]
    fn a_changed_password_and_senseless_numbers_are_told_apart() {
        let passwords = Passwords::default();
        passwords.set(1, Some(CloudPassword::derive("old", None)));
        let challenge = passwords.challenge(passwords.get(1).unwrap(), 9, 0);
        let (m1, g_a) = answer(&challenge, "old");
        passwords.set(1, Some(CloudPassword::derive("old", None)));
        let changed = passwords.check(1, 9, (challenge.srp_id, &g_a, &m1), 1);
        assert_eq!(changed, Err(PasswordError::Changed));

        for senseless in [&[0; 256][..], &srp::PRIME, &[1], &[0xff; 300]] {
            let challenge = passwords.challenge(passwords.get(1).unwrap(), 9, 0);
            let bad = passwords.check(1, 9, (challenge.srp_id, senseless, &m1), 1);
            assert_eq!(bad, Err(PasswordError::BadPublicNumber));
        }
    }
}
