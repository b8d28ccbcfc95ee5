//! The pages that can be read in a browser.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::rc::Rc;

use proptest::prelude::*;
use serde_json::json;
use sesame_work::export::{Converter, HtmlWriter, PAGE, Pages, Surroundings};

use crate::fixture::{around, assert_golden, files, golden, private};
use crate::words::Names;

type Written = Rc<RefCell<BTreeMap<String, Vec<u8>>>>;

#[derive(Clone, Default)]
struct InMemory(Written);

struct Page {
    name: String,
    all: Written,
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.all.borrow_mut();
        all.entry(self.name.clone()).or_default().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pages for InMemory {
    type Page = Page;

    fn begin(&mut self, name: &str) -> io::Result<Page> {
        Ok(Page {
            name: name.to_owned(),
            all: Rc::clone(&self.0),
        })
    }

    fn end(&mut self, _: Page) -> io::Result<()> {
        Ok(())
    }
}

fn pages(around: &Surroundings<'_>, lines: &str) -> BTreeMap<String, String> {
    let mut converter = Converter::new(around);
    let mut writer = HtmlWriter::start(InMemory::default(), around, &Names).unwrap();
    for line in lines.lines() {
        writer.message(converter.convert(line).unwrap()).unwrap();
    }
    let written = writer.finish().unwrap().0;
    let written = written.borrow();
    let pages = written.iter();
    pages
        .map(|(name, bytes)| (name.clone(), String::from_utf8(bytes.clone()).unwrap()))
        .collect()
}

#[test]
fn the_page_of_everything_is_as_it_was_looked_at() {
    let files = files();
    let pages = pages(&around(&files), golden("messages.jsonl"));
    assert_eq!(pages.len(), 1);
    assert_golden("messages.html.golden", &pages["messages.html"]);
}

#[test]
fn nothing_that_others_wrote_is_markup_or_leads_elsewhere() {
    let files = files();
    let pages = pages(&around(&files), golden("messages.jsonl"));
    let page = &pages["messages.html"];
    for evil in [
        "<b>",
        "<i>",
        "<script",
        "<title>\"",
        "<happened>",
        "<Group>",
    ] {
        let body = page.split_once("<body>").unwrap().1;
        assert!(!body.contains(evil), "{evil}");
    }
    for attribute in [" href=\"", " src=\"", " poster=\""] {
        for place in page.split(attribute).skip(1) {
            let place = place.split('"').next().unwrap();
            let is_fine = [
                "./", "#message", "messages", "https://", "http://", "tg://", "mailto:", "tel:",
            ];
            assert!(
                is_fine.iter().any(|begin| place.starts_with(begin)),
                "{place}"
            );
            // What is loaded is the export's own.
            assert!(
                attribute == " href=\"" || place.starts_with("./"),
                "{place}"
            );
        }
    }
    assert!(!page.contains("javascript:") && !page.contains("onload"));
}

/// Lines of a private chat: texts, of which some are an album, some reply.
fn lines(count: i64, album: std::ops::Range<i64>) -> String {
    let line = |id: i64| {
        let mut message = json!({
            "_": "message", "id": id, "date": id, "message": format!("message {id}"),
            "peer_id": {"_": "peerUser", "user_id": 2},
            "reply_to": {"_": "messageReplyHeader", "reply_to_msg_id": id - 1},
        });
        if album.contains(&id) {
            message["grouped_id"] = json!(5);
        }
        format!(r#"{{"v":1,"layer":230,"id":{id},"message":{message}}}"#)
    };
    (1..=count).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn pages_are_turned_and_lead_to_each_other_and_an_album_is_not_parted() {
    let files = HashMap::new();
    let around = private(&files);
    let most = i64::try_from(PAGE).unwrap();
    // Five before the page's edge, five behind it.
    let pages = pages(&around, &lines(2 * most, most - 4..most + 6));
    let names: Vec<_> = pages.keys().map(String::as_str).collect();
    assert_eq!(names, ["messages.html", "messages2.html", "messages3.html"]);
    let on = |page: &str, id: i64| pages[page].contains(&format!("id=\"message{id}\""));
    assert!(on("messages.html", most - 5) && !on("messages.html", most - 4));
    assert!(on("messages2.html", most - 4) && on("messages2.html", most + 5));
    let first = &pages["messages.html"];
    assert!(
        first.contains("rel=\"next\" href=\"messages2.html\"") && !first.contains("rel=\"prev\"")
    );
    let second = &pages["messages2.html"];
    assert!(
        second.contains("rel=\"prev\" href=\"messages.html\"")
            && second.contains("href=\"messages3.html\"")
    );
    assert!(!pages["messages3.html"].contains("rel=\"next\""));
    // Replies lead over the page's edge, and within it.
    let edge = format!("href=\"messages.html#message{}\"", most - 5);
    assert!(second.contains(&edge));
    assert!(first.contains("href=\"#message1\""));
    // The first message replies to one that is not there.
    assert!(!first.contains("#message0"));
    for id in 1..=2 * most {
        let anchor = format!("id=\"message{id}\"");
        let times: usize = pages
            .values()
            .map(|page| page.matches(&anchor).count())
            .sum();
        assert_eq!(times, 1, "{id}");
    }
}

#[test]
fn an_empty_chat_has_a_page() {
    let files = HashMap::new();
    let pages = pages(&private(&files), "");
    assert!(pages["messages.html"].ends_with("</html>\n"));
}

proptest! {
    #[test]
    fn any_text_is_text(text in "[ -~é\u{202e}<>&\"']{0,40}", name in any::<String>()) {
        let message = json!({
            "_": "message", "id": 7, "date": 1, "message": text,
            "peer_id": {"_": "peerUser", "user_id": 2},
            "fwd_from": {"_": "messageFwdHeader", "from_name": name, "date": 1},
            "entities": [{"_": "messageEntityTextUrl", "offset": 0, "length": text.encode_utf16().count(), "url": name}],
        });
        let line = format!(r#"{{"v":1,"layer":230,"id":7,"message":{message}}}"#);
        let files = HashMap::new();
        let page = pages(&private(&files), &line).remove("messages.html").unwrap();
        let article = page.split_once("<article").unwrap().1;
        for open in article.split('<').skip(1) {
            let element = open.trim_start_matches('/');
            let known = ["div", "span", "a ", "a>", "time", "p", "article", "main", "footer", "body", "html"];
            prop_assert!(known.iter().any(|name| element.starts_with(name)), "{open}");
        }
    }
}
