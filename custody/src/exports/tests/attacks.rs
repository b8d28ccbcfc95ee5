//! Whoever can write to the place learns nothing, and nothing of theirs opens.

use std::fs;
use std::sync::Arc;

use sesame_domain::audit::Action;
use sesame_domain::ports::{
    ExportFiles, ExportFilesError, ExportStore as _, PieceThere, VaultError,
};

use super::world::{Place, access, all_files, owner, piece};

async fn kept(files: &Arc<dyn ExportFiles>, file: &str, number: u64, is_last: bool, what: &str) {
    let name = piece(file, number, is_last);
    files.put(name, what.as_bytes().to_vec()).await.unwrap();
}

async fn is_damaged(files: &Arc<dyn ExportFiles>, file: &str, number: u64, is_last: bool) -> bool {
    let got = files.get(piece(file, number, is_last)).await;
    matches!(got, Err(ExportFilesError::Damaged))
}

#[tokio::test]
async fn a_piece_is_read_as_it_was_kept_and_replaced_as_a_whole() {
    let (_folder, place) = Place::folder().await;
    let (_, _, files) = place.export(1).await;
    assert_eq!(files.get(piece("a", 0, true)).await.unwrap(), None);
    assert_eq!(files.pieces("a").await.unwrap(), []);
    kept(&files, "a", 0, false, "first").await;
    kept(&files, "a", 2, true, "").await;
    kept(&files, "a", 0, false, "the first one again").await;
    let there = files.pieces("a").await.unwrap();
    let expected = [(0, 19), (2, 0)].map(|(number, bytes)| PieceThere { number, bytes });
    assert_eq!(there, expected);
    let got = files.get(piece("a", 0, false)).await.unwrap();
    assert_eq!(got.as_deref(), Some(&b"the first one again"[..]));
    files.remove("a").await.unwrap();
    files.remove("a").await.unwrap();
    assert_eq!(files.pieces("a").await.unwrap(), []);
    // And it can be made again.
    kept(&files, "a", 0, true, "anew").await;
}

#[tokio::test]
async fn neither_names_nor_contents_are_seen() {
    let (folder, place) = Place::folder().await;
    let (_, _, files) = place.export(1).await;
    kept(
        &files,
        "document1234567",
        0,
        true,
        "a message for no one else",
    )
    .await;
    for path in all_files(folder.path()) {
        let name = path.to_string_lossy().into_owned();
        assert!(!name.contains("1234567"), "{name}");
        let bytes = fs::read(&path).unwrap();
        let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        assert!(!has(b"message") && !has(b"document"));
    }
    // The same content under the same name looks otherwise in another export.
    let (_, _, other) = place.export(1).await;
    kept(
        &other,
        "document1234567",
        0,
        true,
        "a message for no one else",
    )
    .await;
    let files = all_files(folder.path());
    let folders: Vec<_> = files
        .iter()
        .map(|path| path.parent().unwrap().file_name())
        .collect();
    assert_ne!(folders[0], folders[1]);
}

#[tokio::test]
async fn each_bit_that_is_changed_and_each_byte_that_is_cut_off_is_noticed() {
    let (folder, place) = Place::folder().await;
    let (_, _, files) = place.export(1).await;
    kept(&files, "a", 0, false, "some text").await;
    let path = &all_files(folder.path())[0];
    let whole = fs::read(path).unwrap();
    for byte in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[byte] ^= 1 << bit;
            fs::write(path, changed).unwrap();
            assert!(is_damaged(&files, "a", 0, false).await, "{byte} {bit}");
        }
        fs::write(path, &whole[..byte]).unwrap();
        assert!(is_damaged(&files, "a", 0, false).await, "{byte}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    fs::write(path, longer).unwrap();
    assert!(is_damaged(&files, "a", 0, false).await);
    fs::write(path, whole).unwrap();
    assert!(!is_damaged(&files, "a", 0, false).await);
}

#[tokio::test]
async fn a_piece_opens_in_its_own_place_alone() {
    let (folder, place) = Place::folder().await;
    let (first, _, files) = place.export(1).await;
    let (second, _, others) = place.export(1).await;
    let root = folder.path().join("exports");
    let paths = || {
        let all = all_files(&root);
        let of = |id: &str| {
            let mine = all.iter().filter(|path| path.starts_with(root.join(id)));
            mine.cloned().collect::<Vec<_>>()
        };
        (of(&first.to_string()), of(&second.to_string()))
    };
    // Another number, and whether it is the last.
    kept(&files, "a", 0, false, "first").await;
    kept(&files, "a", 1, false, "second").await;
    kept(&files, "a", 2, true, "").await;
    let (mine, _) = paths();
    fs::rename(&mine[0], root.join("aside")).unwrap();
    fs::rename(&mine[1], &mine[0]).unwrap();
    fs::rename(root.join("aside"), &mine[1]).unwrap();
    assert!(is_damaged(&files, "a", 0, false).await);
    assert!(is_damaged(&files, "a", 1, false).await);
    // The last one taken for one in the middle, and the other way round.
    assert!(is_damaged(&files, "a", 2, false).await);
    kept(&files, "a", 1, false, "second").await;
    assert!(is_damaged(&files, "a", 1, true).await);
    assert!(!is_damaged(&files, "a", 1, false).await);
    // Another file of the export, and another export of the same person.
    files.remove("a").await.unwrap();
    kept(&files, "a", 0, true, "of a").await;
    let of_a = paths().0[0].clone();
    kept(&files, "b", 0, true, "of b").await;
    let of_b = paths().0.into_iter().find(|path| *path != of_a).unwrap();
    fs::copy(&of_a, &of_b).unwrap();
    assert!(is_damaged(&files, "b", 0, true).await);
    kept(&others, "a", 0, true, "of another export").await;
    fs::copy(&of_a, &paths().1[0]).unwrap();
    assert!(is_damaged(&others, "a", 0, true).await);
}

#[tokio::test]
async fn a_key_opens_its_own_export_alone_and_on_the_record() {
    let (_folder, place) = Place::folder().await;
    let (id, key, _) = place.export(1).await;
    let (other, ..) = place.export(1).await;
    assert_eq!(place.world.audited(&Action::ExportOpened).len(), 2);
    for (person, id) in [(2, id), (1, other)] {
        let opened = place
            .exports
            .open(&owner(person), id, &key, &access())
            .await;
        let error = opened.err().unwrap();
        let is_tampered = matches!(error, ExportFilesError::Vault(VaultError::Tampered));
        assert!(is_tampered, "{error}");
    }
    assert_eq!(place.world.audited(&Action::SealBroken).len(), 2);
    // A rotated key does not touch the pieces.
    place.node.rotate().await;
    let opened = place.exports.open(&owner(1), id, &key, &access()).await;
    assert!(opened.is_ok());
}
