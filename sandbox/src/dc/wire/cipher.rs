//! `MTProto` 2.0 encryption
//! (<https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector>).

use grammers_crypto::aes::{ige_decrypt, ige_encrypt};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use crate::world::random_bytes;

/// Who encrypted: the key is used from another offset each way.
#[derive(Clone, Copy)]
enum Direction {
    FromClient = 0,
    FromServer = 8,
}

/// Decrypts what follows the key's id in a client's packet; `None` if it was
/// not encrypted with this key or was tampered with.
pub(crate) fn decrypt_from_client<'p>(key: &[u8; 256], packet: &'p mut [u8]) -> Option<&'p [u8]> {
    let (msg_key, content) = packet.split_first_chunk_mut::<16>()?;
    if content.is_empty() || !content.len().is_multiple_of(16) {
        return None;
    }
    let (aes_key, aes_iv) = derive(key, msg_key, Direction::FromClient);
    ige_decrypt(content, &aes_key, &aes_iv);
    let expected = msg_key_of(key, content, Direction::FromClient);
    bool::from(expected.ct_eq(&*msg_key)).then_some(content)
}

/// Pads and encrypts a message for a client; gives the whole packet.
pub(crate) fn encrypt_for_client(key: &[u8; 256], key_id: i64, plaintext: &[u8]) -> Vec<u8> {
    // 12 to 27 bytes of padding, of the 12 to 1024 that are allowed.
    let padding = 12 + (16 - (plaintext.len() + 12) % 16) % 16;
    let random: [u8; 28] = random_bytes();
    let mut packet = Vec::with_capacity(24 + plaintext.len() + padding);
    packet.extend_from_slice(&key_id.to_le_bytes());
    packet.extend_from_slice(&[0; 16]);
    packet.extend_from_slice(plaintext);
    packet.extend_from_slice(&random[..padding]);
    let msg_key = msg_key_of(key, &packet[24..], Direction::FromServer);
    packet[8..24].copy_from_slice(&msg_key);
    let (aes_key, aes_iv) = derive(key, &msg_key, Direction::FromServer);
    ige_encrypt(&mut packet[24..], &aes_key, &aes_iv);
    packet
}

fn msg_key_of(key: &[u8; 256], content: &[u8], direction: Direction) -> [u8; 16] {
    let x = direction as usize;
    let large = Sha256::new()
        .chain_update(&key[88 + x..120 + x])
        .chain_update(content)
        .finalize();
    let mut out = [0; 16];
    out.copy_from_slice(&large[8..24]);
    out
}

fn derive(key: &[u8; 256], msg_key: &[u8; 16], direction: Direction) -> ([u8; 32], [u8; 32]) {
    let x = direction as usize;
    let a = Sha256::new()
        .chain_update(msg_key)
        .chain_update(&key[x..x + 36])
        .finalize();
    let b = Sha256::new()
        .chain_update(&key[40 + x..76 + x])
        .chain_update(msg_key)
        .finalize();
    let mut aes_key = [0; 32];
    aes_key[..8].copy_from_slice(&a[..8]);
    aes_key[8..24].copy_from_slice(&b[8..24]);
    aes_key[24..].copy_from_slice(&a[24..]);
    let mut aes_iv = [0; 32];
    aes_iv[..8].copy_from_slice(&b[..8]);
    aes_iv[8..24].copy_from_slice(&a[8..24]);
    aes_iv[24..].copy_from_slice(&b[24..]);
    (aes_key, aes_iv)
}

#[cfg(test)]
mod tests {
    use super::*;
    use grammers_crypto::{AuthKey, DequeBuffer, decrypt_data_v2, encrypt_data_v2};

    #[test]
    fn agrees_with_a_client_in_both_directions() {
        let key: [u8; 256] = random_bytes();
        let client = AuthKey::from_bytes(key);
        for len in [16, 32, 36, 100, 5000] {
            let plaintext = vec![7; len];

            let mut packet = encrypt_for_client(&key, i64::from_le_bytes(id(&client)), &plaintext);
            let seen = decrypt_data_v2(&mut packet, &client).unwrap();
            assert_eq!(seen[..len], plaintext);

            let mut sent = DequeBuffer::with_capacity(len, 64);
            sent.extend(&plaintext);
            encrypt_data_v2(&mut sent, &client);
            let mut packet = sent[8..].to_vec();
            let seen = decrypt_from_client(&key, &mut packet).unwrap();
            assert_eq!(seen[..len], plaintext);

            let mut tampered = sent[8..].to_vec();
            tampered[20] ^= 1;
            assert!(decrypt_from_client(&key, &mut tampered).is_none());
        }
    }

    fn id(key: &AuthKey) -> [u8; 8] {
        let sha: [u8; 20] = sha1::Sha1::digest(key.to_bytes()).into();
        sha[12..].try_into().unwrap()
    }
}
