//! How files are encrypted at a CDN: AES-256 in counter mode, so that any part can
//! be read by itself.

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use sha2::{Digest as _, Sha256};

/// With what a file is encrypted.
pub(crate) struct CdnKey {
    pub(crate) key: [u8; 32],
    pub(crate) iv: [u8; 16],
}

impl CdnKey {
    /// The key of a file, the same whenever it is asked for.
    pub(crate) fn of(file: i64) -> Self {
        let part = |name: &[u8]| {
            let digest = Sha256::new()
                .chain_update(name)
                .chain_update(file.to_le_bytes());
            <[u8; 32]>::from(digest.finalize())
        };
        let mut iv = [0; 16];
        iv.copy_from_slice(&part(b"cdn iv")[..16]);
        Self {
            key: part(b"cdn key"),
            iv,
        }
    }
}

/// Encrypts a part of a file that begins at this offset, a multiple of sixteen.
///
/// The last four bytes of the vector are replaced by the number of the block.
pub(crate) fn encrypt(key: &CdnKey, offset: u64, bytes: &mut [u8]) {
    let cipher = Aes256::new(&key.key.into());
    for (block, chunk) in (offset / 16..).zip(bytes.chunks_mut(16)) {
        let mut counter = key.iv;
        let number = u32::try_from(block & u64::from(u32::MAX)).unwrap_or(0);
        counter[12..].copy_from_slice(&number.to_be_bytes());
        let mut stream = counter.into();
        cipher.encrypt_block(&mut stream);
        for (byte, mask) in chunk.iter_mut().zip(stream.iter()) {
            *byte ^= mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_is_read_by_itself() {
        let key = CdnKey::of(7);
        let plain: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        let mut whole = plain.clone();
        encrypt(&key, 0, &mut whole);
        assert_ne!(whole, plain);
        let mut part = plain[1024..3000].to_vec();
        encrypt(&key, 1024, &mut part);
        assert_eq!(part, whole[1024..3000]);
        encrypt(&key, 0, &mut whole);
        assert_eq!(whole, plain);
    }
}
