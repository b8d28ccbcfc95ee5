//! The views of signing in by phone number and code.

use askama::Template;
use sesame_domain::ids::LoginId;
use sesame_domain::login::{Code, CodeWay};
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html, Text};

use super::moments::{self, iso, left};
use super::setback::unreachable;
use crate::base_path::BasePath;
use crate::login_view::{self, LoginView};
use crate::problem::ApiError;

/// The page of <https://fragment.com>, where numbers and their codes are.
const FRAGMENT: &str = "https://fragment.com/";

/// The question for the number.
#[derive(Template)]
#[template(path = "miniapp/login/number.html")]
pub(super) struct NumberView {
    base: BasePath,
    words: AppWords,
    id: LoginId,
    version: i64,
    now: String,
    rejected: Option<Text>,
    checking: bool,
    unreachable: Option<Html>,
}

impl NumberView {
    pub(super) fn of(
        base: &BasePath,
        words: AppWords,
        shown: &LoginView,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let login = &shown.login;
        let asked = login_view::number(&login.state).ok_or(ApiError::WrongState)?;
        Ok(Self {
            base: base.clone(),
            words,
            id: login.id,
            version: login.version,
            now: iso(now),
            rejected: asked.rejected.map(|why| words.number_rejected(why.code())),
            checking: login.state.is_checking(),
            unreachable: login.retry.map(|retry| unreachable(words, retry, now)),
        })
    }
}

/// The question for the code.
#[derive(Template)]
#[template(path = "miniapp/login/code.html")]
pub(super) struct CodeView {
    base: BasePath,
    words: AppWords,
    id: LoginId,
    version: i64,
    now: String,
    lead: Text,
    detail: Option<Text>,
    /// Where the code is to be read, if that is a page.
    page: Option<String>,
    is_words: bool,
    digits: Option<u8>,
    rejected: Option<Text>,
    stage: Stage,
    again: Option<Again>,
    has_numbers: bool,
    unreachable: Option<Html>,
}

/// How far the answer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asking,
    Checking,
    Rejected,
    /// Only another code leads on.
    Expired,
}

impl Stage {
    fn of(code: &Code, checking: bool) -> Self {
        match code.rejected {
            _ if checking => Self::Checking,
            Some(_) if code.is_expired() => Self::Expired,
            Some(_) => Self::Rejected,
            None => Self::Asking,
        }
    }

    /// The name that the script knows.
    fn name(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Checking => "checking",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }
}

/// Another code may be asked for.
struct Again {
    way: &'static str,
    at: String,
    left: String,
}

impl CodeView {
    pub(super) fn of(
        base: &BasePath,
        words: AppWords,
        shown: &LoginView,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let login = &shown.login;
        let (code, seen) = shown.sent_code().ok_or(ApiError::WrongState)?;
        let way = code.sent.way;
        let at = code.sent.again_at;
        let again = code.sent.next.map(|next| Again {
            way: next.as_str(),
            at: iso(at),
            left: left(at, now),
        });
        Ok(Self {
            base: base.clone(),
            words,
            id: login.id,
            version: login.version,
            now: iso(now),
            lead: words.login_code_lead(seen.number_ends.as_str(), way.as_str()),
            detail: seen
                .detail
                .as_deref()
                .and_then(|it| words.code_detail(way, it)),
            page: (way == CodeWay::Fragment).then(|| fragment(seen.detail.as_deref())),
            is_words: way.is_words(),
            digits: seen.digits,
            rejected: code
                .rejected
                .map(|why| words.code_rejection(why, code.attempts_left)),
            stage: Stage::of(code, login.state.is_checking()),
            again,
            has_numbers: code.numbers_left > 0,
            unreachable: login.retry.map(|retry| unreachable(words, retry, now)),
        })
    }
}

/// The page that Telegram names, if it is one of fragment.com.
fn fragment(page: Option<&str>) -> String {
    let page = page.filter(|page| page.starts_with(FRAGMENT));
    page.unwrap_or(FRAGMENT).to_owned()
}
