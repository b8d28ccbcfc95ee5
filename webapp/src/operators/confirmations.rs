//! What cannot be taken back is confirmed in the bot's chat: whoever has taken
//! over a browser does not have the phone.
//!
//! A question is bound to its session, its action and the exact parameters of
//! that; it works once and expires. What is done is read from the question
//! that was confirmed, and from nothing that the browser sends.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use sesame_domain::audit::{Action, AuditReason, OperatorReason};
use sesame_domain::bulk::BulkAction;
use sesame_domain::ids::{ConfirmationId, NoticeId};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::operator::{
    Confirmation, ConfirmationState, DangerKind, DangerousAction, Permission, Scope,
};

use super::begun;
use super::error::PageError;
use super::form::Acting;
use super::layout::{Layout, Place};
use super::moment::Moment;
use super::retiring;
use super::sign_in::tell_bot;
use super::signed_in::SignedIn;
use super::tenant_ports::TenantRefusal;
use crate::html::html;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "admin/confirmation.html")]
struct ConfirmationPage {
    layout: Layout,
    path: String,
    summary: String,
    reason: String,
    signs: [u8; 2],
    state: ConfirmationState,
    until: Moment,
}

/// Asks in the chat, and shows the page that waits for the answer.
pub(super) async fn ask(
    who: SignedIn,
    action: DangerousAction,
    reason: String,
) -> Result<Response, PageError> {
    let app = &who.app;
    let now = app.ports.clock.now();
    let mut random = [0; 2];
    app.ports.entropy.fill(&mut random);
    let confirmation = Confirmation {
        id: ConfirmationId::generate(&*app.ports.entropy, now),
        session: who.session.id,
        owner: who.session.owner.clone(),
        action,
        reason,
        signs: random.map(|it| it % 100),
        asked_at: now,
        expires_at: now + Confirmation::LIFE,
    };
    let notice = Notice {
        id: NoticeId::generate(&*app.ports.entropy, now),
        owner: confirmation.owner.clone(),
        kind: NoticeKind::Confirm {
            id: confirmation.id,
            summary: confirmation.action.summary.clone(),
            reason: confirmation.reason.clone(),
            signs: confirmation.signs,
        },
        created_at: now,
        attempts: 0,
    };
    let why = said(&confirmation);
    let subject = confirmation.id.as_uuid();
    let entry = who.entry(subject, Action::ConfirmationAsked, why);
    let confirmations = &app.ports.operators.confirmations;
    confirmations.ask(&confirmation, notice, entry).await?;
    tell_bot(app).await;
    Ok(who.to_page(format_args!("/confirmations/{}", confirmation.id)))
}

/// What is to be done and why, for the audit.
fn said(confirmation: &Confirmation) -> AuditReason {
    let action = &confirmation.action;
    let (kind, reason) = (action.kind.as_str(), &confirmation.reason);
    AuditReason::Other(format!("{kind} {}: {reason}", action.parameters))
}

/// `GET /admin/confirmations/{id}`.
pub(super) async fn page(who: SignedIn, Path(id): Path<String>) -> Result<Response, PageError> {
    let app = &who.app;
    let now = app.ports.clock.now();
    let (confirmation, state) = find(&who, &id).await?;
    let path = format!("{}/admin/confirmations/{}", app.base, confirmation.id);
    let page = ConfirmationPage {
        layout: who.layout(asked_on(&confirmation.action.kind)),
        path,
        summary: confirmation.action.summary,
        reason: confirmation.reason,
        signs: confirmation.signs,
        state,
        until: Moment::of(confirmation.expires_at, now),
    };
    Ok(html(&page)?)
}

/// The page on which it is asked for: there one goes back to.
fn asked_on(kind: &DangerKind) -> Place {
    match kind {
        DangerKind::RetireKeys => Place::Keys,
        DangerKind::RemoveTenant => Place::Tenants,
        DangerKind::RevokeAccounts => Place::Accounts,
        DangerKind::EndOperatorSessions | DangerKind::Other(_) => Place::Operators,
    }
}

/// The question with this id, if it is this session's.
async fn find(who: &SignedIn, id: &str) -> Result<(Confirmation, ConfirmationState), PageError> {
    let id: ConfirmationId = id.parse().map_err(|_| ApiError::NotFound)?;
    let confirmations = &who.app.ports.operators.confirmations;
    let now = who.app.ports.clock.now();
    let found = confirmations.find(who.session.id, id, now).await?;
    if let Some(found) = found {
        return Ok(found);
    }
    who.refused(OperatorReason::NotConfirmed).await?;
    Err(ApiError::NotFound.into())
}

/// `POST /admin/confirmations/{id}`: does what was confirmed.
pub(super) async fn perform(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let who = acting.who;
    let (confirmation, _) = find(&who, &id).await?;
    // They may have been made a viewer since they asked.
    let scope = scope(&who, &confirmation.action.kind);
    who.require(Permission::Decide, &scope).await?;
    let entry = who.entry(
        confirmation.id.as_uuid(),
        Action::ConfirmationUsed,
        said(&confirmation),
    );
    let confirmations = &who.app.ports.operators.confirmations;
    let (session, action) = (who.session.id, &confirmation.action);
    let taken = confirmations.take(session, confirmation.id, action, entry);
    let Ok(taken) = taken.await? else {
        who.refused(OperatorReason::NotConfirmed).await?;
        return Err(PageError::NotConfirmed);
    };
    run(&who, &taken).await
}

/// Of what someone has to be the owner to do it.
fn scope(who: &SignedIn, kind: &DangerKind) -> Scope {
    match kind {
        DangerKind::RetireKeys | DangerKind::RemoveTenant => Scope::All,
        DangerKind::EndOperatorSessions | DangerKind::RevokeAccounts | DangerKind::Other(_) => {
            who.scope()
        }
    }
}

/// Does it.
async fn run(who: &SignedIn, taken: &Confirmation) -> Result<Response, PageError> {
    let (app, action) = (&who.app, &taken.action);
    match &action.kind {
        DangerKind::EndOperatorSessions => {
            let why = OperatorReason::Revoked;
            let subject = who.session.id.as_uuid();
            let entry = who.entry(subject, Action::OperatorSessionEnded, why);
            let sessions = &app.ports.operators.sessions;
            let tenant = &app.settings.tenant;
            sessions.end_others(tenant, who.session.id, entry).await?;
            Ok(who.to_page("/operators"))
        }
        DangerKind::RevokeAccounts => {
            let order = who.order(&taken.reason, &who.scope())?;
            let id = action.parameters.parse().map_err(|_| ApiError::NotFound)?;
            let bulk = &app.ports.operators.bulk;
            let (tenants, revoke) = (who.tenants(), BulkAction::Revoke);
            let done = bulk.begin(id, &tenants, revoke, &order).await?;
            Ok(begun::told(who, revoke, &done)?)
        }
        DangerKind::RemoveTenant => {
            let order = who.order(&taken.reason, &Scope::All)?;
            let id = action.parameters.parse().map_err(|_| ApiError::NotFound)?;
            match app.ports.operators.tenants.remove(&id, &order).await {
                Ok(()) => Ok(who.to_page("/tenants?said=removing")),
                Err(TenantRefusal::Store(error)) => Err(error.into()),
                Err(TenantRefusal::Stale) => {
                    Ok(who.to_page(format_args!("/tenants/{id}?said=stale")))
                }
                Err(_) => Err(ApiError::NotFound.into()),
            }
        }
        DangerKind::RetireKeys => retiring::retire(who, taken).await,
        DangerKind::Other(_) => Err(ApiError::NotFound.into()),
    }
}
