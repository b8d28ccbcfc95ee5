//! How parts of a text are formatted, as a client sends it.

use grammers_tl_types::{enums, types};

use super::peers::find_user;
use crate::dc::rpc::{Call, RpcError, RpcResult};

/// The most formats that one message can have; Telegram leaves out what is above.
const MOST: usize = 100;

/// The formats of a text, as messages have them.
pub(super) fn checked(
    call: &Call,
    me: i64,
    text: &str,
    entities: Vec<enums::MessageEntity>,
) -> RpcResult<Vec<enums::MessageEntity>> {
    let length = i32::try_from(text.encode_utf16().count()).unwrap_or(i32::MAX);
    let mut checked = Vec::new();
    for entity in entities.into_iter().take(MOST) {
        let end = entity.offset().checked_add(entity.length());
        let fits =
            entity.offset() >= 0 && entity.length() > 0 && end.is_some_and(|it| it <= length);
        if !fits {
            return Err(RpcError::bad_request("ENTITY_BOUNDS_INVALID"));
        }
        checked.push(match entity {
            enums::MessageEntity::InputMessageEntityMentionName(name) => {
                let user = find_user(call, me, &name.user_id);
                let user =
                    user.map_err(|_| RpcError::bad_request("ENTITY_MENTION_USER_INVALID"))?;
                enums::MessageEntity::MentionName(types::MessageEntityMentionName {
                    offset: name.offset,
                    length: name.length,
                    user_id: user.id,
                })
            }
            other => other,
        });
    }
    checked.sort_by_key(|entity| (entity.offset(), -entity.length()));
    Ok(checked)
}
