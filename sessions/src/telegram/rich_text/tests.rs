//! What rich messages say.

use grammers_tl_types::enums::{PageBlock, RichText};
use grammers_tl_types::{enums, types};
use sesame_domain::reading::{Entity, EntityKind};

use super::rich_text;

fn plain(text: &str) -> RichText {
    RichText::TextPlain(types::TextPlain {
        text: text.to_owned(),
    })
}

fn paragraph(text: RichText) -> PageBlock {
    PageBlock::Paragraph(types::PageBlockParagraph { text })
}

fn said(blocks: Vec<PageBlock>) -> (String, Vec<Entity>) {
    rich_text(&enums::RichMessage::Message(types::RichMessage {
        rtl: false,
        part: false,
        blocks,
        photos: Vec::new(),
        documents: Vec::new(),
    }))
}

fn hashtag(text: RichText) -> RichText {
    RichText::TextHashtag(Box::new(types::TextHashtag { text }))
}

fn link(text: RichText, url: &str) -> RichText {
    RichText::TextUrl(Box::new(types::TextUrl {
        text,
        url: url.to_owned(),
        webpage_id: 0,
    }))
}

fn concat(texts: Vec<RichText>) -> RichText {
    RichText::TextConcat(types::TextConcat { texts })
}

/// The words that an entity is about.
fn words(text: &str, entity: &Entity) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let begin = usize::try_from(entity.offset).unwrap();
    let end = begin + usize::try_from(entity.length).unwrap();
    String::from_utf16(&units[begin..end]).unwrap()
}

fn cell(text: Option<&str>) -> enums::PageTableCell {
    enums::PageTableCell::Cell(types::PageTableCell {
        header: false,
        align_center: false,
        align_right: false,
        valign_middle: false,
        valign_bottom: false,
        text: text.map(plain),
        colspan: None,
        rowspan: None,
    })
}

fn row(cells: &[Option<&str>]) -> enums::PageTableRow {
    let cells = cells.iter().map(|text| cell(*text)).collect();
    enums::PageTableRow::Row(types::PageTableRow { cells })
}

#[test]
fn blocks_stand_on_lines_of_their_own_and_what_has_no_words_leaves_none() {
    let blocks = vec![
        PageBlock::Divider,
        paragraph(RichText::TextEmpty),
        PageBlock::Unsupported,
        paragraph(plain("one")),
        paragraph(RichText::TextEmpty),
        PageBlock::Divider,
        paragraph(plain("two\nlines")),
        PageBlock::Unsupported,
        paragraph(plain("three")),
        PageBlock::Divider,
    ];
    assert_eq!(said(blocks), ("one\ntwo\nlines\nthree".to_owned(), vec![]));
    assert_eq!(said(vec![PageBlock::Divider]), (String::new(), vec![]));
    assert_eq!(said(Vec::new()), (String::new(), vec![]));
}

#[test]
fn cells_of_a_row_are_apart_by_a_tab_and_empty_ones_are_not_there() {
    let table = types::PageBlockTable {
        bordered: false,
        striped: false,
        compact: false,
        title: RichText::TextEmpty,
        rows: vec![
            row(&[None, Some(""), Some("Line"), None, Some("Time")]),
            row(&[None, Some("")]),
            row(&[Some("North"), Some("07:10")]),
        ],
    };
    let (text, _) = said(vec![PageBlock::Table(table), paragraph(plain("after"))]);
    assert_eq!(text, "Line\tTime\nNorth\t07:10\nafter");
}

#[test]
fn formats_keep_their_places_in_units_of_utf_16_behind_lines_and_tabs() {
    let blocks = vec![
        paragraph(plain("⛵🌊 Море")),
        paragraph(concat(vec![
            hashtag(plain("#парус")),
            plain(" and "),
            link(
                concat(vec![plain("a "), hashtag(plain("#linked")), plain(" word")]),
                "https://example.org/🌊",
            ),
            plain(" "),
            link(plain("up"), "#top"),
            hashtag(RichText::TextEmpty),
        ])),
        paragraph(hashtag(plain("#last"))),
    ];
    let (text, entities) = said(blocks);
    assert_eq!(text, "⛵🌊 Море\n#парус and a #linked word up\n#last");
    let found: Vec<_> = entities
        .iter()
        .map(|entity| (words(&text, entity), entity.kind.clone()))
        .collect();
    let url = "https://example.org/🌊".to_owned();
    assert_eq!(
        found,
        [
            ("#парус".to_owned(), EntityKind::Hashtag),
            ("a #linked word".to_owned(), EntityKind::TextUrl { url }),
            ("#linked".to_owned(), EntityKind::Hashtag),
            ("#last".to_owned(), EntityKind::Hashtag),
        ]
    );
}

#[test]
fn a_quote_of_blocks_is_one_quote_and_its_caption_is_none_of_it() {
    let quote = types::PageBlockBlockquoteBlocks {
        blocks: vec![
            PageBlock::Divider,
            paragraph(plain("Twice")),
            paragraph(plain("as calm.")),
        ],
        caption: plain("B. Sailor"),
    };
    let blocks = vec![
        paragraph(plain("before")),
        PageBlock::BlockquoteBlocks(quote.clone()),
    ];
    let (text, entities) = said(blocks);
    assert_eq!(text, "before\nTwice\nas calm.\nB. Sailor");
    assert_eq!(words(&text, &entities[0]), "Twice\nas calm.");
    assert_eq!(entities.len(), 1);
    // Also where nothing stands before it.
    let (text, entities) = said(vec![PageBlock::BlockquoteBlocks(quote)]);
    assert_eq!(words(&text, &entities[0]), "Twice\nas calm.");
}

#[test]
fn a_button_that_opens_a_page_is_a_link() {
    let button = |text: &str, r#type| {
        enums::PageButton::Button(types::PageButton {
            text: plain(text),
            r#type,
            style: None,
        })
    };
    let url = "https://example.org".to_owned();
    let opens = types::InlineButtonTypeUrl { url: url.clone() };
    let row = types::PageBlockButtonRow {
        align_left: false,
        align_center: false,
        align_right: false,
        buttons: vec![
            button("Disabled", enums::InlineButtonType::Disabled),
            button("Open", enums::InlineButtonType::Url(opens)),
        ],
    };
    let (text, entities) = said(vec![PageBlock::ButtonRow(row)]);
    assert_eq!(text, "Disabled\tOpen");
    let [entity] = entities.try_into().unwrap();
    assert_eq!(words(&text, &entity), "Open");
    assert_eq!(entity.kind, EntityKind::TextUrl { url });
}
