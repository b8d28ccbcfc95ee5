//! The steps of a key exchange.

use std::sync::Arc;

use grammers_crypto::aes::{ige_decrypt, ige_encrypt};
use grammers_crypto::{AuthKey as ClientKey, generate_key_data_from_nonce};
use grammers_tl_types::{self as tl, Cursor, Deserializable, Identifiable, Serializable};
use num_bigint::BigUint;
use sha1::{Digest as _, Sha1};

use super::factors::Riddle;
use super::rsa_key::RsaKey;
use crate::world::{Clock, G, PRIME, prime, random_bytes, seconds, wire};

/// Test data centres add this to their number.
const TEST_DC: i32 = 10_000;

/// Why a key exchange ends; the connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HandshakeError {
    /// The request cannot be read, or is none of the exchange.
    #[error("an unreadable request")]
    Unreadable,
    /// The requests come in another order than the protocol's.
    #[error("a request out of order")]
    Order,
    /// A nonce is not the one of this exchange.
    #[error("a wrong nonce")]
    Nonce,
    /// The factors are wrong.
    #[error("wrong factors")]
    Factors,
    /// The client used a key that is not ours, or a hash does not fit.
    #[error("wrongly encrypted")]
    Encryption,
    /// The client wants another data centre, or a temporary key.
    #[error("another data centre or a temporary key")]
    Kind,
    /// The client's public number is out of the safe range.
    #[error("a public number out of range")]
    Range,
}

/// A key exchange under way on one connection.
#[derive(Default)]
pub(crate) enum Exchange {
    /// Nothing happened yet.
    #[default]
    Idle,
    /// The riddle was posed.
    Posed(Posed),
    /// Our public number was sent.
    Offered(Box<Offered>),
}

pub(crate) struct Posed {
    nonce: [u8; 16],
    server_nonce: [u8; 16],
    riddle: Riddle,
}

pub(crate) struct Offered {
    nonce: [u8; 16],
    server_nonce: [u8; 16],
    new_nonce: [u8; 32],
    secret: BigUint,
}

/// What a step leads to.
pub(crate) struct Step {
    /// What to send back.
    pub(crate) reply: Vec<u8>,
    /// The finished key, with the first salt.
    pub(crate) key: Option<([u8; 256], i64)>,
    /// The exchange as it goes on.
    pub(crate) exchange: Exchange,
}

impl Exchange {
    /// Takes the next request. Takes tens of milliseconds of computing, apart
    /// from the first.
    pub(crate) fn step(self, rsa: &RsaKey, dc: i32, body: &[u8]) -> Result<Step, HandshakeError> {
        let mut cursor = Cursor::from_slice(body);
        let id = read::<u32>(&mut cursor)?;
        match id {
            tl::functions::ReqPqMulti::CONSTRUCTOR_ID => {
                let request = read::<tl::functions::ReqPqMulti>(&mut cursor)?;
                Ok(pose(rsa, request.nonce))
            }
            tl::functions::ReqPq::CONSTRUCTOR_ID => {
                let request = read::<tl::functions::ReqPq>(&mut cursor)?;
                Ok(pose(rsa, request.nonce))
            }
            tl::functions::ReqDhParams::CONSTRUCTOR_ID => match self {
                Self::Posed(posed) => posed.offer(rsa, dc, &read(&mut cursor)?),
                Self::Idle | Self::Offered(_) => Err(HandshakeError::Order),
            },
            tl::functions::SetClientDhParams::CONSTRUCTOR_ID => match self {
                Self::Offered(offered) => offered.agree(read(&mut cursor)?),
                Self::Idle | Self::Posed(_) => Err(HandshakeError::Order),
            },
            _ => Err(HandshakeError::Unreadable),
        }
    }
}

fn pose(rsa: &RsaKey, nonce: [u8; 16]) -> Step {
    let server_nonce = random_bytes();
    let riddle = Riddle::new();
    let reply = tl::enums::ResPq::Pq(tl::types::ResPq {
        nonce,
        server_nonce,
        pq: riddle.pq(),
        server_public_key_fingerprints: vec![rsa.fingerprint()],
    });
    Step {
        reply: reply.to_bytes(),
        key: None,
        exchange: Exchange::Posed(Posed {
            nonce,
            server_nonce,
            riddle,
        }),
    }
}

impl Posed {
    fn offer(
        self,
        rsa: &RsaKey,
        dc: i32,
        request: &tl::functions::ReqDhParams,
    ) -> Result<Step, HandshakeError> {
        if request.nonce != self.nonce || request.server_nonce != self.server_nonce {
            return Err(HandshakeError::Nonce);
        }
        if !self.riddle.is_solved_by(&request.p, &request.q) {
            return Err(HandshakeError::Factors);
        }
        if request.public_key_fingerprint != rsa.fingerprint() {
            return Err(HandshakeError::Encryption);
        }
        let new_nonce = self.open(rsa, dc, &request.encrypted_data)?;
        let secret = BigUint::from_bytes_be(&random_bytes::<256>());
        let public = BigUint::from(G).modpow(&secret, &prime());
        let inner = tl::enums::ServerDhInnerData::Data(tl::types::ServerDhInnerData {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            g: 3,
            dh_prime: PRIME.to_vec(),
            g_a: public.to_bytes_be(),
            server_time: wire(seconds(Clock::wall())),
        });
        let reply = tl::enums::ServerDhParams::Ok(tl::types::ServerDhParamsOk {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            encrypted_answer: seal(&inner.to_bytes(), &self.server_nonce, &new_nonce),
        });
        Ok(Step {
            reply: reply.to_bytes(),
            key: None,
            exchange: Exchange::Offered(Box::new(Offered {
                nonce: self.nonce,
                server_nonce: self.server_nonce,
                new_nonce,
                secret,
            })),
        })
    }

    /// Opens what was encrypted with our RSA key; gives the client's secret nonce.
    fn open(&self, rsa: &RsaKey, dc: i32, encrypted: &[u8]) -> Result<[u8; 32], HandshakeError> {
        let opened = rsa.decrypt(encrypted).ok_or(HandshakeError::Encryption)?;
        let mut cursor = Cursor::from_slice(opened.data());
        let inner = tl::enums::PQInnerData::deserialize(&mut cursor)
            .map_err(|_| HandshakeError::Encryption)?;
        if !opened.proves(cursor.pos()) {
            return Err(HandshakeError::Encryption);
        }
        let (pq, nonces, new_nonce) = match inner {
            tl::enums::PQInnerData::Data(d) => (d.pq, (d.nonce, d.server_nonce), d.new_nonce),
            tl::enums::PQInnerData::Dc(d) if d.dc == dc || d.dc == dc + TEST_DC => {
                (d.pq, (d.nonce, d.server_nonce), d.new_nonce)
            }
            // Temporary keys (perfect forward secrecy) are not offered here.
            tl::enums::PQInnerData::Dc(_)
            | tl::enums::PQInnerData::Temp(_)
            | tl::enums::PQInnerData::TempDc(_) => return Err(HandshakeError::Kind),
        };
        if nonces != (self.nonce, self.server_nonce) {
            return Err(HandshakeError::Nonce);
        }
        if pq != self.riddle.pq() {
            return Err(HandshakeError::Factors);
        }
        Ok(new_nonce)
    }
}

impl Offered {
    fn agree(
        self: Box<Self>,
        request: tl::functions::SetClientDhParams,
    ) -> Result<Step, HandshakeError> {
        if request.nonce != self.nonce || request.server_nonce != self.server_nonce {
            return Err(HandshakeError::Nonce);
        }
        let client_public = self.client_public(request.encrypted_data)?;
        let shared = client_public.modpow(&self.secret, &prime()).to_bytes_be();
        let mut data = [0; 256];
        data[256 - shared.len()..].copy_from_slice(&shared);
        let key = ClientKey::from_bytes(data);
        // Some clients (Telethon among them) forget to pad a shared number that
        // happens to be shorter; asking for another one keeps them working.
        if shared.len() < 256 {
            let reply = tl::enums::SetClientDhParamsAnswer::DhGenRetry(tl::types::DhGenRetry {
                nonce: self.nonce,
                server_nonce: self.server_nonce,
                new_nonce_hash2: key.calc_new_nonce_hash(&self.new_nonce, 2),
            });
            return Ok(Step {
                reply: reply.to_bytes(),
                key: None,
                exchange: Exchange::Offered(self),
            });
        }
        let reply = tl::enums::SetClientDhParamsAnswer::DhGenOk(tl::types::DhGenOk {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            new_nonce_hash1: key.calc_new_nonce_hash(&self.new_nonce, 1),
        });
        Ok(Step {
            reply: reply.to_bytes(),
            key: Some((data, self.first_salt())),
            exchange: Exchange::Idle,
        })
    }

    fn client_public(&self, mut encrypted: Vec<u8>) -> Result<BigUint, HandshakeError> {
        if encrypted.len() < 32 || !encrypted.len().is_multiple_of(16) {
            return Err(HandshakeError::Encryption);
        }
        let (key, iv) = generate_key_data_from_nonce(&self.server_nonce, &self.new_nonce);
        ige_decrypt(&mut encrypted, &key, &iv);
        let (hash, data) = encrypted.split_at(20);
        let mut cursor = Cursor::from_slice(data);
        let tl::enums::ClientDhInnerData::Data(inner) =
            tl::enums::ClientDhInnerData::deserialize(&mut cursor)
                .map_err(|_| HandshakeError::Encryption)?;
        let expected: [u8; 20] = Sha1::digest(&data[..cursor.pos()]).into();
        if expected != hash {
            return Err(HandshakeError::Encryption);
        }
        if (inner.nonce, inner.server_nonce) != (self.nonce, self.server_nonce) {
            return Err(HandshakeError::Nonce);
        }
        let public = BigUint::from_bytes_be(&inner.g_b);
        let margin = BigUint::from(1u8) << (2048 - 64);
        if public < margin || public > prime() - &margin {
            return Err(HandshakeError::Range);
        }
        Ok(public)
    }

    /// The first salt: the first 8 bytes of both nonces, combined.
    fn first_salt(&self) -> i64 {
        let mut salt = [0; 8];
        let pairs = self.new_nonce.iter().zip(self.server_nonce);
        for (out, (a, b)) in salt.iter_mut().zip(pairs) {
            *out = a ^ b;
        }
        i64::from_le_bytes(salt)
    }
}

/// Encrypts an answer with its hash, padded to whole blocks.
fn seal(answer: &[u8], server_nonce: &[u8; 16], new_nonce: &[u8; 32]) -> Vec<u8> {
    let hash: [u8; 20] = Sha1::digest(answer).into();
    let mut out = [&hash[..], answer].concat();
    let padding: [u8; 16] = random_bytes();
    out.extend_from_slice(&padding[..(16 - out.len() % 16) % 16]);
    let (key, iv) = generate_key_data_from_nonce(server_nonce, new_nonce);
    ige_encrypt(&mut out, &key, &iv);
    out
}

fn read<T: Deserializable>(cursor: &mut Cursor<'_>) -> Result<T, HandshakeError> {
    T::deserialize(cursor).map_err(|_| HandshakeError::Unreadable)
}

/// Takes a step without holding up the other connections.
pub(crate) async fn step_off_reactor(
    exchange: Exchange,
    rsa: Arc<RsaKey>,
    dc: i32,
    body: Vec<u8>,
) -> Result<Step, HandshakeError> {
    tokio::task::spawn_blocking(move || exchange.step(&rsa, dc, &body))
        .await
        .unwrap_or(Err(HandshakeError::Unreadable))
}
