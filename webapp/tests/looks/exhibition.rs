//! A browser that goes through the states.

use std::future::IntoFuture;
use std::time::Duration;

use serde_json::json;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::wait::poll;

use crate::gallery::Gallery;
use crate::states::{Device, Start, State, all};
use crate::support::init_data::Builder;
use crate::support::settings;

const PATIENCE: Duration = Duration::from_secs(60);
/// How long looking at one state in every theme may take on a busy machine.
const SCRIPT: Duration = Duration::from_mins(5);

/// What a state's script can do. Answers and silence are those of the server to what
/// is asked at an address that contains this.
const HANDS: &str = "
    const click = (css) => document.querySelector('.view:not(.leaving) ' + css).click();
    const type = (css, text) => {
        const field = document.querySelector(css);
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
    };
    const real = window.fetch;
    const answer = (status, json, path, method) => {
        window.fetch = async (address, options) => {
            const meant = address.includes(path) && (!method || options.method === method);
            if (!meant) return real(address, options);
            return new Response(JSON.stringify(json), { status, headers: { 'Retry-After': '60' } });
        };
    };
    const silence = () => { window.fetch = () => new Promise(() => {}); };
    const cut = () => { window.fetch = async () => { throw new TypeError('cut'); }; };
    const later = (seconds) => {
        const clock = Date.now;
        Date.now = () => clock.call(Date) + seconds * 1000;
    };
";

/// The page believes that it is in a frame, whose messages it takes, and that little
/// is to move.
const FRAMED: &str = "const frame = new MessageChannel().port1;
    Object.defineProperty(window, 'parent', { get: () => frame });
    frame.postMessage = () => {};";

/// What is shown, and who looks.
pub(crate) struct Exhibition {
    pub(crate) browser: Browser,
    gallery: Gallery,
    base: String,
    plain_base: String,
    states: Vec<State>,
}

impl Exhibition {
    /// Opens it for as long as a test takes.
    pub(crate) async fn open(test: impl AsyncFnOnce(&Self)) {
        Self::open_with(&[], test).await;
    }

    /// The same, to a browser with these flags.
    pub(crate) async fn open_with(flags: &[String], test: impl AsyncFnOnce(&Self)) {
        let listen = async || tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (listener, plain_listener) = (listen().await, listen().await);
        let base = format!("http://{}", listener.local_addr().unwrap());
        let plain_base = format!("http://{}", plain_listener.local_addr().unwrap());
        let gallery = Gallery::furnished(&base);
        let plain = Gallery::of(sesame_webapp::Settings {
            phone_login: false,
            bot_username: None,
            ..settings(&plain_base)
        });
        let browser = Browser::start_with(Window::Phone, Scheme::Light, flags);
        let browser = browser.await.unwrap();
        browser.before_pages(FRAMED).await.unwrap();
        browser.set_script_timeout(SCRIPT).await.unwrap();
        let states = all(&gallery, &plain, &base);
        let exhibition = Self {
            browser,
            gallery,
            base,
            plain_base,
            states,
        };
        exhibition.prefer("light").await;
        let gallery = exhibition.gallery.clone();
        tokio::select! {
            _ = axum::serve(listener, gallery.router()).into_future() => {}
            _ = axum::serve(plain_listener, plain.router()).into_future() => {}
            () = gallery.renew() => {}
            () = test(&exhibition) => {}
        }
    }

    /// The app as this person opens it, with what Telegram says of them.
    pub(crate) fn opened_by(&self, room: &str, user: &str) -> String {
        let (person, path) = &self.gallery.rooms[room];
        let data = Builder::new(*person, self.gallery.world.clock.now());
        let data = data.set("user", user).build();
        let mut fragment = url::form_urlencoded::Serializer::new(String::new());
        let fragment = fragment.append_pair("tgWebAppData", &data).finish();
        format!("{}{path}#{fragment}", self.base)
    }

    /// Who stands there.
    pub(crate) fn person(&self, room: &str) -> i64 {
        self.gallery.rooms[room].0
    }

    /// The state of this name.
    pub(crate) fn state(&self, name: &str) -> &State {
        self.states.iter().find(|it| it.name == name).unwrap()
    }

    /// All states, each after what it follows from.
    pub(crate) fn states(&self) -> &[State] {
        &self.states
    }

    /// Has the browser prefer this, and little movement.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        let method = "Emulation.setEmulatedMedia";
        self.browser.devtools(method, media).await.unwrap();
        // The page hears of it with its next frame.
        let frames = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.browser.execute_async(frames, vec![]).await.unwrap();
    }

    /// Whether this is the page that shows the code to another screen.
    pub(crate) async fn is_other_screen(&self) -> bool {
        let script = "return document.body.dataset.face === 'screen'";
        let answer = self.browser.execute(script, vec![]).await.unwrap();
        answer.convert().unwrap()
    }

    /// Waits until this holds in the page.
    pub(crate) async fn becomes(&self, what: &str) -> Result<(), String> {
        let script = format!("return Boolean({what})");
        let holds = poll(PATIENCE, async || {
            let answer = self.browser.execute(&script, vec![]).await.ok()?;
            answer.convert::<bool>().ok()?.then_some(())
        });
        if holds.await.is_some() {
            return Ok(());
        }
        let words = "return document.body ? document.body.innerText : ''";
        let words = self.browser.execute(words, vec![]).await;
        let words = words.and_then(|it| it.convert::<String>());
        Err(format!("not {what} but {}", words.unwrap_or_default()))
    }

    /// Brings a state about; or says what it does not come to.
    pub(crate) async fn show(&self, state: &State) -> Result<(), String> {
        let gallery = &self.gallery;
        if let Some(before) = state.before {
            before(gallery);
        }
        let platform = match state.device {
            Device::Phone => "ios",
            Device::Desktop => "tdesktop",
        };
        let room = |base: &str, room| format!("{base}/gallery/{room}?platform={platform}");
        let address = match &state.start {
            Start::Room(name) => Some(room(&self.base, name)),
            Start::BareRoom(name) => Some(room(&self.plain_base, name)),
            Start::Screen(room) => Some(gallery.link_for_another_screen(room).await),
            Start::Address(address) => Some(address.clone()),
            Start::Here => None,
        };
        if let Some(address) = address {
            let forget = "try { sessionStorage.clear() } catch { /* of no page yet */ }";
            self.browser.execute(forget, vec![]).await.unwrap();
            self.browser.goto(&address).await.unwrap();
        }
        let shown = "document.querySelector('#stage[aria-busy=false] > .view')";
        self.becomes(shown).await?;
        if let Some(event) = state.event {
            event(gallery);
        }
        if !state.script.is_empty() {
            let script = format!("{HANDS}\n{}", state.script);
            self.browser.execute(&script, vec![]).await.unwrap();
        }
        if !state.until.is_empty() {
            let seen = format!("document.querySelector(`{}`)", state.until);
            self.becomes(&seen).await?;
        }
        gallery
            .world
            .chat
            .is_closed
            .store(false, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }
}
