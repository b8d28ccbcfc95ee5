//! How the program ends: by every signal, as process 1, when its terminal is
//! closed, and when no one reads what it says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends when something is missing"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "programs are found where the test finds them"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use rstest::rstest;
use sesame_test_support::ready::Ready;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::{STOP_WITHIN, Site, TestServer};
use sesame_test_support::wait::poll;
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PATIENCE: Duration = Duration::from_secs(30);
const HANG_UP: u32 = 1;
const TERMINATE: u32 = 15;

/// A command that waits for its input, which never comes.
struct Waiting {
    child: Child,
    /// The command itself, where something else stands before it.
    pid: u32,
}

impl Waiting {
    async fn start(before: &[&str], folder: &Path) -> Self {
        // It has somewhere to import to. One that `.env` keeps waiting gets no further.
        if !folder.join(".env").exists() {
            let made = command(&[BINARY, "migrate"], folder).status();
            assert!(made.unwrap().success());
        }
        let line: Vec<&str> = [before, &[BINARY, "import", "telethon", "-"]].concat();
        let mut command = command(&line, folder);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut command = tokio::process::Command::from(command);
        let child = command.kill_on_drop(true).spawn().unwrap();
        let outer = child.id().unwrap();
        let found = poll(PATIENCE, async || listening(outer)).await;
        Self {
            child,
            pid: found.expect("it listens for signals"),
        }
    }

    async fn asked(mut self, signal: &str) -> (ExitStatus, String) {
        kill(signal, self.pid);
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = ended.expect("it ends").unwrap();
        let mut said = String::new();
        let mut err = self.child.stderr.take().unwrap();
        err.read_to_string(&mut said).await.unwrap();
        (status, said)
    }
}

/// A command in this folder, with what it needs to be set.
fn command(line: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(line[0]);
    command
        .args(&line[1..])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("API_ID", "12345")
        .env("API_HASH", "0123456789abcdef0123456789abcdef")
        .env("BOT_TOKEN", format!("7000000001:{}", "x".repeat(35)))
        .stdout(Stdio::null());
    command
}

/// The process, or the one it started, once it has a handler for `SIGTERM`.
fn listening(pid: u32) -> Option<u32> {
    if catches(pid, TERMINATE) {
        return Some(pid);
    }
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    let mut children = children.split_whitespace().filter_map(|it| it.parse().ok());
    children.find(|child| catches(*child, TERMINATE))
}

fn catches(pid: u32, signal: u32) -> bool {
    mask(pid, "SigCgt:").is_some_and(|mask| (mask >> (signal - 1)) & 1 == 1)
}

fn mask(pid: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix(name))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

fn kill(signal: &str, pid: u32) {
    let sent = Command::new("kill")
        .args(["-s", signal, &pid.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[rstest]
#[case("TERM", 143)]
#[case("INT", 130)]
#[case("HUP", 129)]
#[case("QUIT", 131)]
#[tokio::test]
async fn a_command_says_by_what_it_was_stopped(#[case] signal: &str, #[case] code: i32) {
    let folder = tempfile::tempdir().unwrap();
    let waiting = Waiting::start(&[], folder.path()).await;
    let (status, said) = waiting.asked(signal).await;
    assert_eq!(status.code(), Some(code), "{said}");
    assert!(said.contains(&format!("stopped by SIG{signal}")), "{said}");
}

#[tokio::test]
async fn a_command_as_process_1_ends_when_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let unshare = own_processes();
    let waiting = Waiting::start(&unshare, folder.path()).await;
    let (status, said) = waiting.asked("TERM").await;
    assert_eq!(status.code(), Some(143), "{said}");
    assert!(said.contains("stopped by SIGTERM"), "{said}");
}

#[tokio::test]
async fn a_command_that_waits_for_the_system_ends_when_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    // No one ever writes to it.
    let made = Command::new("mkfifo")
        .arg(folder.path().join(".env"))
        .status();
    assert!(made.unwrap().success());
    let waiting = Waiting::start(&[], folder.path()).await;
    let (status, said) = waiting.asked("TERM").await;
    assert_eq!(status.code(), Some(143), "{said}");
}

/// What gives a process its own numbers, the first being 1.
fn own_processes() -> Vec<&'static str> {
    let as_root = vec!["unshare", "--pid", "--fork", "--mount-proc"];
    let as_anyone = [as_root.clone(), vec!["--user", "--map-root-user"]].concat();
    let works = |line: &Vec<&str>| {
        let tried = Command::new(line[0]).args(&line[1..]).arg("true").output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    let found = [as_root, as_anyone].into_iter().find(works);
    found.expect("the system lets processes have their own numbers")
}

#[tokio::test]
async fn a_closed_terminal_parks_logins_and_they_go_on_after_the_next_start() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let login = guest.app.begin().await.unwrap();
    guest.app.code(&login).await.unwrap();

    // The system and the shell both tell of it.
    kill("HUP", server.pid().unwrap());
    server.stop("HUP").await.unwrap();
    assert!(server.log().unwrap().contains("asked to stop"));

    server.start().await.unwrap();
    let app = server.reopen(&guest.person).await.unwrap();
    let (link, _) = app.code(&login).await.unwrap();
    server.phones.scan(guest.person.id, &link).await.unwrap();
    app.reaches(&login, &["authorized"]).await.unwrap();
}

#[tokio::test]
async fn under_nohup_it_outlives_its_terminal() {
    let site = Site::new(BINARY).unwrap();
    let file = site.folder().join("ready.json");
    let program = Program::new("nohup", site.folder(), "sandbox")
        .args([BINARY, "sandbox", "--telegram-only"])
        .args(["--listen", "127.0.0.1:0", "--ready-file"])
        .arg(file.display().to_string());
    let started = program.start(async || Ready::read(&file)).await;
    let (mut sandbox, ready) = started.unwrap();
    assert!(!catches(sandbox.pid(), HANG_UP));
    kill("HUP", sandbox.pid());
    let client = sesame_test_support::http::client().unwrap();
    let answer = client.get(&ready.phone).send().await.unwrap();
    assert!(answer.status().is_success());
    let status = sandbox.stop("TERM", STOP_WITHIN).await.unwrap();
    assert!(status.expect("it stops").success());
}

#[tokio::test]
async fn output_that_no_one_reads_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in ["config --json", "--help", "doctor"] {
        // The reader is gone before anything is written; and so is standard error's.
        let line = format!(
            "{{ \"$0\" {arguments} 2>said; echo $? >code; }} | true; \
             {{ \"$0\" {arguments} 2>&1; echo $? >other; }} | true"
        );
        let mut command = tokio::process::Command::new("sh");
        command
            .args(["-c", &line, BINARY])
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null());
        command.status().await.unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(!read("said").contains("panicked"), "{}", read("said"));
        assert_eq!(read("code"), read("other"), "{arguments}");
        // 101 is a panic, 134 an abort, 141 a death by SIGPIPE.
        assert!(
            ["0\n", "2\n", "3\n", "7\n"].contains(&read("code").as_str()),
            "{arguments}: {}",
            read("code")
        );
    }
}

#[tokio::test]
async fn a_log_that_no_one_reads_ends_nothing() {
    let site = Site::new(BINARY).unwrap();
    let file = site.folder().join("ready.json");
    let mut command = tokio::process::Command::new(BINARY);
    let mut sandbox = command
        .args(["sandbox", "--listen", "127.0.0.1:0", "--ready-file"])
        .arg(&file)
        .current_dir(site.folder())
        .env_clear()
        .env("LOG", "debug")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    drop((sandbox.stdout.take(), sandbox.stderr.take()));
    let ready = poll(PATIENCE, async || Ready::read(&file).unwrap()).await;
    let app = ready.expect("it is ready").app.unwrap();
    let client = sesame_test_support::http::client().unwrap();
    let answer = client.get(format!("{app}/readyz")).send().await.unwrap();
    assert!(answer.status().is_success());
    kill("TERM", sandbox.id().unwrap());
    let ended = tokio::time::timeout(STOP_WITHIN, sandbox.wait()).await;
    assert!(ended.expect("it stops").unwrap().success());
}
