//! Rich messages, whose text is a tree of blocks, as Telegram Desktop writes them.
//!
//! Access hashes, which Telegram Desktop writes for channels and places, are not in
//! the records: they are good for the account alone.

mod block;
mod files;
mod parts;
mod text;

use super::context::Context;
use super::json::{Json, Object};
use super::schema::Tl;

use files::Attached;

/// A rich message.
pub(super) fn rich_message(cx: &mut Context<'_>, rich: Tl<'_>) -> Json {
    let attached = Attached::of(cx, rich);
    let mut object = Object::new();
    object.flag("rtl", rich.flag("rtl"));
    object.flag("part", rich.flag("part"));
    let mut writer = Writer { cx, attached };
    object.put("blocks", writer.blocks(rich, "blocks"));
    object.into()
}

/// Writes the blocks of a rich message.
struct Writer<'a, 'b> {
    cx: &'a mut Context<'b>,
    attached: Attached,
}
