//! The log.

use std::path::PathBuf;
use std::str::FromStr;

use super::log_filter;
use super::section::section;
use super::setting::{setting, within};

section! {
    /// The log.
    pub(crate) struct Logs: "Log" {
        /// `error`, `warn`, `info`, `debug`, `trace`, or filters by part, such as
        /// `info,sesame_sessions=debug`.
        log: String = setting(
            "LOG",
            "error, warn, info, debug or trace, or filters such as info,sesame_sessions=debug",
        )
        .default("info")
        .check(log_filter::flaw),

        /// `pretty` for people, `json` for machines.
        log_format: LogFormat = setting("LOG_FORMAT", "pretty or json").default("pretty"),

        /// A directory for log files, a new one each day. Without it, and while they
        /// cannot be written, the log goes to standard error.
        log_dir: Option<PathBuf> = setting(
            "LOG_DIR",
            "a directory for log files, a new one each day; without it the log goes to standard error",
        )
        .path()
        .example("/var/log/sesame")
        .optional(),

        /// Log files of how many days are kept, the newest.
        log_keep: usize = setting("LOG_KEEP", "log files of how many days are kept, 1 to 3650")
            .default("14")
            .check(within(1..=3650)),

        /// Once a log file has so many MiB, the day goes on in another one.
        log_file_mib: u32 = setting("LOG_FILE_MIB", "how big a log file gets, 1 to 10240 MiB")
            .default("64")
            .check(within(1..=10_240)),

        /// All log files together have no more than so many MiB: the oldest go.
        log_total_mib: u32 = setting(
            "LOG_TOTAL_MIB",
            "how big all log files together get, 1 to 1048576 MiB",
        )
        .default("1024")
        .check(within(1..=1_048_576)),
    }
}

/// How the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Pretty,
    /// For machines: one JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err("there is no such format"),
        }
    }
}
