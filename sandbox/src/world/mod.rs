//! The state that the data centres, the Bot API and the phone page share.

mod answer_fault;
mod anyone;
mod app_use;
mod auth_key;
mod authorization;
mod channel_fault;
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
mod many_dialogs;
mod migration;
mod options;
mod parallel_use;
mod password;
mod peer_photos;
mod people;
mod person;
mod sent_code;
mod service_chat;
mod snapshot;
mod state;
mod takeout;
mod transfer;
mod transport_fault;
mod users;

pub(crate) use answer_fault::Fate;
pub use answer_fault::{AnswerFault, AnswerHarm, Delay, NewAnswerFault};
pub(crate) use app_use::AppUses;
pub use auth_key::{AuthKey, AuthKeys, Claim};
pub use authorization::{Authorization, AuthorizationState, Authorizations};
pub use channel_fault::{ChannelFault, ChannelHarm, NewChannelFault, TimestampTrouble, Withheld};
pub use chats::{
    ARCHIVE, Body, BodyKind, Change, Chat, ChatError, ChatKind, ChatSettings, Chats, Content,
    DialogList, DialogLists, Draft, Edit, FileFault, ForwardedFrom, MadeMessages, Mail, Mailbox,
    MediaFile, MediaKind, Message, NewChat, NewFile, NewMedia, NewMessage, Numbered, Picture, Seen,
    TextEntity, TextStyle, Thumbnail, TooManyPinned, empty_message, empty_service,
};
pub(crate) use chats::{KeptChat, mixed, picture};
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
pub use many_dialogs::ManyDialogs;
pub use options::WorldOptions;
pub use password::{CloudPassword, PasswordChallenge, PasswordError, Passwords};
pub(crate) use password::{G, PRIME, prime};
pub use peer_photos::{PeerPhoto, PeerPhotos};
pub(crate) use people::phone_digits;
pub use people::{CreatePersonError, NewPerson, People};
pub use person::{AccountState, Person};
pub use sent_code::{CodeError, ResendError, SentCode, SentCodes};
pub(crate) use sent_code::{CodeOrder, CodeTerm, TypedCode};
pub use snapshot::WorldSnapshot;
pub use state::World;
pub use takeout::{Takeout, TakeoutFlags, TakeoutRefusal, Takeouts};
pub use transfer::{Transfer, TransferError, Transfers};
pub use transport_fault::{Instead, NewTransportFault, TransportFault};
pub use users::{SERVICE_USER, User, UserKind, Users};
