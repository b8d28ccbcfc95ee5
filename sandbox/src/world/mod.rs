//! The state that the data centres, the Bot API and the phone page share.

mod answer_fault;
mod app_use;
mod auth_key;
mod authorization;
mod chats;
mod clock;
mod code_delivery;
mod device;
mod entropy;
mod fault_list;
mod faults;
mod feed;
mod flood_bucket;
mod flood_limit;
mod guarded;
mod line;
mod login;
mod login_token;
mod options;
mod parallel_use;
mod password;
mod people;
mod person;
mod sent_code;
mod snapshot;
mod state;
mod transfer;
mod transport_fault;

pub(crate) use answer_fault::Fate;
pub use answer_fault::{AnswerFault, AnswerHarm, Delay, NewAnswerFault};
pub(crate) use app_use::AppUses;
pub use auth_key::{AuthKey, AuthKeys, Claim};
pub use authorization::{Authorization, AuthorizationState, Authorizations};
pub use chats::{
    Change, Chat, ChatError, ChatKind, Chats, ForwardedFrom, Mailbox, MediaFile, MediaKind,
    Message, NewChat, NewMedia, NewMessage, Numbered, TextEntity, TextStyle,
};
pub use clock::Clock;
pub(crate) use clock::{seconds, wire};
pub(crate) use code_delivery::TakenCalls;
pub use code_delivery::{CodeDelivery, CodeWay};
pub use device::Device;
pub(crate) use entropy::{bytes as random_bytes, id as random_id};
pub use faults::{Faults, NewRpcFault, RpcFault};
pub use feed::{Event, Feed};
pub use flood_limit::{
    Flood, FloodError, FloodLimit, FloodLimits, LimitPer, LimitedCall, NewFloodLimit,
};
pub(crate) use guarded::Guarded;
pub use line::LineState;
pub use login::ScanError;
pub use login_token::{LoginToken, LoginTokens, TokenError};
pub use options::WorldOptions;
pub use password::{CloudPassword, PasswordChallenge, PasswordError, Passwords};
pub(crate) use password::{G, PRIME, prime};
pub(crate) use people::phone_digits;
pub use people::{CreatePersonError, NewPerson, People};
pub use person::{AccountState, Person};
pub use sent_code::{CodeError, ResendError, SentCode, SentCodes};
pub(crate) use sent_code::{CodeOrder, CodeTerm, TypedCode};
pub use snapshot::WorldSnapshot;
pub use state::World;
pub use transfer::{Transfer, TransferError, Transfers};
pub use transport_fault::{Instead, NewTransportFault, TransportFault};
