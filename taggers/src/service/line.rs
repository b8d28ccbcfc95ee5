//! One connection, and one request after the other over it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::fault::Fault;
use super::limits::Limits;
use super::watched::{Progress, watched};

/// How long an answer may be, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;
/// For how long a connection that no one uses is kept: less than servers do.
const KEPT_IDLE: Duration = Duration::from_secs(30);

/// What goes in and out.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A stream, encrypted or not.
pub(super) type Stream = Box<dyn Duplex>;

/// What was answered.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A connection. Whoever uses it also drives it: nothing runs beside, and what is
/// dropped is closed.
pub(super) struct Line {
    sender: SendRequest<Full<Bytes>>,
    driver: Pin<Box<Connection<TokioIo<Stream>, Full<Bytes>>>>,
    /// Whether the driver is done, and must not be asked again.
    is_over: bool,
    progress: Arc<Progress>,
    used: Instant,
}

impl Line {
    pub(super) async fn over(stream: Stream, progress: Arc<Progress>) -> Result<Self, Fault> {
        let (sender, driver) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(Fault::Broken)?;
        Ok(Self {
            sender,
            driver: Box::pin(driver),
            is_over: false,
            progress,
            used: Instant::now(),
        })
    }

    /// Whether the next request may go over it.
    pub(super) async fn is_open(&mut self) -> bool {
        if self.is_over || self.used.elapsed() > KEPT_IDLE {
            return false;
        }
        poll_fn(|context| {
            self.is_over = self.driver.as_mut().poll(context).is_ready();
            let ready = self.sender.poll_ready(context);
            Poll::Ready(!self.is_over && matches!(ready, Poll::Ready(Ok(()))))
        })
        .await
    }

    /// Sends a request, and reads the whole answer.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        limits: &Limits,
    ) -> Result<Reply, Fault> {
        let answered = answered(&mut self.sender, request);
        let mut answered = pin!(answered);
        let (driver, is_over) = (&mut self.driver, &mut self.is_over);
        let work = poll_fn(|context| {
            // What it ends with, whoever waits for the answer is told.
            *is_over = *is_over || driver.as_mut().poll(context).is_ready();
            answered.as_mut().poll(context)
        });
        let reply = watched(&self.progress, limits, work).await;
        self.used = Instant::now();
        reply.map_err(Fault::TimedOut)?
    }
}

async fn answered(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Reply, Fault> {
    let response = sender.send_request(request).await.map_err(Fault::Broken)?;
    let (head, body) = response.into_parts();
    let body = match Limited::new(body, LONGEST_ANSWER).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            return Err(match error.downcast::<hyper::Error>() {
                Ok(broken) => Fault::Broken(*broken),
                Err(other) => {
                    debug_assert!(other.is::<LengthLimitError>());
                    Fault::TooLong
                }
            });
        }
    };
    Ok(Reply {
        status: head.status,
        headers: head.headers,
        body,
    })
}
