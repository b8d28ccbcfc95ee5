//! The log and the metrics.
//!
//! Libraries that would write requests, tokens or messages into the log are
//! kept quiet whatever `LOG` says.

mod held_log;
mod log_files;
mod metrics;
mod slo_tally;

use std::io::{self, Write};
use std::panic;
use std::path::Path;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use sesame_domain::ids::TenantId;
use sesame_domain::time::SystemClock;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt, Targets};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use self::held_log::Holding;
pub(crate) use self::held_log::{HeldLog, release_held_log};
pub(crate) use self::log_files::newest as newest_log_file;
use self::log_files::{Keep, LogFiles};
pub(crate) use self::slo_tally::SloTally;
use self::slo_tally::Tallied;
use crate::config::{LogFormat, Logs};
use crate::failure::Failure;
use crate::terminal;

/// Below these levels the libraries print addresses with tokens, statements,
/// or the bytes of messages.
const CAPS: [(&str, LevelFilter); 18] = [
    ("axum", LevelFilter::INFO),
    ("grammers_client", LevelFilter::WARN),
    ("grammers_mtproto", LevelFilter::WARN),
    ("grammers_mtsender", LevelFilter::WARN),
    ("grammers_session", LevelFilter::WARN),
    ("h2", LevelFilter::WARN),
    ("hyper", LevelFilter::WARN),
    ("hyper_util", LevelFilter::WARN),
    ("redis", LevelFilter::WARN),
    ("reqwest", LevelFilter::WARN),
    ("rustls", LevelFilter::WARN),
    ("sea_orm", LevelFilter::INFO),
    ("sea_orm_migration", LevelFilter::WARN),
    ("sqlx", LevelFilter::WARN),
    ("teloxide", LevelFilter::WARN),
    ("teloxide_core", LevelFilter::WARN),
    ("tower", LevelFilter::INFO),
    ("tower_http", LevelFilter::INFO),
];

/// Starts the log: to files, if there is a directory for them, else (or if they
/// cannot be written) to standard error. Panics are logged too.
pub(crate) fn start_log(logs: &Logs) -> Result<(), Failure> {
    start(logs, logs.log_dir.as_deref(), io::stderr)
}

/// Starts the log of a command that answers and ends. What would go to standard
/// error waits until it has answered, and no directory for files is made.
pub(crate) fn start_command_log(logs: &Logs) -> Result<(), Failure> {
    let directory = logs.log_dir.as_deref();
    start(logs, directory.filter(|it| it.exists()), || Holding)
}

fn start<W>(
    logs: &Logs,
    directory: Option<&Path>,
    otherwise: impl Fn() -> W + Send + Sync + 'static,
) -> Result<(), Failure>
where
    W: Write + Send + 'static,
{
    let filter = EnvFilter::try_new(&logs.log)
        .map_err(|error| Failure::other("LOG is not a filter", error))?;
    let layer = if let Some(directory) = directory {
        let instead = Box::new(otherwise());
        let keep = Keep {
            days: logs.log_keep,
            file_bytes: mebibytes(logs.log_file_mib),
            total_bytes: mebibytes(logs.log_total_mib),
        };
        let files = LogFiles::begin(directory, keep, Arc::new(SystemClock), instead);
        layer(
            logs.log_format,
            BoxMakeWriter::new(move || files.clone()),
            false,
        )
    } else {
        let colours = terminal::shows_colours();
        layer(logs.log_format, BoxMakeWriter::new(otherwise), colours)
    };
    registry()
        .with(layer.with_filter(filter.and(caps())))
        .try_init()
        .map_err(|error| Failure::other("the log does not start", error))?;
    log_panics();
    Ok(())
}

/// Tries whether the log can be written where it should be; `None`: to
/// standard error.
pub(crate) fn try_log_dir(logs: &Logs) -> Option<io::Result<()>> {
    logs.log_dir.as_deref().map(log_files::probe)
}

fn layer<S>(
    format: LogFormat,
    writer: BoxMakeWriter,
    colours: bool,
) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let layer = fmt::layer().with_writer(writer).with_ansi(colours);
    match format {
        LogFormat::Pretty => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    }
}

fn mebibytes(count: u32) -> u64 {
    u64::from(count) << 20
}

fn caps() -> Targets {
    Targets::new()
        .with_default(LevelFilter::TRACE)
        .with_targets(CAPS)
}

/// A panic is a bug that someone must look at, also when no one watches
/// standard error.
fn log_panics() {
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string);
        tracing::error!(
            place = place.as_deref().unwrap_or("unknown"),
            message = panicked.payload_as_str().unwrap_or("no message"),
            "panicked"
        );
    }));
}

/// What is counted, where it is seen.
#[derive(Clone, Debug)]
pub(crate) struct Counting {
    /// Shows everything that was counted.
    pub(crate) handle: PrometheusHandle,
    /// What was counted of the promises.
    pub(crate) slos: Arc<SloTally>,
}

/// Starts counting for a node of this tenant.
pub(crate) fn start_metrics(tenant: &TenantId) -> Result<Counting, Failure> {
    let failed = "metrics cannot be counted";
    let recorder = metrics::recorder(tenant).map_err(|error| Failure::other(failed, error))?;
    let handle = recorder.handle();
    let slos = Arc::<SloTally>::default();
    let tallied = Tallied {
        recorder,
        tally: Arc::clone(&slos),
        tenant: tenant.clone(),
    };
    ::metrics::set_global_recorder(tallied).map_err(|error| Failure::other(failed, error))?;
    metrics::show_all(tenant);
    Ok(Counting { handle, slos })
}

/// Shows what a tenant did not do yet.
pub(crate) fn show_tenant(tenant: &TenantId) {
    metrics::show_tenant(tenant);
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, log: &str, write: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = layer(format, BoxMakeWriter::new(move || writer.clone()), false);
        let filter = EnvFilter::new(log).and(caps());
        tracing::subscriber::with_default(registry().with(layer.with_filter(filter)), write);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn libraries_that_print_secrets_stay_quiet_at_any_level() {
        let text = logged(
            LogFormat::Pretty,
            "trace,hyper=trace,teloxide_core=trace",
            || {
                tracing::trace!("ours");
                tracing::trace!(target: "hyper::proto", "bytes");
                tracing::debug!(target: "teloxide_core::net", "bot token");
                tracing::warn!(target: "hyper::proto", "trouble");
            },
        );
        assert!(text.contains("ours") && text.contains("trouble"), "{text}");
        assert!(
            !text.contains("bytes") && !text.contains("bot token"),
            "{text}"
        );
    }

    #[test]
    fn json_lines_are_objects_with_the_fields_on_top() {
        let text = logged(LogFormat::Json, "info", || {
            tracing::info!(login.id = "abc", "scanned");
            tracing::debug!("not this");
        });
        let mut lines = text.lines();
        let line: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(line["login.id"], "abc");
        assert_eq!(line["message"], "scanned");
        assert_eq!(line["level"], "INFO");
        assert_eq!(lines.next(), None);
    }
}
