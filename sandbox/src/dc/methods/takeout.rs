//! Exports (<https://core.telegram.org/api/takeout>).

use grammers_tl_types::{
    enums,
    functions::{account, messages},
    types,
};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::world::{TakeoutFlags, TakeoutRefusal};

/// How many messages of private chats and groups are in one range.
const RANGE: i32 = 5_000;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<account::InitTakeoutSession>(),
        method::<account::FinishTakeoutSession>(),
        method::<messages::GetSplitRanges>(),
    ]
}

/// The call has to be made inside an export.
const REQUIRED: RpcError = RpcError::new(403, "TAKEOUT_REQUIRED");

impl Handle for account::InitTakeoutSession {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::account::Takeout> {
        let me = call.me()?;
        let flags = TakeoutFlags {
            contacts: self.contacts,
            message_users: self.message_users,
            message_chats: self.message_chats,
            message_megagroups: self.message_megagroups,
            message_channels: self.message_channels,
            files: self.files,
            file_max_size: self.file_max_size,
        };
        let world = call.world();
        match world.takeouts().begin(me.id, flags, call.now()) {
            Ok(id) => Ok(enums::account::Takeout::Takeout(types::account::Takeout {
                id,
            })),
            Err((refusal, first)) => {
                if first {
                    world.tell_of_takeout(me.id);
                }
                Err(refusal.into())
            }
        }
    }
}

impl From<TakeoutRefusal> for RpcError {
    fn from(refusal: TakeoutRefusal) -> Self {
        match refusal {
            TakeoutRefusal::Delay(seconds) => Self {
                code: 420,
                message: format!("TAKEOUT_INIT_DELAY_{seconds}").into(),
            },
            TakeoutRefusal::Invalid => Self::bad_request("TAKEOUT_INVALID"),
        }
    }
}

impl Handle for account::FinishTakeoutSession {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let me = call.me()?;
        let id = call.takeout().ok_or(REQUIRED)?;
        if call.world().takeouts().finish(me.id, id, self.success) {
            Ok(true)
        } else {
            Err(TakeoutRefusal::Invalid.into())
        }
    }
}

impl Handle for messages::GetSplitRanges {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<Vec<enums::MessageRange>> {
        call.takeout().ok_or(REQUIRED)?;
        let me = call.me()?;
        let chats = call.world().chats().of(me.id);
        let common = chats.iter().filter(|chat| !chat.kind.is_channel());
        let last = common.filter_map(|chat| chat.last_seen_by(me.id));
        let last = last.map(|message| message.id).max().unwrap_or(0);
        let mut ranges = Vec::new();
        let mut min_id = 1;
        loop {
            let max_id = min_id + RANGE - 1;
            // The last one is open: what is said meanwhile belongs to it.
            let max_id = if max_id >= last { i32::MAX } else { max_id };
            let range = types::MessageRange { min_id, max_id };
            ranges.push(enums::MessageRange::Range(range));
            if max_id == i32::MAX {
                return Ok(ranges);
            }
            min_id = max_id + 1;
        }
    }
}
