//! A stream whose progress can be looked at.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

use super::fault::Phase;
use super::limits::Limits;

/// When something last went over a connection, and what is waited for.
#[derive(Debug)]
pub(super) struct Progress(Mutex<State>);

#[derive(Clone, Copy, Debug)]
struct State {
    last: Instant,
    /// Whether the other side takes no more of what is to be sent.
    is_blocked: bool,
}

impl Progress {
    fn new() -> Self {
        Self(Mutex::new(State {
            last: Instant::now(),
            is_blocked: false,
        }))
    }

    /// Until when something must go over it, and what was too slow otherwise.
    fn deadline(&self, limits: &Limits) -> (Phase, Instant) {
        let state = *self.state();
        if state.is_blocked {
            (Phase::Write, state.last + limits.write)
        } else {
            (Phase::Read, state.last + limits.read)
        }
    }

    fn moved(&self) {
        self.state().last = Instant::now();
    }

    fn wrote(&self) {
        let last = Instant::now();
        let is_blocked = false;
        *self.state() = State { last, is_blocked };
    }

    fn blocked(&self) {
        self.state().is_blocked = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does something over a connection for as long as that gets on. Whatever goes over it
/// wakes whoever does this, so that the limit that counts is always that of what is
/// waited for now.
pub(super) async fn watched<T>(
    progress: &Progress,
    limits: &Limits,
    work: impl Future<Output = T>,
) -> Result<T, Phase> {
    progress.moved();
    let mut work = pin!(work);
    let mut alarm = pin!(sleep_until(Instant::now()));
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Ok(done));
        }
        let (phase, deadline) = progress.deadline(limits);
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(context).map(|()| Err(phase))
    })
    .await
}

/// A connection that notes when something went over it.
#[derive(Debug)]
pub(super) struct Watched {
    inner: TcpStream,
    progress: Arc<Progress>,
}

impl Watched {
    pub(super) fn new(inner: TcpStream) -> Self {
        let progress = Arc::new(Progress::new());
        Self { inner, progress }
    }

    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    fn note<T>(&self, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &written {
            Poll::Pending => self.progress.blocked(),
            Poll::Ready(_) => self.progress.wrote(),
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if read.is_ready() {
            self.progress.moved();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, bytes);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
