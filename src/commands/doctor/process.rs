//! What the system lets this process keep to itself, and write down.

use rustix::process::{Resource, getrlimit};

use super::finding::Finding;
use crate::config::Logs;
use crate::telemetry;

const MEMORY: &str = "memory";
/// The keys and what stands beside them fit into a few pages.
const LOCKED_BYTES: u64 = 64 * 1024;

/// Whether memory that holds keys can be kept from being swapped out.
pub(super) fn look() -> Vec<Finding> {
    let limit = getrlimit(Resource::Memlock).current;
    let finding = match limit {
        Some(bytes) if bytes < LOCKED_BYTES => Finding::warning(
            MEMORY,
            format!("only {bytes} bytes may be locked: keys may be swapped out"),
            "raise the limit (`ulimit -l 64`, LimitMEMLOCK= under systemd), or encrypt swap",
        ),
        _ => Finding::good(MEMORY, "pages that hold keys can be locked"),
    };
    vec![finding]
}

/// Whether the log can be written to its files.
pub(super) fn look_at_log(logs: &Logs) -> Option<Finding> {
    const LOG: &str = "log";
    let finding = match telemetry::try_log_dir(logs)? {
        Ok(()) => Finding::good(LOG, "files can be written in LOG_DIR"),
        Err(error) => Finding::warning(
            LOG,
            format!("no file can be written in LOG_DIR: {error}"),
            "make room there, or let this user write there; until then the log goes to \
             standard error",
        ),
    };
    Some(finding)
}
