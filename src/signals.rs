//! Being asked to stop.
//!
//! Every command listens from its first moment on: as process 1 of a container
//! it would otherwise not hear at all. A command that is asked lets go of what
//! it does, which is dropped where it stands (transactions are rolled back,
//! scratch folders removed); `serve` and `sandbox` stop in good order.

use std::future::Future;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::asked::Asked;
use crate::failure::Failure;
use crate::telemetry;

/// How long a command may take to let go, once it was asked: what waits for the
/// system, for a file say, does not let go by itself.
const LETS_GO_WITHIN: Duration = Duration::from_secs(3);

/// Tells whether the process was asked to stop.
#[derive(Debug)]
pub(crate) struct Signals {
    asked: watch::Receiver<Option<Asked>>,
    /// Whether what runs may be dropped at any point.
    lets_go: Arc<AtomicBool>,
    /// What listens, until the process ends.
    _listening: TaskTracker,
}

impl Signals {
    /// Takes note of signals from now on. Whoever asks again has the process
    /// end at once.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let ears = Ears::open()?;
        let (tell, asked) = watch::channel(None);
        let lets_go = Arc::new(AtomicBool::new(true));
        let tasks = TaskTracker::new();
        tasks.spawn(listen(ears, tell, Arc::clone(&lets_go)));
        Ok(Self {
            asked,
            lets_go,
            _listening: tasks,
        })
    }

    /// Waits until the process is asked to stop.
    pub(crate) async fn asked(&mut self) -> Asked {
        match self.asked.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(asked)) => *asked,
            // What listens has gone: who cannot be asked to stop, stops now.
            Ok(None) | Err(_) => Asked::Terminate,
        }
    }

    /// Does something that can be dropped at any point, until it is done or the
    /// process is asked to stop.
    pub(crate) async fn unless_asked<T>(
        &mut self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            done = work => done,
            asked = self.asked() => Err(Failure::Stopped {
                asked,
                left: "what it did not come to is left as it was",
            }),
        }
    }

    /// From here on, whoever asks waits for an end in good order.
    pub(crate) fn stop_in_order(&self) {
        self.lets_go.store(false, Ordering::Relaxed);
    }
}

/// The signals themselves.
struct Ears {
    /// `None`: the process was started so that it outlives its terminal.
    hang_up: Option<Signal>,
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
}

impl Ears {
    fn open() -> Result<Self, Failure> {
        let open = |kind| {
            signal(kind).map_err(|error| Failure::other("signals cannot be listened to", error))
        };
        Ok(Self {
            // Listening would undo what `nohup` did.
            hang_up: (!hang_up_is_ignored())
                .then(|| open(SignalKind::hangup()))
                .transpose()?,
            interrupt: open(SignalKind::interrupt())?,
            quit: open(SignalKind::quit())?,
            terminate: open(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Asked {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = hang_up => Asked::HangUp,
            _ = self.interrupt.recv() => Asked::Interrupt,
            _ = self.quit.recv() => Asked::Quit,
            _ = self.terminate.recv() => Asked::Terminate,
        }
    }
}

async fn listen(mut ears: Ears, tell: watch::Sender<Option<Asked>>, lets_go: Arc<AtomicBool>) {
    let first = ears.next().await;
    tell.send_replace(Some(first));
    let again = async {
        loop {
            match ears.next().await {
                // The system and the shell both tell of a terminal that closes.
                Asked::HangUp => {}
                other => return other,
            }
        }
    };
    tokio::select! {
        asked = again => {
            tracing::warn!("asked twice: ending at once");
            telemetry::release_held_log();
            process::exit(asked.exit_code().into());
        }
        () = holds_on(&lets_go) => {
            telemetry::release_held_log();
            process::exit(first.exit_code().into())
        }
    }
}

/// Returns when what should have let go did not.
async fn holds_on(lets_go: &AtomicBool) {
    tokio::time::sleep(LETS_GO_WITHIN).await;
    if !lets_go.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

/// Whether the process was started under `nohup` or the like (Linux; elsewhere
/// that cannot be told).
fn hang_up_is_ignored() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores_hang_up(&status))
}

/// `SIGHUP` is the first of the signals in the mask.
fn ignores_hang_up(status: &str) -> bool {
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_cannot_be_asked_to_stop_any_more_stops() {
        let (tell, asked) = watch::channel(None);
        let mut signals = Signals {
            asked,
            lets_go: Arc::default(),
            _listening: TaskTracker::new(),
        };
        drop(tell);
        assert_eq!(signals.asked().await, Asked::Terminate);
    }

    #[test]
    fn an_ignored_signal_is_found_in_the_mask() {
        let status = |mask| format!("SigBlk:\t0000000000000000\nSigIgn:\t{mask}\nSigCgt:\t01\n");
        assert!(ignores_hang_up(&status("0000000000001001")));
        assert!(!ignores_hang_up(&status("0000000000001000")));
        assert!(!ignores_hang_up(""));
    }

    #[test]
    fn codes_are_those_that_shells_report() {
        let codes = [
            (Asked::HangUp, 129),
            (Asked::Interrupt, 130),
            (Asked::Quit, 131),
            (Asked::Terminate, 143),
        ];
        for (asked, code) in codes {
            assert_eq!(asked.exit_code(), code, "{asked}");
        }
    }
}
