//! The view of a login that is over without an account.

use askama::Template;
use axum::response::Response;
use sesame_domain::ids::LoginId;
use sesame_domain::login::{Failure, Login, Method, WayOn};
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html, Text};

use super::moments::{self, iso, left};
use crate::app::App;
use crate::base_path::BasePath;
use crate::html::html;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "miniapp/login/ended.html")]
struct EndedView {
    base: BasePath,
    words: AppWords,
    id: LoginId,
    /// By which way it was begun, and begins again.
    method: Method,
    version: i64,
    now: String,
    look: Look,
    said: Said,
    next: Next,
}

/// What is said.
struct Said {
    title: Text,
    lead: Html,
    more: Option<Html>,
    button: Text,
}

/// What the person can do.
enum Next {
    /// Begin again.
    Again,
    /// Begin again later.
    Later {
        until: String,
        time_left: String,
        /// What is said then.
        over: Html,
    },
    /// Go back to the first view.
    Home,
}

/// How it looks.
#[derive(Clone, Copy)]
struct Look {
    icon: &'static str,
    tone: &'static str,
    /// Whether the person should look up: not for what they did themselves,
    /// nor for a pause.
    is_bad: bool,
}

impl Look {
    const fn quiet(icon: &'static str) -> Self {
        Self {
            icon,
            tone: "quiet",
            is_bad: false,
        }
    }

    const fn bad(icon: &'static str) -> Self {
        Self {
            icon,
            tone: "bad",
            is_bad: true,
        }
    }

    /// Of a failure. One that has no look of its own looks like the others that
    /// pass, or do not.
    fn of(failure: Failure) -> Self {
        match failure {
            Failure::WrongAccount => Self::bad("people"),
            Failure::LoginBudget { .. } => Self::quiet("clock"),
            Failure::Frozen => Self::bad("snow"),
            Failure::Banned | Failure::Revoked => Self::bad("ban"),
            Failure::TelegramUnavailable { .. } => Self {
                is_bad: true,
                ..Self::quiet("cloud")
            },
            Failure::PasswordAttempts | Failure::CodeAttempts => Self::bad("lock"),
            Failure::NumberAttempts | Failure::CodeUnavailable => Self::bad("phone"),
            Failure::EmailRequired => Self::quiet("chat"),
            Failure::PasswordRemoved => Self::quiet("lock"),
            other => match other.way_on() {
                WayOn::Later(_) => Self::quiet("pause"),
                WayOn::Again | WayOn::Nothing => Self::bad("alert"),
            },
        }
    }
}

/// Why a login is over without an account.
pub(super) enum Why {
    /// Time ran out.
    Expired,
    /// The person cancelled it.
    Cancelled,
    /// The person began a newer one.
    Superseded,
    /// It failed.
    Failed(Failure),
}

/// A login that is over without an account.
pub(super) fn view(
    app: &App,
    words: AppWords,
    login: &Login,
    why: &Why,
    now: Timestamp,
) -> Result<Response, ApiError> {
    let (look, said, next) = match why {
        Why::Expired => (
            Look::quiet("clock"),
            Said::shortly(
                words.expired_title(),
                words.expired(),
                words.expired_button(),
            ),
            Next::Again,
        ),
        Why::Cancelled => (
            Look::quiet("cross"),
            Said::shortly(
                words.cancelled_title(),
                words.cancelled(),
                words.cancelled_button(),
            ),
            Next::Again,
        ),
        Why::Superseded => (
            Look::quiet("screens"),
            Said::shortly(
                words.superseded_title(),
                words.superseded(),
                words.superseded_button(),
            ),
            Next::Home,
        ),
        Why::Failed(failure) => (
            Look::of(*failure),
            Said::of(*failure, words, login),
            Next::after(*failure, words, now),
        ),
    };
    html(&EndedView {
        base: app.base.clone(),
        words,
        id: login.id,
        method: login.method,
        version: login.version,
        now: iso(now),
        look,
        said,
        next,
    })
}

impl Said {
    fn shortly(title: Text, lead: Text, button: Text) -> Self {
        Self {
            title,
            lead: lead.into(),
            more: None,
            button,
        }
    }

    fn of(failure: Failure, words: AppWords, login: &Login) -> Self {
        let said = words.language().failure(failure);
        Self {
            title: said.title(),
            lead: said.lead(&login.device.model),
            more: said.more(),
            button: said.button(),
        }
    }
}

impl Next {
    fn after(failure: Failure, words: AppWords, now: Timestamp) -> Self {
        match failure.way_on() {
            WayOn::Again => Self::Again,
            WayOn::Later(until) => Self::Later {
                until: iso(until),
                time_left: left(until, now),
                over: words
                    .language()
                    .failure(failure)
                    .over()
                    .unwrap_or(Html::empty()),
            },
            WayOn::Nothing => Self::Home,
        }
    }
}
