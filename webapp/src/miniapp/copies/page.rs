//! The page of a chat: what of it is to be saved, or how its copy stands.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::TimeDelta;
use sesame_domain::export::{Export, MadeExport};
use sesame_domain::ids::{AccountId, ExportId};
use sesame_domain::job::Job;
use sesame_domain::ports::{ExportTerms, SENT_AT_MOST};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html, Language};

use super::chosen;
use super::keeping::Keeping;
use super::kind::kind_of;
use super::standing::{Setback, Standing, Work};
use crate::api::export_ports;
use crate::app::App;
use crate::base_path::BasePath;
use crate::dialogs::account_of;
use crate::html::html;
use crate::identity::Identity;
use crate::miniapp::moments::{self, Moments as _, iso};
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "miniapp/save.html")]
struct Save {
    base: BasePath,
    words: AppWords,
    now: String,
    account: AccountId,
    dialog: PeerId,
    kind: &'static str,
    kinds: [&'static str; 8],
    sizes: [u64; 3],
    spans: [&'static str; 4],
    terms: ExportTerms,
}

/// What can be done about a copy that was not finished or renewed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It can go on.
    GoOn,
    /// Whether another export is to be asked of Telegram has to be said.
    Ask,
    /// The account has to be linked again first.
    Link,
    /// Another copy has to be removed first.
    MakeRoom,
    /// This one has to be removed.
    Remove,
}

impl Way {
    fn of(code: &str) -> Self {
        match code {
            "session_ended" | "account_gone" => Self::Link,
            "takeout_over" | "takeout_required" => Self::Ask,
            "quota_exceeded" => Self::MakeRoom,
            "export_damaged" => Self::Remove,
            _ => Self::GoOn,
        }
    }
}

/// What is said of a copy that was not finished or renewed.
struct Stopped {
    said: Vec<Html>,
    way: Way,
}

#[derive(Template)]
#[template(path = "miniapp/copy.html")]
struct Copy {
    base: BasePath,
    words: AppWords,
    now: String,
    account: AccountId,
    dialog: PeerId,
    kind: &'static str,
    id: ExportId,
    expires_at: Timestamp,
    made: Option<MadeExport>,
    work: Option<Work>,
    stopped: Option<Stopped>,
    chosen: Vec<Html>,
    keeping: Keeping,
}

impl Copy {
    /// What can be done to have it finished or renewed.
    fn way(&self) -> Way {
        self.stopped
            .as_ref()
            .map_or(Way::GoOn, |stopped| stopped.way)
    }

    /// Whether the bot can send it.
    fn can_be_sent(&self) -> bool {
        let made = self.made.as_ref();
        made.is_some_and(|made| made.archive_bytes <= SENT_AT_MOST)
    }

    /// Whether what is done is a run by itself, of which no one is told.
    fn is_by_itself(&self) -> bool {
        let job = self.work.as_ref().map(|work| work.job);
        job.is_some() && job == self.keeping.job
    }

    /// How much of what can be fetched did not come.
    fn missing(&self) -> u64 {
        self.made.as_ref().map_or(0, |made| made.missing)
    }
}

fn stopped(setback: &Setback, is_made: bool, words: AppWords) -> Stopped {
    let (said, way) = match setback {
        Setback::Failed { code } => (words.copy_failed(code), Way::of(code)),
        Setback::Cancelled => (words.copy_cancelled(), Way::GoOn),
        Setback::Unfinished => (words.copy_unfinished(), Way::GoOn),
    };
    let first = is_made.then(|| Html::from(words.copy_not_updated()));
    Stopped {
        said: first.into_iter().chain([said.into()]).collect(),
        way,
    }
}

/// What is to be saved of a chat, or how its copy stands.
pub(crate) async fn chat(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path((id, dialog)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    // Where no copies are kept, there is no such page.
    let ports = export_ports(&app).map_err(|_| ApiError::NotFound)?;
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let dialog: PeerId = dialog.parse().map_err(|_| ApiError::NotFound)?;
    let account = account_of(&app, &owner, id).await?.id;
    let (words, now) = (language.app(), app.ports.clock.now());
    let export = ports.rows.of_dialog(account, dialog).await?;
    let Some(export) = export.filter(|export| export.owner == owner) else {
        return html(&Save {
            base: app.base.clone(),
            words,
            now: iso(now),
            account,
            dialog,
            kind: kind_of(dialog),
            kinds: chosen::KINDS,
            sizes: chosen::SIZES,
            spans: chosen::SPANS,
            terms: ports.requests.terms(&owner).await?,
        });
    };
    let jobs = ports.requests.jobs(&owner, account).await?;
    let job = jobs.iter().find(|(of, _)| *of == dialog);
    let job = job.map(|(_, job)| job);
    let kept = ports.requests.terms(&owner).await?.kept;
    html(&shown(&app, &export, job, account, kept, words)?)
}

fn shown(
    app: &App,
    export: &Export,
    job: Option<&Job>,
    account: AccountId,
    kept: TimeDelta,
    words: AppWords,
) -> Result<Copy, ApiError> {
    let now = app.ports.clock.now();
    let standing = Standing::of(export, job, words, now)?;
    let is_made = standing.made.is_some();
    let setback = standing.setback.as_ref();
    Ok(Copy {
        base: app.base.clone(),
        words,
        now: iso(now),
        account,
        dialog: export.dialog,
        kind: kind_of(export.dialog),
        id: export.id,
        expires_at: export.expires_at,
        stopped: setback.map(|setback| stopped(setback, is_made, words)),
        made: standing.made,
        work: standing.work,
        chosen: chosen::lines(&export.choice, words),
        keeping: Keeping::of(export.renewal.as_ref(), kept, words),
    })
}
