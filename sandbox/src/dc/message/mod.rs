//! The message layer: what is in a decrypted packet, whether it may be there,
//! and how answers are put into packets. Knows nothing of methods.

mod inbound;
mod msg_ids;
mod notices;
mod outbound;
mod salts;
mod service;
mod session;

pub(crate) use inbound::{Envelope, Inbound, unpack};
pub(crate) use msg_ids::MsgIds;
pub(crate) use notices::{acknowledge, bad_message, bad_salt, greeting};
pub(crate) use outbound::{Outgoing, pack};
pub(crate) use salts::Salts;
pub(crate) use service::{Service, ServiceContext, kind_of, serve};
pub(crate) use session::{Bad, Check, Kind, Session, Sessions};
