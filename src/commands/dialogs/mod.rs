//! `sesame dialogs`: the dialogs of a linked account, as Telegram has them.

mod asking;
mod bar;
mod chat;
mod copies;
mod estimate;
mod export;
mod takeout;
mod whose;

use std::sync::Arc;

use sesame_domain::account::Account;
use sesame_domain::audit::{AccessPurpose, Action, AuditEntry};
use sesame_domain::ports::AuditLog as _;

use sesame_webapp::{BasePath, Passes};

use self::asking::{Asking, DialogsAnswer, ListedDialog};
use crate::args::{DialogsCommand, DialogsListArgs};
use crate::config::{Layers, Settings, operator};
use crate::failure::Failure;
use crate::node::{Core, reachable, storage};
use crate::signals::Signals;
use crate::{telemetry, terminal};

/// How wide the columns before the name are, with a blank after each.
const KIND: usize = 11;
const UNREAD: usize = 7;
const LAST: usize = 17;

/// What is done about dialogs.
pub(crate) async fn dialogs(
    layers: &Layers,
    what: DialogsCommand,
    mut signals: Signals,
) -> Result<(), Failure> {
    match what {
        DialogsCommand::List(args) => {
            let listed = Box::pin(list_all(layers, &args));
            signals.unless_asked(listed).await
        }
        DialogsCommand::Copies(args) => {
            let listed = Box::pin(with_core(layers, async |settings, core| {
                copies::list(settings, core, &args).await
            }));
            signals.unless_asked(listed).await
        }
        DialogsCommand::Keep(args) => {
            let set = Box::pin(with_core(layers, async |settings, core| {
                copies::keep(settings, core, &args).await
            }));
            signals.unless_asked(set).await
        }
        DialogsCommand::Export(args) => Box::pin(export::export(layers, *args, signals)).await,
    }
}

async fn list_all(layers: &Layers, args: &DialogsListArgs) -> Result<(), Failure> {
    let work = async |settings: &Settings, core: &Core| list(settings, core, args).await;
    Box::pin(with_core(layers, work)).await
}

/// Does something with the database, and lets go of it.
async fn with_core(
    layers: &Layers,
    work: impl AsyncFnOnce(&Settings, &Core) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let settings = Settings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let core = Core::connect(&settings.storage, &settings.custody).await?;
    let done = work(&settings, &core).await;
    storage::close(&core.database).await;
    done
}

/// Lists the dialogs of an account, each part as soon as it comes: a node that runs
/// here reads them, since the account's session is open there.
async fn list(settings: &Settings, core: &Core, args: &DialogsListArgs) -> Result<(), Failure> {
    let account = whose::account(&core.database, &settings.bot.tenant, &args.whose).await?;
    // In the person's own record, before anything is read.
    core.database
        .audit_log()
        .append(entry(core, &account))
        .await
        .map_err(storage::unreadable)?;
    let passes = Passes {
        keys: Arc::clone(&core.token_keys),
        one_time: Arc::new(core.database.one_time()),
        entropy: Arc::clone(&core.entropy),
    };
    let mut asking = Asking::new(passes, account.owner.clone(), address(settings, &account))?;
    let mut listed = 0_u64;
    let mut cursor = None;
    loop {
        let query = query(args, cursor.as_deref());
        let path = format!("api/v1/accounts/{}/dialogs", account.id);
        let answer: DialogsAnswer = asking.get(&path, &query, &*core.clock).await?;
        for dialog in &answer.dialogs {
            if args.json {
                terminal::say_as_it_is(&dialog.to_string())?;
                listed += 1;
                continue;
            }
            if listed == 0 {
                terminal::say_as_it_is(&line(["KIND", "UNREAD", "LAST MESSAGE", "NAME"]))?;
            }
            listed += 1;
            terminal::say_as_it_is(&row(&ListedDialog::of(dialog)))?;
        }
        match answer.next {
            Some(next) => cursor = Some(next),
            None if listed == 0 && !args.json => {
                return terminal::say(&format!(
                    "None of the {} dialogs is like that.",
                    answer.seen
                ));
            }
            None => return Ok(()),
        }
    }
}

fn query(args: &DialogsListArgs, cursor: Option<&str>) -> Vec<(&'static str, String)> {
    let mut query = vec![("limit", "100".to_owned())];
    if let Some(kind) = args.kind {
        query.push(("kind", kind.as_str().to_owned()));
    }
    if let Some(name) = &args.query {
        query.push(("query", name.clone()));
    }
    query.extend(cursor.map(|cursor| ("cursor", cursor.to_owned())));
    query
}

/// Where the node that runs here answers for this account's tenant.
fn address(settings: &Settings, account: &Account) -> String {
    let base = settings.web.public_url.as_ref().map(BasePath::of);
    let base = base.map_or_else(String::new, |base| base.to_string());
    let tenant = &account.owner.tenant;
    let below = if *tenant == settings.bot.tenant {
        String::new()
    } else {
        format!("/t/{tenant}")
    };
    format!("http://{}{base}{below}", reachable(settings.web.listen))
}

/// Who read what, for the audit.
fn entry(core: &Core, account: &Account) -> AuditEntry {
    AuditEntry::new(
        core.clock.now(),
        account.owner.clone(),
        account.session.as_uuid(),
        operator(),
        Action::SessionOpened,
        AccessPurpose::ReadDialogs.as_str(),
    )
    .from(core.origin.clone())
}

fn line([kind, unread, last, name]: [&str; 4]) -> String {
    let width = usize::from(terminal::WIDTH) - KIND - UNREAD - LAST;
    let name: String = if name.chars().count() > width {
        name.chars().take(width - 1).chain(['…']).collect()
    } else {
        name.to_owned()
    };
    format!("{kind:<KIND$}{unread:>6} {last:<LAST$}{name}")
}

fn row(dialog: &ListedDialog) -> String {
    let name = match (&*dialog.name, &dialog.username) {
        ("", None) => "(deleted account)".to_owned(),
        ("", Some(username)) => format!("@{username}"),
        (name, None) => name.to_owned(),
        (name, Some(username)) => format!("{name} @{username}"),
    };
    // What others chose must not write into the terminal otherwise.
    let name: String = name
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    let unread = match (dialog.unread, dialog.is_marked_unread) {
        (0, false) => String::new(),
        (0, true) => "*".to_owned(),
        (unread, _) => unread.to_string(),
    };
    let last = dialog.last_message_at.as_deref().unwrap_or_default();
    let kind = match &*dialog.kind {
        "saved_messages" => "saved",
        other => other,
    };
    line([kind, &unread, &terminal::minutes(last), &name])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_line_fits_a_terminal_and_says_nothing_to_it() {
        let dialog = |name: &str, username: Option<&str>, unread: u32| {
            let dialog = json!({
                "id": "channel7", "kind": "saved_messages", "name": name, "username": username,
                "unread": unread, "is_marked_unread": true,
                "last_message_at": "2026-11-21T04:09:31Z",
            });
            row(&ListedDialog::of(&dialog))
        };
        let long = "Maximiliana Alexandra von und zu Hohenstein, née Wittelsbach";
        for line in [
            dialog(
                long,
                Some("a_rather_long_username_of_32_chr"),
                u32::MAX / 10_000,
            ),
            dialog("", None, 0),
            dialog("\u{1b}[2Jgone\n", None, 1),
            line(["KIND", "UNREAD", "LAST MESSAGE", "NAME"]),
        ] {
            assert!(
                line.chars().count() <= usize::from(terminal::WIDTH),
                "{line}"
            );
            assert!(!line.contains(['\u{1b}', '\n']), "{line}");
        }
        assert!(dialog("", None, 0).ends_with("(deleted account)"));
        assert!(dialog("Ben", None, 0).contains(" * "));
    }
}
