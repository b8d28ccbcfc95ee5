//! What a client may and may not do in an encrypted conversation.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Buf as _;
use grammers_client::tl::{
    Cursor, Deserializable as _, Identifiable as _, Serializable, functions, types,
};
use grammers_crypto::{AuthKey, DequeBuffer, decrypt_data_v2, encrypt_data_v2};
use grammers_mtproto::transport::{Full, Transport as _};
use sesame_sandbox::dc::MintedKey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{PATIENCE, Sandbox};

/// A client that can be made to do everything wrong.
pub(crate) struct Raw {
    pub(crate) socket: TcpStream,
    transport: Full,
    key: AuthKey,
    pub(crate) salt: i64,
    pub(crate) session: i64,
    received: Vec<u8>,
}

/// A message from the server: id, sequence number, body.
pub(crate) type Received = (i64, i32, Vec<u8>);

impl Raw {
    pub(crate) async fn connect(key: &MintedKey) -> Self {
        Self {
            socket: TcpStream::connect(key.address).await.unwrap(),
            transport: Full::new(),
            key: AuthKey::from_bytes(key.auth_key),
            salt: 0,
            session: 77,
            received: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, msg_id: i64, seqno: i32, body: &[u8]) {
        let mut plain = DequeBuffer::with_capacity(64 + body.len(), 64);
        plain.extend(self.salt.to_le_bytes());
        plain.extend(self.session.to_le_bytes());
        plain.extend(msg_id.to_le_bytes());
        plain.extend(seqno.to_le_bytes());
        plain.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        plain.extend(body);
        encrypt_data_v2(&mut plain, &self.key);
        self.transport.pack(&mut plain);
        self.socket.write_all(&plain[..]).await.unwrap();
    }

    /// The next messages; `None` if the server closed the connection.
    pub(crate) async fn receive(&mut self) -> Option<Vec<Received>> {
        loop {
            if let Ok(offset) = self.transport.unpack(&mut self.received) {
                let mut packet = self.received[offset.data_range.clone()].to_vec();
                self.received.drain(..offset.next_offset);
                let plain = decrypt_data_v2(&mut packet, &self.key).unwrap();
                assert_eq!(plain[8..16], self.session.to_le_bytes());
                return Some(messages(&plain[16..]));
            }
            let read = self.socket.read_buf(&mut self.received);
            match tokio::time::timeout(PATIENCE, read).await.unwrap() {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Sends a ping with the right salt and waits until it is answered.
    pub(crate) async fn settle(&mut self) {
        self.send(fresh_id(), 1, &ping(1)).await;
        let received = self.receive().await.unwrap();
        let wrong = types::BadServerSalt::from_bytes(&received[0].2[4..]).unwrap();
        self.salt = wrong.new_server_salt;
        self.send(fresh_id(), 1, &ping(2)).await;
        while !has(&self.receive().await.unwrap(), types::Pong::CONSTRUCTOR_ID) {}
    }
}

fn messages(mut bytes: &[u8]) -> Vec<Received> {
    let (id, seqno, body) = message(&mut bytes);
    if body[..4] != 0x73f1_f8dcu32.to_le_bytes() {
        return vec![(id, seqno, body)];
    }
    let mut inner = &body[4..];
    let count = inner.get_u32_le();
    (0..count).map(|_| message(&mut inner)).collect()
}

fn message(bytes: &mut &[u8]) -> Received {
    let msg_id = bytes.get_i64_le();
    let seqno = bytes.get_i32_le();
    let length = bytes.get_u32_le() as usize;
    (msg_id, seqno, bytes.copy_to_bytes(length).to_vec())
}

pub(crate) fn has(received: &[Received], constructor: u32) -> bool {
    let wanted = constructor.to_le_bytes();
    received.iter().any(|(_, _, body)| body[..4] == wanted)
}

pub(crate) fn fresh_id() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let fraction = (u64::from(now.subsec_nanos()) << 32) / 1_000_000_000;
    ((now.as_secs() << 32) | fraction).cast_signed() & !3
}

pub(crate) fn ping(ping_id: i64) -> Vec<u8> {
    functions::Ping { ping_id }.to_bytes()
}

fn bad_code(received: &[Received]) -> (i64, i32) {
    let body = &received[0].2;
    assert!(has(received, types::BadMsgNotification::CONSTRUCTOR_ID));
    let bad = types::BadMsgNotification::from_bytes(&body[4..]).unwrap();
    (bad.bad_msg_id, bad.error_code)
}

#[tokio::test]
async fn a_wrong_salt_is_answered_with_the_right_one_and_a_new_session_announced() {
    let sandbox = Sandbox::start().await;
    let key = &sandbox.dcs.mint_keys()[0];
    let mut raw = Raw::connect(key).await;
    let first = fresh_id();
    raw.send(first, 1, &ping(1)).await;
    let received = raw.receive().await.unwrap();
    let wrong = types::BadServerSalt::from_bytes(&received[0].2[4..]).unwrap();
    assert_eq!((wrong.bad_msg_id, wrong.error_code), (first, 48));
    raw.salt = wrong.new_server_salt;
    let second = fresh_id();
    raw.send(second, 1, &ping(2)).await;
    let received = raw.receive().await.unwrap();
    assert!(has(&received, types::NewSessionCreated::CONSTRUCTOR_ID));
    assert!(has(&received, types::Pong::CONSTRUCTOR_ID));
    for (msg_id, _, body) in &received {
        let answers = body[..4] == types::Pong::CONSTRUCTOR_ID.to_le_bytes();
        assert_eq!(msg_id % 4, if answers { 1 } else { 3 });
    }
    raw.send(fresh_id(), 3, &ping(3)).await;
    assert_eq!(raw.receive().await.unwrap().len(), 1);
}

#[tokio::test]
async fn bad_messages_are_named_with_telegrams_codes() {
    let sandbox = Sandbox::start().await;
    let key = &sandbox.dcs.mint_keys()[0];
    let mut raw = Raw::connect(key).await;
    raw.settle().await;
    let call = functions::help::GetConfig {}.to_bytes();
    let now = fresh_id();
    for (id, seqno, code) in [
        (now - (400 << 32), 3, 16),
        (now + (60 << 32), 3, 17),
        (now + 1, 3, 18),
        (now, 4, 35),
        (now, 1, 32),
    ] {
        raw.send(id, seqno, &call).await;
        let received = raw.receive().await.unwrap();
        assert_eq!(bad_code(&received), (id, code));
    }
    let ack = types::MsgsAck { msg_ids: vec![1] };
    let mut odd_ack = types::MsgsAck::CONSTRUCTOR_ID.to_le_bytes().to_vec();
    odd_ack.extend(ack.to_bytes());
    raw.send(now, 3, &odd_ack).await;
    assert_eq!(bad_code(&raw.receive().await.unwrap()), (now, 34));
}

#[tokio::test]
async fn a_repeated_message_is_acknowledged_not_carried_out_twice() {
    let sandbox = Sandbox::start().await;
    let key = &sandbox.dcs.mint_keys()[0];
    let mut raw = Raw::connect(key).await;
    raw.settle().await;
    let id = fresh_id();
    raw.send(id, 3, &ping(5)).await;
    assert!(has(
        &raw.receive().await.unwrap(),
        types::Pong::CONSTRUCTOR_ID
    ));
    raw.send(id, 3, &ping(5)).await;
    let again = raw.receive().await.unwrap();
    assert!(has(&again, types::MsgsAck::CONSTRUCTOR_ID));
    assert!(!has(&again, types::Pong::CONSTRUCTOR_ID));

    // Not even over another connection.
    let (salt, session) = (raw.salt, raw.session);
    let mut other = Raw::connect(key).await;
    (other.salt, other.session) = (salt, session);
    other.send(id, 3, &ping(5)).await;
    let replayed = other.receive().await.unwrap();
    assert!(!has(&replayed, types::Pong::CONSTRUCTOR_ID));
}

#[tokio::test]
async fn calls_before_the_introduction_and_of_unknown_layers_are_refused() {
    let sandbox = Sandbox::start().await;
    let key = &sandbox.dcs.mint_keys()[0];
    let mut raw = Raw::connect(key).await;
    raw.settle().await;
    let query = functions::help::GetConfig {};
    raw.send(fresh_id(), 3, &query.to_bytes()).await;
    let early = raw.receive().await.unwrap();
    assert!(rpc_error(&early).contains("CONNECTION_NOT_INITED"));
    let layered = |layer| {
        let request = functions::InvokeWithLayer {
            layer,
            query: functions::help::GetConfig {},
        };
        request.to_bytes()
    };
    raw.send(fresh_id(), 5, &layered(150)).await;
    let old = raw.receive().await.unwrap();
    assert!(rpc_error(&old).contains("CONNECTION_LAYER_INVALID"));
    raw.send(fresh_id(), 7, &layered(230)).await;
    let config = raw.receive().await.unwrap();
    let body = &config[0].2[12..];
    assert_eq!(body[..4], types::Config::CONSTRUCTOR_ID.to_le_bytes());
    // The layer belongs to the key from now on.
    raw.send(fresh_id(), 9, &query.to_bytes()).await;
    let config = raw.receive().await.unwrap();
    let mut cursor = Cursor::from_slice(&config[0].2[16..]);
    let config = types::Config::deserialize(&mut cursor).unwrap();
    assert_eq!(config.dc_options.len(), 2);
}

pub(crate) fn rpc_error(received: &[Received]) -> String {
    let error = types::RpcError::from_bytes(&received[0].2[16..]).unwrap();
    error.error_message
}

#[tokio::test]
async fn an_unknown_key_is_answered_with_a_bare_minus_404() {
    let sandbox = Sandbox::start().await;
    let mut key = sandbox.dcs.mint_keys()[0].clone();
    key.auth_key = [9; 256];
    let mut raw = Raw::connect(&key).await;
    raw.send(fresh_id(), 1, &ping(1)).await;
    let mut answer = Vec::new();
    let read = raw.socket.read_to_end(&mut answer);
    tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
    assert_eq!(answer, (-404i32).to_le_bytes());

    // A key of the other data centre is just as unknown.
    let keys = sandbox.dcs.mint_keys();
    key.auth_key = keys[1].auth_key;
    let mut raw = Raw::connect(&key).await;
    raw.send(fresh_id(), 1, &ping(1)).await;
    let mut answer = Vec::new();
    let read = raw.socket.read_to_end(&mut answer);
    tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
    assert_eq!(answer, (-404i32).to_le_bytes());
}

#[tokio::test]
async fn the_sandbox_stops_in_time_with_clients_connected() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let _client = sandbox.logged_in(&ann).await;
    let stopped = tokio::time::timeout(Duration::from_secs(5), sandbox.dcs.shutdown()).await;
    stopped.unwrap();
}
