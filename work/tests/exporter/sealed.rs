//! Exports that are read into sealed files, and fetched as archives.

use std::collections::BTreeMap;
use std::fs;
use std::pin::pin;
use std::process::Command;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::prelude::*;
use sesame_domain::export::{ExportChoice, MadeExport};
use sesame_domain::ports::{ExportArchive, ExportFiles, ExportFilesError, PieceName, PieceThere};
use sesame_work::exporter::{
    ExportFolder, ExportPorts, ExportStopped, Exporter, OverQuota, SealedExport, TargetError,
    archive,
};
use tempfile::tempdir;

use crate::dialog::{self, Dialog, NoOne, account, at, bob, message, rendering};
use crate::interrupted::{Cut, dice};
use crate::takeouts::TestTakeouts;

const PLENTY: u64 = 1 << 40;

/// Files in memory: what opens is what was kept, as that piece alone.
#[derive(Default)]
pub(crate) struct Files(pub(crate) Mutex<BTreeMap<(String, u64), Content>>);

/// Whether a piece is the last one, and what is in it.
type Content = (bool, Vec<u8>);

#[async_trait]
impl ExportFiles for Files {
    async fn put(&self, piece: PieceName<'_>, bytes: Vec<u8>) -> Result<(), ExportFilesError> {
        tokio::task::yield_now().await;
        let key = (piece.file.to_owned(), piece.number);
        self.0.lock().unwrap().insert(key, (piece.is_last, bytes));
        tokio::task::yield_now().await;
        Ok(())
    }

    async fn get(&self, piece: PieceName<'_>) -> Result<Option<Vec<u8>>, ExportFilesError> {
        tokio::task::yield_now().await;
        let key = (piece.file.to_owned(), piece.number);
        match self.0.lock().unwrap().get(&key) {
            None => Ok(None),
            Some((is_last, bytes)) if *is_last == piece.is_last => Ok(Some(bytes.clone())),
            Some(_) => Err(ExportFilesError::Damaged),
        }
    }

    async fn pieces(&self, file: &str) -> Result<Vec<PieceThere>, ExportFilesError> {
        let files = self.0.lock().unwrap();
        let of_file = files.iter().filter(|((of, _), _)| of == file);
        let pieces = of_file.map(|((_, number), (_, bytes))| PieceThere {
            number: *number,
            bytes: bytes.len() as u64,
        });
        Ok(pieces.collect())
    }

    async fn size(&self) -> Result<u64, ExportFilesError> {
        let files = self.0.lock().unwrap();
        Ok(files.values().map(|(_, bytes)| bytes.len() as u64).sum())
    }

    async fn remove(&self, file: &str) -> Result<(), ExportFilesError> {
        self.0.lock().unwrap().retain(|(of, _), _| of != file);
        tokio::task::yield_now().await;
        Ok(())
    }
}

/// Reads a dialog into files and puts it together, as an attempt of a job does.
async fn attempt(
    dialog: &Arc<Dialog>,
    files: &Arc<Files>,
    number: u64,
    most: u64,
) -> Result<MadeExport, ExportStopped> {
    let ports = ExportPorts {
        records: Arc::clone(dialog) as _,
        media: Arc::clone(dialog) as _,
        takeouts: TestTakeouts::of(dialog),
        layer: 222,
    };
    let account = account();
    let target = SealedExport::open(Arc::clone(files) as _, number, most).await?;
    let choice = ExportChoice::default();
    let mut exporter = Exporter::open(&ports, &account, &target, &NoOne, bob(), choice).await?;
    exporter.run().await?;
    let state = exporter.state().clone();
    drop(exporter);
    let rendered = target.render(&state, &rendering()).await?;
    target.remove_former(rendered.edition).await?;
    Ok(MadeExport {
        edition: rendered.edition,
        at: at(1_000_000),
        messages: rendered.tally.messages,
        files: rendered.tally.files,
        missing: 0,
        archive_bytes: rendered.archive_bytes,
    })
}

pub(crate) async fn whole(archive: &dyn ExportArchive) -> Vec<u8> {
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < archive.length() {
        let part = archive
            .read(bytes.len() as u64..archive.length())
            .await
            .unwrap();
        assert!(!part.is_empty());
        bytes.extend(part);
    }
    bytes
}

async fn fetched(files: &Arc<Files>, made: &MadeExport) -> Vec<u8> {
    let archive = archive(Arc::clone(files) as _, made).await.unwrap();
    let bytes = whole(&*archive).await;
    assert_eq!(bytes.len() as u64, made.archive_bytes);
    bytes
}

/// What Python unpacks of an archive, once `unzip` found it whole.
pub(crate) fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempdir().unwrap();
    let zip = folder.path().join("export.zip");
    fs::write(&zip, bytes).unwrap();
    let tested = Command::new("unzip").arg("-tq").arg(&zip).output().unwrap();
    assert!(tested.status.success(), "{tested:?}");
    let script = "import sys, zipfile\nzip = zipfile.ZipFile(sys.argv[1])\n\
                  assert zip.testzip() is None\nzip.extractall(sys.argv[2])";
    let out = folder.path().join("out");
    let python = Command::new("python3")
        .args(["-c", script])
        .args([&zip, &out])
        .output()
        .unwrap();
    assert!(python.status.success(), "{python:?}");
    dialog::seen(&out)
}

#[tokio::test]
async fn what_is_fetched_is_what_the_command_line_puts_into_a_folder() {
    let folder = tempdir().unwrap();
    // Of several pages, which end within a segment and within a piece.
    let dialog = Dialog::of(230);
    for id in 231..=2_130 {
        dialog.put(message(id, "one more"));
    }
    let plain = ExportFolder::open(folder.path()).unwrap();
    dialog::export(&dialog, &plain).await.unwrap();
    let files = Arc::<Files>::default();
    let made = attempt(&dialog, &files, 1, PLENTY).await.unwrap();
    assert_eq!(made.messages, 2_130);
    let there = dialog::seen(folder.path());
    assert!(there.contains_key("messages3.html"));
    let fetched = unpacked(&fetched(&files, &made).await);
    assert_eq!(
        there.keys().collect::<Vec<_>>(),
        fetched.keys().collect::<Vec<_>>()
    );
    for (name, content) in there {
        assert!(fetched[&name] == content, "{name} is not the same");
    }
}

#[tokio::test]
async fn an_attempt_that_is_cut_off_anywhere_again_and_again_comes_to_the_same() {
    let dialog = Dialog::of(420);
    let (undisturbed, files) = (Arc::<Files>::default(), Arc::<Files>::default());
    let made = attempt(&dialog, &undisturbed, 1, PLENTY).await.unwrap();
    let expected = fetched(&undisturbed, &made).await;
    let (mut seed, mut number) = (1, 0);
    let made = loop {
        number += 1;
        let run = pin!(attempt(&dialog, &files, number, PLENTY));
        let polls = 2 + u32::try_from(dice(&mut seed) % 90).unwrap();
        let polls = if number < 300 { polls } else { u32::MAX };
        if let Some(done) = (Cut { inner: run, polls }).await {
            let made = done.unwrap();
            if number >= 300 {
                break made;
            }
        }
    };
    assert!(fetched(&files, &made).await == expected);
    // Nothing is left of what was begun and not finished.
    let names = |files: &Files| {
        let files = files.0.lock().unwrap();
        let names = files.keys().map(|(file, _)| file.clone());
        let names = names.filter(|name| !name.starts_with("edition"));
        names.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&files), names(&undisturbed));
    let editions = |files: &Files| {
        let files = files.0.lock().unwrap();
        let editions = files
            .keys()
            .filter(|(file, _)| file.starts_with("edition "));
        editions
            .map(|(file, _)| file.clone())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    assert_eq!(editions(&files), 5);
}

#[tokio::test]
async fn what_is_new_comes_into_the_next_edition_and_the_former_one_is_gone() {
    let dialog = Dialog::of(20);
    let files = Arc::<Files>::default();
    let first = attempt(&dialog, &files, 1, PLENTY).await.unwrap();
    dialog.say(21);
    let second = attempt(&dialog, &files, 2, PLENTY).await.unwrap();
    assert_eq!((first.messages, second.messages), (20, 21));
    let seen = unpacked(&fetched(&files, &second).await);
    let result = String::from_utf8(seen["result.json"].clone()).unwrap();
    assert!(result.contains("message 21"));
    let gone = archive(Arc::clone(&files) as _, &first).await;
    assert!(matches!(gone, Err(ExportFilesError::Damaged)));
}

#[tokio::test]
async fn what_is_missing_or_cut_off_is_refused() {
    let dialog = Dialog::of(220);
    let files = Arc::<Files>::default();
    let made = attempt(&dialog, &files, 1, PLENTY).await.unwrap();
    let all = files.0.lock().unwrap().clone();
    let mut refused = 0;
    for (key, (_, bytes)) in &all {
        // What it was read from is not needed any more.
        let is_of_archive = key.0.starts_with("edition 1") || key.0.contains("document");
        // The emoji is in no text.
        let is_of_archive = is_of_archive && key.0 != "document555";
        if !is_of_archive || bytes.is_empty() || key.1 == u64::MAX && !key.0.contains("index") {
            continue;
        }
        for cut in [None, Some(bytes.len() - 1)] {
            let damaged = Arc::new(Files(Mutex::new(all.clone())));
            {
                let mut files = damaged.0.lock().unwrap();
                match cut {
                    None => drop(files.remove(key)),
                    Some(length) => files.get_mut(key).unwrap().1.truncate(length),
                }
            }
            let opened = match archive(Arc::clone(&damaged) as _, &made).await {
                Ok(archive) => read_to_an_end(&*archive).await,
                Err(error) => Err(error),
            };
            assert!(
                matches!(opened, Err(ExportFilesError::Damaged)),
                "{key:?} {cut:?}"
            );
            refused += 1;
        }
    }
    assert!(refused > 50, "{refused}");
    // A list of which something is missing is not gone on with.
    let mut less = all.clone();
    let of_list = less
        .keys()
        .find(|(file, _)| file.starts_with("list of files"));
    let of_list = of_list.unwrap().clone();
    less.remove(&of_list);
    let less = Arc::new(Files(Mutex::new(less)));
    let gone_on = attempt(&dialog, &less, 2, PLENTY).await;
    let is_refused = matches!(gone_on, Err(ExportStopped::Target(TargetError::Unknown(_))));
    assert!(is_refused, "{gone_on:?}");
}

async fn read_to_an_end(archive: &dyn ExportArchive) -> Result<(), ExportFilesError> {
    let mut at = 0;
    while at < archive.length() {
        at += archive.read(at..archive.length()).await?.len() as u64;
    }
    Ok(())
}

#[tokio::test]
async fn an_export_that_takes_more_than_one_may_have_stops_and_goes_on_when_there_is_room() {
    let dialog = Dialog::of(100);
    let files = Arc::<Files>::default();
    let stopped = attempt(&dialog, &files, 1, 20_000).await.unwrap_err();
    let ExportStopped::Target(TargetError::Io(error)) = stopped else {
        panic!("{stopped}")
    };
    assert!(
        error
            .get_ref()
            .and_then(|it| it.downcast_ref::<OverQuota>())
            .is_some()
    );
    assert!(files.size().await.unwrap() <= 20_000);
    let made = attempt(&dialog, &files, 2, PLENTY).await.unwrap();
    assert_eq!(made.messages, 100);
}

/// Attempts that do not know yet that they were given up overwrite nothing.
#[tokio::test]
async fn two_attempts_at_once_do_not_disturb_the_later_one() {
    let dialog = Dialog::of(300);
    let (undisturbed, files) = (Arc::<Files>::default(), Arc::<Files>::default());
    let made = attempt(&dialog, &undisturbed, 1, PLENTY).await.unwrap();
    let expected = fetched(&undisturbed, &made).await;
    for polls in [10, 40, 90, 200] {
        let former = attempt(&dialog, &files, u64::from(polls), PLENTY);
        let former = Cut {
            inner: pin!(former),
            polls: polls * 2,
        };
        let later = attempt(&dialog, &files, u64::from(polls) + 1, PLENTY);
        let (_, later) = tokio::join!(former, later);
        let made = later.unwrap();
        assert!(fetched(&files, &made).await == expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_range_is_a_part_of_the_whole(from in 0_u64..700_000, length in 0_u64..700_000) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let dialog = Dialog::of(64);
            let files = Arc::<Files>::default();
            let made = attempt(&dialog, &files, 1, PLENTY).await.unwrap();
            let bytes = fetched(&files, &made).await;
            let archive = archive(Arc::clone(&files) as _, &made).await.unwrap();
            let until = (from + length).min(archive.length());
            let mut part = Vec::new();
            let mut at = from.min(until);
            while at < until {
                let read = archive.read(at..until).await.unwrap();
                at += read.len() as u64;
                part.extend(read);
            }
            let place = |at: u64| usize::try_from(at).unwrap().min(bytes.len());
            assert!(part == bytes[place(from.min(until))..place(until)]);
        });
    }
}
