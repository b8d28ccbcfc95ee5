//! Owns the long-lived tasks of the node.
//!
//! A task that panics or ends by itself is started again, at once and then
//! after waits that double. One that fails again and again makes the node
//! unready, by its name, until it has run for a while; it is still tried.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::counter;
use sesame_domain::backoff::Backoff;
use sesame_domain::panic::{Panicked, caught};
use sesame_domain::ports::{Ended, LongLived, Supervisor};
use sesame_domain::reason::Reason;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[cfg(test)]
use faults::Faults;

/// When a task is started again, and when it counts as failing.
#[derive(Clone, Copy, Debug)]
struct RestartPolicy {
    /// The waits from the second failure in a row on.
    waits: Backoff,
    /// So many failures in a row make the node unready.
    too_many: u32,
    /// A task that runs for so long has recovered.
    steady: Duration,
}

impl RestartPolicy {
    const USUAL: Self = Self {
        waits: Backoff::new(Duration::from_millis(200), Duration::from_secs(30)),
        too_many: 5,
        steady: Duration::from_secs(60),
    };

    /// Once is chance, and mended at once.
    fn wait_after(&self, failures: u32) -> Duration {
        match failures {
            0 | 1 => Duration::ZERO,
            more => self.waits.wait(more - 2),
        }
    }
}

/// How a task failed.
#[derive(Debug, thiserror::Error)]
enum TaskFailure {
    #[error(transparent)]
    Panicked(#[from] Panicked),
    #[error("it ended without being told to")]
    Ended,
}

/// Owns the long-lived tasks of the node; clones share them.
#[derive(Clone)]
pub(crate) struct TaskSupervisor {
    tasks: TaskTracker,
    stop: CancellationToken,
    policy: RestartPolicy,
    failures: Arc<Failures>,
    #[cfg(test)]
    faults: Arc<Faults>,
}

/// How often each task that runs failed in a row.
#[derive(Default)]
struct Failures(Mutex<BTreeMap<String, u32>>);

impl TaskSupervisor {
    /// Over a tracker that waits for the tasks, until the stop.
    pub(crate) fn over(tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            tasks,
            stop,
            policy: RestartPolicy::USUAL,
            failures: Arc::default(),
            #[cfg(test)]
            faults: Arc::default(),
        }
    }

    /// For a command, whose tasks end with it.
    pub(crate) fn for_command() -> Self {
        Self::over(TaskTracker::new(), CancellationToken::new())
    }

    /// The same for tasks that are not to end with the others: they are told to
    /// when no one needs them any more.
    pub(crate) fn apart(&self) -> Self {
        Self {
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            ..self.clone()
        }
    }

    /// The same for what may end before the node does: with tasks and failures of
    /// its own. It ends with the node at the latest.
    pub(crate) fn within(&self) -> Self {
        Self {
            tasks: TaskTracker::new(),
            stop: self.stop.child_token(),
            failures: Arc::default(),
            ..self.clone()
        }
    }

    /// Where the tasks run.
    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// When they are to end.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Has the tasks end.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
    }

    /// Waits until no task runs any more.
    pub(crate) async fn stopped(&self) {
        self.tasks.wait().await;
    }

    /// The tasks that failed too often in a row, as parts that are not ready.
    pub(crate) fn failing(&self) -> Vec<String> {
        let failures = self.failures.lock();
        let failing = failures
            .iter()
            .filter(|(_, count)| **count >= self.policy.too_many);
        failing.map(|(name, _)| format!("task {name}")).collect()
    }

    /// Runs a task again and again, until it is told to end or the node stops.
    async fn keep(self, task: LongLived) {
        let name = task.name();
        // There from the start: see `telemetry::metrics`.
        counter!("sesame_task_restarts_total", "task" => name.to_owned()).increment(0);
        loop {
            let failure = match self.run(&task).await {
                Ok(Ended::Told) => break,
                _ if self.stop.is_cancelled() => break,
                Ok(Ended::Unforeseen) => TaskFailure::Ended,
                Err(panicked) => panicked.into(),
            };
            let count = self.failures.add(name);
            counter!("sesame_task_restarts_total", "task" => name.to_owned()).increment(1);
            let wait = self.policy.wait_after(count);
            self.tell(name, &failure, count, wait);
            let stopped = self.stop.cancelled();
            if tokio::time::timeout(wait, stopped).await.is_ok() {
                break;
            }
        }
        self.failures.forget(name);
    }

    /// Runs a task once. One that holds out has recovered from its failures.
    async fn run(&self, task: &LongLived) -> Result<Ended, Panicked> {
        // The start itself may panic, too.
        let running = caught(async { self.started(task).await });
        tokio::pin!(running);
        let stopped = async {
            if task.is_dropped_at_stop() {
                self.stop.cancelled().await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        tokio::pin!(stopped);
        let recovered = tokio::time::sleep(self.policy.steady);
        tokio::pin!(recovered);
        let mut recovering = true;
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => return Ok(Ended::Told),
                ended = &mut running => return ended,
                () = &mut recovered, if recovering => {
                    recovering = false;
                    self.recovered(task.name());
                }
            }
        }
    }

    fn recovered(&self, task: &str) {
        let before = self.failures.lock().insert(task.to_owned(), 0);
        if before.is_some_and(|count| count >= self.policy.too_many) {
            tracing::info!(task, "a task works again");
        }
    }

    /// A task must not fail: whoever reads it has a bug to report.
    fn tell(&self, task: &str, failure: &TaskFailure, failures: u32, wait: Duration) {
        let wait_ms = wait.as_millis();
        let message = if failures == self.policy.too_many {
            "not ready: a task fails again and again; it is still started again"
        } else {
            "a task failed and is started again"
        };
        tracing::error!(
            task, error = %Reason::of(failure), failures, wait_ms,
            "{message}"
        );
    }

    #[cfg(not(test))]
    async fn started(&self, task: &LongLived) -> Ended {
        task.start().await
    }

    #[cfg(test)]
    async fn started(&self, task: &LongLived) -> Ended {
        self.faults.within(task.name(), task.start()).await
    }
}

impl Supervisor for TaskSupervisor {
    fn supervise(&self, task: LongLived) {
        self.failures.lock().insert(task.name().to_owned(), 0);
        self.tasks.spawn(self.clone().keep(task));
    }
}

impl Failures {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, name: &str) -> u32 {
        let mut failures = self.lock();
        let count = failures.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count
    }

    fn forget(&self, name: &str) {
        self.lock().remove(name);
    }
}

impl fmt::Debug for TaskSupervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskSupervisor")
            .field("failures", &*self.failures.lock())
            .finish_non_exhaustive()
    }
}

/// Panics to order, inside of tasks that run. It exists in tests only.
#[cfg(test)]
mod faults {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use sesame_domain::ports::Ended;
    use tokio::sync::watch;

    /// How many panics were ordered of each task, and how many it had.
    #[derive(Default)]
    pub(super) struct Faults(Mutex<BTreeMap<String, watch::Sender<u32>>>);

    impl Faults {
        fn of(&self, name: &str) -> watch::Sender<u32> {
            let mut all = self.0.lock().unwrap();
            all.entry(name.to_owned()).or_default().clone()
        }

        /// Has a task panic where it stands, so many times in a row.
        pub(super) fn order(&self, name: &str, times: u32) {
            self.of(name).send_modify(|left| *left += times);
        }

        /// How many are still to come.
        pub(super) fn left(&self, name: &str) -> u32 {
            *self.of(name).borrow()
        }

        pub(super) async fn within(&self, name: &str, task: impl Future<Output = Ended>) -> Ended {
            let fault = self.of(name);
            let mut ordered = fault.subscribe();
            // What `wait_for` gives locks it.
            let ordered = async { drop(ordered.wait_for(|left| *left > 0).await) };
            tokio::select! {
                biased;
                () = ordered => {
                    fault.send_modify(|left| *left -= 1);
                    panic!("a panic was ordered of {name}");
                }
                ended = task => ended,
            }
        }
    }
}

#[cfg(test)]
impl TaskSupervisor {
    /// The tasks that run.
    pub(crate) fn names(&self) -> Vec<String> {
        self.failures.lock().keys().cloned().collect()
    }

    /// Has a task panic where it stands, so many times in a row.
    pub(crate) fn order_panics(&self, name: &str, times: u32) {
        self.faults.order(name, times);
    }

    /// How many of those are still to come.
    pub(crate) fn ordered_panics(&self, name: &str) -> u32 {
        self.faults.left(name)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const NEVER: Duration = Duration::from_secs(3600);
    const PATIENCE: Duration = Duration::from_secs(20);

    fn supervisor(steady: Duration) -> TaskSupervisor {
        let mut supervisor = TaskSupervisor::over(TaskTracker::new(), CancellationToken::new());
        supervisor.policy.waits = Backoff::new(Duration::ZERO, Duration::ZERO);
        supervisor.policy.steady = steady;
        supervisor
    }

    async fn until(what: &str, mut holds: impl FnMut() -> bool) {
        let waits = async {
            while !holds() {
                tokio::task::yield_now().await;
            }
        };
        let held = tokio::time::timeout(PATIENCE, waits).await;
        assert!(held.is_ok(), "never: {what}");
    }

    async fn stopped(supervisor: &TaskSupervisor) {
        supervisor.stop.cancel();
        supervisor.tasks.close();
        supervisor.tasks.wait().await;
        assert_eq!(supervisor.names(), [""; 0]);
    }

    /// A task that counts its starts and then waits.
    fn counted(starts: &Arc<AtomicU32>) -> LongLived {
        let starts = Arc::clone(starts);
        LongLived::endless("counted", move || {
            starts.fetch_add(1, Ordering::SeqCst);
            std::future::pending()
        })
    }

    #[tokio::test]
    async fn a_task_that_panics_is_started_again() {
        let supervisor = supervisor(NEVER);
        let starts = Arc::default();
        supervisor.supervise(counted(&starts));
        supervisor.order_panics("counted", 1);
        until("a second start", || starts.load(Ordering::SeqCst) == 2).await;
        assert_eq!(supervisor.failing(), [""; 0]);
        stopped(&supervisor).await;
    }

    #[tokio::test]
    async fn a_task_whose_start_panics_is_started_again() {
        let supervisor = supervisor(NEVER);
        let starts = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&starts);
        supervisor.supervise(LongLived::endless("counted", move || {
            let start = counted.fetch_add(1, Ordering::SeqCst);
            assert_ne!(start, 0, "not at the first attempt");
            std::future::pending()
        }));
        until("a second start", || starts.load(Ordering::SeqCst) == 2).await;
        stopped(&supervisor).await;
    }

    #[tokio::test]
    async fn a_task_that_ends_by_itself_has_failed_unless_it_was_told_to() {
        let supervisor = supervisor(NEVER);
        let starts = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&starts);
        supervisor.supervise(LongLived::orderly("brief", move || {
            let start = counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(if start < 2 {
                Ended::Unforeseen
            } else {
                Ended::Told
            })
        }));
        until("its end", || supervisor.names().is_empty()).await;
        assert_eq!(starts.load(Ordering::SeqCst), 3);
        stopped(&supervisor).await;
    }

    #[tokio::test]
    async fn a_task_that_fails_again_and_again_is_named_and_still_tried() {
        let supervisor = supervisor(NEVER);
        let starts = Arc::default();
        supervisor.supervise(counted(&starts));
        let too_many = supervisor.policy.too_many;
        supervisor.order_panics("counted", too_many - 1);
        until("restarts", || starts.load(Ordering::SeqCst) == too_many).await;
        assert_eq!(supervisor.failing(), [""; 0]);
        supervisor.order_panics("counted", 1);
        until("a restart", || starts.load(Ordering::SeqCst) > too_many).await;
        assert_eq!(supervisor.failing(), ["task counted"]);
        stopped(&supervisor).await;
    }

    #[tokio::test]
    async fn a_task_that_runs_for_a_while_has_recovered() {
        let supervisor = supervisor(Duration::from_millis(1));
        let starts = Arc::default();
        supervisor.supervise(counted(&starts));
        for failures in 1..=2 * supervisor.policy.too_many {
            supervisor.order_panics("counted", 1);
            until("a restart", || starts.load(Ordering::SeqCst) > failures).await;
            let count = || supervisor.failures.lock()["counted"];
            until("recovery", || count() == 0).await;
        }
        assert_eq!(supervisor.failing(), [""; 0]);
        stopped(&supervisor).await;
    }

    #[tokio::test]
    async fn a_stop_ends_tasks_also_while_they_wait_to_be_started_again() {
        let mut supervisor = supervisor(NEVER);
        supervisor.policy.waits = Backoff::new(NEVER, NEVER);
        supervisor.supervise(counted(&Arc::default()));
        supervisor.order_panics("counted", 2);
        until("two panics", || supervisor.ordered_panics("counted") == 0).await;
        stopped(&supervisor).await;
    }

    #[tokio::test]
    async fn a_task_with_an_order_of_its_own_is_waited_for() {
        let supervisor = supervisor(NEVER);
        let (stop, done) = (supervisor.stop.clone(), Arc::new(AtomicU32::new(0)));
        let counted = Arc::clone(&done);
        supervisor.supervise(LongLived::orderly("orderly", move || {
            let (stop, done) = (stop.clone(), Arc::clone(&counted));
            async move {
                stop.cancelled().await;
                tokio::task::yield_now().await;
                done.fetch_add(1, Ordering::SeqCst);
                Ended::Told
            }
        }));
        stopped(&supervisor).await;
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn waits_double_up_to_a_bound() {
        let wait = |failures| RestartPolicy::USUAL.wait_after(failures).as_millis();
        let waits = [0, 1, 2, 3, 4, 40, u32::MAX].map(wait);
        assert_eq!(waits, [0, 0, 200, 400, 800, 30_000, 30_000]);
    }
}
