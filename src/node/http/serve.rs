//! Serving whoever connects.

use std::os::fd::AsFd as _;
use std::sync::Arc;

use axum::Router;
use sesame_domain::ports::Ended;
use sesame_domain::reason::Reason;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection;
use super::limits::{Limits, Within};
use super::listen::accept;
use super::places::Places;

/// Serves until told to stop: then takes no new connections, and returns when
/// the open ones are done.
pub(crate) async fn serve(
    listener: Arc<TcpListener>,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
) -> Ended {
    // Made once: a router that has not its state yet is copied whole, half a
    // MiB, for each connection.
    let router: Router = router.with_state(());
    let within = limits.within;
    let places = Places::new(limits);
    let connections = TaskTracker::new();
    let taken = async {
        while let Some(free) = places.free().await {
            let (stream, peer) = accept(&listener).await;
            let Some(place) = places.take(free, peer) else {
                continue;
            };
            prepare(&stream, &within);
            let (router, stop) = (router.clone(), stop.clone());
            connections.spawn(async move {
                connection::serve(stream, peer, router, within, &stop).await;
                drop(place);
            });
        }
    };
    // Ends at the stop alone.
    let _ = stop.run_until_cancelled(taken).await;
    connections.close();
    connections.wait().await;
    Ended::when(stop.is_cancelled())
}

fn prepare(stream: &TcpStream, within: &Within) {
    // Small events must not wait for the acknowledgement of the one before.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = %Reason::of(&error), "a connection keeps its delays");
    }
    // Whoever is gone without a word is noticed when something is sent.
    let limit = u32::try_from(within.read.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream.as_fd(), limit) {
        tracing::debug!(error = %Reason::of(&error), "a connection may be kept whose other side is gone");
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use axum::body::{Body, Bytes};
    use axum::extract::ConnectInfo;
    use axum::routing::get;
    use futures::stream;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::task::JoinHandle;

    use super::*;
    use crate::node::http::{address_of, listen};

    const SOON: Duration = Duration::from_millis(300);
    const LATE: Duration = Duration::from_secs(60);
    const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    struct Scene {
        address: SocketAddr,
        stop: CancellationToken,
        serving: JoinHandle<Ended>,
    }

    fn within(head: Duration, idle: Duration, read: Duration) -> Within {
        Within { head, idle, read }
    }

    /// Pieces, with a pause after each.
    fn pieces(count: usize, size: usize, pause: Duration) -> Body {
        let piece = move |at: usize| async move {
            if at == count {
                return None;
            }
            tokio::time::sleep(pause).await;
            Some((
                Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; size])),
                at + 1,
            ))
        };
        Body::from_stream(stream::unfold(0, piece))
    }

    async fn scene(all: usize, each: u32, within: Within) -> Scene {
        let listener = Arc::new(
            listen("127.0.0.1:0".parse().unwrap(), "LISTEN")
                .await
                .unwrap(),
        );
        let address = address_of(&listener).unwrap();
        let whose =
            |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/peer", get(whose))
            .route("/slow", get(|| async { pieces(5, 1, SOON / 2) }))
            .route(
                "/flood",
                get(|| async { pieces(1 << 20, 1 << 20, Duration::ZERO) }),
            );
        let limits = Limits {
            all,
            each,
            proxies: "none".parse().unwrap(),
            within,
        };
        let stop = CancellationToken::new();
        let serving = TaskTracker::new().spawn(serve(listener, router, limits, stop.clone()));
        Scene {
            address,
            stop,
            serving,
        }
    }

    impl Scene {
        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.unwrap()
        }

        /// All that is answered to this until the other side closes.
        async fn answer(&self, said: &[u8]) -> String {
            let mut connection = self.connect().await;
            // It may be closed before all was said.
            let _ = connection.write_all(said).await;
            rest(&mut connection).await
        }

        async fn ask(&self, path: &str) -> String {
            let asked = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            self.answer(asked.as_bytes()).await
        }

        async fn end(self) {
            self.stop.cancel();
            self.serving.await.unwrap();
        }
    }

    async fn rest(connection: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(LATE, connection.read_to_end(&mut answer));
        // It may be reset.
        let _ = read.await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    /// The answer to a request on a connection that is kept.
    async fn ask_on(connection: &mut TcpStream) -> String {
        connection.write_all(ASK).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"here") {
            answer.push(connection.read_u8().await.unwrap());
        }
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn whoever_asks_is_answered_and_known_by_address() {
        let scene = scene(9, 9, Within::USUAL).await;
        assert!(scene.ask("/").await.ends_with("here"));
        assert!(scene.ask("/peer").await.ends_with("127.0.0.1"));
        scene.end().await;
    }

    #[tokio::test]
    async fn a_request_that_is_not_whole_in_time_is_given_up() {
        let scene = scene(9, 9, within(SOON, LATE, LATE)).await;
        for said in [&b""[..], b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"] {
            assert_eq!(scene.answer(said).await, "", "{said:?}");
        }
        let mut kept = scene.connect().await;
        ask_on(&mut kept).await;
        kept.write_all(b"GET").await.unwrap();
        assert_eq!(rest(&mut kept).await, "");
        scene.end().await;
    }

    #[tokio::test]
    async fn a_connection_is_kept_between_requests_for_a_while() {
        let scene = scene(9, 9, within(LATE, SOON, LATE)).await;
        let mut kept = scene.connect().await;
        ask_on(&mut kept).await;
        ask_on(&mut kept).await;
        assert_eq!(rest(&mut kept).await, "");
        scene.end().await;
    }

    #[tokio::test]
    async fn an_answer_may_last_as_long_as_it_is_read() {
        let scene = scene(9, 9, within(SOON, SOON, SOON)).await;
        assert_eq!(scene.ask("/slow").await.matches('x').count(), 5);
        scene.end().await;
    }

    #[tokio::test]
    async fn whoever_does_not_read_makes_room_for_others() {
        let scene = scene(1, 1, within(LATE, LATE, SOON)).await;
        let mut unread = scene.connect().await;
        let ask = b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n";
        unread.write_all(ask).await.unwrap();
        assert!(scene.ask("/").await.ends_with("here"));
        scene.end().await;
    }

    #[tokio::test]
    async fn more_than_an_address_may_have_are_closed_and_more_than_all_wait() {
        let scene = scene(2, 1, within(LATE, LATE, LATE)).await;
        let mut first = scene.connect().await;
        ask_on(&mut first).await;
        assert_eq!(scene.answer(ASK).await, "");
        drop(first);
        // Its place is given back as soon as the end of it is seen.
        while scene.ask("/").await.is_empty() {}
        scene.end().await;
    }

    #[tokio::test]
    async fn headers_have_a_bound() {
        let scene = scene(9, 9, Within::USUAL).await;
        let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(100_000));
        let answer = scene.answer(long.as_bytes()).await;
        // What was not read may reset the connection before the answer is.
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
            "{answer}"
        );
        scene.end().await;
    }

    #[tokio::test]
    async fn at_the_stop_what_is_answered_is_answered_and_the_rest_closed() {
        let scene = scene(9, 9, within(LATE, LATE, LATE)).await;
        let mut idle = scene.connect().await;
        ask_on(&mut idle).await;
        let mut silent = scene.connect().await;
        let mut slow = scene.connect().await;
        slow.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut first = [0; 12];
        slow.read_exact(&mut first).await.unwrap();
        scene.stop.cancel();
        assert_eq!(rest(&mut idle).await, "");
        assert_eq!(rest(&mut silent).await, "");
        assert_eq!(rest(&mut slow).await.matches('x').count(), 5);
        assert_eq!(scene.serving.await.unwrap(), Ended::Told);
    }
}
