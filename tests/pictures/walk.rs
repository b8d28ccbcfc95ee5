//! A new user's walk, from `sesame sandbox` to "linked", by QR code and by phone
//! number: what is pressed, how long Sesame took for it, and how it looked.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::phone::Phones;
use sesame_test_support::ready::Ready;
use sesame_test_support::sesame::Running;
use sesame_test_support::test_server::Site;

use crate::BINARY;
use crate::person::Person;

const FRAME: &str = "#miniapp iframe";
/// What Telegram's app asks before it shares a number.
const SHARE: &str = ".popup-buttons .popup-button:not(.cancel)";
/// Whom every sandbox has: his account lives elsewhere and has a cloud password.
const BOB: i64 = 5_000_002;
const MAIN_BUTTON: &str = "#miniapp .app-button.main";

/// Someone who has never seen it, and a watch.
struct Walk {
    person: Person,
    name: &'static str,
    began: Instant,
    last: Instant,
    steps: usize,
    /// What is written down: a row for each step.
    table: String,
}

fn place(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    folder.join(format!("walk-{name}.png"))
}

impl Walk {
    fn browser(&self) -> &Browser {
        &self.person.browser
    }

    /// A step is done: what was pressed, and what is to be seen now.
    fn done(&mut self, what: &str) {
        self.steps += 1;
        let (step, total) = (self.last.elapsed(), self.began.elapsed());
        let row = (self.steps, step.as_secs_f64(), total.as_secs_f64());
        writeln!(
            self.table,
            "| {} | {what} | {:.1} | {:.1} |",
            row.0, row.1, row.2
        )
        .unwrap();
        self.last = Instant::now();
    }

    /// Keeps a picture of the whole window, where the other walk has none like it; the
    /// watch stands meanwhile.
    async fn picture(&mut self, name: &str) {
        if self.name == "phone" && name != "3-number" {
            return;
        }
        let stands = Instant::now();
        self.browser().enter_default_frame().await.unwrap();
        self.browser().settled().await.unwrap();
        let file = place(&format!("{}-{name}", self.name));
        self.browser().screenshot(&file).await.unwrap();
        let stood = stands.elapsed();
        self.began += stood;
        self.last += stood;
    }

    async fn main_button(&self) {
        self.browser().enter_default_frame().await.unwrap();
        self.person.click(MAIN_BUTTON).await;
        self.browser().enter(FRAME).await.unwrap();
    }

    async fn app_shows(&self, view: &str) {
        self.browser().enter_default_frame().await.unwrap();
        self.browser().enter(FRAME).await.unwrap();
        self.browser().view(view).await.unwrap();
    }

    /// From the page that the terminal names to the page before linking.
    async fn to_the_app(page: &str, name: &'static str) -> Self {
        let began = Instant::now();
        let mut person = Person::sit_down(page, Window::Desktop, Scheme::Light).await;
        person.resize(1280, 800).await;
        let mut walk = Self {
            person,
            name,
            began,
            last: began,
            steps: 0,
            table: String::new(),
        };
        walk.done("Open the page that the terminal names");
        walk.person.choose("Bob").await;
        walk.person.browser.shown("#composer .wide").await.unwrap();
        walk.done("Choose **Bob**");
        walk.person.click("#composer .wide").await;
        walk.person.says("#messages", "Hello, Bob").await;
        walk.done("Press **Start**: the bot greets");
        walk.picture("1-chat").await;
        walk.person.click(".inline-button.opens-app").await;
        walk.browser().hidden(".app-loading").await.unwrap();
        walk.app_shows("home").await;
        walk.done("Press **Open Sesame**: the app opens beside the chat");
        walk.main_button().await;
        walk.browser().view("link").await.unwrap();
        walk.done("Press **Link your account**: what is stored, how, and how to undo it");
        walk.picture("2-consent").await;
        walk.main_button().await;
        walk.browser().view("how").await.unwrap();
        walk.done("Press **Continue**: where is your other screen?");
        walk
    }

    /// The cloud password, first a wrong one.
    async fn password(&mut self) {
        for (password, what) in [
            ("wrong", "a wrong password: 4 attempts are left"),
            ("sesame", "the password"),
        ] {
            self.app_shows("password").await;
            self.browser().fill("#password", password).await.unwrap();
            self.main_button().await;
            if password == "wrong" {
                self.person.says("#password-said", "4 attempts").await;
                self.done(&format!("Type {what}"));
            } else {
                self.app_shows("linked").await;
                self.done(&format!("Type {what}: **linked**"));
            }
        }
        self.picture("4-linked").await;
    }

    fn tell(&self) {
        println!(
            "\n{}\n\n| | What one does, and sees | s | s in all |\n| --- | --- | --- | --- |\n{}",
            self.name, self.table
        );
    }
}

/// A sandbox that has just been started, and the page that its terminal names.
async fn started() -> (Site, Running, Ready) {
    let site = Site::new(BINARY).unwrap();
    let start = Instant::now();
    let (sandbox, ready) = site.start_sandbox(&site.sandbox()).await.unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!("the sandbox answers after {seconds:.1} s");
    (site, sandbox, ready)
}

async fn by_phone() {
    let (_site, _sandbox, ready) = started().await;
    let mut walk = Walk::to_the_app(&ready.phone, "phone").await;
    walk.person.click("[data-method=phone]").await;
    walk.app_shows("number").await;
    walk.done("Choose **Only this phone**: the number is asked for");
    walk.picture("3-number").await;
    walk.app_shows("number").await;
    walk.person.click("[data-action=contact]").await;
    walk.browser().enter_default_frame().await.unwrap();
    walk.person.click(SHARE).await;
    walk.app_shows("login-code").await;
    walk.done(
        "Press **Use my number from Telegram**, and **Share** when Telegram asks: a code is sent",
    );
    let codes = Phones::of(&ready).unwrap().codes(BOB).await.unwrap();
    walk.browser().fill("#code", &codes[0]).await.unwrap();
    walk.app_shows("password").await;
    walk.done("Type the five digits that stand in the chat with Telegram");
    walk.password().await;
    walk.tell();
}

async fn by_code() {
    let (_site, _sandbox, ready) = started().await;
    let mut walk = Walk::to_the_app(&ready.phone, "code").await;
    walk.person.click("[data-method=qr]:not([data-to])").await;
    walk.app_shows("qr").await;
    walk.browser().read_qr(".code__card").await.unwrap();
    walk.done("Choose **Another phone**: the code is there");
    walk.picture("3-code").await;
    walk.person.click("#room-nearby .cell").await;
    walk.person.click("#popups [data-id=yes]").await;
    walk.app_shows("password").await;
    walk.done("Under **Scan with their other phone**, tap the code, and **Scan**");
    walk.password().await;
    walk.tell();
}

#[tokio::test]
#[ignore = "makes docs/pictures/walk-*.png, and prints how long each step took"]
async fn from_the_terminal_to_linked() {
    by_code().await;
    by_phone().await;
}
