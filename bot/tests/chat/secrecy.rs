//! What must be in no log line, at any level.

use std::io;
use std::sync::{Arc, Mutex};

use sesame_bot::Bot;
use sesame_domain::notice::NoticeKind;
use tracing_subscriber::fmt::MakeWriter;

use crate::fixture::{Fixture, until};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Paper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_the_token_nor_what_people_write_is_logged() {
    let paper = Paper::default();
    tracing_subscriber::fmt()
        .with_env_filter("trace,sesame_sandbox=off,tower_http=off")
        .with_ansi(false)
        .with_writer(paper.clone())
        .try_init()
        .unwrap();

    let (fixture, bot) = Fixture::new().await;
    fixture.ask("/start carrots").await;
    fixture.ask("what I say is nobody's business").await;
    fixture.ask("987654").await;
    fixture.fault("getUpdates", 429, Some(1));
    fixture.fault("sendMessage", 400, None);
    fixture.tell(NoticeKind::LoginExpired).await;
    let put_off = || {
        fixture
            .outbox
            .waiting()
            .iter()
            .any(|(it, _)| it.attempts == 1)
    };
    until("put off", put_off).await;

    // Network errors carry the address of the call, and with it the token.
    let mut unreachable = fixture.settings(None);
    unreachable.api_url = Some("http://127.0.0.1:1".parse().unwrap());
    let token = fixture.sandbox.ready().bot_token;
    let debug = format!("{unreachable:?} {bot:?} {:?}", fixture.ports());
    let _unreachable = Bot::start(
        unreachable,
        fixture.ports(),
        &fixture.tasks,
        fixture.stop.clone(),
    )
    .unwrap();
    until("a failure that is logged", || {
        paper.text().contains("cannot be reached")
    })
    .await;

    let text = paper.text();
    for writer in [" sesame_bot::", " hyper_util::"] {
        assert!(text.contains(writer), "{writer} writes on the paper too");
    }
    let (_, secret_part) = token.split_once(':').unwrap();
    for secret in [secret_part, "nobody's business", "987654", "carrots"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
        assert!(!debug.contains(secret), "{debug}");
    }
}
