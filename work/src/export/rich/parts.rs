//! What the blocks of rich messages are made of.

use super::Writer;
use super::files::ARTICLE;
use crate::export::json::{Json, Object};
use crate::export::schema::Tl;

impl Writer<'_, '_> {
    pub(super) fn list(&mut self, object: &mut Object, block: Tl<'_>) {
        let is_ordered = block.name() == "pageBlockOrderedList";
        object.put(
            "kind",
            Json::text(if is_ordered { "ordered" } else { "bullet" }),
        );
        if is_ordered {
            object.flag("reversed", block.flag("reversed"));
            if let Some(start) = block.int_if("start") {
                object.int("start", start);
            }
            if let Some(kind) = block.text_if("type") {
                object.put("list_type", Json::text(kind));
            }
        }
        let items = block.list("items").map(|item| self.list_item(item));
        object.put("items", Json::short(items));
    }

    fn list_item(&mut self, item: Tl<'_>) -> Json {
        let state = match (item.flag("checkbox"), item.flag("checked")) {
            (false, _) => "none",
            (true, false) => "unchecked",
            (true, true) => "checked",
        };
        let mut object = Object::new();
        object.put("task_state", Json::text(state));
        self.put_content(&mut object, item);
        if let Some(num) = item.text_if("num") {
            object.put("num", Json::text(num));
        }
        if let Some(value) = item.int_if("value") {
            object.int("value", value);
        }
        if let Some(kind) = item.text_if("type") {
            object.put("item_type", Json::text(kind));
        }
        object.into()
    }

    /// A text, or blocks.
    fn put_content(&mut self, object: &mut Object, of: Tl<'_>) {
        if of.get("blocks").is_there() {
            object.put("content", Json::text("blocks"));
            let blocks = self.blocks(of, "blocks");
            object.put("blocks", blocks);
        } else {
            object.put("content", Json::text("text"));
            let text = self.text(of, "text");
            object.put("text", text);
        }
    }

    pub(super) fn quote(&mut self, object: &mut Object, block: Tl<'_>) {
        let is_of_blocks = block.name() == "pageBlockBlockquoteBlocks";
        let content = if is_of_blocks { "blocks" } else { "text" };
        object.put("content", Json::text(content));
        object.flag("pullquote", block.name() == "pageBlockPullquote");
        let value = if is_of_blocks {
            self.blocks(block, "blocks")
        } else {
            self.text(block, "text")
        };
        object.put(content, value);
        let caption = self.text(block, "caption");
        object.put("caption", caption);
    }

    pub(super) fn put_caption(&mut self, object: &mut Object, block: Tl<'_>) {
        let caption = block.get("caption");
        let mut both = Object::new();
        for key in ["text", "credit"] {
            let text = self.text(caption, key);
            both.put(key, text);
        }
        object.put("caption", both.into());
    }

    pub(super) fn table(&mut self, object: &mut Object, block: Tl<'_>) {
        let title = self.text(block, "title");
        object.put("title", title);
        for key in ["bordered", "striped", "compact"] {
            object.flag(key, block.flag(key));
        }
        let rows = block.list("rows").map(|row| {
            let cells = row.list("cells").map(|cell| self.cell(cell));
            let mut object = Object::new();
            object.put("cells", Json::short(cells));
            object.into()
        });
        object.put("rows", Json::short(rows));
    }

    fn cell(&mut self, cell: Tl<'_>) -> Json {
        let mut object = Object::new();
        if cell.get("text").is_there() {
            let text = self.text(cell, "text");
            object.put("text", text);
        }
        for key in ["colspan", "rowspan"] {
            if let Some(span) = cell.int_if(key) {
                object.int(key, span);
            }
        }
        object.flag("header", cell.flag("header"));
        let align = if cell.flag("align_right") {
            "right"
        } else if cell.flag("align_center") {
            "center"
        } else {
            "left"
        };
        object.put("align", Json::text(align));
        let vertical = if cell.flag("valign_bottom") {
            "bottom"
        } else if cell.flag("valign_middle") {
            "middle"
        } else {
            "top"
        };
        object.put("vertical_align", Json::text(vertical));
        object.into()
    }

    pub(super) fn article(&mut self, article: Tl<'_>) -> Json {
        let mut object = Object::new();
        object.put("url", Json::text(article.text("url")));
        object.put("webpage_id", Json::id(article.int("webpage_id")));
        for key in ["title", "description"] {
            if let Some(text) = article.text_if(key) {
                object.put(key, Json::text(text));
            }
        }
        if let Some(id) = article.int_if("photo_id") {
            object.put("photo_id", Json::id(id));
            self.attached.put_photo(&mut object, id, &ARTICLE);
        }
        if let Some(author) = article.text_if("author") {
            object.put("author", Json::text(author));
        }
        if let Some(at) = article.int_if("published_date") {
            object.put("published_date", self.cx.date(at));
            object.put("published_date_unixtime", Json::text(at.to_string()));
        }
        object.into()
    }

    pub(super) fn button_row(&mut self, object: &mut Object, block: Tl<'_>) {
        let sides = [
            ("align_left", "left"),
            ("align_center", "center"),
            ("align_right", "right"),
        ];
        let side = sides.iter().find(|(flag, _)| block.flag(flag));
        let side = side.map_or("stretch", |(_, name)| *name);
        object.put("alignment", Json::text(side));
        let known = |button: &Tl<'_>| crate::export::markup::kind(button.get("type")).is_some();
        let buttons = block.list("buttons").filter(known).map(|button| {
            let mut object = Object::new();
            self.put_button(&mut object, button, false);
            object.into()
        });
        object.put("buttons", Json::short(buttons));
    }
}

/// A chat that a block points at.
pub(super) fn channel(chat: Tl<'_>) -> Json {
    let kind = match chat.name() {
        "chat" => "chat",
        "chatForbidden" => "chat_forbidden",
        "channel" => "channel",
        "channelForbidden" => "channel_forbidden",
        "community" => "community",
        "communityForbidden" => "community_forbidden",
        _ => "chat_empty",
    };
    let mut object = Object::new();
    object.put("source_type", Json::text(kind));
    object.put("id", Json::id(chat.int("id")));
    for key in ["title", "username"] {
        if let Some(text) = chat.text_if(key) {
            object.put(key, Json::text(text));
        }
    }
    if matches!(kind, "channel" | "channel_forbidden") {
        for key in ["broadcast", "megagroup", "monoforum"] {
            object.flag(key, chat.flag(key));
        }
    }
    object.into()
}

/// A place on a map.
pub(super) fn place(point: Tl<'_>) -> Json {
    let kind = match point.name() {
        "geoPoint" => "geo_point",
        "inputGeoPoint" => "input_geo_point",
        "inputGeoPointEmpty" => "input_geo_point_empty",
        _ => "geo_point_empty",
    };
    let mut object = Object::new();
    object.put("source_type", Json::text(kind));
    if matches!(kind, "geo_point" | "input_geo_point") {
        object.put("latitude", Json::double(point.float("lat")));
        object.put("longitude", Json::double(point.float("long")));
    }
    if let Some(radius) = point.int_if("accuracy_radius") {
        object.int("accuracy_radius", radius);
    }
    object.into()
}
