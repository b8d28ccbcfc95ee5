//! What a job does about what stops an export.

use std::error::Error;
use std::fmt;

use sesame_domain::job::{Cause, CauseCode, WaitReason};
use sesame_domain::ports::{ExportFilesError, VaultError};
use sesame_domain::reading::{Away, ReadError};
use sesame_domain::reason::Reason;

use crate::exporter::{ExportStopped, OverQuota, TargetError};
use crate::outcome::Stopped;
use crate::run::JobRun;

/// Telegram ended the export of its own that a copy was read in.
const TAKEOUT_OVER: &str = "takeout_over";

/// It ended within a step: why.
#[derive(Debug)]
pub(super) struct Interrupted(pub(super) Stopped);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the job ends here")
    }
}

impl std::error::Error for Interrupted {}

fn cause(code: &str, detail: impl Into<String>) -> Cause {
    Cause {
        code: CauseCode::Other(code.to_owned()),
        detail: detail.into(),
    }
}

/// Someone removed it.
pub(super) fn removed() -> Stopped {
    failed("export_removed", "the export was removed")
}

/// Trying again is of no use.
pub(super) fn failed(code: &str, detail: impl Into<String>) -> Stopped {
    Stopped::Failed(cause(code, detail))
}

/// What is done about what stopped an export.
pub(super) fn stopped(run: &JobRun, why: ExportStopped) -> Stopped {
    match why {
        ExportStopped::Flood { until } => Stopped::Park {
            until,
            reason: WaitReason::Flood,
        },
        ExportStopped::TakeoutDelay { until } => Stopped::Park {
            until,
            reason: WaitReason::TakeoutDelay,
        },
        ExportStopped::TakeoutOver => failed(TAKEOUT_OVER, why.to_string()),
        ExportStopped::Away { what, why } => {
            tracing::info!(error = why, "an export waits for what is not there");
            away(run, what)
        }
        ExportStopped::Temporary(why) => Stopped::Retry(cause("unavailable", why)),
        ExportStopped::Refused(error) => refused(&error),
        ExportStopped::Target(error) => target_stopped(error),
        ExportStopped::Another(why) => failed("export_differs", why),
    }
}

/// It goes on when that is back.
fn away(run: &JobRun, what: Away) -> Stopped {
    match what {
        Away::Telegram { until } => run.parked(WaitReason::Telegram, until),
        Away::Session => run.parked(WaitReason::SessionElsewhere, None),
        Away::Sesame => run.parked(WaitReason::Unavailable, None),
    }
}

/// By the codes that the API has for the same.
fn refused(error: &ReadError) -> Stopped {
    let code = match error {
        ReadError::NoAccess => "chat_forbidden",
        ReadError::PeerUnknown | ReadError::NoSuchName => "chat_unknown",
        ReadError::Frozen => "account_frozen",
        ReadError::SessionDead(_) => "session_ended",
        ReadError::Takeout(_) => "takeout_required",
        _ => "telegram_refused",
    };
    failed(code, Reason::of(error).to_string())
}

/// What is done about what could not be kept. All that was kept before is there.
pub(super) fn target_stopped(error: TargetError) -> Stopped {
    match error {
        // Someone may make room meanwhile.
        TargetError::Full => Stopped::Retry(cause("storage_full", error.to_string())),
        TargetError::Busy => Stopped::Retry(cause("unavailable", error.to_string())),
        TargetError::Unknown(why) => failed("export_damaged", why),
        TargetError::Io(error) => {
            let inner = error.get_ref();
            if let Some(Interrupted(stopped)) = inner.and_then(|it| it.downcast_ref()) {
                return stopped.clone();
            }
            if inner.is_some_and(<dyn Error + Send + Sync>::is::<OverQuota>) {
                return failed("quota_exceeded", OverQuota.to_string());
            }
            if let Some(error) = inner.and_then(|it| it.downcast_ref::<ExportFilesError>()) {
                return files_stopped(error);
            }
            let why = error
                .source()
                .map_or(error.to_string(), ToString::to_string);
            Stopped::Retry(cause("storage_failing", why))
        }
    }
}

/// What is done about files that cannot be opened or kept.
pub(super) fn files_stopped(error: &ExportFilesError) -> Stopped {
    let why = Reason::of(error).to_string();
    match error {
        ExportFilesError::Full(_) => Stopped::Retry(cause("storage_full", why)),
        ExportFilesError::Gone(_) => Stopped::Retry(cause("storage_gone", why)),
        ExportFilesError::Denied(_) => Stopped::Retry(cause("storage_denied", why)),
        ExportFilesError::Unreachable(_) => Stopped::Retry(cause("storage_failing", why)),
        ExportFilesError::Vault(
            VaultError::Provider(_) | VaultError::Register(_) | VaultError::Audit(_),
        ) => Stopped::Retry(cause("unavailable", why)),
        ExportFilesError::Damaged | ExportFilesError::Vault(_) => failed("export_damaged", why),
    }
}
