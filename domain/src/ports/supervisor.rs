//! Long-lived tasks, and who looks after them.

use std::borrow::Cow;
use std::fmt;

use futures::FutureExt as _;
use futures::future::BoxFuture;

/// How a long-lived task came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to: by whoever owns it, or by the stop of the node.
    Told,
    /// It should have gone on.
    Unforeseen,
}

impl Ended {
    /// How a task ended that goes on until it is told to stop.
    pub fn when(told: bool) -> Self {
        if told { Self::Told } else { Self::Unforeseen }
    }
}

type Start = Box<dyn Fn() -> BoxFuture<'static, Ended> + Send + Sync>;

/// A task that goes on for as long as the node does, by its name: what it is
/// called in the log, in metrics and in readiness.
pub struct LongLived {
    name: Cow<'static, str>,
    dropped_at_stop: bool,
    start: Start,
}

impl LongLived {
    /// A task that never ends by itself, and is dropped where it stands when
    /// the node stops. `start` begins it, again after each failure: what has to
    /// outlast a failure is shared with it.
    pub fn endless<F>(
        name: impl Into<Cow<'static, str>>,
        start: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            name: name.into(),
            dropped_at_stop: true,
            start: Box::new(move || start().map(|()| Ended::Unforeseen).boxed()),
        }
    }

    /// A task that ends in an order of its own when it is told to, and says so.
    pub fn orderly<F>(
        name: impl Into<Cow<'static, str>>,
        start: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Ended> + Send + 'static,
    {
        Self {
            name: name.into(),
            dropped_at_stop: false,
            start: Box::new(move || start().boxed()),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is dropped when the node stops, or waited for.
    pub fn is_dropped_at_stop(&self) -> bool {
        self.dropped_at_stop
    }

    /// Begins it, or begins it again.
    pub fn start(&self) -> BoxFuture<'static, Ended> {
        (self.start)()
    }
}

impl fmt::Debug for LongLived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LongLived").field(&self.name).finish()
    }
}

/// Owns long-lived tasks: a task that panics, or ends without being told to,
/// is started again, and one that does so again and again is told of.
pub trait Supervisor: Send + Sync {
    /// Runs a task from now on. It cannot be called outside of a runtime.
    fn supervise(&self, task: LongLived);
}
