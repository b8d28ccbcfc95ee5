//! The proof that a person knows their cloud password
//! (<https://core.telegram.org/api/srp>).

use std::sync::{Mutex, PoisonError};

use grammers_crypto::two_factor_auth::{calculate_2fa, check_p_and_g};
use grammers_tl_types::{enums, types};
use secrecy::{ExposeSecret as _, SecretString};

/// The generators that the protocol allows.
const GENERATORS: std::ops::RangeInclusive<i32> = 2..=7;
/// The length of the prime, in bytes.
const PRIME_BYTES: usize = 256;
/// How many checked groups are remembered; Telegram uses one.
const REMEMBERED: usize = 8;

/// Why there is no proof.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum ProofError {
    /// The account has no cloud password (any more).
    #[error("the account has no cloud password")]
    NoPassword,
    /// Telegram's parameters are of an unknown kind, or not safe to use.
    #[error("the parameters for the password check cannot be used")]
    Parameters,
}

/// Groups that were found to be safe. Checking takes a while, and a group that
/// is safe stays safe.
#[derive(Debug, Default)]
pub(crate) struct SafeGroups(Mutex<Vec<(Vec<u8>, i32)>>);

impl SafeGroups {
    fn contains(&self, prime: &[u8], generator: i32) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().any(|(p, g)| p == prime && *g == generator)
    }

    /// Whether a prime and a generator may be used.
    fn check(&self, prime: &[u8], generator: i32) -> bool {
        if self.contains(prime, generator) {
            return true;
        }
        let safe = prime.len() == PRIME_BYTES
            && GENERATORS.contains(&generator)
            && check_p_and_g(prime, &generator);
        if safe {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.truncate(REMEMBERED - 1);
            known.insert(0, (prime.to_vec(), generator));
        }
        safe
    }
}

/// Computes the proof: a fraction of a second of arithmetic, so not on a
/// thread that others wait for.
pub(super) fn proof(
    question: &types::account::Password,
    password: &SecretString,
    random: [u8; PRIME_BYTES],
    groups: &SafeGroups,
) -> Result<enums::InputCheckPasswordSrp, ProofError> {
    use enums::PasswordKdfAlgo::{
        Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow as ModPow, Unknown,
    };
    let (Some(algorithm), Some(srp_b), Some(srp_id)) =
        (&question.current_algo, &question.srp_b, question.srp_id)
    else {
        return Err(ProofError::NoPassword);
    };
    let algorithm = match algorithm {
        ModPow(algorithm) => algorithm,
        Unknown => return Err(ProofError::Parameters),
    };
    if !groups.check(&algorithm.p, algorithm.g) || !is_in_group(srp_b, &algorithm.p) {
        return Err(ProofError::Parameters);
    }
    let (m1, g_a) = calculate_2fa(
        &algorithm.salt1,
        &algorithm.salt2,
        &algorithm.p,
        &algorithm.g,
        srp_b.clone(),
        random.to_vec(),
        password.expose_secret().as_bytes(),
    );
    Ok(enums::InputCheckPasswordSrp::Srp(
        types::InputCheckPasswordSrp {
            srp_id,
            a: g_a.to_vec(),
            m1: m1.to_vec(),
        },
    ))
}

/// Whether the server's number is one that its part of the protocol can give:
/// more than 1 and less than the prime less 1.
fn is_in_group(number: &[u8], prime: &[u8]) -> bool {
    let Some(leading) = PRIME_BYTES.checked_sub(number.len()) else {
        return false;
    };
    let mut padded = [0; PRIME_BYTES];
    padded[leading..].copy_from_slice(number);
    let mut one = [0; PRIME_BYTES];
    one[PRIME_BYTES - 1] = 1;
    // The prime is odd, and of the same length: bytes compare like numbers.
    let mut top = prime.to_vec();
    if let Some(last) = top.last_mut() {
        *last &= !1;
    }
    padded > one && padded.as_slice() < top.as_slice()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> types::account::Password {
        types::account::Password {
            has_recovery: false,
            has_secure_values: false,
            has_password: false,
            current_algo: None,
            srp_b: None,
            srp_id: None,
            hint: None,
            email_unconfirmed_pattern: None,
            new_algo: enums::PasswordKdfAlgo::Unknown,
            new_secure_algo: enums::SecurePasswordKdfAlgo::Unknown,
            secure_random: Vec::new(),
            pending_reset_date: None,
            login_email_pattern: None,
        }
    }

    fn proof_of(question: &types::account::Password) -> Result<(), ProofError> {
        let password = SecretString::from("correct horse");
        proof(
            question,
            &password,
            [3; PRIME_BYTES],
            &SafeGroups::default(),
        )
        .map(|_| ())
    }

    #[test]
    fn an_account_without_a_password_needs_no_proof() {
        assert_eq!(proof_of(&question()), Err(ProofError::NoPassword));
    }

    #[test]
    fn unsafe_parameters_are_refused_without_a_panic() {
        for (p, g, b) in [
            (vec![0xff; 256], 3, vec![5]),
            (vec![0xff; 255], 3, vec![5]),
            (vec![0xff; 256], 99, vec![5]),
            (vec![], 2, vec![0; 300]),
        ] {
            let algorithm =
                types::PasswordKdfAlgoSha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow {
                    salt1: vec![1],
                    salt2: vec![2],
                    g,
                    p,
                };
            let asked = types::account::Password {
                has_password: true,
                current_algo: Some(algorithm.into()),
                srp_b: Some(b),
                srp_id: Some(1),
                ..question()
            };
            assert_eq!(proof_of(&asked), Err(ProofError::Parameters));
        }
    }
}
