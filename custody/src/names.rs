//! What versions are called, and what stands for them where a UUID is needed.

use sesame_domain::random::Entropy;
use sesame_domain::time::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A name that no other version has: a letter, the day, and chance.
pub(crate) fn version_id(letter: char, day: Timestamp, entropy: &dyn Entropy) -> String {
    let mut chance = [0; 4];
    entropy.fill(&mut chance);
    format!(
        "{letter}{}-{:08x}",
        day.format("%Y%m%d"),
        u32::from_be_bytes(chance)
    )
}

/// What stands for a version in the audit, and in what its hand-over is bound
/// to: the same on every node (a version 8 UUID).
pub(crate) fn version_uuid(id: &str) -> Uuid {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(b"sesame key version\0")
        .chain_update(id)
        .finalize()
        .into();
    let [bytes @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest;
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether a version can be called so: anything else comes from someone who
/// changed the database, and is not repeated in logs.
pub(crate) fn is_version_id(id: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&id.len()) && id.bytes().all(allowed)
}
