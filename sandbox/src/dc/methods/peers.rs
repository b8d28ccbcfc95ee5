//! Finding the people and chats that a call names.

use std::sync::Arc;

use grammers_tl_types::enums::{InputChannel, InputPeer, InputUser};

use crate::dc::rpc::{Call, RpcError, RpcResult};
use crate::dc::schema::{self, Viewer};
use crate::world::{AccountState, Chat, ChatKind, User};

/// What a peer names.
pub(super) enum Named {
    /// A person or a bot, with whom there may be no chat yet.
    Person(User),
    /// A group, supergroup or channel.
    Chat(Arc<Chat>),
}

/// Finds what a call names.
pub(super) fn find(call: &Call, me: i64, peer: &InputPeer) -> RpcResult<Named> {
    match peer {
        InputPeer::PeerSelf => person(call, me, me, None).map(Named::Person),
        InputPeer::User(user) => {
            person(call, me, user.user_id, Some(user.access_hash)).map(Named::Person)
        }
        InputPeer::UserFromMessage(user) => person(call, me, user.user_id, None).map(Named::Person),
        InputPeer::Chat(chat) => group(call, me, chat.chat_id).map(Named::Chat),
        InputPeer::Channel(channel) => {
            let hash = Some(channel.access_hash);
            self::channel(call, me, channel.channel_id, hash).map(Named::Chat)
        }
        InputPeer::ChannelFromMessage(channel) => {
            self::channel(call, me, channel.channel_id, None).map(Named::Chat)
        }
        InputPeer::Empty => Err(RpcError::bad_request("PEER_ID_INVALID")),
    }
}

/// The chat that a call names; `None` for a person with whom there is none yet.
pub(super) fn find_chat(call: &Call, me: i64, peer: &InputPeer) -> RpcResult<Option<Arc<Chat>>> {
    Ok(match find(call, me, peer)? {
        Named::Person(person) => call.world().chats().private(me, person.id),
        Named::Chat(chat) => Some(chat),
    })
}

/// The chat that a call names with a person too: the private chat with them, made
/// if there is none yet.
pub(super) fn chat_to_write(call: &Call, me: i64, peer: &InputPeer) -> RpcResult<Arc<Chat>> {
    match find(call, me, peer)? {
        Named::Chat(chat) => Ok(chat),
        Named::Person(person) => {
            let chats = call.world().chats();
            let made = chats.private_of(me, person.id, call.now());
            made.map_err(|_| RpcError::bad_request("PEER_ID_INVALID"))
        }
    }
}

/// The id of the person or chat that a call names.
pub(super) fn find_party(call: &Call, me: i64, peer: &InputPeer) -> RpcResult<i64> {
    Ok(match find(call, me, peer)? {
        Named::Person(person) => person.id,
        Named::Chat(chat) => chat.id,
    })
}

/// Who looks, for what is shown.
pub(super) fn viewer(call: &Call, me: i64) -> Viewer {
    Viewer {
        id: me,
        layer: call.layer(),
    }
}

/// The person that a call names.
pub(super) fn find_user(call: &Call, me: i64, user: &InputUser) -> RpcResult<User> {
    match user {
        InputUser::UserSelf => person(call, me, me, None),
        InputUser::User(user) => person(call, me, user.user_id, Some(user.access_hash)),
        InputUser::FromMessage(user) => person(call, me, user.user_id, None),
        InputUser::Empty => Err(RpcError::bad_request("USER_ID_INVALID")),
    }
}

/// The channel that a call names.
pub(super) fn find_channel(call: &Call, me: i64, input: &InputChannel) -> RpcResult<Arc<Chat>> {
    match input {
        InputChannel::Channel(input) => {
            channel(call, me, input.channel_id, Some(input.access_hash))
        }
        InputChannel::FromMessage(input) => channel(call, me, input.channel_id, None),
        InputChannel::Empty => Err(INVALID_CHANNEL),
    }
}

const INVALID_CHANNEL: RpcError = RpcError::bad_request("CHANNEL_INVALID");

fn person(call: &Call, me: i64, id: i64, hash: Option<i64>) -> RpcResult<User> {
    let known = id == me || hash.is_none_or(|hash| hash == schema::access_hash(me, id));
    let person = call.world().user(id);
    person
        .filter(|_| known)
        .ok_or(RpcError::bad_request("PEER_ID_INVALID"))
}

fn group(call: &Call, me: i64, id: i64) -> RpcResult<Arc<Chat>> {
    let group = call.world().chats().get(id);
    group
        .filter(|chat| chat.kind == ChatKind::Group && chat.has_member(me))
        .ok_or(RpcError::bad_request("CHAT_ID_INVALID"))
}

fn channel(call: &Call, me: i64, id: i64, hash: Option<i64>) -> RpcResult<Arc<Chat>> {
    let found =
        call.world().chats().get(id).filter(|chat| {
            chat.kind.is_channel() && hash.is_none_or(|hash| hash == chat.access_hash)
        });
    let chat = found.ok_or(INVALID_CHANNEL)?;
    if !chat.has_member(me) && call.me()?.state == AccountState::Frozen {
        return Err(RpcError::bad_request("FROZEN_PARTICIPANT_MISSING"));
    }
    let kept_out = call.world().faults().of_channels().keeps_out(id, me);
    if kept_out || (!chat.has_member(me) && chat.username.is_none()) {
        return Err(RpcError::new(406, "CHANNEL_PRIVATE"));
    }
    Ok(chat)
}
