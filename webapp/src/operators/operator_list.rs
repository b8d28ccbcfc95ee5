//! The operators, as the configuration has them, and their sessions.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use sesame_domain::audit::{Action, OperatorReason};
use sesame_domain::ids::OperatorSessionId;
use sesame_domain::operator::{
    DangerKind, DangerousAction, OperatorSession, Permission, Role, SessionEnd,
};

use super::confirmations;
use super::error::PageError;
use super::form::Acting;
use super::layout::{Layout, Place};
use super::moment::Moment;
use super::signed_in::SignedIn;
use crate::html::html;
use crate::problem::ApiError;

/// An operator, as the configuration has them.
struct Listed {
    person: String,
    roles: Vec<(Role, String)>,
    is_me: bool,
}

/// A session that goes on.
struct Session {
    id: String,
    name: String,
    person: String,
    browser: String,
    network: String,
    began: Moment,
    seen: Moment,
    idle_until: Moment,
    is_mine: bool,
    may_end: bool,
}

#[derive(Template)]
#[template(path = "admin/operators.html")]
struct OperatorsPage {
    layout: Layout,
    operators: Vec<Listed>,
    sessions: Vec<Session>,
    others: usize,
    may_decide: bool,
}

/// `GET /admin/operators`.
pub(super) async fn page(who: SignedIn) -> Result<Response, PageError> {
    let app = &who.app;
    let (tenant, now) = (&app.settings.tenant, app.ports.clock.now());
    let sessions = app.ports.operators.sessions.list(tenant, now).await?;
    let sessions: Vec<_> = sessions.iter().map(|it| shown(&who, it)).collect();
    let operators = app.settings.operators.iter();
    let operators = operators
        .filter(|it| who.operator.has_all() || it.role(&who.scope()).is_some())
        .map(|it| Listed {
            person: it.person.to_string(),
            is_me: it.person == who.operator.person,
            roles: it
                .assignments
                .iter()
                .map(|it| (it.role, it.scope.to_string()))
                .collect(),
        })
        .collect();
    let page = OperatorsPage {
        operators,
        others: sessions.iter().filter(|it| !it.is_mine).count(),
        sessions,
        may_decide: who.may(Permission::Decide, &who.scope()),
        layout: who.layout(Place::Operators),
    };
    Ok(html(&page)?)
}

fn shown(who: &SignedIn, session: &OperatorSession) -> Session {
    let now = who.app.ports.clock.now();
    let is_mine = session.id == who.session.id;
    let is_me = session.owner.person == who.operator.person;
    Session {
        id: session.id.to_string(),
        name: session.name.clone(),
        person: session.owner.person.to_string(),
        browser: session.browser.clone(),
        network: session.network.clone(),
        began: Moment::of(session.began_at, now),
        seen: Moment::of(session.seen_at, now),
        idle_until: Moment::of(session.idle_until(), now),
        is_mine,
        may_end: !is_mine && (is_me || who.may(Permission::Decide, &who.scope())),
    }
}

/// `POST /admin/operators/sessions/{id}/end`: ends a session at once. One's own
/// everyone may end, another's an owner.
pub(super) async fn end(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let who = acting.who;
    let app = &who.app;
    let id: OperatorSessionId = id.parse().map_err(|_| ApiError::NotFound)?;
    let (tenant, now) = (&app.settings.tenant, app.ports.clock.now());
    let sessions = &app.ports.operators.sessions;
    let all = sessions.list(tenant, now).await?;
    let Some(session) = all.into_iter().find(|it| it.id == id) else {
        who.refused(OperatorReason::OtherTenant).await?;
        return Err(ApiError::NotFound.into());
    };
    if session.owner.person != who.operator.person {
        who.require(Permission::Decide, &who.scope()).await?;
    }
    let why = OperatorReason::Revoked;
    let entry = who.entry(id.as_uuid(), Action::OperatorSessionEnded, why);
    sessions.end(tenant, id, SessionEnd::Revoked, entry).await?;
    Ok(who.to_page("/operators"))
}

/// `POST /admin/operators/sessions/end`: asks in the chat whether to end all
/// sessions but this one.
pub(super) async fn ask_end_others(acting: Acting) -> Result<Response, PageError> {
    let scope = acting.who.scope();
    acting.who.require(Permission::Decide, &scope).await?;
    let reason = acting.reason()?;
    let action = DangerousAction {
        kind: DangerKind::EndOperatorSessions,
        parameters: acting.who.session.owner.tenant.to_string(),
        summary: "Sign out every operator but you".to_owned(),
    };
    confirmations::ask(acting.who, action, reason).await
}
