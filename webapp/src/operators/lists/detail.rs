//! The page of one row: what is known of it, what happened to it, and what can be
//! done about it.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use sesame_domain::audit::{ChainedEntry, Outcome};
use sesame_domain::listing::Query as ListQuery;
use sesame_domain::ports::listing::AuditFilter;
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use super::cell::{Cell, Shape};
use crate::operators::error::PageError;
use crate::operators::layout::{Layout, Place};
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;

/// How many entries of the audit are shown.
const ENTRIES: u32 = 50;

/// A table of the page.
pub(crate) struct Table {
    pub(crate) title: &'static str,
    pub(crate) note: String,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What is said where there is nothing.
    pub(crate) empty: &'static str,
}

/// What can be done, with a reason.
pub(super) struct Choice {
    /// The last part of its address.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) explains: &'static str,
    /// Whether it ends something.
    pub(super) is_risky: bool,
}

/// The page of one row.
#[derive(Template)]
#[template(path = "admin/detail.html")]
pub(super) struct DetailPage {
    pub(super) layout: Layout,
    /// The address of the list.
    pub(super) back: String,
    /// The address of this page.
    pub(super) action: String,
    pub(super) title: String,
    pub(super) state: Cell,
    pub(super) lede: String,
    /// What came of the last thing that was done.
    pub(super) said: Option<(Shape, &'static str)>,
    pub(super) facts: Vec<(&'static str, Cell)>,
    pub(super) tables: Vec<Table>,
    pub(super) choices: Vec<Choice>,
    /// Whether something is under way that it shows the end of.
    pub(super) looks_again: bool,
}

impl DetailPage {
    /// A page with nothing on it yet.
    pub(super) fn new(who: SignedIn, place: Place, id: Uuid, title: String, state: Cell) -> Self {
        let layout = who.layout(place);
        let back = format!("{}/admin{}", layout.alone.base, place.path());
        Self {
            action: format!("{back}/{id}"),
            back,
            layout,
            title,
            state,
            lede: String::new(),
            said: None,
            facts: Vec::new(),
            tables: Vec::new(),
            choices: Vec::new(),
            looks_again: false,
        }
    }

    /// The facts without those that are not known.
    pub(super) fn known(facts: Vec<(&'static str, Cell)>) -> Vec<(&'static str, Cell)> {
        let is_known = |(_, cell): &(&'static str, Cell)| *cell != Cell::Empty;
        facts.into_iter().filter(is_known).collect()
    }
}

/// What may have come of something: its name in the address, how it went, in
/// words.
pub(super) type Saying = (&'static str, Shape, &'static str);

/// What the address says came of the last thing that was done: a name, of which
/// each page knows its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    said: String,
}

/// The words of what came of the last thing that was done, if a page knows its
/// name.
pub(super) fn words_of(said: &str, known: &[Saying]) -> Option<(Shape, &'static str)> {
    let (_, shape, words) = known.iter().find(|(name, ..)| *name == said)?;
    Some((*shape, words))
}

impl Said {
    /// Its words, if the page knows it.
    pub(super) fn among(&self, known: &[Saying]) -> Option<(Shape, &'static str)> {
        words_of(&self.said, known)
    }
}

/// The name of what came of the last thing that was done.
pub(crate) type SaidQuery = Query<Said>;

/// What the audit has about something, the newest first.
pub(super) async fn entries(who: &SignedIn, subject: Uuid) -> Result<Table, PageError> {
    let filter = AuditFilter {
        subject: Some(subject),
        ..AuditFilter::default()
    };
    let mut query = ListQuery::first(who.tenants(), ENTRIES);
    query.filter = filter;
    let listed = who.lists().audit.entries(&query).await?;
    let now = who.app.ports.clock.now();
    let note = if listed.next.is_some() {
        format!("The last {ENTRIES}")
    } else {
        String::new()
    };
    let rows = listed.rows.into_iter().map(|row| match row {
        Ok(entry) => entry_cells(entry, now),
        Err(broken) => Cell::broken_row(broken, 4),
    });
    Ok(Table {
        title: "What happened",
        note,
        columns: vec!["When", "What", "Who", "Why"],
        rows: rows.collect(),
        empty: "The audit has nothing about it.",
    })
}

fn entry_cells(it: ChainedEntry, now: Timestamp) -> Vec<Cell> {
    let entry = it.entry;
    let what = entry.action.as_str().replace('_', " ");
    let what = match entry.outcome {
        Outcome::Done => Cell::Words(what),
        Outcome::Refused => Cell::State(Shape::Warn, format!("{what}: refused")),
        Outcome::Failed | Outcome::Other(_) => Cell::State(Shape::Bad, format!("{what}: failed")),
    };
    vec![
        Cell::When(Moment::of(entry.at, now)),
        what,
        Cell::actor(&entry.actor),
        Cell::Words(entry.reason.to_string()),
    ]
}
