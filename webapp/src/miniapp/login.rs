//! The views of a login, one for each thing the person can do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sesame_domain::account::Health;
use sesame_domain::ids::LoginId;
use sesame_domain::login::{
    Asking, Ending, Finishing, Login, QrAsking, Question, Retry, State as LoginState,
};
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html, Language};

use super::accounts::Card;
use super::ended::{self, Why};
use super::html::html;
use super::moments::{self, countdown, iso, left};
use crate::api::login_id;
use crate::app::App;
use crate::base_path::BasePath;
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

/// A login, as it stands.
pub(super) async fn view(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = login_id(&id)?;
    let login = app.ports.logins.find(&owner, id).await?;
    let shown = LoginView::open(&app, login).await?;
    let (words, now) = (language.app(), app.ports.clock.now());
    match &shown.login.state {
        LoginState::Asking(Asking::Qr(asking)) => match asking {
            QrAsking::Starting | QrAsking::Pending(_) => {
                html(&CodeView::of(&app, words, &shown, now)?)
            }
            QrAsking::Scanned { .. } => {
                html(&waiting(&app, words, &shown.login, Step::Scanned, now))
            }
            QrAsking::Migrating { .. } => {
                html(&waiting(&app, words, &shown.login, Step::Moving, now))
            }
        },
        LoginState::Proving(proving) => match proving.question() {
            Question::Password(_) => html(&password(&app, words, &shown, now)?),
        },
        LoginState::Finishing(finishing) => {
            let step = match finishing {
                Finishing::Verifying { .. } => Step::Verifying,
                Finishing::Linking { .. } => Step::Linking,
            };
            html(&waiting(&app, words, &shown.login, step, now))
        }
        LoginState::Ended { ending, .. } => over(&app, words, &shown.login, *ending, now).await,
    }
}

/// That Telegram does not answer; of a data centre that is left alone, for how
/// long.
fn unreachable(words: AppWords, retry: Retry, now: Timestamp) -> Html {
    match retry.dc {
        Some(dc) => {
            let left = left(retry.retry_at, now);
            words.code_silent(
                u64::try_from(dc).unwrap_or_default(),
                &countdown(&iso(retry.retry_at), &left),
            )
        }
        None => words.code_unreachable().into(),
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
                account: account.map(Card::from),
            });
        }
        Ending::Expired => Why::Expired,
        Ending::Cancelled => Why::Cancelled,
        Ending::Superseded => Why::Superseded,
        Ending::Failed(failure) => Why::Failed(failure),
    };
    ended::view(app, words, login, &why, now)
}
