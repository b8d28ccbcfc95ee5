//! Signing in by a link from the chat.
//!
//! The link is a page of another site for whoever opens it from Telegram, so no
//! cookie comes along (`SameSite=Strict`). Opening it binds it to the browser
//! and says what one is about to open; a form of that page signs in. Programs
//! that look at links before people do are shown a page that asks for a press,
//! and bind nothing.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Redirect, Response};
use sesame_domain::audit::{Action, Actor, AuditEntry, OperatorReason};
use sesame_domain::ids::{NoticeId, OperatorSessionId, Owner, PersonId, SignInId};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::operator::{
    LINK_LIFE, LONGEST, LinkRefusal, OneTimeSecret, Operator, OperatorSession, Role, Scope,
    SignInLink,
};
use sesame_domain::ports::{RefusedLink, Topic};
use sesame_domain::reason::Reason;

use super::alone::Alone;
use super::browser;
use super::cookies::Cookie;
use super::error::PageError;
use super::moment::Moment;
use super::origin::ORIGIN;
use super::same_site;
use crate::app::App;
use crate::edge::ClientAddress;
use crate::html::html;

/// The page that asks for a press.
#[derive(Template)]
#[template(path = "admin/sign_in_ask.html")]
struct AskPage {
    alone: Alone,
    path: String,
}

/// The page that says what one is about to open.
#[derive(Template)]
#[template(path = "admin/sign_in.html")]
struct SignInPage {
    alone: Alone,
    path: String,
    name: String,
    person: PersonId,
    roles: Vec<(Role, String)>,
    until: Moment,
    browser: String,
    network: String,
    ends: Moment,
}

/// Who opens a link.
struct Visitor {
    browser: String,
    network: String,
}

impl Visitor {
    fn of(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let address = extensions.get::<ClientAddress>();
        Self {
            browser: browser::browser(headers),
            network: browser::network(address.and_then(|it| it.0)),
        }
    }
}

/// `GET /admin/sign-in/{token}`.
pub(super) async fn open(
    State(app): State<App>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, PageError> {
    if method == Method::GET && same_site::is_opened(&headers) {
        return bind(&app, &token, &headers, &Visitor::of(&headers, &extensions)).await;
    }
    Ok(html(&AskPage {
        path: path(&app, &token)?,
        alone: Alone::of(&app, &headers),
    })?)
}

/// `POST /admin/sign-in/{token}/open`: it was pressed.
pub(super) async fn press(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, PageError> {
    ours(&app, &headers).await?;
    bind(&app, &token, &headers, &Visitor::of(&headers, &extensions)).await
}

/// Binds the link to this browser, and says what it opens.
async fn bind(
    app: &App,
    token: &str,
    headers: &HeaderMap,
    visitor: &Visitor,
) -> Result<Response, PageError> {
    let Some(secret) = OneTimeSecret::shown(token) else {
        return Err(refused(app, unknown()).await?);
    };
    let secure = app.settings.secure_cookies;
    let known = Cookie::Browser.secret(headers, secure);
    let this = known.unwrap_or_else(|| OneTimeSecret::generate(&*app.ports.entropy));
    let link = opened(app, &secret, &this).await?;
    let now = app.ports.clock.now();
    let operator = operator(app, &link).await?;
    let mut response = html(&SignInPage {
        path: path(app, token)?,
        alone: Alone::of(app, headers),
        roles: roles(operator),
        person: link.owner.person,
        name: link.name,
        until: Moment::of(link.expires_at, now),
        browser: visitor.browser.clone(),
        network: visitor.network.clone(),
        ends: Moment::of(now + LONGEST, now),
    })?;
    if let Some(cookie) = Cookie::Browser.keep(this.expose(), LINK_LIFE.num_seconds(), secure) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `POST /admin/sign-in/{token}`: signs in.
pub(super) async fn redeem(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, PageError> {
    ours(&app, &headers).await?;
    let visitor = Visitor::of(&headers, &extensions);
    let (secret, this) = both(&app, &token, &headers).await?;
    let now = app.ports.clock.now();
    let links = &app.ports.operators.sign_ins;
    // Whose it is, and whether it is this browser's: looked at again when it is
    // used up.
    let link = opened(&app, &secret, &this).await?;
    let actor = operator(&app, &link).await?.actor(&scope(&app));
    let session = OperatorSession {
        id: OperatorSessionId::generate(&*app.ports.entropy, now),
        owner: link.owner.clone(),
        name: link.name.clone(),
        browser: visitor.browser.clone(),
        network: visitor.network.clone(),
        began_at: now,
        seen_at: now,
        ends_at: now + LONGEST,
    };
    let given = OneTimeSecret::generate(&*app.ports.entropy);
    let subject = session.id.as_uuid();
    let why = OperatorReason::LinkRedeemed;
    let (owner, action) = (link.owner.clone(), Action::OperatorSignedIn);
    let entry = AuditEntry::new(now, owner, subject, actor, action, why).from(ORIGIN);
    let notice = notice(
        &app,
        &link.owner,
        |browser, network| NoticeKind::OperatorSignedIn { browser, network },
        visitor,
    );
    let redeemed = links.redeem(
        secret.digest(),
        this.digest(),
        &session,
        given.digest(),
        entry,
        notice,
    );
    if let Err(why) = redeemed.await? {
        return Err(refused(&app, why).await?);
    }
    tell_bot(&app).await;
    Ok(with_session(&app, &given))
}

/// `POST /admin/sign-in/{token}/reject`: it is not theirs.
pub(super) async fn reject(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, PageError> {
    ours(&app, &headers).await?;
    let visitor = Visitor::of(&headers, &extensions);
    let (secret, this) = both(&app, &token, &headers).await?;
    let tenant = &app.settings.tenant;
    let links = &app.ports.operators.sign_ins;
    let link = opened(&app, &secret, &this).await?;
    let entry = refusal(&app, Some(&link), OperatorReason::LinkRejected);
    let notice = notice(
        &app,
        &link.owner,
        |browser, network| NoticeKind::SignInRejected { browser, network },
        visitor,
    );
    let rejected = links.reject(tenant, secret.digest(), this.digest(), entry, notice);
    if let Err(why) = rejected.await? {
        return Err(refused(&app, why).await?);
    }
    tell_bot(&app).await;
    let secure = app.settings.secure_cookies;
    Ok(to_overview(&app, [Cookie::Browser.forget(secure)]))
}

/// `POST /admin/sign-out`.
pub(super) async fn sign_out(acting: super::form::Acting) -> Result<Response, PageError> {
    let who = acting.who;
    let subject = who.session.id.as_uuid();
    let why = OperatorReason::SignedOut;
    let entry = who.entry(subject, Action::OperatorSessionEnded, why);
    let app = &who.app;
    let sessions = &app.ports.operators.sessions;
    let how = sesame_domain::operator::SessionEnd::SignedOut;
    sessions
        .end(&app.settings.tenant, who.session.id, how, entry)
        .await?;
    let secure = app.settings.secure_cookies;
    Ok(to_overview(app, [Cookie::Session.forget(secure)]))
}

/// To the overview, with a session.
fn with_session(app: &App, given: &OneTimeSecret) -> Response {
    let secure = app.settings.secure_cookies;
    let session = Cookie::Session.keep(given.expose(), LONGEST.num_seconds(), secure);
    to_overview(app, [session, Cookie::Browser.forget(secure)])
}

/// To the overview, with these cookies kept or forgotten.
fn to_overview(app: &App, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let mut response = Redirect::to(&format!("{}/admin", app.base)).into_response();
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn scope(app: &App) -> Scope {
    Scope::Tenant(app.settings.tenant.clone())
}

/// Where the link's forms lead; an address that no link has leads nowhere.
fn path(app: &App, token: &str) -> Result<String, PageError> {
    let ours = OneTimeSecret::shown(token).ok_or(PageError::Link(LinkRefusal::Unknown))?;
    Ok(format!("{}/admin/sign-in/{}", app.base, ours.expose()))
}

/// What an operator is, and of what.
fn roles(operator: &Operator) -> Vec<(Role, String)> {
    let assignments = operator.assignments.iter();
    assignments
        .map(|it| (it.role, it.scope.to_string()))
        .collect()
}

/// The link's operator, if they still are one.
async fn operator<'a>(app: &'a App, link: &SignInLink) -> Result<&'a Operator, PageError> {
    let owner = &link.owner;
    let operators = &app.settings.operators;
    if let Some(operator) = operators.of_tenant(&owner.tenant, owner.person) {
        return Ok(operator);
    }
    let entry = refusal(app, Some(link), OperatorReason::Removed);
    app.ports.audit.append(entry).await?;
    Err(PageError::NotAllowed)
}

/// The link, opened by this browser, if it is not refused to it.
async fn opened(
    app: &App,
    secret: &OneTimeSecret,
    this: &OneTimeSecret,
) -> Result<SignInLink, PageError> {
    let (tenant, now) = (&app.settings.tenant, app.ports.clock.now());
    let links = &app.ports.operators.sign_ins;
    let opened = links.open(tenant, secret.digest(), this.digest(), now);
    match opened.await? {
        Ok(link) => Ok(link),
        Err(why) => Err(refused(app, why).await?),
    }
}

/// The secrets of the link and of the browser that opened it.
async fn both(
    app: &App,
    token: &str,
    headers: &HeaderMap,
) -> Result<(OneTimeSecret, OneTimeSecret), PageError> {
    let Some(secret) = OneTimeSecret::shown(token) else {
        return Err(refused(app, unknown()).await?);
    };
    let browser = Cookie::Browser.secret(headers, app.settings.secure_cookies);
    // One that did not open it has none: what is made up now opens nothing that
    // another opened.
    let Some(browser) = browser else {
        let link = None;
        let why = LinkRefusal::Elsewhere;
        return Err(refused(app, RefusedLink { why, link }).await?);
    };
    Ok((secret, browser))
}

/// Refuses what another site's page sent.
async fn ours(app: &App, headers: &HeaderMap) -> Result<(), PageError> {
    if same_site::is_ours(headers, &app.settings.public_url) {
        return Ok(());
    }
    let entry = refusal(app, None, OperatorReason::CrossSite);
    app.ports.audit.append(entry).await?;
    Err(PageError::NotOurPage)
}

fn unknown() -> RefusedLink {
    RefusedLink {
        why: LinkRefusal::Unknown,
        link: None,
    }
}

/// Notes that a link was refused, and says so.
async fn refused(app: &App, refused: RefusedLink) -> Result<PageError, PageError> {
    let reason = match refused.why {
        LinkRefusal::Unknown => OperatorReason::LinkUnknown,
        LinkRefusal::Expired => OperatorReason::LinkExpired,
        LinkRefusal::Ended => OperatorReason::LinkEnded,
        LinkRefusal::Elsewhere => OperatorReason::LinkElsewhere,
    };
    let entry = refusal(app, refused.link.as_ref(), reason);
    app.ports.audit.append(entry).await?;
    Ok(PageError::Link(refused.why))
}

/// An entry about a link that signed no one in. Of one that is not known, it is
/// not known whose it is.
fn refusal(app: &App, link: Option<&SignInLink>, reason: OperatorReason) -> AuditEntry {
    let now = app.ports.clock.now();
    let (owner, subject) = match link {
        Some(link) => (link.owner.clone(), link.id.as_uuid()),
        None => (
            Owner {
                tenant: app.settings.tenant.clone(),
                person: PersonId(0),
            },
            SignInId::generate(&*app.ports.entropy, now).as_uuid(),
        ),
    };
    let name = "someone with a link".to_owned();
    let actor = Actor::Operator { name };
    let action = Action::OperatorSignedIn;
    AuditEntry::new(now, owner, subject, actor, action, reason)
        .from(ORIGIN)
        .refused()
}

fn notice(
    app: &App,
    owner: &Owner,
    kind: impl FnOnce(String, String) -> NoticeKind,
    visitor: Visitor,
) -> Notice {
    let now = app.ports.clock.now();
    Notice {
        id: NoticeId::generate(&*app.ports.entropy, now),
        owner: owner.clone(),
        kind: kind(visitor.browser, visitor.network),
        created_at: now,
        attempts: 0,
    }
}

/// Wakes the bot, which looks by itself a little later otherwise.
pub(super) async fn tell_bot(app: &App) {
    let signals = &app.ports.operators.signals;
    if let Err(error) = signals.publish(Topic::Outbox).await {
        tracing::debug!(error = %Reason::of(&error), "the bot was not woken");
    }
}
