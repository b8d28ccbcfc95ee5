//! The log.

use std::path::PathBuf;
use std::str::FromStr;

use garde::Validate;
use tracing_subscriber::EnvFilter;

use super::reader::Reader;
use super::setting::Setting;

static LOG: Setting = Setting::with_default(
    "LOG",
    "info",
    "error, warn, info, debug or trace, or filters such as info,sesame_sessions=debug",
);
static LOG_FORMAT: Setting = Setting::with_default("LOG_FORMAT", "pretty", "pretty or json");
static LOG_DIR: Setting = Setting::new(
    "LOG_DIR",
    "a directory for log files, a new one each day; without it the log goes to standard error",
)
.path();
static LOG_KEEP: Setting =
    Setting::with_default("LOG_KEEP", "14", "how many log files are kept, 1 to 3650");

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[&LOG, &LOG_FORMAT, &LOG_DIR, &LOG_KEEP];

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

/// The log.
#[derive(Clone, Debug, Validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Logs {
    /// What is logged.
    #[garde(custom(is_filter))]
    pub(crate) log: String,
    /// How it looks.
    pub(crate) log_format: LogFormat,
    /// Where the files are.
    pub(crate) log_dir: Option<PathBuf>,
    /// How many are kept.
    #[garde(range(min = 1, max = 3650))]
    pub(crate) log_keep: usize,
}

fn is_filter(text: &str, (): &()) -> garde::Result {
    EnvFilter::try_new(text)
        .map(|_| ())
        .map_err(|_| garde::Error::new("is not a filter"))
}

impl Logs {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let section = Self {
            log: reader.required(&LOG, "info".to_owned()),
            log_format: reader.required(&LOG_FORMAT, LogFormat::Pretty),
            log_dir: reader.optional(&LOG_DIR),
            log_keep: reader.required(&LOG_KEEP, 14),
        };
        reader.check(&section);
        section
    }
}
