//! What Telegram shows for the app: its main button has the theme's colours, also when
//! that changes, and where it is the only one, nothing is left of the footer.

use serde_json::json;
use sesame_test_support::browser::{Scheme, Window};
use sesame_test_support::test_server::TestServer;

use crate::BINARY;
use crate::person::Person;

const FRAME: &str = "#miniapp iframe";
const MAIN_BUTTON: &str = "#miniapp .app-button.main";

/// The colours of Telegram's main button, as the page shows them.
const BUTTON: &str =
    "const style = getComputedStyle(document.querySelector('#miniapp .app-button.main'));
    return [style.backgroundColor, style.color];";

/// The colours that the app has for it; those of what is dangerous, on a page of that.
const WANTED: &str = "const probe = document.body.appendChild(document.createElement('i'));
    const view = document.querySelector('.view:not(.leaving)');
    const names = view.querySelector('.actions .button--danger') ? ['--danger', '--on-danger'] : ['--accent', '--on-accent'];
    const colours = names.map((name) => {
        probe.style.color = `var(${name})`;
        return getComputedStyle(probe).color;
    });
    probe.remove();
    return colours;";

/// What the footer takes of the page, and whether the last thing before it can be seen.
const FOOTER: &str = "const view = document.querySelector('.view:not(.leaving)');
    const footer = view.querySelector('.actions');
    scrollTo(0, document.documentElement.scrollHeight);
    const last = [...view.querySelectorAll('.group, .note, .sheet__row')]
        .filter((it) => it.getClientRects().length).pop();
    return [footer.getBoundingClientRect().height, last.getBoundingClientRect().bottom <= innerHeight];";

/// Someone who has opened the app in Telegram.
struct Visit(Person);

impl Visit {
    async fn of(server: &TestServer) -> Self {
        let guest = server.guest(1).await.unwrap();
        let called = json!({ "first_name": "Zoe" });
        let changed = server.phones.change(guest.person.id, called);
        changed.await.unwrap();
        let person = Person::sit_down(&server.ready.phone, Window::Desktop, Scheme::Light).await;
        person.theme("light").await;
        person.choose("Zoe").await;
        person.click(".inline-button.opens-app").await;
        person.browser.hidden(".app-loading").await.unwrap();
        person.browser.enter(FRAME).await.unwrap();
        Self(person)
    }

    /// In the page around the app.
    async fn around(&self) {
        self.0.browser.enter_default_frame().await.unwrap();
    }

    /// Back in the app.
    async fn inside(&self) {
        self.0.browser.enter(FRAME).await.unwrap();
    }

    /// Waits until Telegram's button has the colours of the app; which these are.
    async fn colours(&self) -> String {
        self.0.browser.settled().await.unwrap();
        let wanted = self.0.ask(WANTED).await.to_string();
        self.around().await;
        let has = format!(
            "const has = (() => {{ {BUTTON} }})(); return JSON.stringify(has) === `{wanted}`;"
        );
        self.0.until(&has).await;
        self.inside().await;
        wanted
    }

    async fn main_button(&self) {
        self.around().await;
        self.0.click(MAIN_BUTTON).await;
        self.inside().await;
    }

    async fn theme(&self, name: &str) {
        self.around().await;
        self.0.theme(name).await;
        self.inside().await;
        let dressed = format!("return document.documentElement.dataset.scheme === '{name}'");
        self.0.until(&dressed).await;
    }

    async fn has_no_footer(&self) {
        self.0.browser.settled().await.unwrap();
        assert_eq!(self.0.ask(FOOTER).await, json!([0, true]));
    }
}

#[tokio::test]
async fn telegrams_button_follows_the_theme_and_leaves_no_room_below() {
    let server = TestServer::open(BINARY).await.unwrap();
    let visit = Visit::of(&server).await;
    let browser = &visit.0.browser;
    browser.view("home").await.unwrap();
    let light = visit.colours().await;
    visit.has_no_footer().await;
    visit.theme("dark").await;
    let dark = visit.colours().await;
    assert_ne!(light, dark);

    // What is dangerous is red, in both.
    visit.0.click("[href='/app/data']").await;
    browser.view("data").await.unwrap();
    visit.0.click("[data-href='/app/erase']").await;
    browser.view("erase").await.unwrap();
    let dark_red = visit.colours().await;
    assert_ne!(dark_red, dark);
    visit.theme("light").await;
    assert_ne!(visit.colours().await, dark_red);
    visit.has_no_footer().await;

    visit.main_button().await;
    visit.0.click("[data-action=erase]").await;
    browser.view("receipt").await.unwrap();
    visit.has_no_footer().await;
    browser.picture("receipt-in-telegram").await.unwrap();
}
