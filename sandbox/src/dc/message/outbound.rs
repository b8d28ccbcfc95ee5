//! Putting answers into packets.

use super::msg_ids::MsgIds;
use super::session::Session;

const MSG_CONTAINER: u32 = 0x73f1_f8dc;
/// `rpc_result`.
const RPC_RESULT: u32 = 0xf35c_6d01;
/// How many messages and bytes are put into one container.
const CONTAINER_MESSAGES: usize = 100;
const CONTAINER_BYTES: usize = 512 * 1024;

/// A message for a client.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    body: Vec<u8>,
    answer: bool,
    /// Whether the client has to acknowledge it.
    content: bool,
}

impl Outgoing {
    /// The result of a call.
    pub(crate) fn result(msg_id: i64, result: &[u8]) -> Self {
        let mut body = Vec::with_capacity(12 + result.len());
        body.extend_from_slice(&RPC_RESULT.to_le_bytes());
        body.extend_from_slice(&msg_id.to_le_bytes());
        body.extend_from_slice(result);
        Self {
            body,
            answer: true,
            content: true,
        }
    }

    /// An answer to a service message.
    pub(crate) fn answer(body: Vec<u8>) -> Self {
        Self {
            body,
            answer: true,
            content: false,
        }
    }

    /// Something that the client did not ask for and has to acknowledge.
    pub(crate) fn push(body: Vec<u8>) -> Self {
        Self {
            body,
            answer: false,
            content: true,
        }
    }
}

/// Puts messages into as few plaintexts as possible, ready to be encrypted.
pub(crate) fn pack(
    messages: Vec<Outgoing>,
    session: &Session,
    salt: i64,
    ids: &MsgIds,
) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let mut batch: Vec<Outgoing> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        let full =
            batch.len() == CONTAINER_MESSAGES || bytes + message.body.len() > CONTAINER_BYTES;
        if full && !batch.is_empty() {
            packets.push(pack_one(&std::mem::take(&mut batch), session, salt, ids));
            bytes = 0;
        }
        bytes += message.body.len() + 16;
        batch.push(message);
    }
    if !batch.is_empty() {
        packets.push(pack_one(&batch, session, salt, ids));
    }
    packets
}

fn pack_one(batch: &[Outgoing], session: &Session, salt: i64, ids: &MsgIds) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + batch.iter().map(|m| m.body.len() + 16).sum::<usize>());
    out.extend_from_slice(&salt.to_le_bytes());
    out.extend_from_slice(&session.id.to_le_bytes());
    if let [message] = batch {
        write_message(message, session, ids, &mut out);
        return out;
    }
    let mut body = MSG_CONTAINER.to_le_bytes().to_vec();
    body.extend_from_slice(&length(batch.len()));
    // Only an answer makes the container one.
    let answer = batch.iter().any(|message| message.answer);
    for message in batch {
        write_message(message, session, ids, &mut body);
    }
    let container = Outgoing {
        body,
        answer,
        content: false,
    };
    write_message(&container, session, ids, &mut out);
    out
}

fn write_message(message: &Outgoing, session: &Session, ids: &MsgIds, out: &mut Vec<u8>) {
    out.extend_from_slice(&ids.next(message.answer).to_le_bytes());
    out.extend_from_slice(&session.next_seqno(message.content).to_le_bytes());
    out.extend_from_slice(&length(message.body.len()));
    out.extend_from_slice(&message.body);
}

/// Answers are far below 4 GiB.
fn length(len: usize) -> [u8; 4] {
    u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes()
}
