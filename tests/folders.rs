//! Folders with names that mean something elsewhere: every letter means itself.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test ends when something is missing, and hands on where programs are"
)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::{Site, TestServer};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

const NAMES: [&str; 8] = [
    "try%2Fme",
    "what?",
    "what?mode=memory",
    "a#b",
    ":memory:",
    "file:try",
    "sqlite:",
    "with space",
];

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|it| it.unwrap().path()).collect()
}

#[tokio::test]
async fn the_data_directory_is_where_its_name_says() {
    for name in NAMES {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::new(BINARY, folder.path(), "log").set("DATA_DIR", name);
        program.instead(["migrate"]).must().await.unwrap();
        assert!(folder.path().join(name).join("sesame.db").is_file());
        assert_eq!(entries(folder.path()), [folder.path().join(name)]);
    }
}

#[tokio::test]
async fn everything_works_in_a_folder_with_a_strange_name() {
    let strange = tempfile::tempdir().unwrap();
    let at = |part: &str| strange.path().join(part).join("100%25 sure?#x");
    let setting = |part: &str| at(part).display().to_string();
    let server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| {
            sesame
                .set("DATA_DIR", setting("data"))
                .set("BACKUP_TO", setting("backups"))
                .set("TMPDIR", setting("scratch"))
        },
    );
    fs::create_dir_all(at("scratch")).unwrap();
    let server = server.await.unwrap();
    server.linked(1).await.unwrap();
    for command in [
        &["backup"][..],
        &["backup", "rehearse"],
        &["restore", "--dry-run"],
        &["accounts"],
        &["keys", "rotate"],
        &["doctor", "audit"],
    ] {
        server
            .program
            .instead(command.iter().copied())
            .must()
            .await
            .unwrap();
    }
    for (part, file) in [
        ("data", "sesame.db"),
        ("data", "keys.json"),
        ("backups", "manifests"),
    ] {
        assert!(at(part).join(file).exists(), "{part}: {file}");
        assert_eq!(entries(&strange.path().join(part)).len(), 1, "{part}");
    }
    assert_eq!(entries(&at("scratch")), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_name_that_is_no_text_is_refused_instead_of_becoming_another() {
    let site = Site::new(BINARY).unwrap();
    let name = OsStr::from_bytes(b"not \xff utf-8");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let sesame = || {
        let mut command = Command::new(BINARY);
        command.env_clear().env("PATH", &path);
        command.current_dir(site.folder());
        command
    };
    let setting = sesame().arg("migrate").env("DATA_DIR", name).output();
    let setting = setting.unwrap();
    assert_eq!(setting.status.code(), Some(3));
    let said = String::from_utf8_lossy(&setting.stderr).into_owned();
    assert!(said.contains("DATA_DIR is not valid UTF-8"), "{said}");

    let sandbox = ["sandbox", "--listen", "127.0.0.1:0", "--data"];
    let argument = sesame().args(sandbox).arg(name).output().unwrap();
    assert_eq!(argument.status.code(), Some(2));
    assert_eq!(entries(site.folder()), Vec::<PathBuf>::new());
}
