//! What goes wrong on an operator's page, and the page that says so.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sesame_domain::operator::LinkRefusal;
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;

use super::alone::Alone;
use super::cookies::Cookie;
use crate::app::App;
use crate::problem::{ApiError, Failed};

/// What goes wrong on an operator's page.
#[derive(Debug)]
pub(crate) enum PageError {
    /// No one is signed in, or not any more.
    SignedOut {
        /// Whether there was a session that is over now.
        over: bool,
    },
    /// The link does not work.
    Link(LinkRefusal),
    /// Another site sent it, or a page that is out of date.
    NotOurPage,
    /// The operator's role may not.
    NotAllowed,
    /// A field is missing or says nothing that makes sense.
    Unclear,
    /// It was not confirmed in the chat, or not any more.
    NotConfirmed,
    /// As anywhere else.
    Api(ApiError),
}

impl<E: Into<ApiError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Api(error.into())
    }
}

/// Carries the error from the handler to what writes the page.
#[derive(Clone)]
struct Page {
    words: &'static Words,
    forget: bool,
}

/// What such a page says.
struct Words {
    status: StatusCode,
    /// By which it is known in tests and to support.
    code: &'static str,
    title: &'static str,
    says: &'static str,
    way_on: &'static str,
}

macro_rules! words {
    ($($name:ident: $status:ident, $code:literal, $title:literal, $says:literal, $way_on:literal;)+) => {
        $(static $name: Words = Words {
            status: StatusCode::$status,
            code: $code,
            title: $title,
            says: $says,
            way_on: $way_on,
        };)+
    };
}

words! {
    SIGNED_OUT: UNAUTHORIZED, "signed_out", "Sign in from the chat",
        "There is no password. The bot sends operators a link that works once.", "";
    SESSION_OVER: UNAUTHORIZED, "session_over", "You are signed out",
        "Your session is over: it was ended, or nothing was done in it for half an hour.", "";
    LINK_UNKNOWN: GONE, "link_unknown", "This link leads nowhere",
        "It was never given out, or so long ago that nothing is known of it.",
        "Send /admin to the bot: it answers with a new one.";
    LINK_EXPIRED: GONE, "link_expired", "This link is too old",
        "A link works for two minutes.",
        "Send /admin to the bot: it answers with a new one.";
    LINK_ENDED: GONE, "link_ended", "This link was used before",
        "A link works once, and a newer one ends it.",
        "If that was not you, send /admin, sign in, and look under Operators.";
    LINK_ELSEWHERE: FORBIDDEN, "link_elsewhere", "This link belongs to another browser",
        "It works only in the browser that opened it first.",
        "If that was not yours, someone else saw your link: send /admin, which ends it.";
    NOT_OUR_PAGE: FORBIDDEN, "not_our_page", "That did not come from this page",
        "The request came from another site, or from a page of an earlier session. Nothing was done.",
        "Open the page again and repeat what you did there.";
    NOT_ALLOWED: FORBIDDEN, "not_allowed", "Your role does not allow that",
        "Nothing was done. Who may do what stands in OPERATORS.",
        "Ask an owner.";
    UNCLEAR: UNPROCESSABLE_ENTITY, "unclear", "Something is missing",
        "A field is empty, or says nothing that makes sense. Nothing was done.",
        "Go back and fill it in.";
    NOT_CONFIRMED: CONFLICT, "not_confirmed", "It was not confirmed",
        "It was declined in the chat, is too old, or was done before. Nothing was done now.",
        "Ask for it again.";
    NOT_FOUND: NOT_FOUND, "not_found", "There is nothing here",
        "It is gone, was never there, or belongs to another bot.",
        "Begin at the overview.";
    TOO_MANY: TOO_MANY_REQUESTS, "rate_limited", "That was a lot at once",
        "You asked more often than is answered.",
        "Wait a minute, then ask again.";
    UNAVAILABLE: SERVICE_UNAVAILABLE, "unavailable", "The database does not answer",
        "Sesame asks again and goes on where it was. What you did is not lost, but it may not have been done.",
        "Look again in a moment. If it lasts, look at the database, its disk, and the way to it.";
    BAD_REQUEST: BAD_REQUEST, "malformed", "That was not understood",
        "The request is not one that these pages send. Nothing was done.",
        "Open the page again.";
    METHOD: METHOD_NOT_ALLOWED, "method_not_allowed", "That cannot be done here",
        "The address is right, the way it was asked is not.",
        "Begin at the overview.";
    INTERNAL: INTERNAL_SERVER_ERROR, "internal", "That is our fault",
        "Something failed that should not. The log has it under the request below.",
        "Look again in a moment.";
}

impl PageError {
    fn words(&self) -> &'static Words {
        match self {
            Self::SignedOut { over: false } => &SIGNED_OUT,
            Self::SignedOut { over: true } => &SESSION_OVER,
            Self::Link(LinkRefusal::Unknown) => &LINK_UNKNOWN,
            Self::Link(LinkRefusal::Expired) => &LINK_EXPIRED,
            Self::Link(LinkRefusal::Ended) => &LINK_ENDED,
            Self::Link(LinkRefusal::Elsewhere) => &LINK_ELSEWHERE,
            Self::NotOurPage => &NOT_OUR_PAGE,
            Self::NotAllowed => &NOT_ALLOWED,
            Self::Unclear => &UNCLEAR,
            Self::NotConfirmed => &NOT_CONFIRMED,
            Self::Api(error) => of_api(error),
        }
    }
}

fn of_api(error: &ApiError) -> &'static Words {
    match error.describe().0 {
        StatusCode::NOT_FOUND => &NOT_FOUND,
        StatusCode::TOO_MANY_REQUESTS => &TOO_MANY,
        StatusCode::METHOD_NOT_ALLOWED => &METHOD,
        StatusCode::SERVICE_UNAVAILABLE => &UNAVAILABLE,
        status if status.is_client_error() => &BAD_REQUEST,
        _ => &INTERNAL,
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let words = self.words();
        let forget = matches!(self, Self::SignedOut { over: true });
        let mut response = match self {
            // It is logged where it is rendered.
            Self::Api(error) => error.into_response(),
            _ => words.status.into_response(),
        };
        response.extensions_mut().insert(Page { words, forget });
        response
    }
}

#[derive(Template)]
#[template(path = "admin/error.html")]
struct ErrorPage {
    alone: Alone,
    words: &'static Words,
    signed_out: bool,
    request: String,
}

/// Writes the page of an error that a handler returned, and logs what is ours.
pub(super) async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let alone = Alone::of(&app, request.headers());
    let id = crate::edge::request_id(request.extensions());
    let mut response = next.run(request).await;
    let extensions = response.extensions_mut();
    let failed = extensions.remove::<Failed>();
    if let Some(Failed(error)) = &failed {
        log(error);
    }
    let page = extensions.remove::<Page>().or_else(|| {
        let Failed(error) = failed.as_ref()?;
        let (words, forget) = (of_api(error), false);
        Some(Page { words, forget })
    });
    let Some(Page { words, forget }) = page else {
        return response;
    };
    let retry = failed.and_then(|Failed(error)| error.retry_after_seconds());
    let shown = ErrorPage {
        alone,
        words,
        signed_out: words.status == StatusCode::UNAUTHORIZED,
        request: id,
    };
    let Ok(text) = shown.render() else {
        return response;
    };
    let mut answer = (response.status(), text).into_response();
    let headers = answer.headers_mut();
    headers.extend(response.headers().clone());
    set(headers, retry);
    if forget && let Some(cookie) = Cookie::Session.forget(app.settings.secure_cookies) {
        headers.append(axum::http::header::SET_COOKIE, cookie);
    }
    answer
}

fn set(headers: &mut HeaderMap, retry: Option<u32>) {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(CONTENT_TYPE, html);
    if let Some(seconds) = retry {
        headers.insert(RETRY_AFTER, seconds.into());
    }
}

fn log(error: &ApiError) {
    match error {
        ApiError::Internal(why) => {
            tracing::error!(error = %Reason::of(&**why), "an operator's page failed");
        }
        ApiError::StorageFull(why) | ApiError::StorageFailing(why) | ApiError::Unavailable(why) => {
            let why: &StoreError = why;
            tracing::warn!(error = %Reason::of(why), "an operator's page got no answer from storage");
        }
        other => tracing::debug!(
            code = other.describe().1,
            "an operator's request was refused"
        ),
    }
}
