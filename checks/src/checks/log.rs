//! Whether the log can be written to its files.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("log", Group::Process, |ports| Box::pin(look(ports)));

reasons! {
    NoFile = "no_file",
}

const ABOUT: &str = "log";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(folder) = &ports.log else {
        return Vec::new();
    };
    let finding = match folder.try_out().await {
        Ok(()) => Finding::good(ABOUT, "files can be written in LOG_DIR"),
        Err(error) => Finding::warning(
            ABOUT,
            Why::NoFile,
            format!("no file can be written in LOG_DIR: {error}"),
            "make room there, or let this user write there; until then the log goes to standard \
             error",
        ),
    };
    vec![finding]
}
