//! Cloud passwords in the schema's words.

use grammers_tl_types::{enums, types};

use crate::world::{G, PRIME, PasswordChallenge, random_bytes};

/// A password check, or the news that no password is set.
pub(crate) fn password(challenge: Option<&PasswordChallenge>) -> enums::account::Password {
    let current = challenge.map(|challenge| &challenge.password);
    enums::account::Password::Password(types::account::Password {
        has_recovery: false,
        has_secure_values: false,
        has_password: challenge.is_some(),
        current_algo: current.map(|own| algorithm(own.salt1.to_vec(), own.salt2.to_vec())),
        srp_b: challenge.map(|challenge| challenge.public.to_vec()),
        srp_id: challenge.map(|challenge| challenge.srp_id),
        hint: current.and_then(|own| own.hint.clone()),
        email_unconfirmed_pattern: None,
        new_algo: algorithm(random_bytes::<8>().to_vec(), random_bytes::<16>().to_vec()),
        new_secure_algo: enums::SecurePasswordKdfAlgo::Unknown,
        secure_random: random_bytes::<256>().to_vec(),
        pending_reset_date: None,
        login_email_pattern: None,
    })
}

fn algorithm(salt1: Vec<u8>, salt2: Vec<u8>) -> enums::PasswordKdfAlgo {
    enums::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow(
        types::PasswordKdfAlgoSha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow {
            salt1,
            salt2,
            g: G.cast_signed(),
            p: PRIME.to_vec(),
        },
    )
}
