//! Serving a connection.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use metrics::counter;
use sesame_domain::reason::Reason;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use super::activity::{Activity, Answering, Overdue};
use super::limits::Within;
use super::watched::Watched;

/// The largest headers of a request, in bytes. What signs a person in has some
/// thousands.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// Serves a connection until the other side closes it, is too slow, or Sesame
/// stops: then a request that is being answered is answered.
pub(super) async fn serve(
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
    within: Within,
    stop: &CancellationToken,
) {
    let activity = Activity::begin();
    let io = TokioIo::new(Watched::new(stream, activity.clone()));
    let requested = activity.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let answering = requested.answering();
        let mut router = router.clone();
        async move {
            let mut request: Request = request.map(Body::new);
            // No one needs the port.
            let peer = ConnectInfo(SocketAddr::new(peer, 0));
            request.extensions_mut().insert(peer);
            let answer = router.call(request).await?;
            Ok::<_, Infallible>(answer.map(|body| Answer {
                body,
                _answering: answering,
            }))
        }
    });
    let served = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(io, service);
    let mut served = pin!(served);
    let mut timer = pin!(sleep_until(Instant::now() + within.head));
    let mut stopped = pin!(stop.cancelled());
    let mut stopping = false;
    poll_fn(|cx| {
        if !stopping && stopped.as_mut().poll(cx).is_ready() {
            stopping = true;
            served.as_mut().graceful_shutdown();
        }
        if let Poll::Ready(ended) = served.as_mut().poll(cx) {
            if let Err(error) = ended {
                tracing::debug!(error = %Reason::of(&error), "a connection broke off");
            }
            return Poll::Ready(());
        }
        if stopping && activity.is_free() {
            return Poll::Ready(());
        }
        let Some((at, why)) = activity.overdue(&within) else {
            return Poll::Pending;
        };
        if timer.deadline() != at {
            timer.as_mut().reset(at);
        }
        timer.as_mut().poll(cx).map(|()| given_up(why))
    })
    .await;
}

fn given_up(why: Overdue) {
    let why = why.name();
    tracing::debug!(why, "a connection was too slow");
    counter!("sesame_connections_too_slow_total", "why" => why).increment(1);
}

/// The body of an answer, which is sent for as long as it is there.
struct Answer {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
