//! The job that makes copies on the server, over a real database.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::audit::Access;
use sesame_domain::export::{Export, ExportChoice, ExportRun, ExportWay};
use sesame_domain::ids::{ExportId, JobId, Owner};
use sesame_domain::job::{Job, JobAccess, JobState, Outcome};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{
    ExportArchives as _, ExportBegin, ExportFiles, ExportFilesError, ExportRequests as _,
    ExportStore, ExportTerms, Exports as _, Jobs as _, Outbox as _, ReadDialogs, TokenKeys,
};
use sesame_domain::progress::Unit;
use sesame_domain::random::SystemEntropy;
use sesame_domain::reading::{self, DialogPage, DialogQuery, PeerPhoto, PeerProfile, ReadError};
use sesame_domain::sealed::Sealed;
use sesame_domain::session::peer::PeerId;
use sesame_work::exporter::{Archives, ExportPorts};
use sesame_work::jobs::{EndTakeoutPorts, ExportJobPorts};
use sesame_work::{ExportUpkeep, Maintenance, ServerExports, by_job, jobs};

use crate::dialog::{DIALOG, Dialog};
use crate::sealed::{Files, unpacked, whole};
use crate::stores::{Stores, TestRunner, tenant};
use crate::takeouts::TestTakeouts;
use crate::words::Names;

pub(crate) const ROOM: u64 = 1 << 30;

#[derive(Debug)]
struct Keys;

impl TokenKeys for Keys {
    fn mac(&self, _: &'static str, _: &[u8]) -> [u8; 32] {
        [7; 32]
    }
}

/// Exports in memory.
#[derive(Default)]
struct Places(Mutex<HashMap<ExportId, Arc<Files>>>);

#[async_trait]
impl ExportStore for Places {
    async fn new_key(
        &self,
        _: &Owner,
        id: ExportId,
        _: &Access,
    ) -> Result<Sealed, ExportFilesError> {
        Ok(key(id))
    }

    async fn open(
        &self,
        _: &Owner,
        id: ExportId,
        sealed: &Sealed,
        _: &Access,
    ) -> Result<Arc<dyn ExportFiles>, ExportFilesError> {
        assert_eq!(*sealed, key(id));
        let mut places = self.0.lock().unwrap();
        let files = Arc::clone(places.entry(id).or_default());
        Ok(files)
    }

    async fn remove(&self, id: ExportId) -> Result<(), ExportFilesError> {
        self.0.lock().unwrap().remove(&id);
        Ok(())
    }
}

/// No list: the session has met everyone.
pub(crate) struct NoDialogs;

#[async_trait]
impl ReadDialogs for NoDialogs {
    async fn dialogs(&self, _: &Account, _: &DialogQuery) -> Result<DialogPage, ReadError> {
        Err(ReadError::NoAccess)
    }

    async fn dialogs_named(
        &self,
        _: &Account,
        _: &[PeerId],
    ) -> Result<Vec<reading::Dialog>, ReadError> {
        Err(ReadError::NoAccess)
    }

    async fn resolve(&self, _: &Account, _: &str) -> Result<PeerProfile, ReadError> {
        Err(ReadError::NoSuchName)
    }

    async fn photo(&self, _: &Account, _: PeerId, _: PeerPhoto) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::NoAccess)
    }
}

fn key(id: ExportId) -> Sealed {
    Sealed {
        key_id: "k1".into(),
        wrapped_key: vec![1],
        ciphertext: id.as_uuid().as_bytes().to_vec(),
    }
}

pub(crate) struct World {
    pub(crate) stores: Stores,
    places: Arc<Places>,
    pub(crate) dialog: Arc<Dialog>,
    pub(crate) takeouts: Arc<TestTakeouts>,
    pub(crate) account: Account,
    room: u64,
}

impl World {
    pub(crate) async fn with(messages: i32, room: u64) -> Self {
        let stores = Stores::new().await;
        stores.database.set_audit_keys(Arc::new(Keys));
        let account = stores.link(1).await;
        let dialog = Dialog::of(messages);
        Self {
            stores,
            places: Arc::default(),
            takeouts: TestTakeouts::of(&dialog),
            dialog,
            account,
            room,
        }
    }

    pub(crate) fn node(&self) -> TestRunner {
        self.node_with(&[])
    }

    /// What sees to those that are kept.
    pub(crate) fn upkeep(&self) -> ExportUpkeep {
        let database = &self.stores.database;
        ExportUpkeep {
            exports: Arc::new(database.exports()),
            renewals: Arc::new(database.export_renewals()),
            store: Arc::clone(&self.places) as _,
            entropy: Arc::new(SystemEntropy),
            kept: TimeDelta::days(7),
            origin: "a test".to_owned(),
        }
    }

    /// A node that does this, too.
    pub(crate) fn node_with(&self, maintenance: &[Arc<dyn Maintenance>]) -> TestRunner {
        let database = &self.stores.database;
        let end = jobs::end_takeout(EndTakeoutPorts {
            jobs: Arc::new(database.jobs()),
            accounts: Arc::new(database.accounts()),
            takeouts: Arc::clone(&self.takeouts) as _,
        });
        let mut handlers = by_job(maintenance);
        handlers.push(end);
        handlers.push(jobs::export(ExportJobPorts {
            exports: Arc::new(database.exports()),
            store: Arc::clone(&self.places) as _,
            accounts: Arc::new(database.accounts()),
            dialogs: Arc::new(NoDialogs),
            read: ExportPorts {
                records: Arc::clone(&self.dialog) as _,
                media: Arc::clone(&self.dialog) as _,
                takeouts: Arc::clone(&self.takeouts) as _,
                layer: 222,
            },
            jobs: Arc::new(database.jobs()),
            people: Arc::new(database.people()),
            words: |_| Arc::new(Names),
            entropy: Arc::new(SystemEntropy),
            room: self.room,
            kept: TimeDelta::days(7),
        }));
        self.stores.runner(handlers)
    }

    pub(crate) fn requests(&self) -> ServerExports {
        let database = &self.stores.database;
        ServerExports {
            exports: Arc::new(database.exports()),
            renewals: Arc::new(database.export_renewals()),
            store: Arc::clone(&self.places) as _,
            jobs: Arc::new(database.jobs()),
            counts: Arc::clone(&self.dialog) as _,
            dialogs: Arc::new(NoDialogs),
            signals: self.stores.coordination.signals(),
            clock: Arc::clone(&self.stores.clock) as _,
            entropy: Arc::new(SystemEntropy),
            room: self.room,
            kept: TimeDelta::days(7),
            origin: "a test".to_owned(),
        }
    }

    pub(crate) async fn ask(&self) -> (ExportId, JobId) {
        self.ask_by(ExportWay::Ordinary).await
    }

    pub(crate) async fn ask_by(&self, way: ExportWay) -> (ExportId, JobId) {
        let choice = ExportChoice::default();
        let run = ExportRun {
            way,
            ..ExportRun::default()
        };
        let asked = self
            .requests()
            .ask(&self.account, DIALOG, choice, run, None)
            .await;
        match asked.unwrap() {
            ExportBegin::Begun { export, job } => (export, job),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        let jobs = self.stores.database.jobs();
        jobs.find(id, &JobAccess::All).await.unwrap().unwrap()
    }

    pub(crate) async fn export(&self, id: ExportId) -> Export {
        let exports = self.stores.database.exports();
        let found = exports.find(id, &self.account.owner).await;
        found.unwrap().unwrap()
    }

    /// What is fetched, but for when it was made.
    pub(crate) async fn fetched(&self, id: ExportId) -> BTreeMap<String, Vec<u8>> {
        let archives = Archives {
            exports: Arc::new(self.stores.database.exports()),
            store: Arc::clone(&self.places) as _,
        };
        let archive = archives.open(&self.export(id).await).await.unwrap();
        let mut files = unpacked(&whole(&*archive).await);
        assert!(files.remove("manifest.json").is_some());
        files
    }
}

pub(crate) fn outcome(job: &Job) -> &Outcome {
    let JobState::Ended { outcome, .. } = &job.state else {
        panic!("{job:?}")
    };
    outcome
}

#[tokio::test]
async fn a_copy_is_made_and_its_owner_told_and_asking_again_adds_what_is_new() {
    let world = World::with(120, ROOM).await;
    let (export, job) = world.ask().await;
    assert_eq!(world.ask().await, (export, job));
    world.node().look().await;
    let done = world.job(job).await;
    let report = Outcome::Done {
        report: "120 messages and 17 files".to_owned(),
    };
    assert_eq!(*outcome(&done), report);
    let progress = done.progress.unwrap();
    assert_eq!((progress.done, progress.unit), (120, Unit::Messages));
    let made = world.export(export).await.made.unwrap();
    assert_eq!((made.messages, made.files, made.missing), (120, 17, 0));
    let (now, outbox) = (world.stores.now(), world.stores.database.outbox());
    let told = outbox.take(&tenant(), now, now, 9).await.unwrap();
    let ready = NoticeKind::ExportReady {
        messages: 120,
        missing: 0,
    };
    assert_eq!(told.iter().map(|it| &it.kind).collect::<Vec<_>>(), [&ready]);
    world.dialog.say(121);
    world.dialog.edit(3, "said anew");
    world.dialog.delete(4);
    let (again, job) = world.ask().await;
    assert_eq!(again, export);
    world.node().look().await;
    assert!(matches!(
        outcome(&world.job(job).await),
        Outcome::Done { .. }
    ));
    assert_eq!(world.export(export).await.made.unwrap().messages, 121);
    let files = world.fetched(export).await;
    let result = String::from_utf8(files["result.json"].clone()).unwrap();
    assert!(result.contains("message 121") && result.contains("said anew"));
    assert!(!result.contains("message 3\"") && result.contains("message 4\""));
    let lines = String::from_utf8(files["messages.jsonl"].clone()).unwrap();
    let deleted: Vec<_> = lines.lines().filter(|it| it.contains("deleted")).collect();
    let noticed = world.stores.now().timestamp();
    assert_eq!(
        deleted,
        [format!("{{\"v\":2,\"id\":4,\"deleted\":{noticed}}}")]
    );
}

/// The node that was only slow goes on meanwhile, as one that was frozen does.
#[tokio::test]
async fn the_latest_job_of_each_dialog_is_known_and_how_much_room_is_left() {
    let world = World::with(12, ROOM).await;
    let (requests, owner) = (world.requests(), &world.account.owner);
    let terms = requests.terms(owner).await.unwrap();
    assert_eq!(
        (terms.room, terms.taken, terms.kept),
        (ROOM, 0, TimeDelta::days(7))
    );
    let (export, first) = world.ask().await;
    world.node().look().await;
    let later = || world.stores.clock.advance(TimeDelta::seconds(1));
    later();
    let other = PeerId::Channel(4_711);
    let (choice, run) = (ExportChoice::default(), ExportRun::default());
    let asked = requests.ask(&world.account, other, choice, run, None);
    asked.await.unwrap();
    let latest = async || {
        let jobs = requests.jobs(owner, world.account.id).await.unwrap();
        jobs.into_iter()
            .map(|(dialog, job)| (dialog, job.id))
            .collect::<Vec<_>>()
    };
    let known = latest().await;
    assert_eq!(
        (known.len(), known[0].0, known[1]),
        (2, other, (DIALOG, first))
    );
    later();
    let (_, again) = world.ask().await;
    assert_ne!(again, first);
    let known = latest().await;
    assert_eq!((known.len(), known[0]), (2, (DIALOG, again)));
    let terms = requests.terms(owner).await.unwrap();
    assert_eq!(terms.taken, world.export(export).await.bytes);
    assert!(terms.taken > 0 && terms.has_room());
    assert!(
        !ExportTerms {
            room: terms.taken,
            ..terms
        }
        .has_room()
    );
}

#[tokio::test]
async fn another_node_goes_on_when_one_is_gone_and_comes_to_the_same() {
    let (undisturbed, world) = (World::with(400, ROOM).await, World::with(400, ROOM).await);
    let (export, _) = undisturbed.ask().await;
    undisturbed.node().look().await;
    let expected = undisturbed.fetched(export).await;
    let (export, job) = world.ask().await;
    let one = world.node();
    one.begin().await;
    for _ in 0..400 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(
        world.job(job).await.state,
        JobState::Running { .. }
    ));
    world.stores.clock.advance(TimeDelta::seconds(5));
    let two = world.node();
    two.look().await;
    let done = world.job(job).await;
    assert!(matches!(outcome(&done), Outcome::Done { .. }), "{done:?}");
    assert!(done.fence.0 > 1, "{done:?}");
    one.runner.idle().await;
    assert!(world.fetched(export).await == expected);
}

#[tokio::test]
async fn a_file_that_does_not_come_is_missing_and_is_tried_again_when_asked() {
    let world = World::with(30, ROOM).await;
    world.dialog.faults.lock().unwrap().failing.insert(14, 3);
    let (export, job) = world.ask().await;
    world.node().look().await;
    let done = world.job(job).await;
    assert!(
        matches!(outcome(&done), Outcome::Incomplete { missing: 1, .. }),
        "{done:?}"
    );
    assert_eq!(world.export(export).await.made.unwrap().missing, 1);
    let (_, job) = world.ask().await;
    world.node().look().await;
    assert!(matches!(
        outcome(&world.job(job).await),
        Outcome::Done { .. }
    ));
    assert_eq!(world.export(export).await.made.unwrap().missing, 0);
}

#[tokio::test]
async fn more_than_a_person_may_have_is_not_kept_and_said_by_its_code() {
    let world = World::with(100, 20_000).await;
    let (export, job) = world.ask().await;
    world.node().look().await;
    let done = world.job(job).await;
    let Outcome::Failed(cause) = outcome(&done) else {
        panic!("{done:?}")
    };
    assert_eq!(cause.code.as_str(), "quota_exceeded");
    let export = world.export(export).await;
    assert!(export.bytes > 0 && export.bytes <= 20_000, "{export:?}");
    assert_eq!(export.made, None);
}

#[tokio::test]
async fn removing_a_copy_that_is_being_made_ends_its_job() {
    let world = World::with(400, ROOM).await;
    let (export, job) = world.ask().await;
    let node = world.node();
    node.begin().await;
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    let owner = &world.account.owner;
    assert!(world.requests().remove(owner, export).await.unwrap());
    node.look().await;
    // A step that was under way may meet that it is gone before it hears of the end.
    world.stores.clock.advance(TimeDelta::minutes(1));
    node.look().await;
    let done = world.job(job).await;
    let is_over = match outcome(&done) {
        Outcome::Cancelled { .. } => true,
        Outcome::Failed(cause) => cause.code.as_str() == "export_removed",
        _ => false,
    };
    assert!(is_over, "{done:?}");
    let key = world.stores.database.exports().key(export).await;
    assert_eq!(key.unwrap(), None);
    let gone = world.requests().remove(owner, export).await.unwrap();
    assert!(!gone);
}
