//! Contact sheets of the chat: what the bot says in every state.

use std::fs;

use reqwest::Method;
use serde_json::json;
use sesame_test_support::browser::{Scheme, Window};
use sesame_test_support::guest::Guest;
use sesame_test_support::phone::NewPerson;
use sesame_test_support::sheets;
use sesame_test_support::test_server::TestServer;

use crate::BINARY;
use crate::person::Person;

/// The windows, in points, and how many pictures stand in a row of a sheet.
const WINDOWS: [(u32, u32, u32); 4] =
    [(320, 640, 9), (390, 844, 9), (1366, 657, 5), (1280, 720, 5)];

/// Everyone's chat is in another state.
struct Scenes {
    server: TestServer,
    /// Whose chat it is, and what is said in it.
    all: Vec<(String, String)>,
}

impl Scenes {
    /// From now on this person has the name of the scene.
    async fn is(&mut self, guest: &Guest, name: &str, heard: &str) {
        let called = json!({ "first_name": name });
        let phones = &self.server.phones;
        phones.change(guest.person.id, called).await.unwrap();
        self.all.push((name.to_owned(), heard.to_owned()));
    }

    async fn guest(&self) -> Guest {
        self.server.guest(1).await.unwrap()
    }

    async fn linked(&self) -> Guest {
        self.server.linked(1).await.unwrap()
    }

    /// Whoever says this, and hears that.
    async fn said(&mut self, name: &str, guest: Guest, said: &str, heard: &str) {
        let (phones, person) = (&self.server.phones, guest.person.id);
        phones.say(person, said).await.unwrap();
        phones.hears(person, heard).await.unwrap();
        self.is(&guest, name, heard).await;
    }

    async fn hears(&mut self, name: &str, guest: &Guest, heard: &str) {
        let phones = &self.server.phones;
        phones.hears(guest.person.id, heard).await.unwrap();
        self.is(guest, name, heard).await;
    }

    async fn of_newcomers(&mut self) {
        let phones = &self.server.phones;
        let nobody = phones.create(&NewPerson::of("before start", 1)).await;
        nobody.unwrap();
        self.all.push(("before start".to_owned(), String::new()));
        let guest = self.guest().await;
        self.is(&guest, "welcome", "Hello").await;
        for (name, said, heard) in [
            ("help", "/help", "/privacy"),
            ("privacy", "/privacy", "How it is sealed"),
            ("accounts none", "/accounts", "No account is linked"),
            ("unlink nothing", "/unlink", "nothing to unlink"),
            ("a word", "hello", "/help"),
        ] {
            let guest = self.guest().await;
            self.said(name, guest, said, heard).await;
        }
        let guest = self.guest().await;
        let login = guest.app.begin().await.unwrap();
        guest.app.code(&login).await.unwrap();
        self.said("status pending", guest, "/status", "waits to be scanned")
            .await;
        let guest = self.guest().await;
        let login = guest.app.begin().await.unwrap();
        let path = format!("/api/v1/logins/{login}/screen/chat");
        let sent = guest.app.ask(Method::POST, &path, Some(json!({}))).await;
        assert!(sent.unwrap().status.is_success());
        self.hears(
            "link for a screen",
            &guest,
            "The code for your other screen",
        )
        .await;
    }

    async fn with_another_account(&mut self) {
        let (guest, other) = (self.guest().await, self.guest().await);
        let login = guest.app.begin().await.unwrap();
        let (link, _) = guest.app.code(&login).await.unwrap();
        let phones = &self.server.phones;
        phones.scan(other.person.id, &link).await.unwrap();
        self.hears("wrong account", &guest, "another account").await;
    }

    async fn of_the_linked(&mut self) {
        let guest = self.linked().await;
        self.hears("linked", &guest, "Your account is linked").await;
        let guest = self.linked().await;
        self.said("accounts", guest, "/accounts", "Linked").await;
        let guest = self.linked().await;
        self.said("status", guest, "/status", "Works").await;
        let guest = self.linked().await;
        self.said("unlink asked", guest, "/unlink", "Unlink Ada?")
            .await;
        let guest = self.linked().await;
        self.server.unlink(&guest).await.unwrap();
        self.is(&guest, "unlinked", "is unlinked").await;
        let guest = self.linked().await;
        self.said("erase asked", guest, "/erase", "Erase everything")
            .await;
        let guest = self.linked().await;
        let person = guest.person.id;
        let phones = &self.server.phones;
        phones.say(person, "/erase").await.unwrap();
        phones.hears(person, "Erase everything").await.unwrap();
        phones.press(person, "Erase everything").await.unwrap();
        self.hears("erased", &guest, "Everything about you is erased")
            .await;
        let guest = self.linked().await;
        let phones = &self.server.phones;
        let devices = phones.authorizations(guest.person.id).await.unwrap();
        phones.end(guest.person.id, devices[0].hash).await.unwrap();
        self.hears("device ended", &guest, "Settings > Devices")
            .await;
        // To who was banned no bot can write.
        let guest = self.linked().await;
        let phones = &self.server.phones;
        let change = json!({ "state": "frozen" });
        phones.change(guest.person.id, change).await.unwrap();
        self.hears("frozen", &guest, "froze").await;
    }
}

#[tokio::test]
#[ignore = "takes minutes: makes target/looks/sheet-chat-*.png, to be looked at"]
async fn contact_sheets_of_the_chat() {
    let server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| {
            sesame
                .set("PURPOSE", "Reads the channels that you follow, and tells you each evening what was in them.")
                .set("OPERATOR_NAME", "The reading circle of Harbour Street")
                .set("OPERATOR_CONTACT", "help@example.org")
                .set("CHECK_EVERY_SECONDS", "5")
                .set("QR_TTL_SECONDS", "30")
        },
    );
    let mut scenes = Scenes {
        server: server.await.unwrap(),
        all: Vec::new(),
    };
    let late = scenes.guest().await;
    late.app.begin().await.unwrap();
    scenes.of_newcomers().await;
    scenes.with_another_account().await;
    scenes.of_the_linked().await;
    scenes.hears("expired", &late, "ran out").await;

    let page = &scenes.server.ready.phone;
    let mut person = Person::sit_down(page, Window::Desktop, Scheme::Light).await;
    for (width, height, columns) in WINDOWS {
        person.resize(width, height).await;
        let platform = if width < 820 { "ios" } else { "tdesktop" };
        person.platform(platform).await;
        for theme in ["light", "dark"] {
            person.theme(theme).await;
            let sheet = format!("chat-{width}x{height}-{theme}");
            let folder = sheets::folder().join(&sheet);
            fs::create_dir_all(&folder).unwrap();
            let mut pictures = Vec::new();
            for (name, heard) in &scenes.all {
                person.choose(name).await;
                person.says("#messages", heard).await;
                person.browser.settled().await.unwrap();
                let file = folder.join(format!("{name}.png"));
                person.browser.screenshot(&file).await.unwrap();
                pictures.push(file);
            }
            let size = (width, height);
            let put = sheets::put_together(&person.browser, &sheet, &pictures, size, columns);
            put.await.unwrap();
            person.browser.goto(page).await.unwrap();
            person.browser.shown("#composer button").await.unwrap();
            person.resize(width, height).await;
        }
    }
}
