//! What a node's sessions do by themselves for as long as it runs.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::accounts::finish_erasures;
use crate::login::{Drivers, adopt_logins, prune_logins};
use crate::pool::{Pool, log_out_leaving, settle_doubts};

/// Something that goes on for as long as a node runs. Each waits for no other.
pub struct Task {
    /// Its name, in the log and elsewhere.
    pub name: &'static str,
    run: Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Task {
    fn new<F>(name: &'static str, run: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            name,
            run: Box::new(move || run().boxed()),
        }
    }

    /// Does it. It ends when the node stops; if it ends before, it may be done
    /// again.
    pub fn run(&self) -> BoxFuture<'static, ()> {
        (self.run)()
    }
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// All of them.
pub(crate) fn tasks(drivers: &Arc<Drivers>, pool: &Arc<Pool>) -> Vec<Task> {
    let node = &pool.node;
    vec![
        Task::new("login adoption", with(drivers, adopt_logins)),
        Task::new("login pruning", with(node, prune_logins)),
        Task::new("session log-out", with(pool, log_out_leaving)),
        Task::new("doubtful sessions", with(pool, settle_doubts)),
        Task::new("erasures", with(node, finish_erasures)),
    ]
}

fn with<T, R, F>(what: &Arc<T>, run: R) -> impl Fn() -> F + use<T, R, F>
where
    R: Fn(Arc<T>) -> F,
{
    let what = Arc::clone(what);
    move || run(Arc::clone(&what))
}
