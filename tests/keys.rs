//! The key file as people keep it, and who runs commands.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use sesame_test_support::http;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::sesame::{Program, Said};
use sesame_test_support::test_server::{Site, TestServer};
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const SOON: Duration = Duration::from_secs(30);
const WRONG_USER: i32 = 3;
const NO_KEYS: i32 = 6;

async fn examine(server: &TestServer) -> Vec<Value> {
    let doctor = server.program.instead(["doctor", "--json"]);
    serde_json::from_str(&doctor.run().await.unwrap().out).unwrap()
}

fn found<'a>(findings: &'a [Value], about: &str, verdict: &str) -> Vec<&'a str> {
    let found = findings.iter();
    let found = found.filter(|it| it["about"] == about && it["verdict"] == verdict);
    found.map(|it| it["says"].as_str().unwrap()).collect()
}

/// A container is made anew, with its link; the volume stays.
#[tokio::test]
async fn a_key_file_behind_a_link_survives_rotations_and_new_containers() {
    let safe = tempfile::tempdir().unwrap();
    let (link, file) = (
        safe.path().join("link.json"),
        safe.path().join("safe/keys.json"),
    );
    fs::create_dir(safe.path().join("safe")).unwrap();
    symlink("safe/keys.json", &link).unwrap();
    let key_file = |program: Program| program.set("KEY_FILE", link.display().to_string());
    let mut server = TestServer::open_with(BINARY, |it| it, key_file)
        .await
        .unwrap();
    let guest = server.linked(1).await.unwrap();
    let command = |words: &[&'static str]| server.program.instead(words.iter().copied());
    command(&["keys", "rotate"]).must().await.unwrap();
    command(&["keys", "rewrap"]).must().await.unwrap();
    assert!(link.is_symlink());
    assert_eq!(
        fs::read_to_string(&file).unwrap().matches("\"id\"").count(),
        2
    );
    server.stop("TERM").await.unwrap();

    fs::remove_file(&link).unwrap();
    symlink("safe/keys.json", &link).unwrap();
    server.start().await.unwrap();
    server.unlink(&guest).await.unwrap();

    // A draft with every key, of a rotation that was killed.
    let draft = file.with_file_name("keys.json.0011223344556677.new");
    fs::copy(&file, &draft).unwrap();
    let findings = examine(&server).await;
    let said = found(&findings, "key file", "warning");
    assert!(
        said.iter().any(|it| it.contains("0011223344556677")),
        "{findings:#?}"
    );
    server.stop("TERM").await.unwrap();
    server.start().await.unwrap();
    assert!(!draft.exists());
}

#[tokio::test]
async fn a_damaged_key_is_named_by_the_doctor_and_spoils_no_copy() {
    let server = TestServer::open(BINARY).await.unwrap();
    let command = |words: &[&str]| server.program.instead(words.iter().copied());
    let copy = server.site.folder().join("copy.json");
    let copy = copy.to_str().unwrap();
    for words in [
        &["keys", "rotate"][..],
        &["keys", "rewrap"],
        &["keys", "copy", copy],
    ] {
        command(words).must().await.unwrap();
    }
    let good = fs::read_to_string(copy).unwrap();
    let path = server.site.data().join("keys.json");
    let text = fs::read_to_string(&path).unwrap();
    let (_, key) = text.split_once("\"key\": \"").unwrap();
    let first = key.chars().next().unwrap();
    let other = if first == 'A' { 'B' } else { 'A' };
    let damaged = text.replacen(
        &format!("\"key\": \"{first}"),
        &format!("\"key\": \"{other}"),
        1,
    );
    fs::write(&path, &damaged).unwrap();

    let findings = examine(&server).await;
    let said = found(&findings, "key file", "bad");
    assert!(
        said.iter().any(|it| it.contains("damaged")),
        "{findings:#?}"
    );
    for words in [&["keys", "copy", copy][..], &["keys", "rotate"]] {
        let said = command(words).run().await.unwrap();
        assert!(!said.status.success());
        assert!(
            said.complained().contains("keys that are damaged"),
            "{}",
            said.err
        );
    }
    assert_eq!(fs::read_to_string(copy).unwrap(), good);
    assert_eq!(fs::read_to_string(&path).unwrap(), damaged);

    fs::copy(copy, &path).unwrap();
    command(&["keys", "copy", copy]).must().await.unwrap();
}

#[tokio::test]
async fn without_an_active_key_sesame_is_unready_and_does_not_start_and_says_what_helps() {
    let postgres = Postgres::shared().await.unwrap();
    let url = postgres.create_database().await.unwrap();
    let stores = |sesame: Program| sesame.set("DATABASE_URL", &url);
    let mut server = TestServer::open_with(BINARY, |it| it, stores)
        .await
        .unwrap();
    let change = "UPDATE key_versions SET is_active = false";
    postgres.execute(&url, change).await.unwrap();

    let second = server.program.run().await.unwrap();
    assert_eq!(
        second.status.code(),
        Some(5),
        "it runs, and its address is taken"
    );
    let client = http::client().unwrap();
    let ready = format!("{}/readyz", server.base());
    // An answer from before counts for a second.
    let unready = poll(SOON, async || {
        let answer = client.get(&ready).send().await.unwrap();
        let is_unready = answer.status() == 503;
        is_unready.then_some(answer.text().await.unwrap())
    });
    assert!(unready.await.expect("it is unready").contains("keys"));
    let findings = examine(&server).await;
    let said = found(&findings, "keys", "bad");
    assert!(
        said.iter()
            .any(|it| it.contains("no version of the key is active")),
        "{findings:#?}"
    );
    server.stop("TERM").await.unwrap();

    let refused = server.program.run().await.unwrap();
    assert_eq!(refused.status.code(), Some(NO_KEYS), "{}", refused.err);
    assert!(
        refused.complained().contains("sesame keys rotate"),
        "{}",
        refused.err
    );
    server
        .program
        .instead(["keys", "rotate"])
        .must()
        .await
        .unwrap();
    server.start().await.unwrap();
    server.linked(1).await.unwrap();
}

#[tokio::test]
async fn a_pipe_as_key_file_or_database_is_named_and_not_waited_for() {
    let server = TestServer::open(BINARY).await.unwrap();
    let pipe = server.site.folder().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let pipe = pipe.display().to_string();
    let list = server.program.instead(["keys", "list"]);
    let said = list.clone().set("KEY_FILE", &pipe).run().await.unwrap();
    assert_eq!(said.status.code(), Some(NO_KEYS), "{}", said.err);
    assert!(said.complained().contains("is a pipe"), "{}", said.err);
    let url = format!("sqlite://{pipe}");
    let said = list.set("DATABASE_URL", &url).run().await.unwrap();
    assert_eq!(said.status.code(), Some(4), "{}", said.err);
    assert!(
        said.complained().contains("not a regular file"),
        "{}",
        said.err
    );
}

const NOBODY: u32 = 65_534;

/// A service that runs as a user of its own.
struct Service {
    site: Site,
    home: PathBuf,
}

impl Service {
    /// `None`: only root can try this.
    fn new() -> Option<Self> {
        let site = Site::new(BINARY).unwrap();
        let home = site.folder().join("home");
        fs::create_dir(&home).unwrap();
        if fs::metadata(&home).unwrap().uid() != 0 {
            return None;
        }
        chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
        fs::set_permissions(site.folder(), Permissions::from_mode(0o755)).unwrap();
        Some(Self { site, home })
    }

    fn settings(&self, program: Program) -> Program {
        program
            .set("DATA_DIR", self.home.join("data").display().to_string())
            .set("LOG_DIR", self.home.join("logs").display().to_string())
            .set("BACKUP_TO", self.home.join("backups").display().to_string())
    }

    async fn as_root(&self, words: &[&str]) -> Said {
        let program = Program::new(BINARY, self.site.folder(), "root");
        let program = self.settings(program).args(words.iter().copied());
        program.run().await.unwrap()
    }

    async fn as_service(&self, words: &[&str]) -> Said {
        let program = Program::new("runuser", self.site.folder(), "service");
        let program = self.settings(program).args(["-u", "nobody", "--", BINARY]);
        program.args(words.iter().copied()).run().await.unwrap()
    }

    fn of_root(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        of_root(&self.home, &mut found);
        found
    }
}

fn of_root(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.uid() == 0 {
            found.push(path.clone());
        }
        if metadata.is_dir() {
            of_root(&path, found);
        }
    }
}

#[tokio::test]
async fn a_command_as_root_is_told_as_whom_to_run_it_and_leaves_nothing_behind() {
    let Some(service) = Service::new() else {
        return;
    };
    let commands: [&[&str]; 9] = [
        &["migrate"],
        &["keys", "list"],
        &["keys", "rotate"],
        &["keys", "copy", "/tmp/never-made.json"],
        &["backup"],
        &["restore"],
        &["accounts", "retention"],
        &["doctor"],
        &["doctor", "audit"],
    ];
    let data = service.home.join("data");
    fs::create_dir(&data).unwrap();
    chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
    for round in ["empty", "in use"] {
        for words in commands {
            let said = service.as_root(words).await;
            assert_eq!(
                said.status.code(),
                Some(WRONG_USER),
                "{round} {words:?}: {}",
                said.err
            );
            assert!(
                said.complained().contains("runuser -u nobody -- sesame"),
                "{}",
                said.err
            );
        }
        assert_eq!(service.of_root(), [] as [PathBuf; 0], "{round}");
        // As it was told.
        let said = service.as_service(&["migrate"]).await;
        assert!(said.status.success(), "{}", said.err);
    }
    for words in [&["config"][..], &["--help"]] {
        let said = service.as_root(words).await;
        assert!(!said.complained().contains("runuser"), "{}", said.err);
    }
    // Settings that this command does not look at are wrong.
    let program = Program::new(BINARY, service.site.folder(), "root");
    let program = service.settings(program).set("KEY_PROVIDER", "secret");
    let said = program.arg("migrate").run().await.unwrap();
    assert_eq!(said.status.code(), Some(WRONG_USER), "{}", said.err);
    assert_eq!(service.of_root(), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn what_root_left_behind_is_given_back_as_it_is_told() {
    let Some(service) = Service::new() else {
        return;
    };
    let said = service.as_service(&["migrate"]).await;
    assert!(said.status.success(), "{}", said.err);
    let database = service.home.join("data/sesame.db");
    for beside in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{beside}", database.display()));
        if !file.exists() {
            fs::write(&file, "").unwrap();
        }
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        chown(&file, Some(0), Some(0)).unwrap();
    }
    let said = service.as_service(&["migrate"]).await;
    assert_eq!(said.status.code(), Some(WRONG_USER), "{}", said.err);
    let complaint = said.complained();
    let (_, advice) = complaint.split_once('`').unwrap();
    let (advice, _) = advice.split_once('`').unwrap();
    assert!(advice.starts_with("chown 65534 "), "{advice}");
    let done = Command::new("sh").args(["-c", advice]).status().unwrap();
    assert!(done.success());
    let said = service.as_service(&["migrate"]).await;
    assert!(said.status.success(), "{}", said.err);
}
