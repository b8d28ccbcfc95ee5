//! A chat with a message of every kind that Telegram has, as records: written by
//! hand after the schema, in `golden/`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use sesame_domain::reading::{FileKey, PeerMark, PeerRecord, PhoneFormat};
use sesame_domain::session::peer::PeerId;
use sesame_work::export::{
    Converted, Converter, EmojiBook, ExportedChat, FileState, KeptFile, LeftOut, PeerBook,
    PhonePatterns, ResultWriter, Surroundings, TimeZone,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/golden")
}

/// What the chat is made of. It stands in the code, so that tests elsewhere can have
/// it too.
pub(crate) fn golden(name: &str) -> &'static str {
    match name {
        "messages.jsonl" => include_str!("golden/messages.jsonl"),
        "peers.jsonl" => include_str!("golden/peers.jsonl"),
        "emoji.jsonl" => include_str!("golden/emoji.jsonl"),
        other => panic!("no part of the chat: {other}"),
    }
}

/// The files of the fixture that are there; the others are not, for each reason.
pub(crate) fn files() -> HashMap<FileKey, FileState> {
    let mut files = HashMap::new();
    let photos = [101, 103, 105, 106, 110, 111, 120, 121, 130, 131, 132];
    let documents = (201..=217).chain(301..=304).chain([401, 901]);
    let keys = photos.map(FileKey::Photo).into_iter();
    let keys = keys.chain(documents.map(FileKey::Document));
    for key in keys.chain([201, 210].map(FileKey::Thumbnail)) {
        let kept = KeptFile {
            size: 5,
            sha256: [7; 32],
            crc32: 7,
        };
        files.insert(key, FileState::Kept(kept));
    }
    for (key, why) in [
        (FileKey::Photo(102), LeftOut::Kind),
        (FileKey::Document(203), LeftOut::Size),
        (FileKey::Document(205), LeftOut::Failed),
        (FileKey::Thumbnail(210), LeftOut::Gone),
        (FileKey::Document(302), LeftOut::Size),
        (FileKey::Document(303), LeftOut::Date),
        (FileKey::Document(304), LeftOut::Kind),
    ] {
        files.insert(key, FileState::LeftOut(why));
    }
    files
}

pub(crate) fn peers() -> PeerBook {
    let peers = golden("peers.jsonl");
    let peers = peers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    peers.collect()
}

/// A zone of which the clocks change within the fixture.
pub(crate) fn zone() -> TimeZone {
    TimeZone::changing("Test/Zone", vec![(0, 3600), (1_800_004_000, 7200)])
}

pub(crate) fn around(files: &HashMap<FileKey, FileState>) -> Surroundings<'_> {
    let mut emoji = EmojiBook::default();
    golden("emoji.jsonl")
        .lines()
        .for_each(|line| emoji.add_line(line));
    let peers = peers();
    Surroundings {
        chat: ExportedChat {
            peer: peers.find(PeerId::Channel(5)).unwrap().clone(),
            me: 1,
            earlier: None,
        },
        peers,
        emoji,
        files,
        zone: zone(),
        phones: PhonePatterns(vec![PhoneFormat {
            code: "7".to_owned(),
            prefixes: vec![String::new()],
            patterns: vec!["XXX XXX XXXX".to_owned()],
        }]),
    }
}

/// Someone's private chat with one other person.
pub(crate) fn private(files: &HashMap<FileKey, FileState>) -> Surroundings<'_> {
    let ben = PeerRecord {
        first_name: "Ben".to_owned(),
        last_name: "Ray".to_owned(),
        ..PeerRecord::nameless(PeerId::User(2))
    };
    let ann = PeerRecord {
        first_name: "Ann".to_owned(),
        marks: vec![PeerMark::Own],
        ..PeerRecord::nameless(PeerId::User(1))
    };
    Surroundings {
        chat: ExportedChat {
            peer: ben.clone(),
            me: 1,
            earlier: None,
        },
        peers: [ben, ann].into_iter().collect(),
        emoji: EmojiBook::default(),
        files,
        zone: TimeZone::utc(),
        phones: PhonePatterns::default(),
    }
}

pub(crate) fn convert(around: &Surroundings<'_>, lines: &str) -> Vec<Converted> {
    let mut converter = Converter::new(around);
    let messages = lines.lines().map(|line| converter.convert(line).unwrap());
    messages.collect()
}

/// `result.json` of these lines.
pub(crate) fn result(around: &Surroundings<'_>, lines: &str) -> String {
    let mut writer = ResultWriter::start(Vec::new(), &around.chat).unwrap();
    for message in convert(around, lines) {
        writer.message(&message).unwrap();
    }
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

/// Compares with a file of `golden/`. What differs is put beside it, to be looked
/// at, and taken over by renaming it.
pub(crate) fn assert_golden(name: &str, made: &str) {
    assert_like(&folder(), name, made);
}

/// The same, of another folder.
pub(crate) fn assert_like(folder: &Path, name: &str, made: &str) {
    let golden = fs::read_to_string(folder.join(name)).unwrap_or_default();
    if golden == made {
        return;
    }
    let beside = folder.join(format!("{name}.new"));
    fs::write(&beside, made).unwrap();
    let line = golden
        .lines()
        .zip(made.lines())
        .position(|(one, other)| one != other);
    panic!("{name} differs from line {line:?} on: {}", beside.display());
}
