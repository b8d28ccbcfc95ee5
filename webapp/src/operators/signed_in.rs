//! Who is signed in: no page sees an operator any other way.

use std::fmt::Display;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use hmac::{Hmac, KeyInit, Mac};
use sesame_domain::audit::{Action, AuditEntry, OperatorReason};
use sesame_domain::listing::Tenants;
use sesame_domain::operator::{
    OneTimeSecret, Operator, OperatorSession, Permission, Scope, SessionEnd,
};
use sesame_domain::order::Order;
use sesame_domain::ports::{Admission, Topic};
use sesame_domain::reason::Reason;
use sesame_domain::request::RequestId;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::cookies::Cookie;
use super::error::PageError;
use super::layout::{Layout, Place};
use super::origin::ORIGIN;
use super::ports::{Lists, Severity};
use super::watching::Watching;
use crate::app::App;
use crate::edge::Asked;

/// An operator who is signed in, as the configuration has them now.
pub(super) struct SignedIn {
    pub(super) app: App,
    pub(super) session: OperatorSession,
    pub(super) operator: Operator,
    /// What the forms of this session's pages carry.
    csrf: String,
    alone: super::alone::Alone,
    /// Whether a page's script asks by itself.
    watching: Option<Watching>,
    /// By which this request is found in the log.
    request: Option<RequestId>,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let secure = app.settings.secure_cookies;
        let secret = Cookie::Session.secret(&parts.headers, secure);
        let secret = secret.ok_or(PageError::SignedOut { over: false })?;
        let watching = Watching::of(&parts.headers);
        let session = admit(app, &secret, watching.is_some()).await?;
        let operators = &app.settings.operators;
        let owner = &session.owner;
        let Some(operator) = operators.of_tenant(&owner.tenant, owner.person) else {
            end_removed(app, &session).await?;
            return Err(PageError::SignedOut { over: true });
        };
        Asked::by(app, owner, &parts.extensions).await?;
        Ok(Self {
            app: app.clone(),
            operator: operator.clone(),
            csrf: csrf(&secret),
            alone: super::alone::Alone::of(app, &parts.headers),
            watching,
            session,
            request: crate::edge::request_id(&parts.extensions).parse().ok(),
        })
    }
}

/// The session that goes on with this secret. That someone tried one that is
/// over is noted once.
async fn admit(
    app: &App,
    secret: &OneTimeSecret,
    is_watched: bool,
) -> Result<OperatorSession, PageError> {
    let now = app.ports.clock.now();
    let sessions = &app.ports.operators.sessions;
    let (tenant, digest) = (&app.settings.tenant, secret.digest());
    let admission = if is_watched {
        sessions.watch(tenant, digest, now).await?
    } else {
        sessions.admit(tenant, digest, now).await?
    };
    match admission {
        Admission::Good(session) => Ok(session),
        Admission::Unknown => Err(PageError::SignedOut { over: true }),
        Admission::Over { session, is_first } => {
            if is_first {
                let entry = about(
                    app,
                    &session,
                    Action::OperatorSessionEnded,
                    OperatorReason::SessionOver,
                );
                app.ports.audit.append(entry.refused()).await?;
            }
            Err(PageError::SignedOut { over: true })
        }
    }
}

/// Ends the session of someone who stands in the configuration no more.
async fn end_removed(app: &App, session: &OperatorSession) -> Result<(), PageError> {
    let entry = about(
        app,
        session,
        Action::OperatorSessionEnded,
        OperatorReason::Removed,
    );
    let sessions = &app.ports.operators.sessions;
    let tenant = &app.settings.tenant;
    sessions
        .end(tenant, session.id, SessionEnd::Removed, entry.refused())
        .await?;
    Ok(())
}

/// An entry about a session, in the name of its operator.
fn about(
    app: &App,
    session: &OperatorSession,
    action: Action,
    reason: OperatorReason,
) -> AuditEntry {
    let now = app.ports.clock.now();
    let owner = session.owner.clone();
    let scope = Scope::Tenant(owner.tenant.clone());
    let operators = &app.settings.operators;
    let actor = match operators.of_tenant(&owner.tenant, owner.person) {
        Some(operator) => operator.actor(&scope),
        None => Operator {
            person: owner.person,
            assignments: Vec::new(),
        }
        .actor(&scope),
    };
    let subject = session.id.as_uuid();
    AuditEntry::new(now, owner, subject, actor, action, reason).from(ORIGIN)
}

/// What the forms of a session's pages carry: whoever knows it saw one of them.
fn csrf(secret: &OneTimeSecret) -> String {
    // A key of any length is good.
    Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .map(|mac| mac.chain_update(b"forms of this session").finalize())
        .map(|mac| hex::encode(mac.into_bytes()))
        .unwrap_or_default()
}

impl SignedIn {
    /// Of what this session's bot is.
    pub(super) fn scope(&self) -> Scope {
        Scope::Tenant(self.session.owner.tenant.clone())
    }

    /// What they order, for the audit; of this.
    pub(super) fn order(&self, reason: &str, of: &Scope) -> Result<Order, PageError> {
        Ok(Order {
            by: self.operator.actor(of),
            reason: reason.parse().map_err(|_| PageError::Unclear)?,
            origin: ORIGIN.to_owned(),
            at: self.app.ports.clock.now(),
            request: self.request.clone(),
        })
    }

    /// Has the runners look for jobs at once; they do by themselves a little
    /// later.
    pub(super) async fn wake_runners(&self) {
        let signals = &self.app.ports.operators.signals;
        if let Err(error) = signals.publish(Topic::Jobs).await {
            tracing::debug!(error = %Reason::of(&error), "runners look a little later");
        }
    }

    /// To a page of theirs, by its path below `/admin`.
    pub(super) fn to_page(&self, path: impl Display) -> Response {
        Redirect::to(&format!("{}/admin{path}", self.app.base)).into_response()
    }

    /// Whose rows they see.
    pub(super) fn tenants(&self) -> Tenants {
        if self.operator.has_all() {
            Tenants::All
        } else {
            Tenants::These(self.operator.tenants())
        }
    }

    /// What they look at.
    pub(super) fn lists(&self) -> Lists {
        self.app.ports.operators.lists.clone()
    }

    /// Whether a form is one of this session's pages.
    pub(super) fn knows(&self, csrf: &str) -> bool {
        let theirs: bool = csrf.as_bytes().ct_eq(self.csrf.as_bytes()).into();
        theirs && !csrf.is_empty()
    }

    /// Whether they may do this to that.
    pub(super) fn may(&self, permission: Permission, of: &Scope) -> bool {
        self.operator.may(permission, of)
    }

    /// Refuses, and notes, what they may not do.
    pub(super) async fn require(
        &self,
        permission: Permission,
        of: &Scope,
    ) -> Result<(), PageError> {
        if self.may(permission, of) {
            return Ok(());
        }
        self.refused(OperatorReason::NotAllowed).await?;
        Err(PageError::NotAllowed)
    }

    /// Notes that something was refused.
    pub(super) async fn refused(&self, reason: OperatorReason) -> Result<(), PageError> {
        let subject = self.session.id.as_uuid();
        let entry = self.entry(subject, Action::OperatorRefused, reason);
        Ok(self.app.ports.audit.append(entry.refused()).await?)
    }

    /// An entry about what they do.
    pub(super) fn entry(
        &self,
        subject: Uuid,
        action: Action,
        reason: impl Into<sesame_domain::audit::AuditReason>,
    ) -> AuditEntry {
        let now = self.app.ports.clock.now();
        let actor = self.operator.actor(&self.scope());
        let owner = self.session.owner.clone();
        AuditEntry::new(now, owner, subject, actor, action, reason).from(ORIGIN)
    }

    /// What stands around this page.
    pub(super) fn layout(self, place: Place) -> Layout {
        let now = self.app.ports.clock.now();
        let latest = self.app.ports.operators.diagnosis.latest();
        let failing = latest.map_or(0, |it| it.count(Severity::Bad));
        Layout {
            place,
            failing,
            name: self.session.name.clone(),
            role: self
                .operator
                .role(&self.scope())
                .map_or("", sesame_domain::operator::Role::as_str),
            tenant: self.session.owner.tenant.to_string(),
            has_all: self.operator.has_all(),
            until: super::moment::Moment::of(self.session.ends_at, now),
            csrf: self.csrf,
            alone: self.alone,
            watching: self.watching,
        }
    }
}
