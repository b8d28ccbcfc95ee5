//! What there is to know about the versions.

use serde::Serialize;
use sesame_custody::{KeyAdministration, KeyStatus, VersionStatus};

use crate::args::Listing;
use crate::failure::Failure;
use crate::terminal;

/// A version as it is listed.
#[derive(Debug, Serialize)]
struct Row {
    number: i64,
    id: String,
    provider: String,
    reference: Option<String>,
    state: &'static str,
    created_at: String,
    encryptions: u64,
    sessions: u64,
    passing: u64,
    secrets: u64,
    peers: u64,
    exports: u64,
    held_here: bool,
}

impl From<&VersionStatus> for Row {
    fn from(status: &VersionStatus) -> Self {
        let key = &status.version;
        Self {
            number: key.number,
            id: key.id.clone(),
            provider: key.provider.as_str().to_owned(),
            reference: key.reference.clone(),
            state: key.state.as_str(),
            created_at: terminal::rfc3339(key.created_at),
            encryptions: key.encryptions,
            sessions: status.uses.sessions,
            passing: status.uses.passing,
            secrets: status.uses.secrets,
            peers: status.uses.peers,
            exports: status.uses.exports,
            held_here: status.is_held,
        }
    }
}

/// All versions.
pub(super) async fn list(
    administration: &KeyAdministration,
    listing: &Listing,
) -> Result<(), Failure> {
    let status = administration.status().await?;
    let rows: Vec<Row> = status.versions.iter().map(Row::from).collect();
    if listing.json {
        return terminal::say_json(&rows);
    }
    terminal::say(&table(&rows))
}

fn table(rows: &[Row]) -> String {
    let mut table = terminal::table(["", "KEY", "HELD BY", "STATE", "MADE", "SEALS", "USES"]);
    for row in rows {
        let state = if row.held_here {
            row.state.to_owned()
        } else {
            format!("{} (not here)", row.state)
        };
        table.add_row([
            row.number.to_string(),
            row.id.clone(),
            row.provider.clone(),
            state,
            terminal::minutes(&row.created_at),
            (row.sessions + row.secrets + row.peers + row.exports).to_string(),
            row.encryptions.to_string(),
        ]);
    }
    table.trim_fmt()
}

/// How far things have come, as JSON.
#[derive(Debug, Serialize)]
struct Summary {
    provider: String,
    active: Option<String>,
    age_seconds: Option<i64>,
    wrapped: u64,
    to_rewrap: u64,
    minimum: i64,
    warnings: Vec<String>,
}

/// How far sessions have come under the active version.
pub(super) async fn status(
    administration: &KeyAdministration,
    listing: &Listing,
) -> Result<(), Failure> {
    let status = administration.status().await?;
    let summary = summary(&status);
    if listing.json {
        return terminal::say_json(&summary);
    }
    let all = summary.wrapped + summary.to_rewrap;
    let mut text = format!(
        "Active:     {} ({}), {}\n\
         Wrapped:    {} of {all} data keys are under it\n\
         Minimum:    version {} opens, those before it do not",
        summary.active.as_deref().unwrap_or("none"),
        summary.provider,
        status.age.old(),
        summary.wrapped,
        summary.minimum
    );
    if summary.to_rewrap > 0 {
        text.push_str("\nTo do:      `sesame keys rewrap`; a running Sesame does it by itself");
    }
    for warning in &summary.warnings {
        text.push_str("\nAttention:  ");
        text.push_str(warning);
    }
    terminal::say(&text)
}

fn summary(status: &KeyStatus) -> Summary {
    Summary {
        provider: status.provider.as_str().to_owned(),
        active: status.active().map(|key| key.id.clone()),
        age_seconds: status.age.past().map(|age| age.num_seconds()),
        wrapped: status.wrapped,
        to_rewrap: status.to_rewrap,
        minimum: status.minimum,
        warnings: status.warnings.iter().map(ToString::to_string).collect(),
    }
}
