//! Folders, full ones too, and buckets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use sesame_domain::ports::{ExportFilesError, ExportStore as _};
use sesame_test_support::bucket::Bucket;
use sesame_test_support::disk::SmallDisk;
use sesame_test_support::moto::Moto;
use uuid::Uuid;

use super::world::{Place, all_files, piece};
use crate::backup::S3Settings;
use crate::exports::ExportPlace;

/// Keeps files, reads and removes them.
async fn a_life(place: &Place) {
    let (id, _, files) = place.export(1).await;
    let (_, _, others) = place.export(2).await;
    for number in 0..3 {
        let what = vec![u8::try_from(number).unwrap(); 100_000];
        let name = piece("video", number, number == 2);
        files.put(name, what.clone()).await.unwrap();
        others.put(name, what).await.unwrap();
    }
    let there = files.pieces("video").await.unwrap();
    assert_eq!(there.len(), 3);
    assert!(there.iter().all(|piece| piece.bytes == 100_000));
    let second = files.get(piece("video", 1, false)).await.unwrap().unwrap();
    assert_eq!(second, vec![1; 100_000]);
    place.exports.remove(id).await.unwrap();
    place.exports.remove(id).await.unwrap();
    assert_eq!(files.pieces("video").await.unwrap(), []);
    assert_eq!(files.get(piece("video", 1, false)).await.unwrap(), None);
    // Only its own.
    assert_eq!(others.pieces("video").await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_folder_takes_exports_and_is_closed_to_others() {
    let (folder, place) = Place::folder().await;
    a_life(&place).await;
    let root = folder.path().join("exports");
    let files = all_files(&root);
    assert_eq!(files.len(), 3);
    for file in files {
        let mode =
            |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        for folder in file.ancestors().skip(1).take(3) {
            assert_eq!(mode(folder), 0o700, "{}", folder.display());
        }
    }
}

#[tokio::test]
async fn a_bucket_takes_exports() {
    let moto = Moto::start().await.unwrap();
    let name = format!("exports-{}", Uuid::now_v7().simple());
    moto.create_bucket(&name).await.unwrap();
    a_life(&Place::at(&format!("s3://{name}/sesame"), Some(s3(&moto))).await).await;
}

/// How the bucket of a moto is reached.
fn s3(moto: &Moto) -> S3Settings {
    S3Settings {
        endpoint: Some(moto.url().to_owned()),
        access_key_id: Some("AKIDEXAMPLE".to_owned()),
        secret_access_key: Some("the secret of the access key".into()),
        allow_http: true,
        path_style: true,
        ..S3Settings::default()
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_as_gone() {
    let moto = Moto::start().await.unwrap();
    let address = "s3://nowhere-at-all/sesame";
    let place = Place::at(address, Some(s3(&moto))).await;
    let (_, _, files) = place.export(1).await;
    let gone = |error: ExportFilesError| matches!(error, ExportFilesError::Gone(_));
    let put = files.put(piece("a", 0, true), b"x".to_vec()).await;
    assert!(gone(put.unwrap_err()));
    // What was there is not missing: its bucket is.
    assert!(gone(files.get(piece("a", 0, true)).await.unwrap_err()));
    assert!(gone(files.pieces("a").await.unwrap_err()));
    let looked = ExportPlace::existing(address, Some(s3(&moto))).unwrap();
    assert!(gone(looked.try_out().await.unwrap_err()));
}

#[tokio::test]
async fn who_is_not_let_in_is_told_as_denied() {
    let bucket = Bucket::start().await;
    bucket.wants_token("another one");
    let settings = |endpoint: String| S3Settings {
        endpoint: Some(endpoint),
        access_key_id: Some("AKIDEXAMPLE".to_owned()),
        secret_access_key: Some("the secret".into()),
        allow_http: true,
        path_style: true,
        ..S3Settings::default()
    };
    let place = Place::at("s3://bucket/sesame", Some(settings(bucket.url()))).await;
    let (_, _, files) = place.export(1).await;
    let put = files.put(piece("a", 0, true), b"x".to_vec()).await;
    assert!(matches!(put, Err(ExportFilesError::Denied(_))), "{put:?}");
    let looked = ExportPlace::existing("s3://bucket/sesame", Some(settings(bucket.url())));
    let looked = looked.unwrap().try_out().await;
    assert!(
        matches!(looked, Err(ExportFilesError::Denied(_))),
        "{looked:?}"
    );
}

#[tokio::test]
async fn a_place_is_tried_out_and_nothing_is_left_there() {
    let (folder, _) = Place::folder().await;
    let root = folder.path().join("exports");
    let place = ExportPlace::existing(root.to_str().unwrap(), None).unwrap();
    place.try_out().await.unwrap();
    assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
    fs::remove_dir(&root).unwrap();
    let gone = ExportPlace::existing(root.to_str().unwrap(), None);
    assert!(matches!(gone, Err(ExportFilesError::Gone(_))), "{gone:?}");
}

#[tokio::test]
async fn a_place_that_is_gone_is_told_and_what_was_kept_before_is_there_when_it_is_back() {
    let (folder, place) = Place::folder().await;
    let (_, _, files) = place.export(1).await;
    files
        .put(piece("a", 0, true), b"before".to_vec())
        .await
        .unwrap();
    let (root, aside) = (folder.path().join("exports"), folder.path().join("aside"));
    fs::rename(&root, &aside).unwrap();
    fs::write(&root, "no folder").unwrap();
    let put = files.put(piece("a", 1, true), b"meanwhile".to_vec()).await;
    let error = put.unwrap_err();
    let is_told = matches!(
        error,
        ExportFilesError::Unreachable(_) | ExportFilesError::Denied(_)
    );
    assert!(is_told, "{error}");
    fs::remove_file(&root).unwrap();
    fs::rename(&aside, &root).unwrap();
    let got = files.get(piece("a", 0, true)).await.unwrap();
    assert_eq!(got.as_deref(), Some(&b"before"[..]));
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_loses_nothing() {
    let Ok(disk) = SmallDisk::mount(2) else {
        eprintln!("nothing may be mounted here: not tried");
        return;
    };
    let root = disk.path().join("exports");
    let place = Place::at(root.to_str().unwrap(), None).await;
    let (_, _, files) = place.export(1).await;
    files
        .put(piece("a", 0, false), vec![1; 4096])
        .await
        .unwrap();
    disk.fill().unwrap();
    for _ in 0..2 {
        let put = files.put(piece("a", 1, false), vec![2; 100_000]).await;
        let error = put.unwrap_err();
        assert!(matches!(error, ExportFilesError::Full(_)), "{error}");
        // Nothing half.
        assert_eq!(files.pieces("a").await.unwrap().len(), 1);
    }
    let first = files.get(piece("a", 0, false)).await.unwrap();
    assert_eq!(first, Some(vec![1; 4096]));
    disk.make_room().unwrap();
    files
        .put(piece("a", 1, false), vec![2; 100_000])
        .await
        .unwrap();
    let second = files.get(piece("a", 1, false)).await.unwrap();
    assert_eq!(second, Some(vec![2; 100_000]));
}
