//! The views of a login, one for each thing the person can do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::device::Device;
use sesame_domain::ids::LoginId;
use sesame_domain::login::{
    Asking, Ending, Failure, Finishing, Login, QrAsking, Question, State as LoginState,
};
use sesame_domain::time::Timestamp;

use super::accounts::{Card, iso};
use super::html::html;
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
    pub(super) unreachable: bool,
}

impl CodeView {
    pub(super) fn of(app: &App, shown: &LoginView, now: Timestamp) -> Result<Self, ApiError> {
        let login = &shown.login;
        let svg = match &shown.code {
            Some(code) => Some(qr::svg(&code.url).map_err(ApiError::internal)?.to_string()),
            None => None,
        };
        Ok(Self {
            base: app.base.clone(),
            id: login.id,
            version: login.version,
            now: iso(now),
            created_at: iso(login.created_at),
            scan_until: iso(login.scan_until()),
            time_left: left(login.scan_until(), now),
            elapsed: shown.elapsed_permille(now),
            fresh_until: shown.live_code(now).map(|code| iso(code.expires_at)),
            svg,
            unreachable: login.retry.is_some(),
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
    id: LoginId,
    version: i64,
    now: String,
    step: Step,
    unreachable: bool,
}

#[derive(Template)]
#[template(path = "miniapp/login/password.html")]
pub(super) struct PasswordView {
    base: BasePath,
    id: LoginId,
    version: i64,
    now: String,
    expires_at: String,
    time_left: String,
    hint: Option<String>,
    attempts_left: u8,
    rejected: bool,
    checking: bool,
}

#[derive(Template)]
#[template(path = "miniapp/login/linked.html")]
pub(super) struct LinkedView {
    base: BasePath,
    id: LoginId,
    version: i64,
    now: String,
    account: Option<Card>,
}

/// Why a login is over without an account.
pub(super) enum Why {
    Expired,
    Cancelled,
    Superseded,
    WrongAccount,
    Flood(String),
    LoginBudget(String),
    Frozen,
    Banned,
    TelegramUnavailable,
    PasswordAttempts,
    PasswordRemoved,
    Revoked,
    AppRefused,
    Internal,
}

impl Why {
    /// Whether the person should look up: not for what they did themselves,
    /// nor for a pause.
    fn is_bad(&self) -> bool {
        match self {
            Self::WrongAccount
            | Self::Frozen
            | Self::Banned
            | Self::PasswordAttempts
            | Self::Revoked
            | Self::TelegramUnavailable
            | Self::AppRefused
            | Self::Internal => true,
            Self::Expired
            | Self::Cancelled
            | Self::Superseded
            | Self::PasswordRemoved
            | Self::Flood(_)
            | Self::LoginBudget(_) => false,
        }
    }
}

impl From<Failure> for Why {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::WrongAccount => Self::WrongAccount,
            Failure::Flood { until } => Self::Flood(iso(until)),
            Failure::LoginBudget { until } => Self::LoginBudget(iso(until)),
            Failure::Frozen => Self::Frozen,
            Failure::Banned => Self::Banned,
            Failure::TelegramUnavailable => Self::TelegramUnavailable,
            Failure::PasswordAttempts => Self::PasswordAttempts,
            Failure::PasswordRemoved => Self::PasswordRemoved,
            Failure::Revoked => Self::Revoked,
            Failure::AppRefused => Self::AppRefused,
            Failure::Internal => Self::Internal,
        }
    }
}

#[derive(Template)]
#[template(path = "miniapp/login/ended.html")]
pub(super) struct EndedView {
    base: BasePath,
    id: LoginId,
    version: i64,
    now: String,
    time_left: String,
    device: Device,
    why: Why,
}

/// The time left as `m:ss`, or `h:mm:ss`.
pub(super) fn left(until: Timestamp, now: Timestamp) -> String {
    let seconds = (until - now).num_seconds().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// A login, as it stands.
pub(super) async fn view(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = login_id(&id)?;
    let login = app.ports.logins.find(&owner, id).await?;
    let shown = LoginView::open(&app, login).await?;
    let now = app.ports.clock.now();
    match &shown.login.state {
        LoginState::Asking(Asking::Qr(asking)) => match asking {
            QrAsking::Starting | QrAsking::Pending(_) => html(&CodeView::of(&app, &shown, now)?),
            QrAsking::Scanned { .. } => html(&waiting(&app, &shown.login, Step::Scanned, now)),
            QrAsking::Migrating { .. } => html(&waiting(&app, &shown.login, Step::Moving, now)),
        },
        LoginState::Proving(proving) => match proving.question() {
            Question::Password(_) => html(&password(&app, &shown, now)?),
        },
        LoginState::Finishing(finishing) => {
            let step = match finishing {
                Finishing::Verifying { .. } => Step::Verifying,
                Finishing::Linking { .. } => Step::Linking,
            };
            html(&waiting(&app, &shown.login, step, now))
        }
        LoginState::Ended { ending, .. } => ended(&app, &shown.login, *ending, now).await,
    }
}

fn waiting(app: &App, login: &Login, step: Step, now: Timestamp) -> WaitingView {
    WaitingView {
        base: app.base.clone(),
        id: login.id,
        version: login.version,
        now: iso(now),
        step,
        unreachable: login.retry.is_some(),
    }
}

fn password(app: &App, shown: &LoginView, now: Timestamp) -> Result<PasswordView, ApiError> {
    let login = &shown.login;
    let asked = login_view::password(&login.state).ok_or(ApiError::WrongState)?;
    Ok(PasswordView {
        base: app.base.clone(),
        id: login.id,
        version: login.version,
        now: iso(now),
        expires_at: iso(login.expires_at),
        time_left: left(login.expires_at, now),
        hint: shown.hint.clone(),
        attempts_left: asked.attempts_left,
        rejected: asked.rejected,
        checking: login.state.is_checking(),
    })
}

async fn ended(
    app: &App,
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
                id: login.id,
                version: login.version,
                now: iso(now),
                account: account.map(Card::from),
            });
        }
        Ending::Expired => Why::Expired,
        Ending::Cancelled => Why::Cancelled,
        Ending::Superseded => Why::Superseded,
        Ending::Failed(failure) => failure.into(),
    };
    let until = match ending {
        Ending::Failed(failure) => failure.retry_at(),
        Ending::Authorized { .. } | Ending::Expired | Ending::Cancelled | Ending::Superseded => {
            None
        }
    };
    html(&EndedView {
        base: app.base.clone(),
        id: login.id,
        version: login.version,
        now: iso(now),
        time_left: until.map_or_else(String::new, |until| left(until, now)),
        device: login.device.clone(),
        why,
    })
}
