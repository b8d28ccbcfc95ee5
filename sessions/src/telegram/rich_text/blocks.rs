//! Blocks, one after the other.

use grammers_tl_types::{enums, types};
use sesame_domain::reading::EntityKind;

use super::inline::{leads_to, link, write};
use super::writer::Writer;

/// Writes blocks in their order.
pub(super) fn write_all(to: &mut Writer, blocks: &[enums::PageBlock]) {
    for block in blocks {
        write_one(to, block);
    }
}

fn write_one(to: &mut Writer, block: &enums::PageBlock) {
    use enums::PageBlock as Given;
    match block {
        // Nothing in words. What the layer does not have comes as unsupported.
        Given::Unsupported | Given::Divider | Given::Anchor(_) => {}
        Given::Title(it) => line(to, &it.text),
        Given::Subtitle(it) => line(to, &it.text),
        Given::Kicker(it) => line(to, &it.text),
        Given::AuthorDate(it) => line(to, &it.author),
        Given::Header(it) => line(to, &it.text),
        Given::Subheader(it) => line(to, &it.text),
        Given::Heading1(it) => line(to, &it.text),
        Given::Heading2(it) => line(to, &it.text),
        Given::Heading3(it) => line(to, &it.text),
        Given::Heading4(it) => line(to, &it.text),
        Given::Heading5(it) => line(to, &it.text),
        Given::Heading6(it) => line(to, &it.text),
        Given::Paragraph(it) => line(to, &it.text),
        Given::Footer(it) => line(to, &it.text),
        Given::Thinking(it) => line(to, &it.text),
        Given::Math(it) => plain(to, &it.source),
        Given::Preformatted(it) => {
            let language = it.language.clone();
            to.line();
            to.formatted(EntityKind::Pre { language }, |to| write(to, &it.text));
        }
        Given::Blockquote(it) => {
            quote(to, it.collapsed, |to| line(to, &it.text));
            line(to, &it.caption);
        }
        Given::BlockquoteBlocks(it) => {
            quote(to, false, |to| write_all(to, &it.blocks));
            line(to, &it.caption);
        }
        Given::Pullquote(it) => {
            quote(to, false, |to| line(to, &it.text));
            line(to, &it.caption);
        }
        Given::List(it) => it.items.iter().for_each(|item| list_item(to, item)),
        Given::OrderedList(it) => it.items.iter().for_each(|item| ordered_item(to, item)),
        Given::Photo(it) => caption(to, &it.caption),
        Given::Video(it) => caption(to, &it.caption),
        Given::Audio(it) => caption(to, &it.caption),
        Given::Document(it) => caption(to, &it.caption),
        Given::Embed(it) => caption(to, &it.caption),
        Given::Map(it) => caption(to, &it.caption),
        Given::InputPageBlockMap(it) => caption(to, &it.caption),
        Given::Cover(it) => write_one(to, &it.cover),
        Given::Collage(it) => {
            write_all(to, &it.items);
            caption(to, &it.caption);
        }
        Given::Slideshow(it) => {
            write_all(to, &it.items);
            caption(to, &it.caption);
        }
        Given::EmbedPost(it) => {
            to.line();
            to.formatted(link(&it.url), |to| to.push(&it.author));
            write_all(to, &it.blocks);
            caption(to, &it.caption);
        }
        Given::Channel(it) => plain(to, title(&it.channel)),
        Given::Table(it) => table(to, it),
        Given::Details(it) => {
            line(to, &it.title);
            write_all(to, &it.blocks);
        }
        Given::RelatedArticles(it) => {
            line(to, &it.title);
            it.articles.iter().for_each(|article| related(to, article));
        }
        Given::ButtonRow(it) => buttons(to, &it.buttons),
    }
}

fn line(to: &mut Writer, text: &enums::RichText) {
    to.line();
    write(to, text);
}

fn plain(to: &mut Writer, words: &str) {
    to.line();
    to.push(words);
}

fn quote(to: &mut Writer, is_collapsed: bool, write: impl FnOnce(&mut Writer)) {
    to.line();
    to.formatted(EntityKind::Blockquote { is_collapsed }, write);
}

fn caption(to: &mut Writer, caption: &enums::PageCaption) {
    let enums::PageCaption::Caption(caption) = caption;
    line(to, &caption.text);
    line(to, &caption.credit);
}

fn list_item(to: &mut Writer, item: &enums::PageListItem) {
    match item {
        enums::PageListItem::Text(it) => line(to, &it.text),
        enums::PageListItem::Blocks(it) => write_all(to, &it.blocks),
    }
}

/// Its number is no word of it.
fn ordered_item(to: &mut Writer, item: &enums::PageListOrderedItem) {
    match item {
        enums::PageListOrderedItem::Text(it) => line(to, &it.text),
        enums::PageListOrderedItem::Blocks(it) => write_all(to, &it.blocks),
    }
}

fn table(to: &mut Writer, table: &types::PageBlockTable) {
    line(to, &table.title);
    for row in &table.rows {
        let enums::PageTableRow::Row(row) = row;
        to.line();
        for cell in &row.cells {
            let enums::PageTableCell::Cell(cell) = cell;
            if let Some(text) = &cell.text {
                to.cell();
                write(to, text);
            }
        }
    }
}

fn buttons(to: &mut Writer, buttons: &[enums::PageButton]) {
    to.line();
    for button in buttons {
        let enums::PageButton::Button(button) = button;
        to.cell();
        match leads_to(&button.r#type) {
            Some(url) => to.formatted(link(url), |to| write(to, &button.text)),
            None => write(to, &button.text),
        }
    }
}

fn related(to: &mut Writer, article: &enums::PageRelatedArticle) {
    let enums::PageRelatedArticle::Article(article) = article;
    to.line();
    to.formatted(link(&article.url), |to| {
        // Without a title, its address is what is seen.
        to.push(article.title.as_ref().unwrap_or(&article.url));
    });
    for words in [&article.description, &article.author]
        .into_iter()
        .flatten()
    {
        plain(to, words);
    }
}

fn title(chat: &enums::Chat) -> &str {
    match chat {
        enums::Chat::Empty(_) => "",
        enums::Chat::Chat(it) => &it.title,
        enums::Chat::Forbidden(it) => &it.title,
        enums::Chat::Channel(it) => &it.title,
        enums::Chat::ChannelForbidden(it) => &it.title,
        enums::Chat::Community(it) => &it.title,
        enums::Chat::CommunityForbidden(it) => &it.title,
    }
}
