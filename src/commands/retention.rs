//! `sesame accounts retention`: what the policy does not keep.

use serde::Serialize;
use sesame_domain::account::Account;
use sesame_domain::retention::Expiry;
use sesame_sessions::Retention;

use crate::args::Listing;
use crate::config::{Layers, Settings, operator};
use crate::failure::Failure;
use crate::node::{Runtime, storage};
use crate::{telemetry, terminal};

/// An account that is not kept.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    tenant: String,
    person: i64,
    name: String,
    why: &'static str,
    linked_at: String,
    used_at: String,
}

/// Lists what the policy does not keep, and ends it if that is asked for.
pub(crate) async fn retention(
    layers: &Layers,
    apply: bool,
    listing: &Listing,
) -> Result<(), Failure> {
    let settings = Settings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let runtime = Runtime::for_command(&settings).await?;
    let done = keep(&runtime.retention(), apply, listing).await;
    runtime.close().await;
    done
}

async fn keep(retention: &Retention, apply: bool, listing: &Listing) -> Result<(), Failure> {
    if apply {
        let actor = operator();
        let ended = retention.apply(actor).await.map_err(storage::unreadable)?;
        return terminal::say(&format!(
            "Ended: {} unused, {} too old, {} dead.\n\
             A running Sesame logs them out at Telegram, destroys their keys and erases them.",
            ended.unused, ended.too_old, ended.dead
        ));
    }
    let expired = retention.foresee().await.map_err(storage::unreadable)?;
    let rows: Vec<Row> = expired.into_iter().map(row).collect();
    if listing.json {
        terminal::say_json(&rows)
    } else if rows.is_empty() {
        terminal::say("The policy keeps every account.")
    } else {
        terminal::say(&format!(
            "{}\nNothing was changed: `sesame accounts retention --apply` ends these.",
            table(&rows)
        ))
    }
}

fn row((account, expiry): (Account, Expiry)) -> Row {
    Row {
        id: account.id.to_string(),
        tenant: account.owner.tenant.to_string(),
        person: account.owner.person.0,
        name: account.display_name().into(),
        why: expiry.as_str(),
        linked_at: terminal::rfc3339(account.linked_at),
        used_at: terminal::rfc3339(account.used_at),
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = terminal::table(["PERSON", "NAME", "TENANT", "WHY", "LINKED", "USED"]);
    for row in rows {
        table.add_row([
            row.person.to_string(),
            row.name.clone(),
            row.tenant.clone(),
            row.why.to_owned(),
            terminal::minutes(&row.linked_at),
            terminal::minutes(&row.used_at),
        ]);
    }
    table.trim_fmt()
}
