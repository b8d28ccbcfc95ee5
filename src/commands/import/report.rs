//! What came of every session, and of all together.

use std::fmt::Write as _;

use indicatif::ProgressBar;
use serde::Serialize;
use sesame_domain::account::{Account, Profile};
use sesame_domain::ids::Owner;
use sesame_sessions::import_source::{Column, Unread, UnreadReason};
use sesame_sessions::{ImportError, ImportOutcome};

use crate::args::option;
use crate::failure::Failure;
use crate::terminal;
use sesame_domain::plural::counted;

/// What came of one session.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    line: u64,
    tenant: Option<String>,
    person: Option<i64>,
    result: &'static str,
    /// Why it failed, as a name that stays.
    code: Option<&'static str>,
    detail: String,
}

impl Row {
    /// A line that cannot be read.
    pub(super) fn unread(unread: &Unread) -> Self {
        let detail = match &unread.why {
            why @ UnreadReason::NoMember(_) => {
                format!("{why} ({} names another)", option(Column::Session))
            }
            why => why.to_string(),
        };
        Self::failed(unread.line, None, "unreadable", detail)
    }

    /// What came of importing.
    pub(super) fn of(
        line: u64,
        person: Option<i64>,
        done: Result<ImportOutcome, ImportError>,
    ) -> Self {
        match done {
            Ok(ImportOutcome::Imported(account)) => Self::good(line, "imported", &account),
            Ok(ImportOutcome::AlreadyLinked(account)) => Self::good(line, "present", &account),
            Ok(ImportOutcome::WouldImport { owner, profile, .. }) => {
                Self::about(line, "ready", &owner, &profile)
            }
            Ok(ImportOutcome::WouldBeLinked { owner, profile }) => {
                Self::about(line, "present", &owner, &profile)
            }
            Err(error) => Self::failed(line, person, error.code(), in_words(&error)),
        }
    }

    fn good(line: u64, result: &'static str, account: &Account) -> Self {
        Self::about(line, result, &account.owner, &account.profile)
    }

    fn about(line: u64, result: &'static str, owner: &Owner, profile: &Profile) -> Self {
        let name = profile.display_name(owner.person);
        let detail = match name.beside(profile.username.as_deref()) {
            Some(username) => format!("{name} @{username}"),
            None => name.into(),
        };
        Self {
            line,
            tenant: Some(owner.tenant.to_string()),
            person: Some(owner.person.0),
            result,
            code: None,
            detail,
        }
    }

    fn failed(line: u64, person: Option<i64>, code: &'static str, detail: String) -> Self {
        Self {
            line,
            tenant: None,
            person,
            result: "failed",
            code: Some(code),
            detail,
        }
    }

    fn text(&self) -> String {
        let person = self
            .person
            .map_or_else(|| "-".to_owned(), |id| id.to_string());
        aligned(&self.line.to_string(), &person, self.result, &self.detail)
    }
}

/// Why a session failed, with what to do where the command line has a word for it.
fn in_words(error: &ImportError) -> String {
    match error {
        ImportError::KeyMissing => {
            format!("{error} (--fernet-key-file FILE, or IMPORT_FERNET_KEY)")
        }
        other => other.to_string(),
    }
}

/// A line of the report; what is before the last column is aligned although
/// the lines come one by one.
fn aligned(line: &str, person: &str, result: &str, detail: &str) -> String {
    let text = format!("{line:>6}  {person:>12}  {result:<8}  {detail}");
    text.trim_end().to_owned()
}

/// Says what came of each session, and counts.
pub(super) struct Report {
    json: bool,
    bar: ProgressBar,
    imported: u64,
    present: u64,
    ready: u64,
    failed: u64,
}

impl Report {
    /// An empty report about so many sessions.
    pub(super) fn new(json: bool, total: u64) -> Result<Self, Failure> {
        let bar = terminal::bar("sessions");
        bar.set_length(total);
        let report = Self {
            json,
            bar,
            imported: 0,
            present: 0,
            ready: 0,
            failed: 0,
        };
        if !json && total > 0 {
            report.say(&aligned("LINE", "PERSON", "RESULT", "DETAIL"))?;
        }
        Ok(report)
    }

    /// Adds what came of one session.
    pub(super) fn add(&mut self, row: &Row) -> Result<(), Failure> {
        match row.result {
            "imported" => self.imported += 1,
            "present" => self.present += 1,
            "ready" => self.ready += 1,
            _ => self.failed += 1,
        }
        if self.json {
            let text = serde_json::to_string(row)
                .map_err(|error| Failure::other("the result does not fit into JSON", error))?;
            self.say(&text)?;
        } else {
            self.say(&row.text())?;
        }
        self.bar.inc(1);
        Ok(())
    }

    /// Says what came of all; a failure if any was not imported.
    pub(super) fn finish(self, dry_run: bool) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        if !self.json {
            terminal::say(&self.summary(dry_run))?;
        }
        if self.failed > 0 {
            let all = self.imported + self.present + self.ready + self.failed;
            return Err(Failure::Other(anyhow::anyhow!(
                "{} of {} failed; the report says why",
                self.failed,
                counted(all, "session")
            )));
        }
        Ok(())
    }

    fn summary(&self, dry_run: bool) -> String {
        let mut text = String::new();
        let (present, failed) = (self.present, self.failed);
        if dry_run {
            let ready = self.ready;
            // Writing into a string does not fail.
            let _ = write!(
                text,
                "Nothing was stored: {ready} ready, {present} present, {failed} failed."
            );
        } else {
            let imported = self.imported;
            let _ = write!(
                text,
                "{imported} imported, {present} present, {failed} failed."
            );
        }
        if self.imported > 0 {
            text.push_str(
                "\nThe imported sessions belong to Sesame now: the other system must not use them\n\
                 any more. Telegram ends a session that is used in two places\n\
                 (AUTH_KEY_DUPLICATED).",
            );
        }
        text
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        // A line of JSON is one line, however long.
        let say = if self.json {
            terminal::say_as_it_is
        } else {
            terminal::say
        };
        self.bar.suspend(|| say(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_aligned() {
        let rows = [
            Row::unread(&Unread::line(7, UnreadReason::MoreThanTwo)),
            Row::of(1042, Some(7_777_777_777), Err(ImportError::WrongKey)),
        ];
        let places: Vec<_> = rows.iter().map(|row| row.text().find("failed")).collect();
        assert_eq!(places, [Some(22), Some(22)]);
    }

    #[test]
    fn whoever_lacks_a_member_is_told_the_option_that_names_another() {
        let unread = Unread::line(7, UnreadReason::NoMember("session".to_owned()));
        let detail = Row::unread(&unread).detail;
        assert_eq!(
            detail,
            "it has no member session (--session-column names another)"
        );
    }

    #[test]
    fn who_imported_is_told_to_stop_the_other_system() {
        let mut report = Report::new(true, 1).unwrap();
        assert!(!report.summary(false).contains("AUTH_KEY_DUPLICATED"));
        report.imported = 1;
        assert!(report.summary(false).contains("AUTH_KEY_DUPLICATED"));
    }

    #[test]
    fn a_session_that_failed_fails_the_command() {
        let mut report = Report::new(true, 1).unwrap();
        report.failed = 1;
        assert!(report.finish(false).is_err());
        assert!(Report::new(true, 0).unwrap().finish(false).is_ok());
    }
}
