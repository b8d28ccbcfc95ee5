//! A dialog in memory, and what goes wrong with it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::device::Device;
use sesame_domain::export::{ExportChoice, LookBack};
use sesame_domain::ids::{AccountId, Fence, Owner, PersonId, SessionId};
use sesame_domain::ports::{ReadMedia, ReadRecords};
use sesame_domain::random::SystemEntropy;
use sesame_domain::reading::{
    AttachedFile, DocumentRecord, FileKey, FileKind, FileLocation, FilePart, FileRole, HistoryFrom,
    HistoryQuery, MediaFile, MediaKind, MessageRecord, PeerRecord, PhoneFormat, ReadError,
    RecordFlags, RecordPage, RemoteFile,
};
use sesame_domain::session::SessionClaim;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_work::export::{Tally, TimeZone};
use sesame_work::exporter::{
    ExportFolder, ExportObserver, ExportPorts, ExportProgress, ExportStopped, Exported, Exporter,
    Rendering, TargetError,
};

use crate::takeouts::TestTakeouts;
use crate::words::Names;

pub(crate) const DIALOG: PeerId = PeerId::User(2);
const ME: i64 = 1;
/// The custom emoji in the fifth message.
const EMOJI: i64 = 555;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// How many bytes a file in the dialog has: some have several parts.
pub(crate) fn size(id: i64) -> u64 {
    match id {
        EMOJI => 900,
        id => id.unsigned_abs() * 2_503,
    }
}

/// What a file in the dialog has.
pub(crate) fn content(id: i64) -> Vec<u8> {
    slice(id, 0..size(id))
}

fn slice(id: i64, bytes: Range<u64>) -> Vec<u8> {
    let byte = |at: u64| (at * 31 + at / 251 + id.unsigned_abs() * 7).to_le_bytes()[0];
    bytes.map(byte).collect()
}

/// What goes wrong.
#[derive(Default)]
pub(crate) struct Faults {
    /// These files fail so often.
    pub(crate) failing: HashMap<i64, u32>,
    /// These are gone.
    pub(crate) gone: Vec<i64>,
    /// Parts of these come short.
    pub(crate) short: Vec<i64>,
    /// Calls from this one on are answered with a flood; it is then over.
    pub(crate) flood_at: Option<u32>,
    /// What the next calls are answered with, in turn.
    pub(crate) errors: VecDeque<ReadError>,
    /// They come after so many calls that are answered.
    pub(crate) fail_after: usize,
    /// Pages with this message are refused.
    pub(crate) unreadable: Option<i32>,
    /// How telephone numbers are written is refused.
    pub(crate) no_formats: bool,
}

/// A dialog in memory.
#[derive(Default)]
pub(crate) struct Dialog {
    pub(crate) messages: Mutex<BTreeMap<i32, MessageRecord>>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) calls: AtomicU32,
    /// How often it was asked how telephone numbers are written.
    pub(crate) formats_asked: AtomicU32,
}

impl Dialog {
    /// One with so many messages, a file in every seventh and an emoji in one.
    pub(crate) fn of(messages: i32) -> Arc<Self> {
        let dialog = Self::default();
        for id in 1..=messages {
            dialog.say(id);
        }
        Arc::new(dialog)
    }

    /// Another message.
    pub(crate) fn say(&self, id: i32) {
        let mut record = message(id, &format!("message {id}"));
        if id % 7 == 0 {
            attach(&mut record, i64::from(id));
        }
        if id == 5 {
            record.custom_emoji = vec![EMOJI];
        }
        self.put(record);
    }

    pub(crate) fn put(&self, record: MessageRecord) {
        self.messages.lock().unwrap().insert(record.id, record);
    }

    /// A message says something else now.
    pub(crate) fn edit(&self, id: i32, text: &str) {
        let mut record = message(id, text);
        let edited = at(500_000 + i64::from(id));
        record.edited_at = Some(edited);
        let date = format!(r#""edit_date":{},"message""#, edited.timestamp());
        record.json = record.json.replace(r#""message":"#, &format!("{date}:"));
        self.put(record);
    }

    /// A message is not there any more.
    pub(crate) fn delete(&self, id: i32) {
        self.messages.lock().unwrap().remove(&id);
    }

    fn call(&self) -> Result<(), ReadError> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let mut faults = self.faults.lock().unwrap();
        if faults.flood_at.is_some_and(|at| call >= at) {
            faults.flood_at = None;
            return Err(ReadError::Flood { until: at(99) });
        }
        if faults.fail_after > 0 {
            faults.fail_after -= 1;
            return Ok(());
        }
        match faults.errors.pop_front() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    pub(crate) fn page(
        &self,
        records: Vec<MessageRecord>,
        next: Option<HistoryFrom>,
    ) -> RecordPage {
        RecordPage {
            records,
            peers: vec![bob()],
            next,
            total: u32::try_from(self.messages.lock().unwrap().len()).unwrap(),
            pts: None,
            claim: SessionClaim {
                session: account().session,
                fence: Fence(1),
            },
        }
    }
}

pub(crate) fn message(id: i32, text: &str) -> MessageRecord {
    let date = 1_800_000_000 + i64::from(id);
    MessageRecord {
        id,
        at: Some(at(i64::from(id))),
        edited_at: None,
        json: format!(
            r#"{{"_":"message","id":{id},"from_id":{{"_":"peerUser","user_id":2}},"peer_id":{{"_":"peerUser","user_id":2}},"date":{date},"message":"{text}"}}"#
        ),
        sender: Some(PeerId::User(if id % 3 == 0 { ME } else { 2 })),
        album: None,
        files: Vec::new(),
        custom_emoji: Vec::new(),
        flags: RecordFlags::default(),
    }
}

/// Attaches a document.
pub(crate) fn attach(record: &mut MessageRecord, id: i64) {
    let size = size(id);
    let media = format!(
        r#","media":{{"_":"messageMediaDocument","document":{{"_":"document","id":{id},"date":1800000000,"mime_type":"text/plain","size":{size},"dc_id":2,"attributes":[{{"_":"documentAttributeFilename","file_name":"note.txt"}}]}}}}}}"#
    );
    record.json.pop();
    record.json.push_str(&media);
    record.files.push(AttachedFile {
        role: FileRole::Main,
        file: document(id, MediaKind::Document),
    });
}

fn document(id: i64, kind: MediaKind) -> MediaFile {
    MediaFile {
        location: FileLocation {
            id,
            kind: FileKind::Document,
            access_hash: 1,
            reference: b"now".to_vec(),
            dc: 2,
        },
        kind,
        size: size(id),
        name: Some("note.txt".to_owned()),
        mime_type: "text/plain".to_owned(),
        at: at(0),
        dimensions: None,
        seconds: None,
        emoji: None,
        is_spoiler: false,
    }
}

pub(crate) fn bob() -> PeerRecord {
    PeerRecord {
        first_name: "Bob".to_owned(),
        ..PeerRecord::nameless(DIALOG)
    }
}

pub(crate) fn account() -> Account {
    Account {
        id: AccountId::generate(&SystemEntropy, at(0)),
        owner: Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(ME),
        },
        profile: Profile {
            name: "Ann".to_owned(),
            username: None,
        },
        session: SessionId::generate(&SystemEntropy, at(0)),
        device: Device {
            model: "a test".to_owned(),
            system_version: String::new(),
            app_version: String::new(),
            app_name: String::new(),
        },
        health: Health::Alive,
        linked_at: at(0),
        checked_at: at(0),
        used_at: at(0),
    }
}

#[async_trait]
impl ReadRecords for Dialog {
    async fn records(&self, _: &Account, query: &HistoryQuery) -> Result<RecordPage, ReadError> {
        tokio::task::yield_now().await;
        self.call()?;
        let limit = usize::try_from(query.limit).unwrap();
        let messages = self.messages.lock().unwrap();
        let after = match query.from {
            HistoryFrom::After(after) => after,
            // Looked at before it is read, from the oldest on.
            HistoryFrom::Newest => {
                let newest: Vec<_> = messages.values().rev().take(limit).cloned().collect();
                drop(messages);
                return Ok(self.page(newest, None));
            }
            HistoryFrom::Until(moment) => {
                let earlier = messages.values().rev();
                let earlier = earlier.filter(|it| it.at.is_some_and(|at| at < moment));
                let earlier: Vec<_> = earlier.take(limit).cloned().collect();
                drop(messages);
                return Ok(self.page(earlier, None));
            }
            from @ HistoryFrom::Before(_) => panic!("{from:?}: read from the oldest on"),
        };
        let page: Vec<_> = messages.range(after + 1..).take(limit).collect();
        let records: Vec<_> = page.into_iter().map(|(_, record)| record.clone()).collect();
        drop(messages);
        let unreadable = self.faults.lock().unwrap().unreadable;
        if records.iter().any(|record| Some(record.id) == unreadable) {
            return Err(ReadError::Refused {
                code: 500,
                name: "MSG_BROKEN".to_owned(),
            });
        }
        let is_full = records.len() == limit;
        let next = records.last().filter(|_| is_full);
        let next = next.map(|record| HistoryFrom::After(record.id));
        Ok(self.page(records, next))
    }

    async fn records_named(
        &self,
        _: &Account,
        _: PeerId,
        ids: &[i32],
    ) -> Result<RecordPage, ReadError> {
        tokio::task::yield_now().await;
        self.call()?;
        let messages = self.messages.lock().unwrap();
        let named = ids.iter().rev().filter_map(|id| messages.get(id).cloned());
        let named = named.collect();
        drop(messages);
        Ok(self.page(named, None))
    }

    async fn custom_emoji(
        &self,
        _: &Account,
        ids: &[i64],
    ) -> Result<Vec<DocumentRecord>, ReadError> {
        self.call()?;
        let found = ids
            .iter()
            .filter(|id| **id == EMOJI)
            .map(|&id| DocumentRecord {
                id,
                json: format!(
                    r#"{{"_":"document","id":{id},"mime_type":"image/webp","size":900}}"#
                ),
                file: document(id, MediaKind::Sticker),
            });
        Ok(found.collect())
    }

    async fn earlier_group(&self, _: &Account, _: PeerId) -> Result<Option<PeerId>, ReadError> {
        self.call()?;
        Ok(None)
    }

    async fn phone_formats(&self, _: &Account) -> Result<Vec<PhoneFormat>, ReadError> {
        tokio::task::yield_now().await;
        self.formats_asked.fetch_add(1, Ordering::SeqCst);
        if self.faults.lock().unwrap().no_formats {
            return Err(ReadError::Flood { until: at(99) });
        }
        Ok(vec![PhoneFormat {
            code: "49".to_owned(),
            prefixes: vec![String::new()],
            patterns: vec!["XXX XXXXX".to_owned()],
        }])
    }
}

#[async_trait]
impl ReadMedia for Dialog {
    async fn part(
        &self,
        _: &Account,
        file: &mut RemoteFile,
        offset: u64,
        length: u32,
    ) -> Result<FilePart, ReadError> {
        tokio::task::yield_now().await;
        self.call()?;
        let id = file.location.id;
        let mut faults = self.faults.lock().unwrap();
        if faults.gone.contains(&id) {
            return Err(ReadError::FileReferenceExpired);
        }
        if let Some(times) = faults.failing.get_mut(&id).filter(|times| **times > 0) {
            *times -= 1;
            return Err(ReadError::Temporary("it fails".to_owned()));
        }
        let is_short = faults.short.contains(&id);
        drop(faults);
        let to = (offset + u64::from(length)).min(size(id));
        let to = if is_short { to.saturating_sub(1) } else { to };
        Ok(FilePart {
            bytes: slice(id, offset..to),
        })
    }
}

/// Remembers nothing.
pub(crate) struct NoOne;

impl ExportObserver for NoOne {
    fn so_far(&self, progress: ExportProgress) {
        assert!(progress.files + progress.missing <= progress.of_files);
    }
}

/// How what people open is written here.
pub(crate) fn rendering() -> Rendering {
    Rendering {
        zone: TimeZone::utc(),
        words: Arc::new(Names),
        now: at(1_000_000),
    }
}

/// Exports to a folder until it stops, looking for nothing that was changed.
pub(crate) async fn export_with(
    dialog: &Arc<Dialog>,
    folder: &ExportFolder,
    choice: ExportChoice,
) -> Result<Exported, ExportStopped> {
    export_back(dialog, folder, choice, LookBack::NONE).await
}

/// Exports to a folder until it stops, looking back.
pub(crate) async fn export_back(
    dialog: &Arc<Dialog>,
    folder: &ExportFolder,
    choice: ExportChoice,
    back: LookBack,
) -> Result<Exported, ExportStopped> {
    let ports = ExportPorts {
        records: Arc::clone(dialog) as _,
        media: Arc::clone(dialog) as _,
        takeouts: TestTakeouts::of(dialog),
        layer: 222,
    };
    let account = account();
    let exporter = Exporter::open(&ports, &account, folder, &NoOne, bob(), choice).await?;
    let mut exporter = exporter.looking_back(back, at(900_000));
    let done = exporter.run().await;
    let state = exporter.state().clone();
    drop(exporter);
    let done = done?;
    folder.render(state, rendering()).await?;
    Ok(done)
}

pub(crate) async fn export(
    dialog: &Arc<Dialog>,
    folder: &ExportFolder,
) -> Result<Exported, ExportStopped> {
    export_with(dialog, folder, ExportChoice::default()).await
}

/// Puts an export together once more; what it holds.
pub(crate) async fn rendered(dialog: &Arc<Dialog>, folder: &ExportFolder) -> Tally {
    let ports = ExportPorts {
        records: Arc::clone(dialog) as _,
        media: Arc::clone(dialog) as _,
        takeouts: TestTakeouts::of(dialog),
        layer: 222,
    };
    let account = account();
    let choice = ExportChoice::default();
    let exporter = Exporter::open(&ports, &account, folder, &NoOne, bob(), choice).await;
    let state = exporter.unwrap().state().clone();
    folder.render(state, rendering()).await.unwrap()
}

/// The folder, once whoever was at it has let go.
pub(crate) async fn opened(path: &std::path::Path) -> ExportFolder {
    loop {
        match ExportFolder::open(path) {
            Ok(folder) => return folder,
            Err(TargetError::Busy) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Every file that people see, with its content.
pub(crate) fn seen(root: &std::path::Path) -> BTreeMap<String, Vec<u8>> {
    let mut seen = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".sesame") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().display().to_string();
            seen.insert(name, std::fs::read(path).unwrap());
        }
    }
    seen
}

pub(crate) fn key(id: i64) -> FileKey {
    FileKey::Document(id)
}
