//! Backups in S3 (moto) and in a folder: made and tried out by itself, restored
//! into a database that was lost; broken, and made by a clock that was wrong.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use sesame_test_support::moto::Moto;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::sesame::{Program, Said};
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// The first backup is due at the first start, the rehearsal with it; one that
/// finds no backup yet is tried again after a minute.
const BY_ITSELF: Duration = Duration::from_mins(3);

async fn server_with_bucket(moto: &Moto, bucket: &str) -> TestServer {
    moto.create_bucket(bucket).await.unwrap();
    let to_s3 = |sesame: Program| {
        sesame
            .set("BACKUP_TO", format!("s3://{bucket}/sesame"))
            .set("BACKUP_S3_ENDPOINT", moto.url())
            .set("BACKUP_S3_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .set(
                "BACKUP_S3_SECRET_ACCESS_KEY",
                "the secret of the access key",
            )
    };
    TestServer::open_with(BINARY, |it| it, to_s3).await.unwrap()
}

/// What the doctor says about one thing.
async fn diagnosis(server: &TestServer, about: &str) -> Value {
    let said = server
        .program
        .instead(["doctor", "--json"])
        .run()
        .await
        .unwrap();
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let found = findings.into_iter().find(|it| it["about"] == about);
    assert!(
        found.is_some(),
        "nothing about {about}: {}{}",
        said.out,
        said.err
    );
    found.unwrap()
}

#[tokio::test]
async fn a_running_sesame_backs_up_and_tries_it_out_by_itself() {
    let moto = Moto::start().await.unwrap();
    let server = server_with_bucket(&moto, "by-itself").await;
    for about in ["backup", "rehearsal"] {
        let good = poll(BY_ITSELF, async || {
            (diagnosis(&server, about).await["verdict"] == "good").then_some(())
        });
        assert!(good.await.is_some(), "{}", diagnosis(&server, about).await);
    }
    let said = server
        .program
        .instead(["backup", "list"])
        .must()
        .await
        .unwrap();
    assert!(said.contains("whole"), "{said}");
}

#[tokio::test]
async fn a_lost_database_comes_back_from_s3() {
    let moto = Moto::start().await.unwrap();
    let mut server = server_with_bucket(&moto, "comes-back").await;
    let kept = server.linked(1).await.unwrap();
    let left = server.linked(1).await.unwrap();
    server.program.instead(["backup"]).must().await.unwrap();
    server
        .program
        .instead(["keys", "rotate"])
        .must()
        .await
        .unwrap();
    server
        .program
        .instead(["keys", "rewrap"])
        .must()
        .await
        .unwrap();

    // One of them leaves; the newest backup knows it.
    server.unlink(&left).await.unwrap();
    server.program.instead(["backup"]).must().await.unwrap();
    let verify = server.program.instead(["backup", "verify"]);
    let said = verify.run().await.unwrap().answered();
    assert!(said.contains("is whole: 1 record in"), "{said}");
    let tried = server.program.instead(["backup", "rehearse"]);
    let said = tried.run().await.unwrap().answered();
    assert!(
        said.contains("gave back 1 record; 1 session was opened"),
        "{said}"
    );

    server.stop("TERM").await.unwrap();
    server.lose_database().unwrap();
    let dry = server.program.instead(["restore", "--dry-run"]);
    let said = dry.must().await.unwrap();
    assert!(said.contains("1  would be added"), "{said}");
    assert!(said.contains("Nothing was changed."), "{said}");
    let restore = server.program.instead(["restore"]);
    let said = restore.must().await.unwrap();
    assert!(said.contains("1  added"), "{said}");
    let said = restore.must().await.unwrap();
    assert!(said.contains("1  were there already"), "{said}");

    // The older backup does not bring back who left since.
    let list = server.program.instead(["backup", "list", "--json"]);
    let rows: Vec<Value> = serde_json::from_str(&list.must().await.unwrap()).unwrap();
    let oldest = rows.last().unwrap()["id"].as_str().unwrap().to_owned();
    server
        .program
        .instead(["restore", &oldest])
        .must()
        .await
        .unwrap();

    server.start().await.unwrap();
    let app = server.reopen(&left.person).await.unwrap();
    assert_eq!(app.accounts().await.unwrap(), Vec::<Value>::new());
    let app = server.reopen(&kept.person).await.unwrap();
    let accounts = app.accounts().await.unwrap();
    assert_eq!(accounts[0]["health"]["state"], "alive", "{accounts:?}");
    // The session is asked, and answers.
    let login = app.begin().await.unwrap();
    app.reaches(&login, &["authorized"]).await.unwrap();
    assert_eq!(diagnosis(&server, "audit").await["verdict"], "good");
    let audit = server.program.instead(["doctor", "audit"]);
    let said = audit.must().await.unwrap();
    assert!(said.contains("whole"), "{said}");
}

/// A server with backups in a folder.
async fn server_with_folder(folder: &Path) -> TestServer {
    let to_folder = |sesame: Program| sesame.set("BACKUP_TO", folder.display().to_string());
    TestServer::open_with(BINARY, |it| it, to_folder)
        .await
        .unwrap()
}

async fn say<'a>(server: &TestServer, arguments: impl IntoIterator<Item = &'a str>) -> Said {
    server.program.instead(arguments).run().await.unwrap()
}

fn code(said: &Said) -> Option<i32> {
    said.status.code()
}

/// The manifest of the newest backup.
fn newest_manifest(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder.join("manifests")).unwrap();
    files.map(|file| file.unwrap().path()).max().unwrap()
}

#[tokio::test]
async fn a_broken_newest_backup_fails_every_command_that_looks_at_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = server_with_folder(folder.path()).await;
    let first = poll(BY_ITSELF, async || {
        (diagnosis(&server, "backup").await["verdict"] == "good").then_some(())
    });
    assert!(
        first.await.is_some(),
        "{}",
        diagnosis(&server, "backup").await
    );
    server.linked(1).await.unwrap();
    server.stop("TERM").await.unwrap();
    server.program.instead(["backup"]).must().await.unwrap();
    let listed = say(&server, ["backup", "list"]).await;
    assert_eq!(code(&listed), Some(0), "{}{}", listed.out, listed.err);

    let manifest = newest_manifest(folder.path());
    let whole = std::fs::read(&manifest).unwrap();
    std::fs::write(&manifest, &whole[..whole.len() / 2]).unwrap();
    let verified = say(&server, ["backup", "verify"]).await;
    assert_eq!(code(&verified), Some(1), "{}", verified.out);
    assert!(
        verified.complained().contains("is malformed"),
        "{}",
        verified.err
    );
    for arguments in [&["backup", "list"][..], &["backup", "list", "--json"]] {
        let listed = say(&server, arguments.iter().copied()).await;
        assert_eq!(code(&listed), Some(1), "{}", listed.out);
        assert!(listed.out.contains("damaged"), "{}", listed.out);
        assert!(listed.out.contains("whole"), "{}", listed.out);
    }
    assert_eq!(diagnosis(&server, "backup").await["verdict"], "bad");
    assert_eq!(code(&say(&server, ["backup", "rehearse"]).await), Some(1));
    assert_ne!(code(&say(&server, ["doctor", "audit"]).await), Some(0));

    // What foretells and what does judge alike, in use and empty.
    let alike = async |server: &TestServer, way_on: &str| {
        for arguments in [&["restore", "--dry-run"][..], &["restore"]] {
            let said = say(server, arguments.iter().copied()).await;
            assert_eq!(code(&said), Some(1), "{}{}", said.out, said.err);
            assert!(said.complained().contains(way_on), "{}", said.err);
        }
    };
    alike(&server, "--despite-unreadable").await;
    server.lose_database().unwrap();
    alike(&server, "--despite-unreadable").await;
    let restore = ["restore", "--despite-unreadable"];
    let said = say(&server, restore).await;
    assert_eq!(code(&said), Some(0), "{}{}", said.out, said.err);
}

#[tokio::test]
async fn a_restore_of_a_damaged_backup_is_foretold_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = server_with_folder(folder.path()).await;
    server.linked(1).await.unwrap();
    server.stop("TERM").await.unwrap();
    server.program.instead(["backup"]).must().await.unwrap();
    let packs = std::fs::read_dir(folder.path().join("packs")).unwrap();
    // One has the accounts, one the index.
    let packs: Vec<PathBuf> = packs.map(|pack| pack.unwrap().path()).collect();
    for is_lost in [false, true] {
        let mut failed = 0;
        for pack in &packs {
            let whole = std::fs::read(pack).unwrap();
            let mut harmed = whole.clone();
            *harmed.last_mut().unwrap() ^= 1;
            std::fs::write(pack, harmed).unwrap();
            let dry = say(&server, ["restore", "--dry-run"]).await;
            let done = say(&server, ["restore"]).await;
            failed += u32::from(code(&dry) == Some(1));
            let whys = [dry, done].map(|said| (code(&said), complaint(&said.err)));
            assert_eq!(whys[0], whys[1], "lost: {is_lost}");
            std::fs::write(pack, whole).unwrap();
            if is_lost {
                server.lose_database().unwrap();
            }
        }
        // The backup before this one has an index, too.
        assert!(failed >= 2, "lost: {is_lost}");
        if !is_lost {
            server.lose_database().unwrap();
        }
    }
    let dry = say(&server, ["restore", "--dry-run"]).await;
    assert_eq!(code(&dry), Some(0), "{}{}", dry.out, dry.err);
    assert!(dry.out.contains("1  would be added"), "{}", dry.out);
}

/// What the command said, without its log, which comes after it: lines that begin with
/// the time.
fn complaint(err: &str) -> String {
    let said = err.find("sesame: ").map_or("", |at| &err[at..]);
    let is_log = |line: &&str| line.starts_with(|first: char| first.is_ascii_digit());
    let lines: Vec<_> = said.lines().take_while(|line| !is_log(line)).collect();
    lines.join("\n")
}

#[tokio::test]
async fn what_was_done_in_the_future_is_told_and_done_again() {
    let postgres = Postgres::shared().await.unwrap();
    let url = postgres.create_database().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display().to_string();
    let stores = |sesame: Program| {
        let sesame = sesame.set("BACKUP_TO", &place);
        sesame.set("DATABASE_URL", &url)
    };
    let mut server = TestServer::open_with(BINARY, |it| it, stores)
        .await
        .unwrap();
    let is_good = async |server: &TestServer| {
        let good = poll(BY_ITSELF, async || {
            let done = ["backup", "rehearsal", "duties", "audit"];
            for about in done {
                if diagnosis(server, about).await["verdict"] != "good" {
                    return None;
                }
            }
            Some(())
        });
        good.await.is_some()
    };
    assert!(is_good(&server).await);
    server.stop("TERM").await.unwrap();
    let ahead = "UPDATE schedules SET began_at = began_at + interval '1 year', \
                 done_at = done_at + interval '1 year'";
    postgres.execute(&url, ahead).await.unwrap();
    for about in ["duties", "rehearsal"] {
        let found = diagnosis(&server, about).await;
        assert_ne!(found["verdict"], "good", "{found}");
        assert!(found["says"].as_str().unwrap().contains("dated"), "{found}");
    }
    server.start().await.unwrap();
    assert!(
        is_good(&server).await,
        "{}",
        diagnosis(&server, "duties").await
    );
}
