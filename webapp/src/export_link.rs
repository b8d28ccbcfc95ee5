//! The link by which a copy of a chat is fetched as a zip archive.
//!
//! It works once. Whoever used it has the archive's tag from then on, which no one
//! else knows, and goes on with `Range` and `If-Range` when the connection breaks.
//! The archive is opened while it is sent: nothing of it is in plain anywhere else.

use std::ops::Range;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT, ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_DISPOSITION, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use futures::stream::Stream;
use sesame_domain::export::{Export, MadeExport};
use sesame_domain::ports::{ExportArchive, ExportFilesError, pieces};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Language};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::html::html;
use crate::ports::ExportPorts;
use crate::problem::ApiError;

/// How long a link waits to be used.
const LINK_LIFE: TimeDelta = TimeDelta::minutes(15);
/// How long whoever used it can go on.
const GOING_ON: TimeDelta = TimeDelta::hours(24);
/// What tags are made for; never changed.
const TAG: &str = "export_tag";
/// Where Telegram's own web clients live, which fetch files for Mini Apps
/// (core.telegram.org/bots/webapps#downloadfileparams).
const WEB_TELEGRAM: &str = "https://web.telegram.org";
/// How many bytes the secret of a link has.
const SECRET_BYTES: usize = 32;

/// A link that was given out.
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) expires_at: Timestamp,
}

/// Where links lead.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/exports/{secret}/{name}", get(fetch))
}

/// Gives out a link to an export.
///
/// # Errors
/// [`ApiError::ExportNotReady`] when there is nothing to be fetched.
pub(crate) async fn give_out(
    app: &App,
    ports: &ExportPorts,
    export: &Export,
) -> Result<Link, ApiError> {
    let made = export.made.as_ref().ok_or(ApiError::ExportNotReady)?;
    let mut secret = [0; SECRET_BYTES];
    app.ports.entropy.fill(&mut secret);
    let secret = URL_SAFE_NO_PAD.encode(secret);
    let expires_at = app.ports.clock.now() + LINK_LIFE;
    let kept = ports
        .rows
        .keep_link(export.id, &export.owner, digest(&secret), expires_at);
    if !kept.await? {
        return Err(ApiError::ExportNotReady);
    }
    let base = app.settings.public_url.as_str().trim_end_matches('/');
    let name = name(made);
    Ok(Link {
        url: format!("{base}/exports/{secret}/{name}"),
        expires_at,
    })
}

/// What the archive is called: nothing of the chat.
pub(crate) fn name(made: &MadeExport) -> String {
    format!("chat-{}.zip", made.at.format("%Y-%m-%d"))
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// What tells an archive from another one, and whoever fetches it from others.
fn tag(app: &App, secret: &str, made: &MadeExport) -> String {
    let data = format!("{secret} {}", made.edition);
    let mac = app.ports.token_keys.mac(TAG, data.as_bytes());
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(mac))
}

/// What a link gives; to whoever reads pages, what goes wrong is one, too.
async fn fetch(
    State(app): State<App>,
    language: Language,
    method: Method,
    Path((secret, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let accepts = headers
        .get(ACCEPT)
        .and_then(|accepts| accepts.to_str().ok());
    let reads_pages = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    let fetched = archive(&app, method, &secret, &headers).await;
    fetched.or_else(|error| match error {
        error if !reads_pages => Err(error),
        ApiError::LinkUsed => refused(&app, language, &error, Refusal::Used),
        ApiError::LinkUnknown => refused(&app, language, &error, Refusal::Unknown),
        ApiError::ExportsUnavailable(_) => refused(&app, language, &error, Refusal::Trouble),
        error => Err(error),
    })
}

/// Why there is nothing to be fetched by a link.
#[derive(Clone, Copy)]
enum Refusal {
    Used,
    Unknown,
    Trouble,
}

#[derive(Template)]
#[template(path = "miniapp/fetch.html")]
struct Refused {
    words: AppWords,
    css: String,
    why: Refusal,
}

fn refused(
    app: &App,
    language: Language,
    error: &ApiError,
    why: Refusal,
) -> Result<Response, ApiError> {
    let (status, code, _) = error.describe();
    tracing::info!(code, "a link to an export gives nothing");
    let page = html(&Refused {
        words: language.app(),
        css: app.assets.style.url(),
        why,
    })?;
    Ok((status, page).into_response())
}

async fn archive(
    app: &App,
    method: Method,
    secret: &str,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let ports = app.ports.exports.as_ref().ok_or(ApiError::NotFound)?;
    let (digest, now) = (digest(secret), app.ports.clock.now());
    let tenant = &app.settings.tenant;
    let found = ports.rows.link(tenant, digest, now).await?;
    let (export, is_used) = found.ok_or(ApiError::LinkUnknown)?;
    let made = export.made.clone().ok_or(ApiError::LinkUnknown)?;
    let length = made.archive_bytes;
    if method == Method::HEAD {
        // Uses no link up, opens nothing, and tells no tag.
        return Ok((described(&made), [(CONTENT_LENGTH, length.to_string())]).into_response());
    }
    let tag = tag(app, secret, &made);
    let goes_on = headers.get(IF_RANGE).map(HeaderValue::as_bytes);
    let goes_on = goes_on.is_some_and(|given| given.ct_eq(tag.as_bytes()).into());
    if is_used && !goes_on {
        return Err(ApiError::LinkUsed);
    }
    // Without its tag, a range may be of another archive: all of it is sent.
    let asked = headers.get(RANGE).filter(|_| goes_on);
    let asked = asked.and_then(|range| range.to_str().ok());
    let range = match asked.map(|asked| range_of(asked, length)) {
        None | Some(Asked::All) => None,
        Some(Asked::Part(range)) => Some(range),
        Some(Asked::Nothing) => {
            let none = [(CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, none).into_response());
        }
    };
    let archive = ports.archives.open(&export).await?;
    if !is_used {
        let used = ports.rows.use_link(tenant, digest, now, now + GOING_ON);
        // Someone else may have been faster.
        used.await?.ok_or(ApiError::LinkUsed)?;
    }
    let sent = range.clone().unwrap_or(0..length);
    let described = (
        described(&made),
        [
            (ETAG, tag),
            (CONTENT_LENGTH, (sent.end - sent.start).to_string()),
        ],
    );
    let body = Body::from_stream(bytes(app.clone(), archive, sent));
    Ok(match range {
        None => (described, body).into_response(),
        Some(Range { start, end }) => {
            let of = format!("bytes {start}-{}/{length}", end - 1);
            let status = StatusCode::PARTIAL_CONTENT;
            (status, described, [(CONTENT_RANGE, of)], body).into_response()
        }
    })
}

/// The headers that say what it is. Telegram on the web fetches it from a page of its
/// own, which knows nothing but the link.
fn described(made: &MadeExport) -> [(axum::http::HeaderName, String); 4] {
    let name = format!("attachment; filename=\"{}\"", name(made));
    [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, name),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (ACCESS_CONTROL_ALLOW_ORIGIN, WEB_TELEGRAM.to_owned()),
    ]
}

/// The bytes of a part of an archive, opened as they are sent.
fn bytes(
    app: App,
    archive: Arc<dyn ExportArchive>,
    range: Range<u64>,
) -> impl Stream<Item = Result<Vec<u8>, ExportFilesError>> {
    let read = move |range: Range<u64>| {
        let (app, archive) = (app.clone(), Arc::clone(&archive));
        async move {
            tokio::select! {
                read = archive.read(range) => read.inspect_err(|error| {
                    tracing::warn!(error = %Reason::of(error), "an export cannot be sent on");
                }),
                () = app.shutdown.cancelled() => {
                    Err(ExportFilesError::Unreachable("stopping".into()))
                }
            }
        }
    };
    pieces(range, read)
}

/// What a `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Nothing that is understood: all of it is sent.
    All,
    /// A part.
    Part(Range<u64>),
    /// A part that lies behind the end.
    Nothing,
}

/// One range of bytes (RFC 9110, 14.1.2); several are not sent.
fn range_of(asked: &str, length: u64) -> Asked {
    let Some((from, to)) = asked
        .strip_prefix("bytes=")
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Asked::All;
    };
    let number = |text: &str| text.parse::<u64>().ok();
    let range = match (from.is_empty(), to.is_empty()) {
        (true, true) => return Asked::All,
        (true, false) => match number(to) {
            Some(last) => length.saturating_sub(last)..length,
            None => return Asked::All,
        },
        (false, true) => match number(from) {
            Some(from) => from..length,
            None => return Asked::All,
        },
        (false, false) => match (number(from), number(to)) {
            (Some(from), Some(to)) if from <= to => from..length.min(to.saturating_add(1)),
            _ => return Asked::All,
        },
    };
    if range.start >= range.end {
        Asked::Nothing
    } else {
        Asked::Part(range)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("bytes=0-", Asked::Part(0..100))]
    #[case("bytes=5-9", Asked::Part(5..10))]
    #[case("bytes=5-500", Asked::Part(5..100))]
    #[case("bytes=-7", Asked::Part(93..100))]
    #[case("bytes=-700", Asked::Part(0..100))]
    #[case("bytes=99-", Asked::Part(99..100))]
    #[case("bytes=100-", Asked::Nothing)]
    #[case("bytes=-0", Asked::Nothing)]
    #[case("bytes=9-5", Asked::All)]
    #[case("bytes=-", Asked::All)]
    #[case("bytes=a-b", Asked::All)]
    #[case("bytes=0-1,5-6", Asked::All)]
    #[case("lines=1-2", Asked::All)]
    fn a_range_is_read_as_the_standard_says(#[case] asked: &str, #[case] expected: Asked) {
        assert_eq!(range_of(asked, 100), expected);
    }
}
