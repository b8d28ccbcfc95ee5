//! Pinning, archiving and marking dialogs.

use grammers_tl_types::{
    enums,
    functions::{folders, messages},
    types,
};

use super::dialogs::check_folder;
use super::peers::find_chat;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::Parties;
use crate::world::{ARCHIVE, Mailbox, TooManyPinned, wire};

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::ToggleDialogPin>(),
        method::<messages::ReorderPinnedDialogs>(),
        method::<messages::MarkDialogUnread>(),
        method::<folders::EditPeerFolders>(),
    ]
}

impl From<TooManyPinned> for RpcError {
    fn from(_: TooManyPinned) -> Self {
        Self::bad_request("PINNED_DIALOGS_TOO_MUCH")
    }
}

impl Handle for messages::ToggleDialogPin {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let me = call.me()?;
        let chat = named(&call, me.id, &self.peer)?;
        call.world().chats().lists().pin(me.id, chat, self.pinned)?;
        Ok(true)
    }
}

impl Handle for messages::ReorderPinnedDialogs {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let me = call.me()?;
        let folder = check_folder(self.folder_id)?;
        let order = self.order.iter().map(|peer| named(&call, me.id, peer));
        let order = order.collect::<RpcResult<Vec<_>>>()?;
        let lists = call.world().chats().lists();
        lists.reorder(me.id, folder, &order, self.force)?;
        Ok(true)
    }
}

impl Handle for messages::MarkDialogUnread {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let me = call.me()?;
        if self.parent_peer.is_some() {
            return Err(RpcError::bad_request("PEER_ID_INVALID"));
        }
        let chat = named(&call, me.id, &self.peer)?;
        let lists = call.world().chats().lists();
        lists.mark_unread(me.id, chat, self.unread);
        Ok(true)
    }
}

impl Handle for folders::EditPeerFolders {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<enums::Updates> {
        let me = call.me()?;
        let mut parties = Parties::new(call.world(), me.id);
        let mut moved = Vec::new();
        for enums::InputFolderPeer::Peer(input) in &self.folder_peers {
            let folder_id = check_folder(input.folder_id)?;
            let chat = find_chat(&call, me.id, &input.peer)?;
            let chat = chat.ok_or(RpcError::bad_request("PEER_ID_INVALID"))?;
            let lists = call.world().chats().lists();
            lists.archive(me.id, chat.id, folder_id == ARCHIVE);
            parties.chat(&chat);
            let peer = crate::dc::schema::peer(&chat, me.id);
            moved.push(enums::FolderPeer::Peer(types::FolderPeer {
                peer,
                folder_id,
            }));
        }
        let (chats, users) = parties.finish();
        let update = types::UpdateFolderPeers {
            folder_peers: moved,
            pts: call.world().chats().with_mailbox(me.id, Mailbox::pts),
            pts_count: 0,
        };
        Ok(enums::Updates::Updates(types::Updates {
            updates: vec![enums::Update::FolderPeers(update)],
            users,
            chats,
            date: wire(call.now()),
            seq: 0,
        }))
    }
}

/// The chat that is meant; a folder cannot be.
fn named(call: &Call, me: i64, peer: &enums::InputDialogPeer) -> RpcResult<i64> {
    const INVALID: RpcError = RpcError::bad_request("PEER_ID_INVALID");
    match peer {
        enums::InputDialogPeer::Peer(peer) => {
            let chat = find_chat(call, me, &peer.peer)?;
            chat.map(|chat| chat.id).ok_or(INVALID)
        }
        enums::InputDialogPeer::Folder(_) | enums::InputDialogPeer::Community(_) => Err(INVALID),
    }
}
