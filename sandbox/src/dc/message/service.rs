//! Service messages: what is said about the conversation itself
//! (<https://core.telegram.org/mtproto/service_messages>).

use std::time::Duration;

use grammers_tl_types::{
    Deserializable, Identifiable, RawVec, Serializable, enums, functions, types,
};

use super::inbound::{Inbound, ids_of};
use super::outbound::Outgoing;
use super::salts::Salts;
use super::session::{Kind, Session, Sessions};
use crate::world::{AuthKey, Clock, seconds, wire};

/// The longest that `ping_delay_disconnect` can keep a silent connection open.
const MAX_DELAY: Duration = Duration::from_secs(600);

/// What service messages are answered from.
pub(crate) struct ServiceContext<'a> {
    pub(crate) key: &'a AuthKey,
    pub(crate) session: &'a Session,
    pub(crate) sessions: &'a Sessions,
    pub(crate) salts: &'a Salts,
}

/// What became of a service message.
pub(crate) enum Service {
    /// It is none: it is a call.
    Call,
    /// It was dealt with.
    Done(Option<Outgoing>),
    /// It was dealt with; the connection is to be closed after this much silence.
    CloseAfter(Duration, Outgoing),
    /// The client wants its key forgotten.
    DestroyKey(Outgoing),
    /// It cannot be read.
    Unreadable,
}

/// What kind of message it is, as far as sequence numbers go.
pub(crate) fn kind_of(message: &Inbound) -> Kind {
    match message.constructor() {
        Some(types::MsgsAck::CONSTRUCTOR_ID) => Kind::Acknowledgement,
        Some(
            functions::Ping::CONSTRUCTOR_ID
            | functions::PingDelayDisconnect::CONSTRUCTOR_ID
            | functions::GetFutureSalts::CONSTRUCTOR_ID
            | functions::DestroySession::CONSTRUCTOR_ID
            | functions::RpcDropAnswer::CONSTRUCTOR_ID
            | functions::DestroyAuthKey::CONSTRUCTOR_ID
            | types::MsgsStateReq::CONSTRUCTOR_ID
            | types::MsgsStateInfo::CONSTRUCTOR_ID
            | types::MsgsAllInfo::CONSTRUCTOR_ID
            | types::MsgResendReq::CONSTRUCTOR_ID
            | types::MsgResendAnsReq::CONSTRUCTOR_ID
            | types::HttpWait::CONSTRUCTOR_ID,
        ) => Kind::Service,
        _ if message.is_container() => Kind::Container,
        _ => Kind::Call,
    }
}

/// Answers a service message.
pub(crate) fn serve(message: &Inbound, context: &ServiceContext<'_>) -> Service {
    answer(message, context).unwrap_or(Service::Unreadable)
}

fn answer(message: &Inbound, context: &ServiceContext<'_>) -> Option<Service> {
    let fields = message.body.get(4..)?;
    let msg_id = message.msg_id;
    Some(match message.constructor()? {
        functions::Ping::CONSTRUCTOR_ID => {
            let ping = read::<functions::Ping>(fields)?;
            Service::Done(Some(pong(msg_id, ping.ping_id)))
        }
        functions::PingDelayDisconnect::CONSTRUCTOR_ID => {
            let ping = read::<functions::PingDelayDisconnect>(fields)?;
            let delay = u64::try_from(ping.disconnect_delay).unwrap_or(0);
            let delay = Duration::from_secs(delay).min(MAX_DELAY);
            Service::CloseAfter(delay, pong(msg_id, ping.ping_id))
        }
        functions::GetFutureSalts::CONSTRUCTOR_ID => {
            let request = read::<functions::GetFutureSalts>(fields)?;
            Service::Done(Some(future_salts(msg_id, request.num, context)))
        }
        functions::DestroySession::CONSTRUCTOR_ID => {
            let session = read::<functions::DestroySession>(fields)?.session_id;
            Service::Done(Some(destroy_session(session, context)))
        }
        functions::RpcDropAnswer::CONSTRUCTOR_ID => {
            // Answers are sent at once: there is never one to drop.
            let unknown = enums::RpcDropAnswer::RpcAnswerUnknown.to_bytes();
            Service::Done(Some(Outgoing::result(msg_id, &unknown)))
        }
        functions::DestroyAuthKey::CONSTRUCTOR_ID => {
            let gone = enums::DestroyAuthKeyRes::DestroyAuthKeyOk.to_bytes();
            Service::DestroyKey(Outgoing::answer(gone))
        }
        types::MsgsStateReq::CONSTRUCTOR_ID => {
            let states = ids_of(&message.body)?;
            let states = states.iter().map(|id| context.session.state_of(*id));
            Service::Done(Some(state_info(msg_id, states.collect())))
        }
        types::MsgResendReq::CONSTRUCTOR_ID | types::MsgResendAnsReq::CONSTRUCTOR_ID => {
            // Sent messages are not kept: 1 says that nothing is known of them.
            let unknown = ids_of(&message.body)?.iter().map(|_| 1).collect();
            Service::Done(Some(state_info(msg_id, unknown)))
        }
        types::MsgsAck::CONSTRUCTOR_ID
        | types::MsgsStateInfo::CONSTRUCTOR_ID
        | types::MsgsAllInfo::CONSTRUCTOR_ID
        | types::HttpWait::CONSTRUCTOR_ID => Service::Done(None),
        _ => Service::Call,
    })
}

fn pong(msg_id: i64, ping_id: i64) -> Outgoing {
    let pong = types::Pong { msg_id, ping_id };
    Outgoing::answer(enums::Pong::Pong(pong).to_bytes())
}

fn future_salts(msg_id: i64, count: i32, context: &ServiceContext<'_>) -> Outgoing {
    let salts = context.salts.future(context.key, count);
    let answer = types::FutureSalts {
        req_msg_id: msg_id,
        now: wire(seconds(Clock::wall())),
        salts: RawVec(salts),
    };
    Outgoing::answer(enums::FutureSalts::Salts(answer).to_bytes())
}

fn destroy_session(session_id: i64, context: &ServiceContext<'_>) -> Outgoing {
    let found = context.sessions.remove(context.key.id, session_id);
    let answer = if found {
        enums::DestroySessionRes::DestroySessionOk(types::DestroySessionOk { session_id })
    } else {
        enums::DestroySessionRes::DestroySessionNone(types::DestroySessionNone { session_id })
    };
    Outgoing::answer(answer.to_bytes())
}

fn state_info(req_msg_id: i64, info: Vec<u8>) -> Outgoing {
    let info = types::MsgsStateInfo { req_msg_id, info };
    Outgoing::answer(enums::MsgsStateInfo::Info(info).to_bytes())
}

fn read<T: Deserializable>(fields: &[u8]) -> Option<T> {
    T::from_bytes(fields).ok()
}
