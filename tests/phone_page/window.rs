//! The page keeps within the window, whatever its size.

use rstest::rstest;
use serde_json::json;
use sesame_test_support::browser::{Scheme, Window};
use sesame_test_support::phone::Phones;
use sesame_test_support::test_server::Site;

use crate::person::Person;
use crate::served_app::{Bridge, ServedApp};

/// Tries to move the page in all the ways that would.
const SLIDE: &str = "
    for (const one of document.querySelectorAll('.room a, .room button, .room input, .room select')) {
        one.focus();
        one.scrollIntoView();
    }
    window.scrollTo(0, 500);
    document.body.scrollTop = 500;
    document.documentElement.scrollTop = 500;
    return [window.scrollY, document.body.scrollTop, document.documentElement.scrollTop];";

/// Whether all of an element is in the window.
fn within(css: &str) -> String {
    format!(
        "const box = document.querySelector('{css}').getBoundingClientRect();
         return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;"
    )
}

#[rstest]
#[case(1366, 600)]
#[case(1366, 657)]
#[case(1280, 720)]
#[case(390, 844)]
#[case(320, 640)]
#[tokio::test]
async fn nothing_slides_out_of_the_window(
    #[case] width: u32,
    #[case] height: u32,
    #[values("light", "dark")] theme: &str,
) {
    let site = Site::new(crate::BINARY).unwrap();
    let program = site.sandbox().arg("--telegram-only");
    let (_sandbox, ready) = site.start_sandbox(&program).await.unwrap();
    let phones = Phones::of(&ready).unwrap();
    phones.say(5_000_001, "/start").await.unwrap();
    let _app = ServedApp::behind_the_menu(&ready, Bridge::Sandbox).await;
    let mut person = Person::sit_down(&ready.phone, Window::Desktop, Scheme::Light).await;
    person.resize(width, height).await;
    person.theme(theme).await;
    for platform in ["ios", "android", "tdesktop"] {
        person.platform(platform).await;
        person.open_panel().await;
        assert_eq!(person.ask(SLIDE).await, json!([0, 0, 0]), "{platform}");
        person
            .ask("document.querySelector('.room').scrollTop = 0;")
            .await;
        person.until(&within("#room-nearby")).await;
        person.close_panel().await;
        person.browser.settled().await.unwrap();
        person.look(&format!("{theme}-{platform}-chat")).await;

        person.open_app().await;
        person.leave_app().await;
        for part in ["#app-close", "#miniapp iframe", ".app-more"] {
            person.until(&within(part)).await;
        }
        person.look(&format!("{theme}-{platform}-app")).await;
        person.click("#app-close").await;
        person.browser.hidden("#miniapp iframe").await.unwrap();
    }
}
