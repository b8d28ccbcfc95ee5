//! What is told of messages and sessions themselves.

use grammers_tl_types::{Serializable as _, enums, types};

use super::inbound::Inbound;
use super::outbound::Outgoing;
use super::session::{Bad, Session};

/// A session is new here.
pub(crate) fn greeting(first_msg_id: i64, session: &Session, server_salt: i64) -> Outgoing {
    let created = types::NewSessionCreated {
        first_msg_id,
        unique_id: session.unique_id,
        server_salt,
    };
    Outgoing::push(enums::NewSession::Created(created).to_bytes())
}

/// What is wrong with a message.
pub(crate) fn bad_message(message: &Inbound, bad: Bad) -> Outgoing {
    let notification = types::BadMsgNotification {
        bad_msg_id: message.msg_id,
        bad_msg_seqno: message.seqno,
        error_code: bad as i32,
    };
    Outgoing::answer(enums::BadMsgNotification::Notification(notification).to_bytes())
}

/// A message came with a wrong salt.
pub(crate) fn bad_salt(message: &Inbound, new_server_salt: i64) -> Outgoing {
    let notification = types::BadServerSalt {
        bad_msg_id: message.msg_id,
        bad_msg_seqno: message.seqno,
        error_code: Bad::Salt as i32,
        new_server_salt,
    };
    Outgoing::answer(enums::BadMsgNotification::BadServerSalt(notification).to_bytes())
}

/// A message arrived.
pub(crate) fn acknowledge(msg_id: i64) -> Outgoing {
    let ack = types::MsgsAck {
        msg_ids: vec![msg_id],
    };
    Outgoing::answer(enums::MsgsAck::Ack(ack).to_bytes())
}
