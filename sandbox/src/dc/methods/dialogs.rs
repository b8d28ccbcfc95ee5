//! The list of dialogs (<https://core.telegram.org/api/folders>).

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::dialog_order::{Offset, Order};
use super::peers::{find_chat, viewer};
use super::updates::state;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, Parties, count};
use crate::world::{ARCHIVE, Chat};

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
        let folder = self.folder_id.map(check_folder).transpose()?;
        let order = Order::of(call.world(), me.id, call.range());
        let offset_chat = match &self.offset_peer {
            enums::InputPeer::Empty => None,
            peer => find_chat(&call, me.id, peer).ok().flatten(),
        };
        let offset = Offset {
            date: self.offset_date,
            id: self.offset_id,
            chat: offset_chat.map(|chat| chat.id),
        };
        let limit = usize::try_from(self.limit.clamp(1, MAX_LIMIT)).unwrap_or(1);
        let page = order.page(folder, self.exclude_pinned, &offset, limit);
        let mut list = List::new(&call, me.id);
        page.chats.iter().for_each(|chat| list.chat(chat));
        let complete = offset.is_none() && page.chats.len() == page.total;
        let Listed {
            dialogs,
            messages,
            chats,
            users,
        } = list.finish();
        Ok(if complete {
            enums::messages::Dialogs::Dialogs(types::messages::Dialogs {
                dialogs,
                messages,
                chats,
                users,
            })
        } else {
            enums::messages::Dialogs::Slice(types::messages::DialogsSlice {
                count: count(page.total),
                dialogs,
                messages,
                chats,
                users,
            })
        })
    }
}

impl Handle for messages::GetPinnedDialogs {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::PeerDialogs> {
        let me = call.me()?;
        let folder = check_folder(self.folder_id)?;
        let order = Order::of(call.world(), me.id, call.range());
        let mut list = List::new(&call, me.id);
        // The archive stands above the pinned ones of the main list. It does not come
        // with `messages.getDialogs`: clients that are in use could not read it there.
        if folder == 0 {
            list.archive(&order);
        }
        order.pinned(folder).iter().for_each(|chat| list.chat(chat));
        Ok(peer_dialogs(&call, me.id, list.finish()))
    }
}

impl Handle for messages::GetPeerDialogs {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::PeerDialogs> {
        let me = call.me()?;
        let mut list = List::new(&call, me.id);
        for peer in self.peers.iter().take(100) {
            match peer {
                enums::InputDialogPeer::Peer(peer) => {
                    if let Some(chat) = find_chat(&call, me.id, &peer.peer)? {
                        list.chat(&chat);
                    }
                }
                enums::InputDialogPeer::Folder(folder) => {
                    if check_folder(folder.folder_id)? == ARCHIVE {
                        list.archive(&Order::of(call.world(), me.id, call.range()));
                    }
                }
                enums::InputDialogPeer::Community(_) => {
                    return Err(RpcError::bad_request("PEER_ID_INVALID"));
                }
            }
        }
        Ok(peer_dialogs(&call, me.id, list.finish()))
    }
}

/// The folder, if there is such a one: the main list or the archive.
pub(super) fn check_folder(folder: i32) -> RpcResult<i32> {
    if (0..=ARCHIVE).contains(&folder) {
        Ok(folder)
    } else {
        Err(RpcError::bad_request("FOLDER_ID_INVALID"))
    }
}

fn peer_dialogs(call: &Call, me: i64, listed: Listed) -> enums::messages::PeerDialogs {
    enums::messages::PeerDialogs::Dialogs(types::messages::PeerDialogs {
        dialogs: listed.dialogs,
        messages: listed.messages,
        chats: listed.chats,
        users: listed.users,
        state: state(call, me),
    })
}

/// Dialogs as an answer has them.
struct Listed {
    dialogs: Vec<enums::Dialog>,
    messages: Vec<enums::Message>,
    chats: Vec<enums::Chat>,
    users: Vec<enums::User>,
}

/// Collects dialogs, with their latest messages and everyone whom these name.
struct List<'c> {
    call: &'c Call,
    me: i64,
    dialogs: Vec<enums::Dialog>,
    messages: Vec<enums::Message>,
    parties: Parties<'c>,
}

impl<'c> List<'c> {
    fn new(call: &'c Call, me: i64) -> Self {
        Self {
            call,
            me,
            dialogs: Vec::new(),
            messages: Vec::new(),
            parties: Parties::new(call.world(), me),
        }
    }

    fn chat(&mut self, chat: &Chat) {
        let list = self.call.world().chats().lists().of(self.me);
        self.dialogs.push(schema::dialog(chat, &list, self.me));
        self.last_message(chat);
    }

    /// The archive, if there is anything in it.
    fn archive(&mut self, order: &Order) {
        let archived = order.in_folder(ARCHIVE);
        if let Some(top) = archived.first() {
            let unread: Vec<_> = archived.iter().map(|chat| chat.unread(self.me)).collect();
            self.dialogs.push(schema::archive(top, &unread, self.me));
            let top = Arc::clone(top);
            self.last_message(&top);
        }
    }

    fn last_message(&mut self, chat: &Chat) {
        self.parties.chat(chat);
        if let Some(last) = chat.last_seen_by(self.me) {
            self.parties.message(&last);
            let viewer = viewer(self.call, self.me);
            self.messages.push(schema::message(chat, &last, viewer));
        }
    }

    fn finish(self) -> Listed {
        let (chats, users) = self.parties.finish();
        Listed {
            dialogs: self.dialogs,
            messages: self.messages,
            chats,
            users,
        }
    }
}
