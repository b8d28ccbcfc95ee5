//! Acting on all that a list's filter lets through: it is frozen and counted, shown
//! with that count, asked for with a reason, and then a job with progress.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use sesame_domain::bulk::{BulkAction, BulkFilter};
use sesame_domain::ids::SelectionId;
use sesame_domain::operator::{DangerKind, DangerousAction, Permission};

use super::cell::Cell;
use super::detail::Table;
use super::list::{Field, Wanted};
use super::many_choices::{permission, title};
use super::{accounts, jobs};
use crate::html::html;
use crate::operators::begun;
use crate::operators::confirmations;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::grouped::Grouped;
use crate::operators::layout::{Layout, Place};
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "admin/many.html")]
struct ManyPage {
    layout: Layout,
    title: String,
    action: BulkAction,
    selection: SelectionId,
    count: Grouped,
    filter: Vec<(&'static str, String)>,
    table: Table,
    is_risky: bool,
    back: String,
}

/// `POST /admin/accounts/many`.
pub(crate) async fn of_accounts(acting: Acting) -> Result<Response, PageError> {
    let wanted = Wanted::of(acting.field("filter").unwrap_or_default());
    let (fields, filter) = accounts::asked(&wanted);
    preview(
        acting,
        Place::Accounts,
        fields,
        BulkFilter::Accounts(filter),
    )
    .await
}

/// `POST /admin/jobs/many`.
pub(crate) async fn of_jobs(acting: Acting) -> Result<Response, PageError> {
    let wanted = Wanted::of(acting.field("filter").unwrap_or_default());
    let (mut fields, filter) = jobs::asked(&wanted);
    let status = filter.status.as_ref();
    fields.push(Field::typed("status", "State", &wanted, status));
    preview(acting, Place::Jobs, fields, BulkFilter::Jobs(filter)).await
}

/// Freezes what the filter lets through, and shows how much that is.
async fn preview(
    acting: Acting,
    place: Place,
    fields: Vec<Field>,
    filter: BulkFilter,
) -> Result<Response, PageError> {
    let action = acting.field("action").and_then(BulkAction::from_name);
    let action = action.filter(|it| it.is_about(&filter));
    let action = action.ok_or(PageError::Unclear)?;
    // A list leaves out what makes no sense; here that would be many more rows.
    if fields.iter().any(|it| it.is_wrong) {
        return Err(PageError::Unclear);
    }
    let who = acting.who;
    who.require(permission(action), &who.scope()).await?;
    let bulk = &who.app.ports.operators.bulk;
    let selection = bulk.preview(&who.tenants(), &filter).await?;
    let rows = selection.counts.iter().map(|(tenant, count)| {
        let tenant = tenant.as_ref().map(ToString::to_string);
        vec![
            Cell::Words(tenant.unwrap_or_else(|| "the instance".to_owned())),
            Cell::Figure(Grouped(*count).to_string()),
        ]
    });
    let fields = fields.into_iter().filter(|it| !it.value.is_empty());
    let page = ManyPage {
        title: format!("{}: {}", title(action), Grouped(selection.count())),
        action,
        selection: selection.id,
        count: Grouped(selection.count()),
        filter: fields.map(|it| (it.title, it.value)).collect(),
        table: Table {
            title: "Whose",
            note: String::new(),
            columns: vec!["Tenant", "Rows"],
            rows: rows.collect(),
            empty: "Nothing matches any more.",
        },
        is_risky: permission(action) == Permission::Decide,
        back: format!("{}/admin{}", who.app.base, place.path()),
        layout: who.layout(place),
    };
    Ok(html(&page)?)
}

/// `POST /admin/selections/{id}`: begins it, or asks in the chat first.
pub(crate) async fn begin(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let action = acting.field("action").and_then(BulkAction::from_name);
    let action = action.ok_or(PageError::Unclear)?;
    let scope = acting.who.scope();
    acting.who.require(permission(action), &scope).await?;
    let id: SelectionId = id.parse().map_err(|_| ApiError::NotFound)?;
    let order = acting.order(&scope)?;
    let who = acting.who;
    let bulk = &who.app.ports.operators.bulk;
    let selection = bulk.find(id, &who.tenants()).await?;
    let selection = selection.ok_or(ApiError::NotFound)?;
    if !action.is_about(&selection.filter) {
        return Err(PageError::Unclear);
    }
    if permission(action) == Permission::Decide {
        let asked = DangerousAction {
            kind: DangerKind::RevokeAccounts,
            parameters: id.to_string(),
            summary: format!("Unlink {} accounts", Grouped(selection.count())),
        };
        let reason = order.reason.to_string();
        return confirmations::ask(who, asked, reason).await;
    }
    let done = bulk.begin(id, &who.tenants(), action, &order).await?;
    Ok(begun::told(&who, action, &done)?)
}
