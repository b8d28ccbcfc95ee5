//! The list of dialogs.

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::peers::find_chat;
use super::updates::state;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcResult, method};
use crate::dc::schema::{self, Parties, count};
use crate::world::{Chat, wire};

/// The most dialogs in one answer.
const MAX_LIMIT: i32 = 100;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::GetDialogs>(),
        method::<messages::GetPinnedDialogs>(),
        method::<messages::GetPeerDialogs>(),
    ]
}

impl Handle for messages::GetDialogs {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Dialogs> {
        let me = call.me()?;
        // There are no folders: nothing is archived.
        let chats = if self.folder_id.unwrap_or(0) == 0 {
            sorted(&call, me.id)
        } else {
            Vec::new()
        };
        let total = chats.len();
        let start = self.start(&call, me.id, &chats);
        let limit = usize::try_from(self.limit.clamp(1, MAX_LIMIT)).unwrap_or(1);
        let page: Vec<_> = chats.into_iter().skip(start).take(limit).collect();
        let complete = start == 0 && page.len() == total;
        let Listed {
            dialogs,
            messages,
            chats,
            users,
        } = list(&call, me.id, &page);
        Ok(if complete {
            enums::messages::Dialogs::Dialogs(types::messages::Dialogs {
                dialogs,
                messages,
                chats,
                users,
            })
        } else {
            enums::messages::Dialogs::Slice(types::messages::DialogsSlice {
                count: count(total),
                dialogs,
                messages,
                chats,
                users,
            })
        })
    }
}

/// Where a page begins. An extension of the request itself: the offsets mean
/// nothing elsewhere.
trait Page {
    fn start(&self, call: &Call, me: i64, chats: &[Arc<Chat>]) -> usize;
}

impl Page for messages::GetDialogs {
    fn start(&self, call: &Call, me: i64, chats: &[Arc<Chat>]) -> usize {
        let after = match &self.offset_peer {
            enums::InputPeer::Empty => None,
            peer => find_chat(call, me, peer).ok().flatten(),
        };
        let after = after.and_then(|last| chats.iter().position(|chat| chat.id == last.id));
        if let Some(position) = after {
            return position + 1;
        }
        if self.offset_date == 0 {
            return 0;
        }
        let newer = |chat: &&Arc<Chat>| wire(moment(chat).0) >= self.offset_date;
        chats.iter().take_while(newer).count()
    }
}

impl Handle for messages::GetPinnedDialogs {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::PeerDialogs> {
        peer_dialogs(&call, &[])
    }
}

impl Handle for messages::GetPeerDialogs {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::PeerDialogs> {
        let me = call.me()?;
        let mut chats = Vec::new();
        for peer in self.peers.iter().take(100) {
            if let enums::InputDialogPeer::Peer(peer) = peer {
                chats.extend(find_chat(&call, me.id, &peer.peer)?);
            }
        }
        peer_dialogs(&call, &chats)
    }
}

fn peer_dialogs(call: &Call, chats: &[Arc<Chat>]) -> RpcResult<enums::messages::PeerDialogs> {
    let me = call.me()?;
    let Listed {
        dialogs,
        messages,
        chats,
        users,
    } = list(call, me.id, chats);
    Ok(enums::messages::PeerDialogs::Dialogs(
        types::messages::PeerDialogs {
            dialogs,
            messages,
            chats,
            users,
            state: state(call, me.id),
        },
    ))
}

struct Listed {
    dialogs: Vec<enums::Dialog>,
    messages: Vec<enums::Message>,
    chats: Vec<enums::Chat>,
    users: Vec<enums::User>,
}

fn list(call: &Call, me: i64, page: &[Arc<Chat>]) -> Listed {
    let mut parties = Parties::new(call.world(), me);
    let mut messages = Vec::new();
    for chat in page {
        parties.chat(chat);
        if let Some(last) = chat.last() {
            parties.author(&last);
            messages.push(schema::message(chat, &last, me));
        }
    }
    let (chats, users) = parties.finish();
    Listed {
        dialogs: page.iter().map(|chat| schema::dialog(chat, me)).collect(),
        messages,
        chats,
        users,
    }
}

/// A person's chats, the latest first.
fn sorted(call: &Call, me: i64) -> Vec<Arc<Chat>> {
    let mut chats = call.world().chats().of(me);
    chats.sort_by_cached_key(|chat| std::cmp::Reverse(moment(chat)));
    chats
}

/// When something last happened in a chat.
fn moment(chat: &Chat) -> (i64, i64) {
    let last = chat.last().map_or(chat.created_at, |last| last.date);
    (last, chat.id)
}
