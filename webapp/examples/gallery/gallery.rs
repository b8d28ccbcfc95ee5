//! What is on show, and how it is opened.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{Request, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::TimeDelta;
use http_body_util::BodyExt;
use serde::Deserialize;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::disclosure::{Contact, Disclosure};
use sesame_domain::ids::{LoginId, PersonId};
use sesame_domain::login::{CallFailure, Event, QrEvent, Rejection};
use sesame_domain::retention::{RetentionPeriods, RetentionPolicy};
use sesame_domain::time::{Clock, SystemClock};
use sesame_webapp::Settings;
use tower::ServiceExt;
use url::form_urlencoded;
use uuid::Uuid;

use crate::furnisher::Furnisher;
use crate::support::{self, World, init_data, settings};

/// Under which path which person stands where.
pub(crate) type Rooms = BTreeMap<&'static str, (i64, String)>;

/// The pages, and who stands where.
#[derive(Clone)]
pub(crate) struct Gallery {
    pub(crate) world: Arc<World>,
    pub(crate) rooms: Arc<Rooms>,
}

impl Gallery {
    /// With everything that an operator can say of their bot, under this address.
    pub(crate) fn furnished(base: &str) -> Self {
        Self::of(Settings {
            disclosure: Disclosure {
                purpose: Some(
                    "Reads the channels that you follow, and tells you each evening what was in them."
                        .to_owned(),
                ),
                operator: Some("The reading circle of Harbour Street".to_owned()),
                contact: Some(Contact::new("help@example.org")),
                privacy_url: Some("https://example.org/privacy".to_owned()),
            },
            retention: RetentionPeriods {
                sessions: RetentionPolicy {
                    unused: Some(TimeDelta::days(90)),
                    max_age: Some(TimeDelta::days(365)),
                    dead: Some(TimeDelta::days(30)),
                },
                logins: TimeDelta::days(7),
                audit: Some(TimeDelta::days(400)),
                backups: Some(TimeDelta::days(30)),
            },
            ..settings(base)
        })
    }

    /// As these settings have it.
    pub(crate) fn of(settings: Settings) -> Self {
        let world = Arc::new(World::new(Arc::new(SystemClock), settings));
        let rooms = Furnisher {
            world: &world,
            rooms: Rooms::new(),
            next: 700_000,
        }
        .all();
        Self {
            world,
            rooms: Arc::new(rooms),
        }
    }

    /// The pages, and the way to each.
    pub(crate) fn router(&self) -> axum::Router {
        axum::Router::new()
            .route("/gallery", get(index))
            .route("/gallery/{name}", get(open))
            .route("/gallery/then/{event}", get(then))
            .with_state(self.clone())
            .merge(self.world.router.clone())
    }

    /// The login that is shown there.
    pub(crate) fn login(&self, room: &str) -> LoginId {
        let (_, path) = &self.rooms[room];
        let id = path.split('/').nth(3);
        id.and_then(|it| it.parse().ok()).unwrap()
    }

    /// Renews the codes on show for ever, as a driver would.
    pub(crate) async fn renew(&self) {
        let codes = [
            "qr",
            "other",
            "screen-scanned",
            "screen-linked",
            "screen-ended",
        ];
        loop {
            tokio::time::sleep(Duration::from_secs(12)).await;
            for room in codes {
                self.world.logins.show(self.login(room), &fresh_token());
            }
        }
    }

    /// A one-time link to a code, made as the Mini App makes it.
    pub(crate) async fn link_for_another_screen(&self, room: &str) -> String {
        let (person, _) = &self.rooms[room];
        let id = self.login(room);
        let data = init_data::of(*person, SystemClock.now());
        let request = Request::post(format!("/api/v1/logins/{id}/screen"))
            .header("authorization", format!("tma {data}"))
            .body(Body::empty())
            .unwrap();
        let answer = self.world.router.clone().oneshot(request).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let link: serde_json::Value = serde_json::from_slice(&body).unwrap();
        link["url"].as_str().unwrap().to_owned()
    }
}

/// How Telegram would show it.
#[derive(Deserialize)]
struct Look {
    theme: Option<String>,
    platform: Option<String>,
}

fn theme(name: Option<&str>) -> &'static str {
    match name {
        Some("dark") => {
            r##"{"bg_color":"#17212b","secondary_bg_color":"#0e1621","section_bg_color":"#17212b","text_color":"#f5f5f5","hint_color":"#708499","subtitle_text_color":"#708499","link_color":"#6ab3f3","accent_text_color":"#6ab2f2","button_color":"#5288c1","button_text_color":"#ffffff","section_header_text_color":"#6ab3f3","section_separator_color":"#111921","destructive_text_color":"#ec3942","header_bg_color":"#17212b"}"##
        }
        Some("light") => {
            r##"{"bg_color":"#ffffff","secondary_bg_color":"#f1f1f1","section_bg_color":"#ffffff","text_color":"#000000","hint_color":"#999999","subtitle_text_color":"#999999","link_color":"#168acd","accent_text_color":"#168acd","button_color":"#40a7e3","button_text_color":"#ffffff","section_header_text_color":"#168acd","section_separator_color":"#e7e7e7","destructive_text_color":"#d14e4e","header_bg_color":"#ffffff"}"##
        }
        _ => "{}",
    }
}

async fn index(State(gallery): State<Gallery>) -> Html<String> {
    let mut page = "<!doctype html><title>Gallery</title><h1>Gallery</h1><ul>".to_owned();
    for name in gallery.rooms.keys().chain([&"screen"]) {
        let _ = write!(page, "<li><a href=\"/gallery/{name}\">{name}</a>");
        for query in ["theme=light&platform=ios", "theme=dark&platform=ios"] {
            let _ = write!(page, " <a href=\"/gallery/{name}?{query}\">{query}</a>");
        }
    }
    Html(page)
}

async fn open(
    State(gallery): State<Gallery>,
    Path(name): Path<String>,
    Query(look): Query<Look>,
) -> Response {
    if name == "screen" {
        let link = gallery.link_for_another_screen("qr").await;
        return Redirect::to(&link).into_response();
    }
    let Some((person, path)) = gallery.rooms.get(name.as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let now = SystemClock.now();
    let fragment = form_urlencoded::Serializer::new(String::new())
        .append_pair("tgWebAppData", &init_data::of(*person, now))
        .append_pair("tgWebAppVersion", "9.1")
        .append_pair(
            "tgWebAppPlatform",
            look.platform.as_deref().unwrap_or("tdesktop"),
        )
        .append_pair("tgWebAppThemeParams", theme(look.theme.as_deref()))
        .finish();
    Redirect::to(&format!("{path}#{fragment}")).into_response()
}

/// Lets something happen to the login that was begun last.
async fn then(State(gallery): State<Gallery>, Path(event): Path<String>) -> Response {
    let world = &gallery.world;
    let Some(id) = *world.logins.latest.lock().unwrap() else {
        return (StatusCode::CONFLICT, "begin a login first\n").into_response();
    };
    let owner = world.logins.get(id).owner;
    let person = owner.person;
    let login = match event.as_str() {
        "show" => world.logins.show(id, &fresh_token()),
        "unreachable" => world
            .logins
            .feed(id, Event::CallFailed(CallFailure::Unavailable)),
        "scan" => world.logins.feed(id, QrEvent::TokenAccepted),
        "password" => world.logins.ask_password(id, Some("the usual one")),
        "wrong" => world
            .logins
            .feed(id, Event::AnswerRejected(Rejection::PasswordWrong)),
        "signed-in" => world.logins.feed(id, Event::SignedIn),
        "linked" => {
            world.logins.feed(id, Event::Identified { person });
            let now = world.clock.now();
            let account = support::account(person.0, "Ann Lee", Health::Alive, now);
            let account = world.accounts.put(account);
            world.logins.feed(id, Event::Linked { account })
        }
        "another" => {
            let person = PersonId(1);
            world.logins.feed(id, Event::Identified { person })
        }
        "refused" => {
            let cause = DeathCause::Revoked;
            world
                .logins
                .feed(id, Event::CallFailed(CallFailure::Lost(cause)))
        }
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    format!("{}\n", login.state.status().as_str()).into_response()
}

/// A token as Telegram gives them.
pub(crate) fn fresh_token() -> Vec<u8> {
    Uuid::now_v7().into_bytes().repeat(2)
}
