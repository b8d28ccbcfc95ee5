//! What a screen of Telegram does: its colours change while it is open, its dates are
//! written as the device writes them, it has the bot's name and the person's picture.

use rstest::rstest;
use serde_json::json;
use sesame_test_support::nginx::PictureHost;

use crate::exhibition::Exhibition;
use crate::themes::{THEMES, parameters};

#[tokio::test]
async fn a_change_of_theme_colours_the_button_and_the_way_back_anew() {
    Exhibition::open(async |exhibition| {
        let browser = &exhibition.browser;
        exhibition.show(exhibition.state("link-desktop")).await.unwrap();
        let mut before = Vec::new();
        for (name, colours) in THEMES {
            let wear = "window.dispatchEvent(new MessageEvent('message', {
                    source: window.parent, data: { eventType: 'theme_changed', eventData: { theme_params: arguments[0] } },
                }));
                const colour = (css, name) => getComputedStyle(document.querySelector(css))[name];
                return [colour('#back', 'color'), colour('.button.only-desktop', 'backgroundColor')];";
            let theme = vec![parameters(colours)];
            let worn = browser.execute(wear, theme).await.unwrap();
            let worn: Vec<String> = worn.convert().unwrap();
            assert!(!before.contains(&worn), "{name}: {worn:?} as in another");
            before.push(worn);
        }
    })
    .await;
}

/// How a date and a time of day look in each language, the digits apart.
#[rstest]
#[case::german(
    "de-DE",
    r"^\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d$",
    r"^\d+\. \p{L}+ \d{4}$"
)]
#[case::russian(
    "ru-RU",
    r"^\d+ \p{L}+\.? \d{4}\sг\., \d\d:\d\d:\d\d$",
    r"^\d+ \p{L}+ \d{4}\sг\.$"
)]
#[case::portuguese(
    "pt-BR",
    r"^\d+ de \p{L}+\. de \d{4}, \d\d:\d\d:\d\d$",
    r"^\d+ de \p{L}+ de \d{4}$"
)]
#[tokio::test]
async fn dates_are_written_as_the_device_writes_them(
    #[case] locale: &str,
    #[case] exact: &str,
    #[case] day: &str,
) {
    Exhibition::open(async |exhibition| {
        let browser = &exhibition.browser;
        let device = json!({ "locale": locale });
        let method = "Emulation.setLocaleOverride";
        browser.devtools(method, device).await.unwrap();
        let unlike = async |place: &str, like: &str| {
            let script = "const [place, like] = arguments;
                const said = [...document.querySelectorAll(place)].map((it) => it.textContent);
                return said.length ? said.filter((it) => !new RegExp(like, 'u').test(it)) : ['nothing'];";
            let said = browser.execute(script, vec![json!(place), json!(like)]);
            said.await.unwrap().convert::<Vec<String>>().unwrap()
        };
        exhibition.show(exhibition.state("activity-open")).await.unwrap();
        let found = unlike("time[data-exact]", exact).await;
        assert!(found.is_empty(), "{locale}: {found:?}");
        exhibition.show(exhibition.state("receipt")).await.unwrap();
        let found = unlike("time[data-day]", day).await;
        assert!(found.is_empty(), "{locale}: {found:?}");
        // Its words stay those of the person's language.
        let words = "return document.querySelector('.view h1').textContent";
        let words = browser.execute(words, vec![]).await.unwrap();
        assert_eq!(words.convert::<String>().unwrap(), "Erased");
    })
    .await;
}

#[tokio::test]
async fn the_app_has_the_name_of_the_bot() {
    Exhibition::open(async |exhibition| {
        exhibition.show(exhibition.state("home")).await.unwrap();
        let title = exhibition.browser.title().await.unwrap();
        assert_eq!(title, "Harbour <Street>");
    })
    .await;
}

/// Where a picture is said to be, and whether it is shown.
const PICTURES: [(&str, bool); 6] = [
    ("https://t.me/i/userpic/320/ann.svg", true),
    ("https://cdn4.cdn-telegram.org/file/ann.svg", true),
    ("https://t.me/missing/ann.svg", false),
    ("https://nowhere.telegram.org/ann.svg", false),
    // Whoever else has one, the page's policy does not let it in.
    ("https://elsewhere.example/ann.svg", false),
    ("http://t.me/i/userpic/320/ann.svg", false),
];

/// Counts the pictures of which it is known whether they are there.
const WATCH: &str = "window.tried = 0;
    const Picture = window.Image;
    window.Image = function () {
        const it = new Picture();
        for (const end of ['load', 'error']) it.addEventListener(end, () => { window.tried += 1; });
        return it;
    };";

/// The initials of each person on the page, and how wide their picture is.
const AVATARS: &str = "return [...document.querySelectorAll('[data-avatar]')].map((it) => {
        const picture = it.querySelector('img');
        return [it.textContent.trim(), picture ? picture.naturalWidth : 0];
    });";

#[tokio::test]
async fn a_picture_is_shown_where_there_is_one_and_none_is_broken() {
    let host = PictureHost::start().await.unwrap();
    let names = ["t.me", "*.cdn-telegram.org", "elsewhere.example"];
    Exhibition::open_with(&host.flags(&names), async |exhibition| {
        let browser = &exhibition.browser;
        browser.before_pages(WATCH).await.unwrap();
        for (picture, is_shown) in PICTURES {
            let person = exhibition.person("home");
            let user = json!({ "id": person, "first_name": "Ann", "photo_url": picture });
            browser.goto("about:blank").await.unwrap();
            let address = exhibition.opened_by("home", &user.to_string());
            browser.goto(&address).await.unwrap();
            browser.view("home").await.unwrap();
            if picture.starts_with("https:") {
                exhibition.becomes("window.tried > 0").await.unwrap();
            }
            let shown = browser.execute(AVATARS, vec![]).await.unwrap();
            let shown: Vec<(String, u32)> = shown.convert().unwrap();
            let width = if is_shown { 8 } else { 0 };
            assert_eq!(shown, [("AL".to_owned(), width)], "{picture}");
        }
    })
    .await;
}
