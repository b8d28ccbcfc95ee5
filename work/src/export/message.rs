//! A message as Telegram Desktop writes it.

use sesame_domain::session::peer::PeerId;

use super::action::{Told, tell};
use super::context::Context;
use super::header::{reply, sender};
use super::json::{Json, Layout, Object};
use super::markup::buttons;
use super::media::{is_unsupported, put_media};
use super::reactions::reactions;
use super::rich::rich_message;
use super::schema::Tl;
use super::text::Text;

/// What kind of message it is in `result.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Service,
    Unsupported,
}

/// A message, of which everything that goes beyond its JSON stands in the record.
pub(super) struct Written {
    pub(super) kind: Kind,
    pub(super) object: Object,
}

/// Writes a message of this number.
pub(super) fn write(cx: &mut Context<'_>, id: i64, message: Tl<'_>) -> Written {
    let rich = message.get("rich_message");
    let mut object = Object::new();
    object.int("id", id);
    if is_unsupported(message.get("media")) && !rich.is_there() {
        object.put("type", Json::text("unsupported"));
        return Written {
            kind: Kind::Unsupported,
            object,
        };
    }
    let told = tell(cx, message.get("action"), message);
    let kind = if told.is_some() {
        Kind::Service
    } else {
        Kind::Message
    };
    let kind_name = if kind == Kind::Service {
        "service"
    } else {
        "message"
    };
    object.put("type", Json::text(kind_name));
    moments(cx, &mut object, message);
    match told {
        Some(Told { has_actor, members }) => {
            if has_actor {
                from(cx, &mut object, message, ["actor", "actor_id"]);
            }
            for (key, value) in members.members() {
                object.put(key, value.clone());
            }
        }
        None => header(cx, &mut object, message),
    }
    put_media(cx, &mut object, message);
    if rich.is_there() {
        object.put("rich_message", rich_message(cx, rich));
    } else {
        let text = Text::of_message(cx, message);
        object.put("text", text.mixed(Layout::Lines));
        object.put("text_entities", text.objects());
    }
    if let Some(rows) = buttons(message.get("reply_markup")) {
        object.put("inline_bot_buttons", rows);
    }
    // Of what happened Telegram Desktop does not look at the reactions.
    if message.name() == "message"
        && let Some(reactions) = reactions(cx, message.get("reactions"))
    {
        object.put("reactions", reactions);
    }
    Written { kind, object }
}

fn moments(cx: &Context<'_>, object: &mut Object, message: Tl<'_>) {
    let at = message.int("date");
    object.put("date", cx.date(at));
    object.put("date_unixtime", Json::text(at.to_string()));
    let edited = message.int("edit_date");
    if edited != 0 {
        object.put("edited", cx.date(edited));
        object.put("edited_unixtime", Json::text(edited.to_string()));
    }
}

/// What stands before the media of a message that someone wrote.
fn header(cx: &Context<'_>, object: &mut Object, message: Tl<'_>) {
    from(cx, object, message, ["from", "from_id"]);
    object.text("author", message.text("post_author"));
    let forward = message.get("fwd_from");
    if let Some(origin) = forward.peer("from_id") {
        object.put("forwarded_from", cx.name(origin));
        object.put("forwarded_from_id", Json::peer(origin));
    } else {
        object.text("forwarded_from", forward.text("from_name"));
    }
    if let Some(saved) = forward.peer("saved_from_peer") {
        object.put("saved_from", cx.name(saved));
    }
    reply(cx, object, message, "reply_to_message_id");
    let bot = PeerId::User(message.int("via_bot_id"));
    if let Some(name) = cx
        .around
        .peers
        .find(bot)
        .and_then(|bot| bot.username.as_ref())
    {
        object.put("via_bot", Json::text(format!("@{name}")));
    }
}

/// Who wrote it, under these keys.
fn from(cx: &Context<'_>, object: &mut Object, message: Tl<'_>, keys: [&'static str; 2]) {
    if let Some(sender) = sender(cx.around.chat.me, message) {
        object.put(keys[0], cx.name(sender));
        object.put(keys[1], Json::peer(sender));
    }
}
