//! All copies of a person, the newest first.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use sesame_domain::export::Export;
use sesame_domain::ids::{AccountId, ExportId};
use sesame_domain::job::Job;
use sesame_domain::page::Page;
use sesame_domain::ports::ExportTerms;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Language, Text};
use uuid::Uuid;

use super::kind::kind_of;
use super::standing::{Setback, Standing, Work};
use crate::api::export_ports;
use crate::app::App;
use crate::base_path::BasePath;
use crate::html::html;
use crate::identity::Identity;
use crate::miniapp::moments::{Moments as _, iso};
use crate::problem::ApiError;

/// How many are shown at once.
const PAGE: u32 = 50;

/// Where a page begins.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    after: Option<Uuid>,
}

/// A copy in the list.
struct Entry {
    id: ExportId,
    account: AccountId,
    dialog: PeerId,
    kind: &'static str,
    /// When it was made, or asked for.
    at: Timestamp,
    says: Text,
    /// Whether something is to be seen to.
    is_amiss: bool,
    work: Option<Work>,
}

impl Entry {
    /// Of this copy, unless its account is gone and it is about to go, too.
    fn of(
        export: &Export,
        job: Option<&Job>,
        words: AppWords,
        now: Timestamp,
    ) -> Result<Option<Self>, ApiError> {
        let Some(account) = export.account else {
            return Ok(None);
        };
        let standing = Standing::of(export, job, words, now)?;
        let says = match (&standing.work, &standing.setback, &standing.made) {
            (Some(work), _, _) => work.says.clone(),
            (None, Some(Setback::Failed { .. }), _) => words.copies_entry_failed(),
            (None, Some(Setback::Cancelled), None) => words.copies_entry_cancelled(),
            (None, _, Some(made)) if made.missing > 0 => {
                words.copies_entry_incomplete(made.missing, made.archive_bytes)
            }
            (None, _, Some(made)) => words.copies_entry_ready(made.messages, made.archive_bytes),
            (None, _, None) => words.copies_entry_unfinished(),
        };
        Ok(Some(Self {
            id: export.id,
            account,
            dialog: export.dialog,
            kind: kind_of(export.dialog),
            at: standing
                .made
                .as_ref()
                .map_or(export.created_at, |made| made.at),
            says,
            is_amiss: matches!(standing.setback, Some(Setback::Failed { .. })),
            work: standing.work,
        }))
    }
}

#[derive(Template)]
#[template(path = "miniapp/copies.html")]
struct Copies {
    base: BasePath,
    words: AppWords,
    now: String,
    /// The account, if one is linked.
    account: Option<AccountId>,
    entries: Vec<Entry>,
    terms: ExportTerms,
    /// The copy after which the next page begins.
    older: Option<ExportId>,
}

impl Copies {
    /// The one that is worked on, or would be next: whoever looks follows it.
    fn followed(&self) -> Option<&Work> {
        let mut works = self.entries.iter().filter_map(|entry| entry.work.as_ref());
        let running = works.clone().find(|work| work.is_running);
        running.or_else(|| works.next_back())
    }
}

/// The person's copies.
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    query: Result<Query<After>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(After { after }) = query.map_err(|_| ApiError::Malformed)?;
    // Where no copies are kept, there is no such page.
    let ports = export_ports(&app).map_err(|_| ApiError::NotFound)?;
    let (words, now) = (language.app(), app.ports.clock.now());
    let account = app.ports.accounts.linked(&owner).await?;
    let account = account.map(|account| account.id);
    let page = Page {
        after: after.map(ExportId::from),
        limit: PAGE,
    };
    let found = ports.rows.list(&owner, page).await?;
    let jobs = match account.filter(|_| !found.rows.is_empty()) {
        Some(account) => ports.requests.jobs(&owner, account).await?,
        None => Vec::new(),
    };
    let mut entries = Vec::new();
    for export in &found.rows {
        let job = jobs.iter().find(|(of, _)| *of == export.dialog);
        let job = job.map(|(_, job)| job);
        entries.extend(Entry::of(export, job, words, now)?);
    }
    html(&Copies {
        base: app.base.clone(),
        words,
        now: iso(now),
        account,
        entries,
        terms: ports.requests.terms(&owner).await?,
        older: found.next,
    })
}
