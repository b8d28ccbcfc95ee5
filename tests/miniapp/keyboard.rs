//! The way by keyboard alone: where the focus is can be seen, it goes on from
//! where something happened, and nothing holds it.

use sesame_test_support::browser::{Browser, Window};
use sesame_test_support::test_server::TestServer;
use thirtyfour::Key;

use crate::{BINARY, becomes, opened};

/// Whether what has the focus can be seen to have it, and is in sight; if not, what it
/// is. Pages are read from their headings on, which are no controls and show nothing.
const FOCUS: &str = "
    const it = document.activeElement;
    if (!it || it === document.body || it.matches('h1')) return '';
    (window.visited ||= new Set()).add(it);
    const { outlineStyle, outlineWidth } = getComputedStyle(it);
    const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    const group = it.matches('input') && it.closest('.group');
    const framed = group && getComputedStyle(group).boxShadow !== 'none';
    const { top, bottom, left, right } = it.getBoundingClientRect();
    const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const inSight = met && (it.contains(met) || met.contains(it));
    return (outlined || framed) && inSight ? '' : it.outerHTML;";

/// What the Tab key should have come to and did not.
const MISSED: &str = "
    const view = document.querySelector('.view:not(.leaving)');
    const sheet = view.querySelector('dialog[open]');
    const wanted = [...(sheet || document).querySelectorAll('a[href], button, input, summary, [tabindex=\"0\"]')]
        .filter((it) => !it.disabled && it.checkVisibility({ visibilityProperty: true }));
    return wanted.filter((it) => !window.visited.has(it)).map((it) => it.outerHTML);";

/// Where the focus is after a view came: in it, or in its sheet.
const LANDED: &str = "
    const view = document.querySelector('.view:not(.leaving)');
    const it = document.activeElement;
    return view !== it && view.contains(it) ? '' : it.outerHTML.slice(0, 200);";

/// Someone without mouse or touch.
struct Keyboard<'a>(&'a Browser);

impl Keyboard<'_> {
    async fn press(&self, key: Key) {
        let chain = self.0.action_chain().send_keys(key);
        chain.perform().await.unwrap();
    }

    async fn write(&self, text: &str) {
        let chain = self.0.action_chain().send_keys(text);
        chain.perform().await.unwrap();
    }

    async fn ask(&self, script: &str) -> String {
        let answer = self.0.execute(script, vec![]).await.unwrap();
        answer.convert().unwrap()
    }

    async fn has(&self, css: &str) -> bool {
        let script = format!("return document.activeElement.matches(`{css}`)");
        let answer = self.0.execute(&script, vec![]).await.unwrap();
        answer.convert().unwrap()
    }

    async fn tab(&self) {
        self.press(Key::Tab).await;
        assert_eq!(self.ask(FOCUS).await, "", "has the focus, unseen");
    }

    /// Goes on by Tab until this has the focus.
    async fn reach(&self, css: &str) {
        for _ in 0..40 {
            if self.has(css).await {
                return;
            }
            self.tab().await;
        }
        unreachable!("`{css}` is not come to");
    }

    async fn enter(&self, css: &str) {
        self.reach(css).await;
        self.press(Key::Enter).await;
    }

    /// Waits for a view; the focus is in it, and Tab comes to all that is there.
    async fn at(&self, view: &str) {
        self.0.view(view).await.unwrap();
        self.0.settled().await.unwrap();
        assert_eq!(self.ask(LANDED).await, "", "has the focus of {view}");
        self.goes_round().await;
    }

    async fn goes_round(&self) {
        let forget = "window.visited = new Set(); return ''";
        self.ask(forget).await;
        assert_eq!(self.ask(FOCUS).await, "", "has the focus, unseen");
        let mut missed = Vec::new();
        for _ in 0..40 {
            let answer = self.0.execute(MISSED, vec![]).await.unwrap();
            missed = answer.convert::<Vec<String>>().unwrap();
            if missed.is_empty() {
                return;
            }
            self.tab().await;
        }
        unreachable!("Tab does not come to {missed:#?}");
    }

    /// Waits until this has the focus.
    async fn returns(&self, css: &str) {
        let script = format!("document.activeElement.matches(`{css}`)");
        becomes(self.0, &script).await;
    }
}

#[tokio::test]
async fn the_way_by_phone_number_goes_by_keyboard_alone() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(2).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    let keyboard = Keyboard(&browser);
    browser.view("home").await.unwrap();
    keyboard.enter("[data-href='/app/link']").await;
    keyboard.at("link").await;
    keyboard.enter("[data-href$='/app/link/how']").await;
    keyboard.at("how").await;
    keyboard.enter("[data-method=phone]").await;
    keyboard.at("number").await;
    keyboard.reach("#number").await;
    keyboard.press(Key::Enter).await;
    browser
        .says(".view", "Type your number first")
        .await
        .unwrap();
    keyboard.returns("#number").await;
    keyboard.write(&guest.person.phone).await;
    keyboard.press(Key::Enter).await;
    keyboard.at("login-code").await;
    keyboard.enter("[data-action=another-number]").await;
    keyboard.at("number").await;
    keyboard.reach("#number").await;
    keyboard.write(&guest.person.phone).await;
    keyboard.enter("[type=submit]").await;
    keyboard.at("login-code").await;
    keyboard.reach("#code").await;
    let codes = server.phones.codes(person).await.unwrap();
    keyboard.write(&codes[0]).await;
    keyboard.at("password").await;
    keyboard.reach("#password").await;
    keyboard.write("right").await;
    keyboard.enter("[type=submit]").await;
    keyboard.at("linked").await;
    keyboard.enter("[data-action=close]").await;
    keyboard.at("home").await;
}
