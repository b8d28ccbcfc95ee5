//! Folders, and buckets that speak S3.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use chrono::TimeDelta;
use rstest::rstest;
use secrecy::SecretString;
use sesame_test_support::bucket::Bucket;
use sesame_test_support::moto::Moto;
use uuid::Uuid;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::database::Memory;
use super::world::{KEEP_ONE, World};
use crate::backup::target::BackupTarget;
use crate::backup::{BackupError, S3Settings, Which};

fn s3(url: &str) -> S3Settings {
    S3Settings {
        endpoint: Some(url.to_owned()),
        access_key_id: Some("AKIDEXAMPLE".to_owned()),
        secret_access_key: Some(SecretString::from("the secret of the access key")),
        allow_http: true,
        path_style: true,
        ..S3Settings::default()
    }
}

/// A bucket of its own, and a prefix in it.
async fn bucket(moto: &Moto) -> BackupTarget {
    let name = format!("backups-{}", Uuid::now_v7().simple());
    moto.create_bucket(&name).await.unwrap();
    let address = format!("s3://{name}/sesame/one");
    BackupTarget::open(&address, Some(s3(moto.url()))).unwrap()
}

/// Backs up twice, restores, removes what is old.
async fn a_life_of_backups(place: BackupTarget) {
    let mut world = World::with(1_100).await;
    world.place = place;
    let first = world.back_up().await;
    assert_eq!(first.uploaded_packs, 2);
    world.link(1_050).await;
    let second = world.back_up().await;
    assert_eq!(second.uploaded_packs, 1);
    assert_eq!(second.unchanged, 1_099);
    let listed = world.list().await;
    let ids: Vec<_> = listed.iter().filter_map(|it| it.id).collect();
    assert_eq!(ids, [second.id, first.id]);
    world.newest_is_whole().await;

    let old: Arc<Memory> = Arc::default();
    world.restore(&old, Which::This(first.id)).await.unwrap();
    assert_eq!(old.all().len(), 1_100);
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!(pruned.backups, 1);
    world.newest_is_whole().await;
    let verified = world.verify(Which::Newest).await.unwrap();
    assert_eq!(verified.id, second.id);
}

#[tokio::test]
async fn a_folder_takes_backups() {
    let folder = tempfile::tempdir().unwrap();
    let address = folder.path().join("backups");
    let place = BackupTarget::open(address.to_str().unwrap(), None).unwrap();
    a_life_of_backups(place).await;
}

#[tokio::test]
async fn a_bucket_takes_backups() {
    let moto = Moto::start().await.unwrap();
    a_life_of_backups(bucket(&moto).await).await;
}

#[tokio::test]
async fn old_packs_are_removed_from_a_bucket() {
    let moto = Moto::start().await.unwrap();
    let mut world = World::with(3).await;
    world.place = bucket(&moto).await;
    world.back_up().await;
    for number in 1..=3 {
        world.link(number).await;
    }
    world.back_up().await;
    // Moto tells the time by its own clock.
    world.clock.advance(TimeDelta::days(10_000));
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!((pruned.backups, pruned.packs), (1, 2));
    world.newest_is_whole().await;
}

#[tokio::test]
async fn every_letter_of_a_folders_path_means_itself() {
    for name in [
        "100%25",
        "what?",
        "a#b",
        "with space",
        "file:x",
        "s3:",
        "тест",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(name);
        let mut world = World::with(1).await;
        world.place = BackupTarget::open(root.to_str().unwrap(), None).unwrap();
        world.back_up().await;
        world.newest_is_whole().await;
        let manifests = fs::read_dir(root.join("manifests")).unwrap().count();
        assert_eq!(manifests, 1, "{name}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_folder_and_its_files_are_closed_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("backups");
    let address = url::Url::from_directory_path(&root).unwrap().to_string();
    let mut world = World::with(1).await;
    world.place = BackupTarget::open(&address, None).unwrap();
    world.back_up().await;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for part in ["packs", "manifests"] {
        assert_eq!(mode(&root.join(part)), 0o700);
        let files: Vec<_> = fs::read_dir(root.join(part)).unwrap().collect();
        assert!(!files.is_empty());
        for file in files {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
    }
}

#[tokio::test]
async fn half_written_files_in_a_folder_are_swept_when_they_are_old() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::with(1).await;
    world.place = BackupTarget::open(folder.path().to_str().unwrap(), None).unwrap();
    world.back_up().await;
    let pack = "a".repeat(64);
    let manifest = "20260101T000000Z-018bcfe5-6800-7000-8000-000000000000.json";
    let drafts = [
        format!("packs/{pack}#1"),
        format!("packs/{pack}#27"),
        format!("manifests/{manifest}#1"),
    ];
    // What others put there is theirs.
    let others = [
        "packs/notes#1".to_owned(),
        "packs/#1".to_owned(),
        format!("packs/{pack}#old"),
        format!("packs/{manifest}#1"),
        format!("manifests/{manifest}#"),
        "manifests/C# in a Nutshell.json".to_owned(),
    ];
    let modified = |name: &String, moment| {
        let file = folder.path().join(name);
        let file = fs::File::options().append(true).create(true).open(file);
        file.unwrap().set_modified(moment).unwrap();
    };
    let there = |name: &String| folder.path().join(name).exists();
    let now: std::time::SystemTime = super::world::noon().into();
    for draft in &drafts {
        modified(draft, now);
    }
    for other in &others {
        modified(other, std::time::UNIX_EPOCH);
    }
    world.prune(KEEP_ONE).await;
    assert!(drafts.iter().all(there));
    for draft in &drafts {
        modified(draft, std::time::UNIX_EPOCH);
    }
    world.prune(KEEP_ONE).await;
    assert!(!drafts.iter().any(there));
    assert!(others.iter().all(there));
    world.newest_is_whole().await;
}

#[rstest]
#[case("backups", "an address is")]
#[case("ftp://host/backups", "into a folder or into S3")]
#[case("s3:///prefix", "s3://bucket/prefix")]
#[case("s3://name:secret@bucket/prefix", "credentials do not belong")]
#[case("/proc/sesame-backups", "/proc/sesame-backups")]
fn an_address_that_is_none_says_why(#[case] address: &str, #[case] why: &str) {
    let error = BackupTarget::open(address, None).unwrap_err().to_string();
    assert!(error.contains(why), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn half_of_the_credentials_is_refused() {
    let settings = S3Settings {
        access_key_id: Some("AKIDEXAMPLE".to_owned()),
        ..S3Settings::default()
    };
    let error = BackupTarget::open("s3://bucket", Some(settings)).unwrap_err();
    assert!(error.to_string().contains("belong together"), "{error}");
}

#[test]
fn no_debug_shows_the_credentials() {
    let settings = s3("http://127.0.0.1:9");
    let place = BackupTarget::open("s3://bucket/one", Some(settings.clone())).unwrap();
    let shown = format!("{settings:?} {place:?}");
    assert!(
        !shown.contains("AKIDEXAMPLE") && !shown.contains("the secret"),
        "{shown}"
    );
    assert_eq!(place.to_string(), "s3://bucket/one");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_a_wrong_place() {
    let moto = Moto::start().await.unwrap();
    let mut world = World::with(1).await;
    let settings = Some(s3(moto.url()));
    world.place = BackupTarget::open("s3://not-there/sesame", settings).unwrap();
    let error = world.try_back_up().await.unwrap_err();
    assert!(matches!(error, BackupError::Place(_)), "{error:?}");
}

#[rstest]
#[case(403)]
#[case(401)]
#[tokio::test]
async fn a_bucket_that_refuses_says_so(#[case] status: u16) {
    let server = MockServer::start().await;
    let refusal = Mock::given(method("GET")).respond_with(ResponseTemplate::new(status));
    refusal.mount(&server).await;
    let mut world = World::with(1).await;
    let settings = Some(s3(&server.uri()));
    world.place = BackupTarget::open("s3://bucket/sesame", settings).unwrap();
    let error = world.try_back_up().await.unwrap_err();
    assert!(matches!(error, BackupError::Denied(_)), "{error:?}");
}

#[tokio::test]
async fn a_bucket_that_stumbles_is_asked_again() {
    let server = MockServer::start().await;
    let stumble = Mock::given(method("GET")).respond_with(ResponseTemplate::new(503));
    stumble.up_to_n_times(2).expect(2).mount(&server).await;
    let nothing = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    let listing = Mock::given(method("GET"));
    let listing = listing.respond_with(ResponseTemplate::new(200).set_body_string(nothing));
    listing.mount(&server).await;
    let mut world = World::with(1).await;
    let settings = Some(s3(&server.uri()));
    world.place = BackupTarget::open("s3://bucket/sesame", settings).unwrap();
    assert!(world.list().await.is_empty());
}

#[rstest]
#[case::clock(403, "RequestTimeTooSkewed", "NTP")]
#[case::region(400, "AuthorizationHeaderMalformed", "BACKUP_S3_REGION")]
#[case::redirect(301, "PermanentRedirect", "BACKUP_S3_REGION")]
#[case::token(400, "ExpiredToken", "session token has expired")]
#[tokio::test]
async fn a_refusal_that_can_be_put_right_says_how(
    #[case] status: u16,
    #[case] code: &str,
    #[case] advice: &str,
) {
    let server = MockServer::start().await;
    let text = format!("<Error><Code>{code}</Code><Message>no</Message></Error>");
    let refusal = ResponseTemplate::new(status).set_body_string(text);
    Mock::given(method("GET"))
        .respond_with(refusal)
        .mount(&server)
        .await;
    let mut world = World::with(1).await;
    let settings = Some(s3(&server.uri()));
    world.place = BackupTarget::open("s3://bucket/sesame", settings).unwrap();
    let error = world.try_back_up().await.unwrap_err();
    assert!(matches!(error, BackupError::Denied(_)), "{error:?}");
    assert!(error.to_string().contains(advice), "{error}");
}

#[tokio::test]
async fn a_storage_that_cannot_delete_many_at_once_takes_backups() {
    let bucket = Bucket::start().await;
    let mut world = World::with(3).await;
    let settings = Some(s3(&bucket.url()));
    world.place = BackupTarget::open("s3://bucket/sesame", settings).unwrap();
    world.back_up().await;
    for number in 1..=3 {
        world.link(number).await;
    }
    world.back_up().await;
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!((pruned.backups, pruned.packs), (1, 2));
    world.newest_is_whole().await;
    assert_eq!(bucket.asked("POST").await, 0);
}
