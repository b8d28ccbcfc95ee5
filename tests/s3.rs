//! S3 as it is elsewhere: a storage that cannot delete many at once, or not at
//! all, and credentials as machines have them.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use serde_json::Value;
use sesame_test_support::bucket::{Bucket, ROLES_TOKEN};
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

/// Backs up into the bucket.
fn to_bucket(sesame: Program, bucket: &Bucket) -> Program {
    sesame
        .set("BACKUP_TO", "s3://bucket/sesame")
        .set("BACKUP_S3_ENDPOINT", bucket.url())
}

fn with_key(sesame: Program) -> Program {
    sesame
        .set("BACKUP_S3_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .set("BACKUP_S3_SECRET_ACCESS_KEY", "the secret")
}

/// What the doctor says about one thing.
async fn diagnosis(server: &TestServer, about: &str) -> Value {
    let doctor = server.program.instead(["doctor", "--json"]);
    let said = doctor.run().await.unwrap();
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let mut findings = findings.into_iter();
    findings.find(|it| it["about"] == about).unwrap()
}

#[tokio::test]
async fn a_backup_that_was_made_is_no_failure_where_old_ones_cannot_be_removed() {
    let bucket = Bucket::start().await;
    bucket.keeps_everything(true);
    // What an interrupted backup leaves behind.
    let left = format!("sesame/packs/{}", "a".repeat(64));
    bucket.put(&left, b"left");
    let stores = |sesame: Program| with_key(to_bucket(sesame, &bucket));
    let mut server = TestServer::open_with(BINARY, |it| it, stores)
        .await
        .unwrap();
    server.stop("TERM").await.unwrap();
    let said = server.program.instead(["backup"]).run().await.unwrap();
    assert!(said.status.success(), "{}", said.err);
    assert!(said.out.contains("Backup "), "{}", said.out);
    assert!(
        said.complained().contains("old backups were not removed"),
        "{}",
        said.err
    );
    assert_eq!(diagnosis(&server, "backup").await["verdict"], "good");
    let duties = diagnosis(&server, "duties").await;
    assert_eq!(duties["verdict"], "warning", "{duties}");
    assert!(duties["says"].as_str().unwrap().contains("prune_backups"));

    bucket.keeps_everything(false);
    let said = server.program.instead(["backup"]).run().await.unwrap();
    assert!(said.status.success(), "{}", said.err);
    assert!(!said.complained().contains("not removed"), "{}", said.err);
    assert!(!bucket.objects().contains(&left));
    assert_eq!(diagnosis(&server, "duties").await["verdict"], "good");
    assert_eq!(bucket.asked("POST").await, 0, "many at once");
}

#[tokio::test]
async fn credentials_are_found_where_any_aws_program_finds_them() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    server.stop("TERM").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "who-I-am").unwrap();
    let token = token.display().to_string();
    let profile = folder.path().join("credentials");
    let text = format!(
        "[backups]\naws_access_key_id = ASIA\naws_secret_access_key = secret\n\
         aws_session_token = {ROLES_TOKEN}\n"
    );
    std::fs::write(&profile, text).unwrap();
    let profile = profile.display().to_string();
    let ways: [(&str, &[(&str, &str)]); 5] = [
        (
            "settings",
            &[
                ("BACKUP_S3_ACCESS_KEY_ID", "ASIA"),
                ("BACKUP_S3_SECRET_ACCESS_KEY", "secret"),
                ("BACKUP_S3_SESSION_TOKEN", ROLES_TOKEN),
            ],
        ),
        (
            "environment",
            &[
                ("AWS_ACCESS_KEY_ID", "ASIA"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
                ("AWS_SESSION_TOKEN", ROLES_TOKEN),
            ],
        ),
        (
            "profile",
            &[
                ("AWS_SHARED_CREDENTIALS_FILE", &profile),
                ("AWS_PROFILE", "backups"),
            ],
        ),
        (
            "web identity",
            &[
                ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/sesame"),
                ("AWS_WEB_IDENTITY_TOKEN_FILE", &token),
                ("AWS_ENDPOINT_URL_STS", "{bucket}"),
            ],
        ),
        (
            "container",
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{bucket}/role"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token),
            ],
        ),
    ];
    for (way, variables) in ways {
        let bucket = Bucket::start().await;
        bucket.wants_token(ROLES_TOKEN);
        let mut backup = to_bucket(server.program.instead(["backup"]), &bucket);
        for (name, value) in variables {
            backup = backup.set(name, value.replace("{bucket}", &bucket.url()));
        }
        let said = backup.run().await.unwrap();
        assert!(said.status.success(), "{way}: {}", said.err);
        assert!(!bucket.objects().is_empty(), "{way}");
        for secret in [ROLES_TOKEN, "who-I-am"] {
            assert!(!said.complained().contains(secret), "{way}: {}", said.err);
        }
    }
    let bucket = Bucket::start().await;
    let backup = to_bucket(server.program.instead(["backup"]), &bucket);
    let said = backup.set("AWS_EC2_METADATA_DISABLED", "true");
    let said = said.run().await.unwrap();
    assert!(!said.status.success());
    assert!(
        said.complained().contains("no credentials for S3"),
        "{}",
        said.err
    );
}
