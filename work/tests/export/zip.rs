//! Archives, opened by programs that no one here wrote.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::Command;

use sesame_work::export::TimeZone;
use sesame_work::export::zip::{Piece, ZipEntry, ZipPlan};

/// An archive of these contents.
fn plan(contents: &[(&str, &[u8])]) -> ZipPlan {
    let modified = TimeZone::utc().local(1_800_000_000);
    let entries = contents.iter().map(|(path, content)| ZipEntry {
        path: (*path).to_owned(),
        size: u64::try_from(content.len()).unwrap(),
        crc32: crc32fast::hash(content),
        modified,
    });
    ZipPlan::new(entries.collect()).unwrap()
}

fn bytes(plan: &ZipPlan, contents: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in plan.pieces(0..plan.length()) {
        match piece {
            Piece::Bytes(some) => bytes.extend(some),
            Piece::Content { entry, range } => {
                let place = |at| usize::try_from(at).unwrap();
                let content = contents[entry].1;
                bytes.extend(&content[place(range.start)..place(range.end)]);
            }
        }
    }
    assert_eq!(u64::try_from(bytes.len()).unwrap(), plan.length());
    bytes
}

/// What a program says; `None`: it is not there.
fn run(program: &str, arguments: &[&str], archive: &Path) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .arg(archive)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program}: {said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(said)
}

const CHECK: &str = "
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
for info in archive.infolist():
    assert info.flag_bits & 8 == 0, 'a descriptor'
    assert info.date_time == (2027, 1, 15, 8, 0, 0), info.date_time
    print(info.filename, info.file_size)
";

#[test]
fn an_archive_opens_in_pythons_zipfile_unzip_and_7z() {
    let photo = vec![7; 100_000];
    let contents: &[(&str, &[u8])] = &[
        ("result.json", b"{}"),
        ("photos/photo_1@15-01-2027_09-00-00.jpg", &photo),
        ("files/Привет 👍.txt", "привет".as_bytes()),
        ("files/empty", b""),
    ];
    let plan = plan(contents);
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("export.zip");
    std::fs::write(&archive, bytes(&plan, contents)).unwrap();
    let listed = Command::new("python3")
        .args(["-c", CHECK])
        .arg(&archive)
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .unwrap();
    assert!(
        listed.status.success(),
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let listed = String::from_utf8(listed.stdout).unwrap();
    let expected: Vec<_> = contents
        .iter()
        .map(|(path, content)| format!("{path} {}", content.len()))
        .collect();
    assert_eq!(listed.lines().collect::<Vec<_>>(), expected);
    // Where they are installed; the tests as a whole install them.
    if let Some(said) = run("unzip", &["-t"], &archive) {
        assert!(said.contains("No errors detected"), "{said}");
    }
    if let Some(said) = run("7z", &["t"], &archive) {
        assert!(said.contains("Everything is Ok"), "{said}");
    }
}

/// Nothing in it but zeros, so that it takes no room.
#[test]
fn an_archive_of_more_than_four_gigabytes_opens() {
    const LARGE: u64 = 5 << 30;
    let modified = TimeZone::utc().local(1_800_000_000);
    let entry = |path: &str, size, crc32| ZipEntry {
        path: path.to_owned(),
        size,
        crc32,
        modified,
    };
    let content = b"behind it";
    let small = u64::try_from(content.len()).unwrap();
    let entries = vec![
        entry("large", LARGE, 0),
        entry("small", small, crc32fast::hash(content)),
    ];
    let plan = ZipPlan::new(entries).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("export.zip");
    let mut file = File::create(&archive).unwrap();
    for piece in plan.pieces(0..plan.length()) {
        match piece {
            Piece::Bytes(some) => file.write_all(&some).unwrap(),
            Piece::Content { entry: 0, range } => {
                let length = i64::try_from(range.end - range.start).unwrap();
                file.seek(SeekFrom::Current(length)).unwrap();
            }
            Piece::Content { .. } => file.write_all(content).unwrap(),
        }
    }
    assert_eq!(file.metadata().unwrap().len(), plan.length());
    let check = "import sys, zipfile\n\
        archive = zipfile.ZipFile(sys.argv[1])\n\
        print(archive.getinfo('large').file_size, archive.read('small').decode())";
    let said = run("python3", &["-c", check], &archive).unwrap();
    assert_eq!(said, format!("{LARGE} behind it\n"));
    if let Some(said) = run("unzip", &["-l"], &archive) {
        assert!(said.contains(&LARGE.to_string()), "{said}");
    }
    if let Some(said) = run("7z", &["l"], &archive) {
        assert!(said.contains(&LARGE.to_string()), "{said}");
    }
}
