//! Every state of the Mini App and of the second screen, and how one gets there.

use std::sync::atomic::Ordering;

use sesame_domain::login::{Event, Failure, QrEvent};

use crate::gallery::Gallery;
use crate::support::init_data::Builder;

/// Where a state begins.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// In the app, as the person who stands in this room of the gallery.
    Room(&'static str),
    /// The same in an app of an operator who says nothing of their bot.
    BareRoom(&'static str),
    /// On the other screen that shows the code of this room.
    Screen(&'static str),
    /// At this address.
    Address(String),
    /// Where the state before was.
    Here,
}

/// Which way of the app is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// Telegram on a phone.
    Phone,
    /// Telegram on a computer, or a browser.
    Desktop,
}

/// A state that one can be in.
#[derive(Clone)]
pub(crate) struct State {
    /// Names pictures and findings.
    pub(crate) name: String,
    /// Where it begins.
    pub(crate) start: Start,
    /// On what.
    pub(crate) device: Device,
    /// What is so before the page is opened.
    pub(crate) before: Option<fn(&Gallery)>,
    /// What happens once it is open.
    pub(crate) event: Option<fn(&Gallery)>,
    /// What is done on the page, with the words of `exhibition::HANDS`.
    pub(crate) script: &'static str,
    /// What is to be seen then.
    pub(crate) until: &'static str,
}

impl State {
    fn at(name: &str, start: Start) -> Self {
        Self {
            name: name.to_owned(),
            start,
            device: Device::Phone,
            before: None,
            event: None,
            script: "",
            until: "",
        }
    }

    fn room(room: &'static str) -> Self {
        Self::at(room, Start::Room(room))
    }

    /// What one does in a room, and what is to be seen then.
    fn done(name: &str, room: &'static str, script: &'static str, until: &'static str) -> Self {
        Self {
            script,
            until,
            ..Self::at(name, Start::Room(room))
        }
    }

    fn on_desktop(self) -> Self {
        Self {
            name: format!("{}-desktop", self.name),
            device: Device::Desktop,
            ..self
        }
    }
}

/// All of them.
pub(crate) fn all(gallery: &Gallery, plain: &Gallery, base: &str) -> Vec<State> {
    let mut states: Vec<_> = gallery.rooms.keys().map(|it| State::room(it)).collect();
    // What is done in these rooms is shown below.
    states.retain(|it| !it.name.starts_with("screen-") && it.name != "erase-linked");
    for room in ["home-empty", "link", "how", "data", "erase"] {
        assert!(plain.rooms.contains_key(room), "{room}");
        states.push(State::at(&format!("bare-{room}"), Start::BareRoom(room)));
    }
    states.extend(done());
    states.extend(asking());
    states.extend(saving());
    states.extend(amiss(gallery, base));
    states.extend(screens(base));
    for room in [
        "link",
        "qr",
        "starting",
        "number",
        "password",
        "home-empty",
        "account-busy",
        "save",
        "copy-running",
        "copy-ready",
        "copy-kept",
        "copies",
    ] {
        states.push(State::room(room).on_desktop());
    }
    let link = "click('[data-action=screen]')";
    states.push(State::done("qr-screen", "qr", link, "#screen[open]").on_desktop());
    states
}

/// What people do.
fn done() -> Vec<State> {
    let mut refused = State::at("link-later", Start::Room("link"));
    refused.before = Some(|gallery| {
        let until = gallery.world.clock.now() + chrono::TimeDelta::seconds(7000);
        let later = Failure::every(until).find(|it| it.retry_at().is_some());
        *gallery.world.logins.refusal.lock().unwrap() = later;
    });
    refused.event = Some(|gallery| *gallery.world.logins.refusal.lock().unwrap() = None);
    vec![
        State::done(
            "unlink",
            "account-unlink",
            "click('[data-dialog=unlink]')",
            "#unlink[open]",
        ),
        State {
            until: "[data-view=unlinked]",
            script: "click('[data-action=unlink]')",
            ..State::at("unlinked", Start::Here)
        },
        State::done(
            "erase-sure",
            "erase",
            "click('[data-dialog=erase-sheet]')",
            "#erase-sheet[open]",
        ),
        State::done(
            "erasing",
            "erase",
            "silence(); click('[data-action=erase]')",
            "[data-view=erasing]",
        ),
        State::done(
            "receipt",
            "erase-linked",
            "click('[data-action=erase]')",
            "[data-view=receipt]",
        ),
        State {
            until: "[data-view=reopen]",
            script: "location.reload()",
            ..State::at("erased", Start::Here)
        },
        refused,
        State::done(
            "account-works",
            "account-busy",
            "click('[data-action=check]')",
            "[data-checked]:not([hidden])",
        ),
        State::done(
            "account-unchecked",
            "account-busy",
            "answer(502, { code: 'not_checked' }, '/check'); click('[data-action=check]')",
            "[data-unchecked]:not([hidden])",
        ),
        State::done(
            "activity-open",
            "activity",
            "for (const it of document.querySelectorAll('details')) it.open = true",
            "details.technical[open]",
        ),
        State::done(
            "other-link",
            "other",
            "click('[data-action=screen]')",
            "#screen[open]",
        ),
        State {
            // A script is not let near the clipboard.
            script: "navigator.clipboard.writeText = async () => {}; click('[data-action=copy]')",
            until: "#screen [data-said]:not([hidden])",
            ..State::at("other-copied", Start::Here)
        },
        State::done(
            "other-sent",
            "other",
            "click('[data-action=send-link]')",
            "[data-told=sent]:not([hidden])",
        ),
        State {
            before: Some(|gallery| gallery.world.chat.is_closed.store(true, Ordering::Relaxed)),
            ..State::done(
                "other-closed",
                "other",
                "click('[data-action=send-link]')",
                "[data-told=closed]:not([hidden])",
            )
        },
        State::done("qr-stale", "qr", "later(60)", "[data-stale]"),
    ]
}

/// What is typed, and what is said to it.
fn asking() -> Vec<State> {
    vec![
        State::done(
            "number-empty",
            "number",
            "click('[type=submit]')",
            "[data-said=empty]:not([hidden])",
        ),
        State::done(
            "number-malformed",
            "number",
            "type('#number', '12345'); click('[type=submit]')",
            "[data-said=malformed]:not([hidden])",
        ),
        State::done(
            "number-unsent",
            "number",
            "cut(); type('#number', '+493090182'); click('[type=submit]')",
            "[data-said=unsent]:not([hidden])",
        ),
        State::done(
            "number-typed",
            "number",
            "type('#number', '+4930901820')",
            "[data-written]:not(:empty)",
        ),
        State::done(
            "code-empty",
            "code-app",
            "click('[type=submit]')",
            "[data-said=empty]:not([hidden])",
        ),
        State::done(
            "code-unsent",
            "code-app",
            "cut(); type('#code', '12345')",
            "[data-said=unsent]:not([hidden])",
        ),
        State::done(
            "code-again",
            "code-app",
            "later(70)",
            "[data-action=another-code]:not([hidden])",
        ),
        State::done(
            "password-empty",
            "password",
            "click('[type=submit]')",
            "[data-said=empty]:not([hidden])",
        ),
        State::done(
            "password-unsent",
            "password",
            "cut(); type('#password', 'secret'); click('[type=submit]')",
            "[data-said=unsent]:not([hidden])",
        ),
        State::done(
            "password-revealed",
            "password",
            "type('#password', 'secret'); click('[data-action=reveal]')",
            "[aria-pressed=true]",
        ),
        State::done(
            "phone-again",
            "phone-later",
            "later(3000)",
            "[data-action=begin]:not([hidden])",
        ),
    ]
}

/// What is done about copies of chats.
fn saving() -> Vec<State> {
    vec![
        State::done(
            "save-days",
            "save",
            "click('[name=span][value=days]'); type('[name=from]', '2026-05-02'); type('[name=until]', '2026-05-01')",
            "[data-wrong-dates]:not([hidden])",
        ),
        State::done(
            "save-no-files",
            "save",
            "for (const it of document.querySelectorAll('[name=media]')) it.click()",
            "[data-needs-media]:disabled",
        ),
        State {
            event: Some(|gallery| crate::copies::save_another(gallery, "save-differs")),
            ..State::done(
                "copy-differs",
                "save-differs",
                "click('[data-main]')",
                "[data-told=export_differs]:not([hidden])",
            )
        },
        State::done(
            "copy-remove",
            "copy-ready",
            "click('[data-dialog=remove]')",
            "#remove[open]",
        ),
        State::done(
            "copy-other",
            "copy-ready",
            "click('[data-dialog=remove-other]')",
            "#remove-other[open]",
        ),
        State::done(
            "copy-keep",
            "copy-to-keep",
            "click('[data-every=daily]')",
            "[data-every=daily][aria-pressed=true]",
        ),
        State::done(
            "copy-out-of-reach",
            "copy-ready",
            "answer(503, { code: 'exports_unavailable' }, '/link'); click('[data-main]')",
            "[data-told=exports_unavailable]:not([hidden])",
        ),
        State::done(
            "copy-opened",
            "copy-ready",
            "answer(201, { url: 'data:,' }, '/link'); click('[data-main]')",
            "[data-told=opened]:not([hidden])",
        ),
        State::done(
            "copy-handed",
            "copy-ready",
            "const downloadFile = ({ url, file_name }, done) => done(/^https:/.test(url) && file_name === 'chat.zip');
            window.Telegram = { WebApp: { initData: 'x', isVersionAtLeast: () => true, downloadFile } };
            const data = JSON.stringify({ eventType: 'viewport_changed' });
            dispatchEvent(new MessageEvent('message', { source: parent, data }));
            answer(201, { url: 'https://sesame.example/exports/secret/chat.zip' }, '/link');
            click('[data-main]')",
            "[data-told=handed]:not([hidden])",
        ),
        State::done(
            "copies-remove",
            "copies",
            "click('[data-action=ask-remove]')",
            "#remove[open]",
        ),
        State {
            until: ".view:not(.leaving)[data-view=save]",
            script: "click('[data-dialog=remove-other]'); click('#remove-other [data-action=remove-copy]')",
            ..State::at("copy-removed", Start::Room("copy-to-remove"))
        },
    ]
}

/// What goes wrong.
fn amiss(gallery: &Gallery, base: &str) -> Vec<State> {
    let launched = |data: String| {
        let mut fragment = url::form_urlencoded::Serializer::new(String::new());
        let fragment = fragment.append_pair("tgWebAppData", &data).finish();
        format!("{base}/app#{fragment}")
    };
    let now = gallery.world.clock.now();
    let opened = |name: &str, address: String| State {
        until: "[data-view=reopen]",
        ..State::at(name, Start::Address(address))
    };
    vec![
        State::done(
            "offline",
            "home",
            "cut(); dispatchEvent(new Event('offline'))",
            "#offline:not([hidden])",
        ),
        State::done(
            "too-often",
            "home",
            "answer(429, {}, ''); click('[href$=\"/app/data\"]')",
            "#pause:not([hidden])",
        ),
        State::done(
            "undone",
            "qr",
            "answer(503, {}, '', 'DELETE'); click('[data-action=cancel]')",
            "#undone:not([hidden])",
        ),
        State::done(
            "trouble",
            "home",
            "answer(500, {}, ''); click('[href$=\"/app/data\"]')",
            "[data-view=trouble]",
        ),
        opened("reopen-missing", format!("{base}/app")),
        opened(
            "reopen-stale",
            launched(Builder::new(1, now - chrono::TimeDelta::days(40)).build()),
        ),
        opened(
            "reopen-unsigned",
            launched(Builder::new(1, now).unsigned().build()),
        ),
        opened(
            "reopen-refused",
            launched(format!("{}0", Builder::new(1, now).build())),
        ),
    ]
}

/// The second screen.
fn screens(base: &str) -> Vec<State> {
    let screen = |name: &str, room, event: Option<fn(&Gallery)>, until| State {
        event,
        until,
        device: Device::Desktop,
        ..State::at(name, Start::Screen(room))
    };
    let here = |name: &str, script, until| State {
        script,
        until,
        device: Device::Desktop,
        ..State::at(name, Start::Here)
    };
    vec![
        screen("screen", "qr", None, "[data-view=qr]"),
        here(
            "screen-used",
            "sessionStorage.clear(); location.reload()",
            "[data-view=used]",
        ),
        screen(
            "screen-unreachable",
            "qr-unreachable",
            None,
            "[data-view=qr]",
        ),
        here(
            "screen-over",
            "answer(401, { code: 'token_expired' }, ''); dispatchEvent(new Event('online'))",
            "[data-view=over]",
        ),
        screen(
            "screen-scanned",
            "screen-scanned",
            Some(|gallery| {
                let id = gallery.login("screen-scanned");
                gallery.world.logins.feed(id, QrEvent::TokenAccepted);
            }),
            "[data-view=scanned]",
        ),
        screen(
            "screen-linked",
            "screen-linked",
            Some(link),
            "[data-view=over]",
        ),
        screen(
            "screen-ended",
            "screen-ended",
            Some(|gallery| {
                let id = gallery.login("screen-ended");
                gallery.world.logins.feed(id, Event::CancelAsked);
            }),
            "[data-view=over]",
        ),
        State {
            device: Device::Desktop,
            until: "[data-view=unknown]",
            ..State::at(
                "screen-unknown",
                Start::Address(format!("{base}/screen/nonsense")),
            )
        },
    ]
}

fn link(gallery: &Gallery) {
    let logins = &gallery.world.logins;
    let id = gallery.login("screen-linked");
    let person = logins.get(id).owner.person;
    let now = gallery.world.clock.now();
    let health = sesame_domain::account::Health::Alive;
    let account = crate::support::account(person.0, "Ann Lee", health, now);
    let account = gallery.world.accounts.put(account);
    logins.feed(id, QrEvent::TokenAccepted);
    logins.feed(id, Event::SignedIn);
    logins.feed(id, Event::Identified { person });
    logins.feed(id, Event::Linked { account });
}
