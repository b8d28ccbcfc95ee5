//! The code on another screen.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sesame_domain::login::{Asking, Ending, QrAsking, State as LoginState};
use sesame_words::{AppWords, Html, Language};

use super::login::CodeView;
use super::moments::{self, iso};
use crate::api::login_id;
use crate::app::App;
use crate::base_path::BasePath;
use crate::html::html;
use crate::identity::Viewer;
use crate::login_view::LoginView;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "screen/page.html")]
struct Page {
    base: BasePath,
    words: AppWords,
    css: String,
    js: String,
}

/// The page behind a one-time link. Opening it uses nothing up: programs that
/// look at links before people do would burn them. Its script redeems.
pub(super) async fn page(State(app): State<App>, language: Language) -> Result<Response, ApiError> {
    html(&Page {
        base: app.base.clone(),
        words: language.app(),
        css: app.assets.style.url(),
        js: app.assets.script.url(),
    })
}

#[derive(Template)]
#[template(path = "screen/code.html")]
struct Code {
    words: AppWords,
    version: i64,
    now: String,
    created_at: String,
    scan_until: String,
    time_left: String,
    elapsed: i64,
    fresh_until: Option<String>,
    svg: Option<String>,
    unreachable: Option<Html>,
}

impl From<CodeView> for Code {
    fn from(view: CodeView) -> Self {
        Self {
            words: view.words,
            version: view.version,
            now: view.now,
            created_at: view.created_at,
            scan_until: view.scan_until,
            time_left: view.time_left,
            elapsed: view.elapsed,
            fresh_until: view.fresh_until,
            svg: view.svg,
            unreachable: view.unreachable,
        }
    }
}

/// How it is after the code.
enum After {
    Scanned,
    Linked,
    Ended,
}

#[derive(Template)]
#[template(path = "screen/after.html")]
struct Afterwards {
    words: AppWords,
    version: i64,
    now: String,
    over: bool,
    how: After,
}

/// The code, or that it has done its part.
pub(super) async fn view(
    State(app): State<App>,
    viewer: Viewer,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = login_id(&id)?;
    let login = app.ports.logins.find(viewer.owner_of(id)?, id).await?;
    let (words, now) = (language.app(), app.ports.clock.now());
    let how = match &login.state {
        LoginState::Asking(Asking::Qr(QrAsking::Starting | QrAsking::Pending(_))) => {
            let shown = LoginView::open(&app, login).await?;
            return html(&Code::from(CodeView::of(&app, words, &shown, now)?));
        }
        LoginState::Asking(Asking::Qr(QrAsking::Scanned { .. } | QrAsking::Migrating { .. }))
        | LoginState::Proving(_)
        | LoginState::Finishing(_) => After::Scanned,
        LoginState::Ended { ending, .. } => match ending {
            Ending::Authorized { .. } => After::Linked,
            Ending::Expired | Ending::Cancelled | Ending::Superseded | Ending::Failed(_) => {
                After::Ended
            }
        },
    };
    html(&Afterwards {
        words,
        version: login.version,
        now: iso(now),
        over: login.is_over(),
        how,
    })
}
