//! Reactions to messages, as Telegram Desktop writes them.

use super::context::Context;
use super::json::{Json, Layout, Object};
use super::schema::Tl;

/// A kind of reaction, how often there is one, and who had it last.
struct Counted<'a> {
    reaction: Tl<'a>,
    count: i64,
    recent: Vec<Tl<'a>>,
}

/// The reactions to a message; `None`: there are none.
pub(super) fn reactions(cx: &mut Context<'_>, reactions: Tl<'_>) -> Option<Json> {
    let mut all: Vec<Counted<'_>> = Vec::new();
    for one in reactions.list("results") {
        let reaction = one.get("reaction");
        if !all.iter().any(|known| is_same(known.reaction, reaction)) {
            all.push(Counted {
                reaction,
                count: one.int("count"),
                recent: Vec::new(),
            });
        }
    }
    for one in reactions.list("recent_reactions") {
        let reaction = one.get("reaction");
        if let Some(known) = all
            .iter_mut()
            .find(|known| is_same(known.reaction, reaction))
        {
            known.recent.push(one);
        } else {
            all.push(Counted {
                reaction,
                count: 0,
                recent: vec![one],
            });
        }
    }
    if all.is_empty() {
        return None;
    }
    let written = all.iter().map(|counted| write(cx, counted)).collect();
    Some(Json::List(written, Layout::Right))
}

fn is_same(one: Tl<'_>, other: Tl<'_>) -> bool {
    one.name() == other.name()
        && one.text("emoticon") == other.text("emoticon")
        && one.int("document_id") == other.int("document_id")
}

fn write(cx: &mut Context<'_>, counted: &Counted<'_>) -> Json {
    let mut object = Object::new();
    let kind = match counted.reaction.name() {
        "reactionEmoji" => "emoji",
        "reactionCustomEmoji" => "custom_emoji",
        "reactionPaid" => "paid",
        _ => "empty",
    };
    object.put("type", Json::text(kind));
    object.int("count", counted.count);
    match kind {
        "emoji" => object.put("emoji", Json::text(counted.reaction.text("emoticon"))),
        "custom_emoji" => {
            let path = cx.emoji_path(counted.reaction.int("document_id"));
            object.put("document_id", Json::text(path));
        }
        _ => {}
    }
    if !counted.recent.is_empty() {
        let recent = counted.recent.iter().filter_map(|one| {
            let who = one.peer("peer_id")?;
            let mut object = Object::new();
            object.put("from", cx.name(who));
            object.put("from_id", Json::peer(who));
            object.put("date", cx.date(one.int("date")));
            Some(object.into())
        });
        object.put("recent", Json::lines(recent));
    }
    object.into()
}
