//! Bytes that mean no good: they close their own connection and nothing else.

use grammers_client::tl::{Identifiable as _, types};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::conversation::{Raw, fresh_id};
use crate::harness::{PATIENCE, Sandbox};

/// A small generator of numbers, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        let length = self.next() % most;
        (0..length).map(|_| self.next().to_le_bytes()[3]).collect()
    }
}

fn framed(packet: &[u8]) -> Vec<u8> {
    let mut out = u32::try_from(packet.len() + 12)
        .unwrap()
        .to_le_bytes()
        .to_vec();
    out.extend([0; 4]);
    out.extend(packet);
    let checksum = crc32fast::hash(&out);
    out.extend(checksum.to_le_bytes());
    out
}

#[tokio::test]
async fn random_bytes_close_only_their_own_connection() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.logged_in(&ann).await;
    let key = sandbox.dcs.mint_keys().remove(0);
    let mut numbers = Numbers(0x5e5a_3e00_1234_5678);
    for turn in 0..300 {
        let mut bytes = numbers.bytes(600);
        match turn % 4 {
            // Nonsense in the right frame.
            1 => {
                bytes.truncate(bytes.len() / 4 * 4);
                bytes = framed(&bytes);
            }
            // Nonsense that claims to be a key exchange.
            2 => {
                bytes.truncate(bytes.len() / 4 * 4);
                let length = u32::try_from(bytes.len()).unwrap();
                let mut plain = vec![0; 16];
                plain.extend(length.to_le_bytes());
                plain.extend(bytes);
                bytes = framed(&plain);
            }
            _ => {}
        }
        let mut socket = TcpStream::connect(key.address).await.unwrap();
        // The server may hang up in the middle.
        let _ = socket.write_all(&bytes).await;
        let _ = socket.shutdown().await;
        let mut answer = Vec::new();
        let read = socket.read_to_end(&mut answer);
        let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
    }
    assert_eq!(client.me().await.unwrap().id, ann.id);
}

#[tokio::test]
async fn well_encrypted_nonsense_is_survived() {
    let sandbox = Sandbox::start().await;
    let key = sandbox.dcs.mint_keys().remove(0);
    let mut numbers = Numbers(42);
    let constructors = [
        0x73f1_f8dc,
        0x3072_cfa1,
        types::MsgsAck::CONSTRUCTOR_ID,
        types::MsgsStateReq::CONSTRUCTOR_ID,
        types::MsgResendReq::CONSTRUCTOR_ID,
        0xda9b_0d0d,
        0xc1cd_5ea9,
        0xbf94_59b7,
        0xb921_bd04,
    ];
    let mut salt = 0;
    for turn in 0..200u64 {
        let mut raw = Raw::connect(&key).await;
        if salt == 0 {
            raw.settle().await;
            salt = raw.salt;
        }
        raw.salt = salt;
        let which = usize::try_from(turn).unwrap() % constructors.len();
        let mut body = constructors[which].to_le_bytes().to_vec();
        body.extend(numbers.bytes(400));
        body.truncate(body.len() / 4 * 4);
        raw.send(fresh_id(), i32::try_from(turn).unwrap() * 2 + 101, &body)
            .await;
        let _ = raw.socket.shutdown().await;
        while raw.receive().await.is_some() {}
    }
    let ann = sandbox.person("Ann", 1);
    sandbox.logged_in(&ann).await.me().await.unwrap();
}

#[tokio::test]
async fn a_request_that_nests_without_end_is_refused() {
    let sandbox = Sandbox::start().await;
    let key = sandbox.dcs.mint_keys().remove(0);
    let mut raw = Raw::connect(&key).await;
    raw.settle().await;
    let mut body = 0xda9b_0d0du32.to_le_bytes().to_vec();
    body.extend(230i32.to_le_bytes());
    body.extend(0xd91_a548u32.to_le_bytes());
    body.extend([0x15, 0xc4, 0xb5, 0x1c, 1, 0, 0, 0]);
    body.extend(types::InputUserFromMessage::CONSTRUCTOR_ID.to_le_bytes());
    for _ in 0..200_000 {
        body.extend(types::InputPeerUserFromMessage::CONSTRUCTOR_ID.to_le_bytes());
    }
    raw.send(fresh_id(), 3, &body).await;
    assert!(raw.receive().await.is_some());
    let ann = sandbox.person("Ann", 1);
    sandbox.logged_in(&ann).await.me().await.unwrap();
}

#[tokio::test]
async fn a_frame_that_announces_gigabytes_is_cut_off_at_once() {
    let sandbox = Sandbox::start().await;
    let address = sandbox.dcs.addresses()[0].1;
    for announcement in [
        &[0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0][..],
        &[0xef, 0x7f, 0xff, 0xff, 0xff],
        &[0xee, 0xee, 0xee, 0xee, 0xff, 0xff, 0xff, 0x7f],
    ] {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(announcement).await.unwrap();
        let mut answer = Vec::new();
        let read = socket.read_to_end(&mut answer);
        let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
        assert!(answer.is_empty());
    }
}
