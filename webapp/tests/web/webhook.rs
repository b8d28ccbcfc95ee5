//! Updates that Telegram pushes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::http::request::Builder;
use futures::stream;
use rstest::rstest;
use sesame_domain::ports::WebhookRefusal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use crate::client::{Answer, send};
use crate::support::World;
use crate::support::stores::Webhook;

const HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";
const PATH: &str = "/telegram/main";
const MIB: usize = 1 << 20;

fn signed() -> Builder {
    Request::post(PATH).header(HEADER, Webhook::SECRET)
}

async fn push(world: &World, request: Builder, body: impl Into<Body>) -> Answer {
    send(&world.router, request.body(body.into()).unwrap()).await
}

fn received(world: &World) -> Vec<Vec<u8>> {
    world.webhook.received.lock().unwrap().clone()
}

/// A body of so many pieces of a KiB, which counts those that are taken.
fn counted(pieces: usize) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let pieces = stream::iter((0..pieces).map(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 1024]))
    }));
    (Body::from_stream(pieces), taken)
}

#[rstest]
#[case("https://sesame.example", PATH)]
#[case("https://sesame.example/a/b/", PATH)]
#[case("https://sesame.example/a/b/", "/a/b/telegram/main")]
#[case("https://sesame.example/telegram", "/telegram/telegram/main")]
#[tokio::test]
async fn what_is_pushed_is_received_through_the_edge(#[case] public: &str, #[case] path: &str) {
    let world = World::at(public);
    let request = Request::post(path).header(HEADER, Webhook::SECRET);
    let answer = push(&world, request, "an update").await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    assert_eq!(answer.header("x-request-id").len(), 16);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(received(&world), [b"an update"]);
}

#[rstest]
#[case(None)]
#[case(Some(""))]
#[case(Some("only-telegram-know"))]
#[case(Some("only-telegram-knows-"))]
#[case(Some("grüße"))]
#[tokio::test]
async fn of_who_does_not_know_the_secret_nothing_is_read(#[case] secret: Option<&str>) {
    let (world, _clock) = World::still();
    let request = Request::post(PATH);
    let request = secret.into_iter().fold(request, |request, secret| {
        request.header(HEADER, secret.as_bytes())
    });
    let (body, taken) = counted(4096);
    let answer = push(&world, request, body).await;
    assert_eq!(answer.problem(), (401, "webhook_secret".to_owned()));
    assert_eq!(answer.header("www-authenticate"), "");
    assert_eq!(taken.load(Ordering::SeqCst), 0);
    assert_eq!(received(&world), [[0; 0]; 0]);
}

#[tokio::test]
async fn the_secret_is_not_taken_from_anywhere_else() {
    let (world, _clock) = World::still();
    let secret = Webhook::SECRET;
    let request = Request::post(format!("{PATH}?secret_token={secret}"))
        .header("authorization", format!("Bearer {secret}"));
    assert_eq!(push(&world, request, "x").await.status, 401);
    // Of two, it is not left to chance which one counts.
    let request = Request::post(PATH)
        .header(HEADER, "another")
        .header(HEADER, secret);
    assert_eq!(push(&world, request, "x").await.status, 401);
}

#[tokio::test]
async fn who_does_not_know_the_secret_is_not_waited_for() {
    let (world, _clock) = World::still();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tasks = TaskTracker::new();
    let router = world.router.clone();
    let serving = tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut connection = TcpStream::connect(address).await.unwrap();
    // A body is announced, and never sent.
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\
         Expect: 100-continue\r\n{HEADER}: wrong\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
    serving.abort();
}

#[tokio::test]
async fn an_update_that_says_it_is_too_large_is_not_read() {
    let (world, _clock) = World::still();
    let (body, taken) = counted(4096);
    let request = signed().header("content-length", 4 * MIB);
    let answer = push(&world, request, body).await;
    assert_eq!(answer.problem(), (413, "body_too_large".to_owned()));
    assert_eq!(taken.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_update_that_does_not_say_how_large_it_is_is_read_up_to_a_bound() {
    let (world, _clock) = World::still();
    let (body, taken) = counted(4096);
    let answer = push(&world, signed(), body).await;
    assert_eq!(answer.problem(), (413, "body_too_large".to_owned()));
    assert!(taken.load(Ordering::SeqCst) <= MIB / 1024 + 1);
    let (body, _) = counted(MIB / 1024);
    assert_eq!(push(&world, signed(), body).await.status, 200);
    assert_eq!(received(&world)[0].len(), MIB);
}

#[rstest]
#[case(WebhookRefusal::Malformed, 400, "malformed")]
#[case(WebhookRefusal::Busy, 503, "busy")]
#[tokio::test]
async fn what_cannot_be_received_is_a_problem(
    #[case] refusal: WebhookRefusal,
    #[case] status: u16,
    #[case] code: &str,
) {
    let (world, _clock) = World::still();
    *world.webhook.refuses.lock().unwrap() = Some(refusal);
    let answer = push(&world, signed(), "x").await;
    assert_eq!(answer.problem(), (status, code.to_owned()));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_problem() {
    let (world, _clock) = World::still();
    let broken = stream::iter([
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::other("gone")),
    ]);
    let answer = push(&world, signed(), Body::from_stream(broken)).await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
    assert_eq!(received(&world), [[0; 0]; 0]);
}

#[tokio::test]
async fn a_panic_ends_one_request() {
    let (world, _clock) = World::still();
    let answer = push(&world, signed(), "panic").await;
    assert_eq!(answer.problem(), (500, "internal".to_owned()));
    assert_eq!(push(&world, signed(), "fine").await.status, 200);
}

#[rstest]
#[case("POST", "/telegram/other", 404, "not_found")]
#[case("POST", "/telegram/%FF", 404, "not_found")]
#[case("POST", "/telegram/main/", 404, "not_found")]
#[case("GET", PATH, 405, "method_not_allowed")]
#[tokio::test]
async fn other_addresses_and_methods_are_problems(
    #[case] method: &str,
    #[case] path: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let (world, _clock) = World::still();
    let request = Request::builder().method(method).uri(path);
    let request = request.header(HEADER, Webhook::SECRET);
    let answer = push(&world, request, "x").await;
    assert_eq!(answer.problem(), (status, code.to_owned()));
}
