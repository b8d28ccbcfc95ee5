//! `sesame dialogs copies` and `keep`: the copies of someone's chats that are kept on the
//! server, and how often they are brought up to date by themselves.

use std::fmt::Write as _;

use serde::Serialize;
use sesame_domain::audit::{Action, AuditEntry, AuditReason};
use sesame_domain::export::{Export, RenewEvery};
use sesame_domain::ids::{ExportId, TenantId};
use sesame_domain::page::Page;
use sesame_domain::ports::{ExportRenewals as _, Exports as _};
use sesame_domain::random::{Entropy as _, SystemEntropy};

use super::whose;
use crate::args::{CopiesArgs, KeepArgs};
use crate::config::{Settings, operator};
use crate::failure::Failure;
use crate::node::{Core, storage};
use crate::terminal;

/// How many are read at once.
const PAGE: u32 = 100;
/// What is written where a copy is brought up to date by command alone.
const NEVER: &str = "never";

/// A copy as it is listed. What the chat is called is not kept with it.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    dialog: String,
    bytes: u64,
    messages: Option<u64>,
    made_at: Option<String>,
    expires_at: String,
    every: &'static str,
    next_at: Option<String>,
    last_at: Option<String>,
    last_code: Option<String>,
    failures: u32,
}

impl From<Export> for Row {
    fn from(export: Export) -> Self {
        let renewal = export.renewal;
        let next_at = renewal.as_ref().and_then(|it| it.next_at);
        let every = renewal.as_ref().map_or(NEVER, |it| it.every.as_str());
        let failures = renewal.as_ref().map_or(0, |it| it.failures);
        let last = renewal.and_then(|it| it.last);
        Self {
            id: export.id.to_string(),
            dialog: export.dialog.to_string(),
            bytes: export.bytes,
            messages: export.made.as_ref().map(|made| made.messages),
            made_at: export.made.map(|made| terminal::rfc3339(made.at)),
            expires_at: terminal::rfc3339(export.expires_at),
            every,
            next_at: next_at.map(terminal::rfc3339),
            last_at: last.as_ref().map(|last| terminal::rfc3339(last.at)),
            last_code: last.and_then(|last| last.failure),
            failures,
        }
    }
}

/// Lists the copies of an account's owner, the newest first.
pub(super) async fn list(
    settings: &Settings,
    core: &Core,
    args: &CopiesArgs,
) -> Result<(), Failure> {
    let account = whose::account(&core.database, &settings.bot.tenant, &args.whose).await?;
    let exports = core.database.exports();
    let (mut rows, mut page) = (Vec::new(), Page::first(PAGE));
    loop {
        let found = exports.list(&account.owner, page).await;
        let found = found.map_err(storage::unreadable)?;
        for broken in &found.broken {
            terminal::warn(&format!("{} cannot be read: {}", broken.id, broken.what));
        }
        rows.extend(found.rows.into_iter().map(Row::from));
        match found.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    if args.listing.json {
        terminal::say_json(&rows)
    } else if rows.is_empty() {
        terminal::say("No chat of theirs is copied here.")
    } else {
        terminal::say(&in_words(&rows))
    }
}

/// Two lines a copy, the first with its id in one piece, to be copied.
fn in_words(rows: &[Row]) -> String {
    let mut text = format!("{:<38}{:<10}{}", "COPY", "KEPT", "CHAT");
    for row in rows {
        let moment = |at: &Option<String>, or: &str| {
            at.as_deref()
                .map_or_else(|| or.to_owned(), terminal::minutes)
        };
        let made = moment(&row.made_at, "not yet");
        let next = match (row.every, &row.next_at) {
            (NEVER, _) => String::new(),
            (_, Some(next)) => format!(", next {}", terminal::minutes(next)),
            (_, None) => ", stopped".to_owned(),
        };
        let last = row.last_code.as_ref();
        let last = last.map_or_else(String::new, |code| format!(", the last run: {code}"));
        // Writing into a string does not fail.
        let _ = write!(
            text,
            "\n{:<38}{:<10}{}\n  made {made}{next}{last}",
            row.id, row.every, row.dialog
        );
    }
    text
}

/// Sets how often a copy is brought up to date by itself.
pub(super) async fn keep(settings: &Settings, core: &Core, args: &KeepArgs) -> Result<(), Failure> {
    let first: &TenantId = &settings.bot.tenant;
    let account = whose::account(&core.database, first, &args.whose).await?;
    let unknown = || {
        Failure::Usage(format!(
            "they have no copy {}: `sesame dialogs copies` lists them",
            args.copy
        ))
    };
    let id: ExportId = args.copy.parse().map_err(|_| unknown())?;
    let now = core.clock.now();
    let mut chance = [0; 8];
    SystemEntropy.fill(&mut chance);
    let chance = u64::from_ne_bytes(chance);
    let every: Option<RenewEvery> = args.every.parse().ok();
    let renewal = every.map(|every| (every, every.first(chance, now)));
    let audit = AuditEntry::new(
        now,
        account.owner.clone(),
        id.as_uuid(),
        operator(),
        Action::ExportKept,
        AuditReason::AskedFor,
    )
    .from(core.origin.clone());
    let renewals = core.database.export_renewals();
    let set = renewals.set(id, &account.owner, renewal, audit).await;
    if !set.map_err(storage::unreadable)? {
        return Err(unknown());
    }
    match renewal {
        Some((every, next)) => {
            let next = terminal::rfc3339(next);
            let next = terminal::minutes(&next);
            let every = every.as_str();
            terminal::say(&format!(
                "It is brought up to date {every}, first at {next}."
            ))
        }
        None => terminal::say("It is not brought up to date by itself any more."),
    }
}
