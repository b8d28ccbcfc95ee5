//! What the doctor and the operator's page look at: whether everything works,
//! and what to do if not.
//!
//! A check is a name, a group and an async function to findings; each has a
//! file of its own (`checks/`), and a new one is a file and its name in the
//! list. What it looks at it is given as a port ([`Ports`]), which the program
//! plugs: for a command, or for a node that runs.
//!
//! Invariants:
//! - a check changes nothing;
//! - what it cannot look at, since something beneath does not work, it passes
//!   over: whoever looks at that says so;
//! - each finding that is not good says what to do, and none shows a secret.
//!
//! Deliberately absent: settings, databases, ciphers, HTTP, and how findings
//! are shown.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod check;
mod checks;
mod finding;
mod ports;

pub use check::{Check, Group, Look};
pub use checks::{CHECKS, all};
pub use finding::{Finding, Verdict};
pub use ports::{
    Answers, Application, AuditChain, AuditSeen, BackupState, Backups, Bot, BotAnswer, BotApi,
    BoxError, Configuration, DataCentre, DataCentres, Database, ExportPlace, KeyFileSeen, KeyStore,
    Keys, KeysSeen, LogFolder, MiniApp, NewestBackup, Page, Pages, Places, Ports, Refusal,
    Unusable, WebhookInfo,
};
