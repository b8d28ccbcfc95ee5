//! Sesame with a place for exports, and someone with a channel.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::guest::Guest;
use sesame_test_support::http;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;
use tempfile::TempDir;

/// How long what happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_mins(1);
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// What a message says, and no file may hold.
pub(crate) const SECRET: &str = "the quiet harbour of herrings";

/// Sesame with a place for exports, and someone with a channel.
pub(crate) struct Harbour {
    pub(crate) server: TestServer,
    pub(crate) guest: Guest,
    pub(crate) chat: String,
    pub(crate) account: String,
    /// The number of the last message.
    pub(crate) last: i64,
    pub(crate) place: TempDir,
}

impl Harbour {
    /// With exports in a folder.
    pub(crate) async fn with(messages: u32, files: &[u64]) -> Self {
        Self::set(messages, files, |sesame| sesame).await
    }

    /// The same with other settings, perhaps of another place.
    pub(crate) async fn set(
        messages: u32,
        files: &[u64],
        settings: impl FnOnce(Program) -> Program,
    ) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("exports").display().to_string();
        let sesame =
            |sesame: Program| settings(sesame.set("EXPORT_TO", folder).set("LOG", "trace"));
        let server = TestServer::open_with(BINARY, |sandbox| sandbox, sesame);
        let server = server.await.unwrap();
        let guest = server.linked(1).await.unwrap();
        let phones = &server.phones;
        let member = guest.person.id;
        let made = json!({ "title": "Harbour news", "members": [member], "messages": messages });
        let made = phones.ask(Method::POST, "/channels", Some(made)).await;
        let id = made.unwrap().json["id"].as_i64().unwrap();
        let media: Vec<Value> = files.iter().map(|size| json!({ "size": size })).collect();
        let said = json!({ "messages": [SECRET], "media": media });
        let path = format!("/channels/{id}/messages");
        let said = phones.ask(Method::POST, &path, Some(said)).await.unwrap();
        let last = said.json["ids"].as_array().unwrap().last().cloned();
        let accounts = guest.app.accounts().await.unwrap();
        let account = accounts[0]["id"].as_str().unwrap().to_owned();
        // So that the session has met it, as whoever looks at the list does.
        let dialogs = format!("/api/v1/accounts/{account}/dialogs");
        let dialogs = guest.app.ask(Method::GET, &dialogs, None).await.unwrap();
        assert_eq!(dialogs.status, 200, "{dialogs:?}");
        Self {
            server,
            guest,
            chat: format!("channel{id}"),
            account,
            last: last.unwrap().as_i64().unwrap(),
            place,
        }
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> http::Answer {
        let path = format!("/api/v1{path}");
        self.guest.app.ask(method, &path, body).await.unwrap()
    }

    pub(crate) async fn begin(&self) -> (String, String) {
        let path = format!("/accounts/{}/exports", self.account);
        let asked = self.ask(Method::POST, &path, Some(json!({ "dialog": self.chat })));
        let asked = asked.await;
        assert_eq!(asked.status, 202, "{asked:?}");
        let id = |name: &str| asked.json[name].as_str().unwrap().to_owned();
        (id("export"), id("job"))
    }

    /// The job, once it is over.
    pub(crate) async fn over(&self, job: &str) -> Value {
        loop {
            let path = format!("/jobs/{job}?wait=20");
            let answer = self.ask(Method::GET, &path, None).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            if answer.json["is_over"] == true {
                return answer.json;
            }
        }
    }

    /// The channel at the sandbox.
    pub(crate) fn channel(&self) -> String {
        let id = self.chat.trim_start_matches("channel");
        format!("/channels/{id}")
    }

    /// A job, as it is now.
    pub(crate) async fn job(&self, job: &str) -> Value {
        let answer = self.ask(Method::GET, &format!("/jobs/{job}"), None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json
    }

    /// The job, once it is like that.
    pub(crate) async fn once(&self, job: &str, like: impl Fn(&Value) -> bool) -> Value {
        let found = poll(SOON, async || {
            let job = self.job(job).await;
            like(&job).then_some(job)
        });
        match found.await {
            Some(job) => job,
            None => panic!("{}\n{}", self.job(job).await, self.told_of_jobs()),
        }
    }

    /// What the log tells of jobs.
    pub(crate) fn told_of_jobs(&self) -> String {
        let log = fs::read_to_string(self.server.program.log()).unwrap_or_default();
        let told = log.lines().filter(|line| {
            let is_loud = ["INFO", "WARN", "ERROR"].iter().any(|it| line.contains(it));
            is_loud && (line.contains("job") || line.contains("export"))
        });
        told.collect::<Vec<_>>().join("\n")
    }

    /// How often the sandbox answered a call of this method.
    pub(crate) async fn calls(&self, method: &str) -> u64 {
        let stats = self.server.phones.stats().await.unwrap();
        stats["calls"][method].as_u64().unwrap_or_default()
    }

    /// A link to an export.
    pub(crate) async fn link(&self, export: &str) -> String {
        let path = format!("/exports/{export}/link");
        let answer = self.ask(Method::POST, &path, None).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json["url"].as_str().unwrap().to_owned()
    }

    /// Where a file holds what a message says: in the folder of the exports, with the
    /// database, or in the log.
    pub(crate) fn found(&self, what: &[u8]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for folder in [
            self.place.path().to_owned(),
            self.server.program.log().parent().unwrap().to_owned(),
        ] {
            for path in all_files(&folder) {
                let bytes = fs::read(&path).unwrap_or_default();
                if bytes.windows(what.len()).any(|part| part == what) {
                    found.push(path);
                }
            }
        }
        found
    }
}

pub(crate) fn all_files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

/// What is in an archive, once `unzip` found it whole, as Python's `zipfile` has it.
pub(crate) fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (zip, out) = (folder.path().join("it.zip"), folder.path().join("out"));
    fs::write(&zip, bytes).unwrap();
    let tested = Command::new("unzip").arg("-tq").arg(&zip).output().unwrap();
    assert!(tested.status.success(), "{tested:?}");
    let script = "import sys, zipfile\nzip = zipfile.ZipFile(sys.argv[1])\n\
                  assert zip.testzip() is None\nzip.extractall(sys.argv[2])";
    let python = Command::new("python3")
        .args(["-c", script])
        .args([&zip, &out])
        .output()
        .unwrap();
    assert!(python.status.success(), "{python:?}");
    let files = all_files(&out).into_iter().map(|path| {
        let name = path.strip_prefix(&out).unwrap().display().to_string();
        (name, fs::read(path).unwrap())
    });
    files.collect()
}

/// How many messages a `result.json` has, without those that say that someone came.
pub(crate) fn messages(files: &BTreeMap<String, Vec<u8>>) -> Vec<Value> {
    let result: Value = serde_json::from_slice(&files["result.json"]).unwrap();
    result["messages"].as_array().unwrap().clone()
}
