//! `sesame accounts`: who is linked, and how they are doing.

use serde::Serialize;
use sesame_domain::account::{Account, Health};
use sesame_domain::ports::Accounts;
use sesame_store::Database;

use super::check::check;
use super::retention::retention;
use crate::args::{AccountsArgs, AccountsCommand, Listing};
use crate::config::{Layers, StorageSettings};
use crate::failure::Failure;
use crate::node::storage;
use crate::{telemetry, terminal};

/// How many accounts are read at once.
const PAGE: u32 = 200;

/// An account as it is listed.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    tenant: String,
    person: i64,
    name: String,
    username: Option<String>,
    health: &'static str,
    cause: Option<&'static str>,
    device: String,
    linked_at: String,
    checked_at: String,
}

impl From<Account> for Row {
    fn from(account: Account) -> Self {
        let (health, cause) = match account.health {
            Health::Alive => ("alive", None),
            Health::Frozen { .. } => ("frozen", None),
            Health::Dead { cause, .. } => ("dead", Some(cause.as_str())),
        };
        Self {
            id: account.id.to_string(),
            tenant: account.owner.tenant.to_string(),
            person: account.owner.person.0,
            name: account.display_name().into(),
            username: account.profile.username,
            health,
            cause,
            device: account.device.model,
            linked_at: terminal::rfc3339(account.linked_at),
            checked_at: terminal::rfc3339(account.checked_at),
        }
    }
}

/// Lists the linked accounts of all tenants, or what is not kept of them.
pub(crate) async fn accounts(layers: &Layers, args: AccountsArgs) -> Result<(), Failure> {
    match args.what {
        None => list(layers, &args.listing).await,
        Some(AccountsCommand::Check { id }) => Box::pin(check(layers, id)).await,
        Some(AccountsCommand::Retention { apply, listing }) => {
            Box::pin(retention(layers, apply, &listing)).await
        }
    }
}

async fn list(layers: &Layers, listing: &Listing) -> Result<(), Failure> {
    let settings = StorageSettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let database = storage::connect_existing(&settings.storage).await?;
    let rows = read(&database).await?;
    storage::close(&database).await;
    if listing.json {
        terminal::say_json(&rows)
    } else if rows.is_empty() {
        terminal::say("No account is linked.")
    } else {
        terminal::say(&table(&rows))
    }
}

async fn read(database: &Database) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = database
            .accounts()
            .page(after, PAGE)
            .await
            .map_err(storage::unreadable)?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        after = Some(last.id);
        rows.extend(page.into_iter().map(Row::from));
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = terminal::table(["PERSON", "NAME", "TENANT", "HEALTH", "LINKED", "CHECKED"]);
    for row in rows {
        let name = match &row.username {
            Some(username) if row.name != format!("@{username}") => {
                format!("{} @{username}", row.name)
            }
            Some(_) | None => row.name.clone(),
        };
        let health = match row.cause {
            Some(cause) => format!("{} ({cause})", row.health),
            None => row.health.to_owned(),
        };
        table.add_row([
            row.person.to_string(),
            name,
            row.tenant.clone(),
            health,
            terminal::minutes(&row.linked_at),
            terminal::minutes(&row.checked_at),
        ]);
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_a_terminal() {
        let row = |name: &str, cause| Row {
            id: "0190".to_owned(),
            tenant: "default".to_owned(),
            person: 7_777_777_777,
            name: name.to_owned(),
            username: Some("a_rather_long_username_of_32_chr".to_owned()),
            health: "dead",
            cause,
            device: "Sesame".to_owned(),
            linked_at: "2026-11-21T04:09:31Z".to_owned(),
            checked_at: "2026-11-21T04:09:31Z".to_owned(),
        };
        let long = "Maximiliana Alexandra von und zu Hohenstein";
        let text = table(&[row(long, Some("duplicated")), row("Bo", None)]);
        for line in text.lines() {
            assert!(
                line.chars().count() <= usize::from(terminal::WIDTH),
                "{line}"
            );
        }
        assert!(text.contains("2026-11-21"), "{text}");
        assert!(text.contains("7777777777"), "{text}");
    }
}
