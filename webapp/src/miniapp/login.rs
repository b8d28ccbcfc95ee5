//! The views of a login, one for each thing the person can do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sesame_domain::account::Health;
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::login::{
    Asking, Ending, Finishing, Login, QrAsking, Question, State as LoginState,
};
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html, Language};

use super::accounts::Card;
use super::ended::{self, Why};
use super::moments::{self, iso, left};
use super::phone;
use super::setback::unreachable;
use crate::api::login_id;
use crate::app::App;
use crate::base_path::BasePath;
use crate::html::html;
use crate::identity::Identity;
use crate::login_view::{self, LoginView};
use crate::problem::ApiError;
use crate::qr;

/// A code, or the place where it will be.
#[derive(Template)]
#[template(path = "miniapp/login/qr.html")]
pub(super) struct CodeView {
    base: BasePath,
    pub(super) words: AppWords,
    pub(super) id: LoginId,
    pub(super) version: i64,
    pub(super) now: String,
    pub(super) created_at: String,
    pub(super) scan_until: String,
    pub(super) time_left: String,
    pub(super) elapsed: i64,
    /// Until when the code can be scanned; `None`: it cannot.
    pub(super) fresh_until: Option<String>,
    pub(super) svg: Option<String>,
    pub(super) unreachable: Option<Html>,
}

impl CodeView {
    pub(super) fn of(
        app: &App,
        words: AppWords,
        shown: &LoginView,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let login = &shown.login;
        let svg = match &shown.code {
            Some(code) => Some(qr::svg(&code.url).map_err(ApiError::internal)?.to_string()),
            None => None,
        };
        Ok(Self {
            base: app.base.clone(),
            words,
            id: login.id,
            version: login.version,
            now: iso(now),
            created_at: iso(login.created_at),
            scan_until: iso(login.scan_until()),
            time_left: left(login.scan_until(), now),
            elapsed: shown.elapsed_permille(now),
            fresh_until: shown.live_code(now).map(|code| iso(code.expires_at)),
            svg,
            unreachable: login.retry.map(|retry| unreachable(words, retry, now)),
        })
    }
}

/// What is being waited for after the scan.
pub(super) enum Step {
    Scanned,
    Moving,
    Verifying,
    Linking,
}

#[derive(Template)]
#[template(path = "miniapp/login/waiting.html")]
pub(super) struct WaitingView {
    base: BasePath,
    words: AppWords,
    id: LoginId,
    version: i64,
    now: String,
    step: Step,
    unreachable: Option<Html>,
}

#[derive(Template)]
#[template(path = "miniapp/login/password.html")]
pub(super) struct PasswordView {
    base: BasePath,
    words: AppWords,
    id: LoginId,
    version: i64,
    now: String,
    expires_at: String,
    time_left: String,
    hint: Option<String>,
    attempts_left: u64,
    rejected: bool,
    checking: bool,
}

#[derive(Template)]
#[template(path = "miniapp/login/linked.html")]
pub(super) struct LinkedView {
    base: BasePath,
    words: AppWords,
    id: LoginId,
    version: i64,
    now: String,
    account: Option<Card>,
}

/// That the code is to be opened on another screen.
#[derive(Template)]
#[template(path = "miniapp/login/other.html")]
struct OtherScreenView {
    base: BasePath,
    words: AppWords,
    id: LoginId,
    version: i64,
    now: String,
    scan_until: String,
    time_left: String,
}

/// Where the code of a login is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Here,
    Elsewhere,
}

/// A login, as it stands.
pub(super) async fn view(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    view_of(&app, &owner, language, &id, Shown::Here).await
}

/// The same, where the code is looked at on another screen.
pub(super) async fn view_for_another_screen(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    view_of(&app, &owner, language, &id, Shown::Elsewhere).await
}

async fn view_of(
    app: &App,
    owner: &Owner,
    language: Language,
    id: &str,
    at: Shown,
) -> Result<Response, ApiError> {
    let id = login_id(id)?;
    let login = app.ports.logins.find(owner, id).await?;
    let shown = LoginView::open(app, login).await?;
    let (words, now) = (language.app(), app.ports.clock.now());
    match &shown.login.state {
        LoginState::Asking(Asking::Qr(asking)) => match asking {
            QrAsking::Starting | QrAsking::Pending(_) => match at {
                Shown::Here => html(&CodeView::of(app, words, &shown, now)?),
                Shown::Elsewhere => html(&elsewhere(app, words, &shown.login, now)),
            },
            QrAsking::Scanned { .. } => {
                html(&waiting(app, words, &shown.login, Step::Scanned, now))
            }
            QrAsking::Migrating { .. } => {
                html(&waiting(app, words, &shown.login, Step::Moving, now))
            }
        },
        LoginState::Proving(proving) => match proving.question() {
            Question::Number(_) => html(&phone::NumberView::of(&app.base, words, &shown, now)?),
            Question::Code(_) => html(&phone::CodeView::of(&app.base, words, &shown, now)?),
            Question::Password(_) => html(&password(app, words, &shown, now)?),
        },
        LoginState::Finishing(finishing) => {
            let step = match finishing {
                Finishing::Verifying { .. } => Step::Verifying,
                Finishing::Linking { .. } => Step::Linking,
            };
            html(&waiting(app, words, &shown.login, step, now))
        }
        LoginState::Ended { ending, .. } => over(app, words, &shown.login, *ending, now).await,
    }
}

fn elsewhere(app: &App, words: AppWords, login: &Login, now: Timestamp) -> OtherScreenView {
    OtherScreenView {
        base: app.base.clone(),
        words,
        id: login.id,
        version: login.version,
        now: iso(now),
        scan_until: iso(login.scan_until()),
        time_left: left(login.scan_until(), now),
    }
}

fn waiting(app: &App, words: AppWords, login: &Login, step: Step, now: Timestamp) -> WaitingView {
    WaitingView {
        base: app.base.clone(),
        words,
        id: login.id,
        version: login.version,
        now: iso(now),
        step,
        unreachable: login.retry.map(|retry| unreachable(words, retry, now)),
    }
}

fn password(
    app: &App,
    words: AppWords,
    shown: &LoginView,
    now: Timestamp,
) -> Result<PasswordView, ApiError> {
    let login = &shown.login;
    let asked = login_view::password(&login.state).ok_or(ApiError::WrongState)?;
    Ok(PasswordView {
        base: app.base.clone(),
        words,
        id: login.id,
        version: login.version,
        now: iso(now),
        expires_at: iso(login.expires_at),
        time_left: left(login.expires_at, now),
        hint: shown.hint.clone(),
        attempts_left: asked.attempts_left.into(),
        rejected: asked.rejected,
        checking: login.state.is_checking(),
    })
}

async fn over(
    app: &App,
    words: AppWords,
    login: &Login,
    ending: Ending,
    now: Timestamp,
) -> Result<Response, ApiError> {
    let why = match ending {
        Ending::Authorized { account } => {
            let linked = app.ports.accounts.linked(&login.owner).await?;
            let account = linked.filter(|linked| linked.id == account);
            return html(&LinkedView {
                base: app.base.clone(),
                words,
                id: login.id,
                version: login.version,
                now: iso(now),
                account: account.map(|account| Card::of(account, now)),
            });
        }
        Ending::Expired => Why::Expired,
        Ending::Cancelled => Why::Cancelled,
        Ending::Superseded => Why::Superseded,
        Ending::Failed(failure) => Why::Failed(failure),
    };
    ended::view(app, words, login, &why, now)
}
