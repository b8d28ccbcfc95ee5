//! The blocks of rich messages.

use super::Writer;
use super::files::{AUTHOR, PHOTO, POSTER};
use super::parts::{channel, place};
use crate::export::json::{Json, Object};
use crate::export::schema::Tl;

impl Writer<'_, '_> {
    /// The blocks in a field.
    pub(super) fn blocks(&mut self, of: Tl<'_>, key: &str) -> Json {
        Json::short(of.list(key).map(|block| self.block(block)))
    }

    fn block(&mut self, block: Tl<'_>) -> Json {
        let kind = kind_of(block.name());
        let mut object = Object::new();
        object.put("type", Json::text(kind));
        match kind {
            "heading" => {
                object.int("level", level(block.name()));
                self.put(&mut object, "text", block);
            }
            "paragraph" | "footer" | "thinking" => self.put(&mut object, "text", block),
            "author_date" => {
                self.put(&mut object, "author", block);
                self.put_moment(&mut object, block.int("published_date"));
            }
            "code" => {
                self.put(&mut object, "text", block);
                object.put("language", Json::text(block.text("language")));
            }
            "anchor" => object.put("name", Json::text(block.text("name"))),
            "list" => self.list(&mut object, block),
            "quote" => self.quote(&mut object, block),
            "photo" => self.photo(&mut object, block),
            "video" => self.document(&mut object, block, "video_id"),
            "audio" => self.document(&mut object, block, "audio_id"),
            "file" => self.document(&mut object, block, "document_id"),
            "cover" => {
                let inner = self.block(block.get("cover"));
                object.put("block", inner);
            }
            "embed" => self.embed(&mut object, block),
            "embed_post" => self.embed_post(&mut object, block),
            "collage" | "slideshow" => {
                let items = self.blocks(block, "items");
                object.put("items", items);
                self.put_caption(&mut object, block);
            }
            "channel" => object.put("channel", channel(block.get("channel"))),
            "math" => object.put("formula", Json::text(block.text("source"))),
            "table" => self.table(&mut object, block),
            "details" => {
                self.put(&mut object, "title", block);
                object.flag("open", block.flag("open"));
                let blocks = self.blocks(block, "blocks");
                object.put("blocks", blocks);
            }
            "related_articles" => {
                self.put(&mut object, "title", block);
                let articles = block.list("articles").map(|article| self.article(article));
                object.put("articles", Json::short(articles));
            }
            "map" | "input_map" => {
                object.put("geo", place(block.get("geo")));
                object.int("zoom", block.int("zoom"));
                object.int("width", block.int("w"));
                object.int("height", block.int("h"));
                self.put_caption(&mut object, block);
            }
            "button_row" => self.button_row(&mut object, block),
            "unsupported" => {
                let source = match block.name() {
                    "pageBlockUnsupported" => "page_block_unsupported",
                    _ => "unknown",
                };
                object.put("source_type", Json::text(source));
                object.flag("unsupported", true);
            }
            _ => {}
        }
        object.into()
    }

    /// A rich text under its own key.
    fn put(&mut self, object: &mut Object, key: &'static str, block: Tl<'_>) {
        let text = self.text(block, key);
        object.put(key, text);
    }

    fn put_moment(&self, object: &mut Object, at: i64) {
        object.put("date", self.cx.date(at));
        object.put("date_unixtime", Json::text(at.to_string()));
    }

    fn photo(&mut self, object: &mut Object, block: Tl<'_>) {
        let id = block.int("photo_id");
        object.put("photo_id", Json::id(id));
        self.attached.put_photo(object, id, &PHOTO);
        object.flag("spoiler", block.flag("spoiler"));
        if let Some(url) = block.text_if("url") {
            object.put("url", Json::text(url));
        }
        if let Some(page) = block.int_if("webpage_id") {
            object.put("webpage_id", Json::id(page));
        }
        self.put_caption(object, block);
    }

    fn document(&mut self, object: &mut Object, block: Tl<'_>, key: &str) {
        let id = block.int(key);
        object.put("document_id", Json::id(id));
        self.attached.put_document(object, id, true);
        if key == "video_id" {
            for key in ["autoplay", "loop", "spoiler"] {
                object.flag(key, block.flag(key));
            }
        }
        self.put_caption(object, block);
    }

    fn embed(&mut self, object: &mut Object, block: Tl<'_>) {
        for key in ["url", "html"] {
            if let Some(text) = block.text_if(key) {
                object.put(key, Json::text(text));
            }
        }
        if let Some(id) = block.int_if("poster_photo_id") {
            object.put("poster_photo_id", Json::id(id));
            self.attached.put_photo(object, id, &POSTER);
        }
        for (key, field) in [("width", "w"), ("height", "h")] {
            if let Some(length) = block.int_if(field) {
                object.int(key, length);
            }
        }
        object.flag("full_width", block.flag("full_width"));
        object.flag("allow_scrolling", block.flag("allow_scrolling"));
        self.put_caption(object, block);
    }

    fn embed_post(&mut self, object: &mut Object, block: Tl<'_>) {
        object.put("url", Json::text(block.text("url")));
        object.put("webpage_id", Json::id(block.int("webpage_id")));
        let photo = block.int("author_photo_id");
        object.put("author_photo_id", Json::id(photo));
        self.attached.put_photo(object, photo, &AUTHOR);
        object.put("author", Json::text(block.text("author")));
        self.put_moment(object, block.int("date"));
        let blocks = self.blocks(block, "blocks");
        object.put("blocks", blocks);
        self.put_caption(object, block);
    }
}

fn kind_of(block: &str) -> &'static str {
    match block {
        "pageBlockTitle" | "pageBlockSubtitle" | "pageBlockHeader" | "pageBlockSubheader"
        | "pageBlockKicker" | "pageBlockHeading1" | "pageBlockHeading2" | "pageBlockHeading3"
        | "pageBlockHeading4" | "pageBlockHeading5" | "pageBlockHeading6" => "heading",
        "pageBlockParagraph" => "paragraph",
        "pageBlockFooter" => "footer",
        "pageBlockThinking" => "thinking",
        "pageBlockAuthorDate" => "author_date",
        "pageBlockPreformatted" => "code",
        "pageBlockDivider" => "divider",
        "pageBlockAnchor" => "anchor",
        "pageBlockList" | "pageBlockOrderedList" => "list",
        "pageBlockBlockquote" | "pageBlockPullquote" | "pageBlockBlockquoteBlocks" => "quote",
        "pageBlockPhoto" => "photo",
        "pageBlockVideo" => "video",
        "pageBlockAudio" => "audio",
        "pageBlockDocument" => "file",
        "pageBlockCover" => "cover",
        "pageBlockEmbed" => "embed",
        "pageBlockEmbedPost" => "embed_post",
        "pageBlockCollage" => "collage",
        "pageBlockSlideshow" => "slideshow",
        "pageBlockChannel" => "channel",
        "pageBlockMath" => "math",
        "pageBlockTable" => "table",
        "pageBlockDetails" => "details",
        "pageBlockRelatedArticles" => "related_articles",
        "pageBlockMap" => "map",
        "inputPageBlockMap" => "input_map",
        "pageBlockButtonRow" => "button_row",
        _ => "unsupported",
    }
}

fn level(block: &str) -> i64 {
    match block {
        "pageBlockTitle" | "pageBlockHeading1" => 1,
        "pageBlockSubtitle" | "pageBlockHeading2" => 2,
        "pageBlockHeader" | "pageBlockHeading3" => 3,
        "pageBlockSubheader" | "pageBlockHeading4" => 4,
        "pageBlockKicker" | "pageBlockHeading5" => 5,
        _ => 6,
    }
}
