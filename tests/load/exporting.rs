//! A copy of a long chat, beside Telethon's own loop over the same: without pauses,
//! and under a flood limit that neither knows.

use std::fmt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use sesame_test_support::guest::Guest;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;
use tempfile::TempDir;
use tokio::process::Command;

use crate::{BINARY, process};

/// How large a file is.
const FILE_SIZE: u32 = 50_000;
/// How often it is looked what a program takes.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long one may take.
const PATIENCE: Duration = Duration::from_mins(60);
/// How many messages an answer has.
const PAGE: u32 = 100;
/// How many calls the flood limit lets through at once.
const BURST: u32 = 30;
/// After how long it lets one more through.
const REFILL: Duration = Duration::from_secs(1);

/// What a copy took.
#[derive(Debug, Deserialize)]
struct Took {
    messages: u32,
    files: u32,
    seconds: f64,
    cpu_seconds: f64,
    most_kib: u64,
}

impl Took {
    fn rate(&self) -> f64 {
        f64::from(self.messages) / self.seconds
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            messages,
            files,
            seconds,
            cpu_seconds,
            most_kib,
        } = self;
        let (rate, most) = (self.rate(), most_kib / 1024);
        write!(
            f,
            "{messages} messages and {files} files in {seconds:.1} s ({rate:.0} messages a \
             second), {cpu_seconds:.1} s of CPU, {most} MiB at most"
        )
    }
}

/// Someone with a long channel.
struct Chat {
    server: TestServer,
    guest: Guest,
    id: i64,
    place: TempDir,
}

impl Chat {
    async fn of(messages: u32, files: u32, set: impl FnOnce(Program) -> Program) -> Self {
        let server = TestServer::open_with(BINARY, |sandbox| sandbox, set);
        let mut server = server.await.unwrap();
        let guest = server.linked(1).await.unwrap();
        let phones = &server.phones;
        let made = json!({ "title": "Years of it", "members": [guest.person.id] });
        let made = phones.ask(Method::POST, "/channels", Some(made)).await;
        let id = made.unwrap().json["id"].as_i64().unwrap();
        let path = format!("/channels/{id}/made-messages");
        let made = json!({ "count": messages, "files": files, "file_size": FILE_SIZE });
        let made = phones.ask(Method::POST, &path, Some(made)).await.unwrap();
        assert!(made.status.is_success(), "{made:?}");
        // The command opens the session itself.
        server.stop("TERM").await.unwrap();
        Self {
            server,
            guest,
            id,
            place: tempfile::tempdir().unwrap(),
        }
    }

    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.place.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        folder
    }

    /// `sesame dialogs export`.
    async fn by_sesame(&self) -> Took {
        let folder = self.folder("sesame");
        let (chat, folder_name) = (format!("channel{}", self.id), folder.display().to_string());
        let words = ["dialogs", "export", &chat, &folder_name, "--yes"];
        let began = Instant::now();
        let mut running = self.server.program.instead(words).begin().unwrap();
        let (mut cpu, mut most) = (Duration::ZERO, 0);
        let ended = loop {
            if let Some(status) = running.ended(LOOK_EVERY).await.unwrap() {
                break status;
            }
            // It may have ended meanwhile.
            if let Some(now) = process::taken(running.pid()) {
                (cpu, most) = now;
            }
            assert!(began.elapsed() < PATIENCE);
        };
        let seconds = began.elapsed().as_secs_f64();
        assert!(ended.success(), "{}", self.server.log().unwrap());
        let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let count = |what: &str, of: &str| manifest[what][of].as_u64().unwrap();
        Took {
            messages: count("messages", "total").try_into().unwrap(),
            files: count("media", "files").try_into().unwrap(),
            seconds,
            cpu_seconds: cpu.as_secs_f64(),
            most_kib: most,
        }
    }

    /// Telethon's `iter_messages` and `download_media`, with so many seconds between
    /// pages.
    async fn by_telethon(&self, pause: f64) -> Took {
        let folder = self.folder("telethon");
        let ready = self.place.path().join("ready.json");
        std::fs::write(&ready, serde_json::to_vec(self.server.ready()).unwrap()).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/load/telethon_export.py");
        let python = concat!(env!("CARGO_MANIFEST_DIR"), "/.venv/bin/python");
        let ran = Command::new(python)
            .arg(script)
            .arg(&ready)
            .arg(self.guest.person.id.to_string())
            .arg(self.id.to_string())
            .arg(&folder)
            .arg(pause.to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .output();
        let ran = tokio::time::timeout(PATIENCE, ran).await.unwrap().unwrap();
        assert!(ran.status.success(), "{ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap()
    }

    async fn floods(&self) -> u64 {
        let stats = self.server.phones.stats().await.unwrap();
        stats["errors"]["floods"].as_u64().unwrap_or_default()
    }
}

/// Without a pause between calls: what the program itself takes.
fn at_once(program: Program) -> Program {
    program
        .set("THROTTLE_FLOOR_MS", "0")
        .set("THROTTLE_CEILING_MS", "0")
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn copies_of_a_long_chat_beside_telethon() {
    for (messages, files) in [(10_000, 0), (100_000, 0), (100_000, 2_000)] {
        let chat = Chat::of(messages, files, at_once).await;
        let sesame = chat.by_sesame().await;
        println!("sesame: {sesame}");
        let telethon = chat.by_telethon(0.0).await;
        println!("telethon: {telethon}");
        assert_eq!(
            (sesame.messages, sesame.files),
            (telethon.messages, telethon.files)
        );
        let (faster, cheaper) = (
            sesame.rate() / telethon.rate(),
            telethon.cpu_seconds / sesame.cpu_seconds,
        );
        println!("{faster:.1} times as many messages a second, {cheaper:.1} times less CPU");
    }
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn copies_under_a_flood_limit_beside_telethon() {
    let messages = 20_000;
    let chat = Chat::of(messages, 0, |program| program).await;
    let calls = messages / PAGE;
    let least = REFILL * (calls - BURST);
    println!("{calls} calls, which the limit lets through in {least:.0?} at the least");
    let limit = json!({
        "method": "messages.getHistory",
        "per": "account",
        "size": BURST,
        "refill_ms": REFILL.as_millis(),
    });
    let phones = &chat.server.phones;
    let limited = phones.ask(Method::POST, "/limits", Some(limit)).await;
    assert!(limited.unwrap().status.is_success());
    let sesame = chat.by_sesame().await;
    let met = chat.floods().await;
    let over = |took: &Took| took.seconds / least.as_secs_f64();
    println!(
        "sesame: {sesame}; {:.2} times the least, {met} floods",
        over(&sesame)
    );
    // The bucket is full again.
    tokio::time::sleep(REFILL * BURST).await;
    let telethon = chat.by_telethon(1.0).await;
    let met = chat.floods().await - met;
    println!(
        "telethon: {telethon}; {:.2} times the least, {met} floods",
        over(&telethon)
    );
}
