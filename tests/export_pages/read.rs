//! What the pages say of a chat with one of everything, in English.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_words::Language;
use sesame_work::export::{Converter, HtmlWriter, Pages, Source, Surroundings};
use url::Url;

use crate::fixture::{around, assert_like, files, golden, private};
use crate::looks::look;
use crate::picture;

/// Writes pages into a folder.
struct InFolder(PathBuf);

impl Pages for InFolder {
    type Page = fs::File;

    fn begin(&mut self, name: &str) -> io::Result<fs::File> {
        fs::File::create(self.0.join(name))
    }

    fn end(&mut self, _: fs::File) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the pages of a chat, and the files that they show.
fn write_chat(root: &Path, around: &Surroundings<'_>, lines: &str) {
    let words = Language::ENGLISH.export();
    let mut converter = Converter::new(around);
    let mut writer = HtmlWriter::start(InFolder(root.to_owned()), around, &words).unwrap();
    for line in lines.lines() {
        let message = converter.convert(line).unwrap();
        for named in message.named() {
            let path = root.join(&named.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match &named.source {
                Source::Text(text) => fs::write(path, text).unwrap(),
                Source::Fetched(_) => picture::put(&path),
            }
        }
        writer.message(message).unwrap();
    }
    writer.finish().unwrap();
}

/// The page of everything, and the files that it shows.
fn write(root: &Path) -> String {
    let files = files();
    write_chat(root, &around(&files), golden("messages.jsonl"));
    fs::read_to_string(root.join("messages.html")).unwrap()
}

#[test]
fn everything_that_can_happen_is_said_in_words() {
    let root = tempfile::tempdir().unwrap();
    let page = write(root.path());
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export_pages");
    assert_like(&golden, "messages.html.golden", &page);
    // What happened is named after the schema only where nothing is said of it.
    let mut wordless: BTreeMap<&str, usize> = BTreeMap::new();
    for name in page.split("(messageAction").skip(1) {
        *wordless.entry(name.split(')').next().unwrap()).or_default() += 1;
    }
    let known: Vec<_> = wordless.into_keys().collect();
    assert_eq!(known, ["Empty"]);
    for said in [
        "Ben &lt;b&gt; changed the name to “New &lt;title&gt;”",
        "Ann Lee is now within 50 metres of Ben &lt;b&gt;",
        "Ben &lt;b&gt; set messages to delete themselves after 1 day",
        "Ben &lt;b&gt; set a group call for 15 January 2027, 11:23",
        "Quiz paid ⭐100 back",
        "1 vote<",
        "2 votes<",
        "It is larger than was chosen for this copy.",
        "End of this copy",
        "Times are those of Test/Zone",
        "edited 16 January 2027, 13:46",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[tokio::test]
async fn the_page_of_everything_can_be_read_by_everyone() {
    let root = tempfile::tempdir().unwrap();
    write(root.path());
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    let page = Url::from_file_path(root.path().join("messages.html")).unwrap();
    browser.goto(page.as_str()).await.unwrap();
    let parts = [
        ("top", "body"),
        ("media", "#message24"),
        ("told", "#message50"),
        ("album", "#message68"),
        ("rich", "#message71"),
        ("service", "#message90"),
    ];
    look(&browser, "everything", &parts).await;
}

#[tokio::test]
async fn one_turns_the_pages_of_a_long_chat_without_script() {
    let line = |id: i64| {
        let message = json!({
            "_": "message", "id": id, "date": 1_800_000_000 + id * 300, "out": id % 3 == 0,
            "peer_id": {"_": "peerUser", "user_id": 2},
            "message": "Shall we meet at the harbour? ".repeat(1 + usize::try_from(id % 4).unwrap()),
            "reply_to": {"_": "messageReplyHeader", "reply_to_msg_id": id - 10},
        });
        format!(r#"{{"v":1,"layer":230,"id":{id},"message":{message}}}"#)
    };
    let lines: Vec<_> = (1..=1_006).map(line).collect();
    let root = tempfile::tempdir().unwrap();
    let files = HashMap::new();
    write_chat(root.path(), &private(&files), &lines.join("\n"));
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    let page = Url::from_file_path(root.path().join("messages.html")).unwrap();
    browser.goto(page.as_str()).await.unwrap();
    browser.click("footer a[rel=next]").await.unwrap();
    browser.shown("#message1006").await.unwrap();
    look(&browser, "second-page", &[("top", "body")]).await;
    // A reply leads to the message, over the page's edge too.
    browser.click("#message1001 .note a").await.unwrap();
    browser.shown("#message991:target").await.unwrap();
    browser.back().await.unwrap();
    browser.click("header a[rel=prev]").await.unwrap();
    browser.shown("#message1").await.unwrap();
}
