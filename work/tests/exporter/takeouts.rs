//! Takeouts of a dialog in memory, and how copies on the server are read in them.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::export::{ExportWay, LookBack};
use sesame_domain::ids::{ExportId, JobId};
use sesame_domain::job::{Job, JobAccess, JobKind, JobState, Outcome, WaitReason};
use sesame_domain::page::Page;
use sesame_domain::ports::{
    ExportBegin, ExportRequests as _, Exports as _, InTakeout, JobFilter, Jobs as _, ReadMedia,
    ReadRecords, Takeouts,
};
use sesame_domain::reading::{
    DocumentRecord, FilePart, HistoryQuery, PhoneFormat, ReadError, RecordPage, RemoteFile,
    TakeoutChats, TakeoutFiles, TakeoutId, TakeoutRefusal, TakeoutScope,
};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use crate::dialog::{DIALOG, Dialog};
use crate::server::{ROOM, World, outcome};

/// What became of takeouts.
#[derive(Default)]
pub(crate) struct Log {
    /// Until then, a new one has to be allowed.
    delay: Option<Timestamp>,
    begun: Vec<TakeoutScope>,
    ended: Vec<(usize, bool)>,
    /// How many calls were made inside, of each.
    inside: Vec<u32>,
    /// After so many calls inside another one is begun elsewhere.
    over_after: Option<u32>,
    /// None can be ended.
    no_ends: bool,
}

impl Log {
    fn is_open(&self, id: TakeoutId) -> bool {
        let place = usize::try_from(id.0).unwrap();
        let ended = self.ended.iter().any(|(ended, _)| *ended == place);
        place + 1 == self.begun.len() && !ended && self.over_after != Some(0)
    }
}

/// Takeouts of a dialog in memory.
pub(crate) struct TestTakeouts {
    dialog: Arc<Dialog>,
    log: Arc<Mutex<Log>>,
}

impl TestTakeouts {
    pub(crate) fn of(dialog: &Arc<Dialog>) -> Arc<Self> {
        Arc::new(Self {
            dialog: Arc::clone(dialog),
            log: Arc::default(),
        })
    }
}

#[async_trait]
impl Takeouts for TestTakeouts {
    async fn begin(&self, _: &Account, scope: &TakeoutScope) -> Result<TakeoutId, ReadError> {
        tokio::task::yield_now().await;
        let mut log = self.log.lock().unwrap();
        if let Some(until) = log.delay {
            return Err(ReadError::Takeout(TakeoutRefusal::Delay { until }));
        }
        log.over_after = log.over_after.filter(|left| *left > 0);
        log.begun.push(scope.clone());
        log.inside.push(0);
        Ok(TakeoutId(i64::try_from(log.begun.len() - 1).unwrap()))
    }

    async fn finish(&self, _: &Account, id: TakeoutId, is_done: bool) -> Result<(), ReadError> {
        tokio::task::yield_now().await;
        let mut log = self.log.lock().unwrap();
        if log.no_ends {
            return Err(ReadError::NoAnswer("no answer in time".to_owned()));
        }
        if log.is_open(id) {
            log.ended.push((usize::try_from(id.0).unwrap(), is_done));
        }
        Ok(())
    }

    fn inside(&self, id: TakeoutId) -> InTakeout {
        let inside = Arc::new(Inside {
            dialog: Arc::clone(&self.dialog),
            log: Arc::clone(&self.log),
            id,
        });
        InTakeout {
            records: Arc::clone(&inside) as _,
            media: inside,
        }
    }
}

struct Inside {
    dialog: Arc<Dialog>,
    log: Arc<Mutex<Log>>,
    id: TakeoutId,
}

impl Inside {
    fn call(&self) -> Result<(), ReadError> {
        let mut log = self.log.lock().unwrap();
        if !log.is_open(self.id) {
            return Err(ReadError::Takeout(TakeoutRefusal::Over));
        }
        log.inside[usize::try_from(self.id.0).unwrap()] += 1;
        log.over_after = log.over_after.map(|left| left - 1);
        Ok(())
    }
}

#[async_trait]
impl ReadRecords for Inside {
    async fn records(&self, of: &Account, query: &HistoryQuery) -> Result<RecordPage, ReadError> {
        self.call()?;
        self.dialog.records(of, query).await
    }

    async fn records_named(
        &self,
        of: &Account,
        dialog: PeerId,
        ids: &[i32],
    ) -> Result<RecordPage, ReadError> {
        self.call()?;
        self.dialog.records_named(of, dialog, ids).await
    }

    async fn custom_emoji(
        &self,
        of: &Account,
        ids: &[i64],
    ) -> Result<Vec<DocumentRecord>, ReadError> {
        self.call()?;
        self.dialog.custom_emoji(of, ids).await
    }

    async fn earlier_group(&self, of: &Account, it: PeerId) -> Result<Option<PeerId>, ReadError> {
        self.call()?;
        self.dialog.earlier_group(of, it).await
    }

    async fn phone_formats(&self, of: &Account) -> Result<Vec<PhoneFormat>, ReadError> {
        self.call()?;
        self.dialog.phone_formats(of).await
    }
}

#[async_trait]
impl ReadMedia for Inside {
    async fn part(
        &self,
        of: &Account,
        file: &mut RemoteFile,
        offset: u64,
        length: u32,
    ) -> Result<FilePart, ReadError> {
        self.call()?;
        self.dialog.part(of, file, offset, length).await
    }
}

impl World {
    fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.takeouts.log.lock().unwrap()
    }

    /// How those that were begun ended, by their numbers.
    fn ends(&self) -> (usize, Vec<(usize, bool)>) {
        let log = self.log();
        (log.begun.len(), log.ended.clone())
    }

    async fn by_takeout(&self) -> JobId {
        self.ask_by(ExportWay::Takeout).await.1
    }

    /// Has the copy go on by this way, if it is said.
    async fn go_on(&self, way: Option<ExportWay>) -> JobId {
        // The latest job is the one of the latest moment.
        self.stores.clock.advance(TimeDelta::seconds(1));
        let (account, requests) = (&self.account, self.requests());
        let exports = self.stores.database.exports();
        let export = exports.of_dialog(account.id, DIALOG).await;
        let export = export.unwrap().unwrap();
        let asked = requests.go_on(account, &export, way, LookBack::default(), None);
        match asked.await.unwrap() {
            ExportBegin::Begun { job, .. } => job,
            other => panic!("{other:?}"),
        }
    }

    async fn remove(&self, export: ExportId) {
        let requests = self.requests();
        let removed = requests.remove(&self.account.owner, export).await;
        assert!(removed.unwrap());
    }

    /// The jobs that see to the ends of takeouts.
    async fn ending(&self) -> Vec<Job> {
        let access = JobAccess::All;
        let filter = JobFilter {
            kinds: vec![JobKind::END_TAKEOUT],
            ..JobFilter::all(access)
        };
        let jobs = self.stores.database.jobs();
        let page = Page::first(100);
        jobs.list(&filter, page).await.unwrap().rows
    }
}

fn waits_for(job: &Job) -> Option<&WaitReason> {
    match &job.state {
        JobState::Waiting { reason, .. } => Some(reason),
        _ => None,
    }
}

fn failed_with(job: &Job) -> &str {
    match outcome(job) {
        Outcome::Failed(cause) => cause.code.as_str(),
        other => panic!("{other:?}"),
    }
}

fn is_done(job: &Job) -> bool {
    matches!(outcome(job), Outcome::Done { .. })
}

#[tokio::test]
async fn a_copy_by_takeout_is_the_same_as_one_without_and_all_of_it_is_read_inside() {
    let (ordinary, world) = (World::with(230, ROOM).await, World::with(230, ROOM).await);
    let (export, _) = ordinary.ask().await;
    ordinary.node().look().await;
    let expected = ordinary.fetched(export).await;
    let (export, job) = world.ask_by(ExportWay::Takeout).await;
    world.node().look().await;
    assert!(is_done(&world.job(job).await));
    assert!(world.fetched(export).await == expected);
    let Dialog {
        calls,
        formats_asked,
        ..
    } = &*world.dialog;
    let calls = calls.load(Ordering::SeqCst) + formats_asked.load(Ordering::SeqCst);
    {
        let log = world.log();
        // What the dialog is, is asked before: Telegram wants to know its kind.
        assert_eq!(calls - log.inside[0], 1);
        let scope = TakeoutScope {
            chats: vec![TakeoutChats::Private],
            files: TakeoutFiles::Any,
        };
        assert_eq!(log.begun, [scope]);
        assert_eq!(log.ended, [(0, true)]);
    }
    let ending = world.ending().await;
    assert!(
        ending
            .iter()
            .all(|job| matches!(outcome(job), Outcome::Cancelled { .. }))
    );
    assert_eq!(ending.len(), 1);
    // Nothing else was chosen for it: it can be brought up to date by either way.
    let (again, _) = world.ask().await;
    assert_eq!(again, export);
}

#[tokio::test]
async fn telegram_asks_first_and_the_copy_waits_until_it_is_allowed() {
    let world = World::with(60, ROOM).await;
    let node = world.node();
    let until = world.stores.now() + TimeDelta::days(1);
    world.log().delay = Some(until);
    let job = world.by_takeout().await;
    node.look().await;
    let parked = world.job(job).await;
    let JobState::Waiting {
        until: then,
        reason: WaitReason::TakeoutDelay,
        cause: None,
    } = parked.state
    else {
        panic!("{parked:?}")
    };
    assert_eq!((then, parked.attempts), (until, 0));
    node.look().await;
    assert!(waits_for(&world.job(job).await).is_some());
    // They say that they allowed it, and did not.
    assert_eq!(world.go_on(Some(ExportWay::Takeout)).await, job);
    node.look().await;
    let waits = world.job(job).await;
    assert_eq!(waits_for(&waits), Some(&WaitReason::TakeoutDelay));
    world.log().delay = None;
    // Whoever asks without a word does not hurry it.
    assert_eq!(world.go_on(None).await, job);
    node.look().await;
    assert!(waits_for(&world.job(job).await).is_some());
    assert_eq!(world.go_on(Some(ExportWay::Takeout)).await, job);
    node.look().await;
    assert!(is_done(&world.job(job).await));
    assert_eq!(world.ends(), (1, vec![(0, true)]));
}

#[tokio::test]
async fn what_no_one_allows_begins_by_itself_in_the_end() {
    let world = World::with(60, ROOM).await;
    let node = world.node();
    world.log().delay = Some(world.stores.now() + TimeDelta::hours(2));
    let job = world.by_takeout().await;
    node.look().await;
    world.stores.clock.advance(TimeDelta::hours(2));
    world.log().delay = None;
    node.look().await;
    assert!(is_done(&world.job(job).await));
    assert_eq!(world.ends(), (1, vec![(0, true)]));
}

#[tokio::test]
async fn who_does_not_want_to_wait_goes_on_without_it() {
    let world = World::with(60, ROOM).await;
    let node = world.node();
    world.log().delay = Some(world.stores.now() + TimeDelta::days(1));
    let waits = world.by_takeout().await;
    node.look().await;
    let job = world.go_on(Some(ExportWay::Ordinary)).await;
    assert_ne!(job, waits);
    let given_up = world.job(waits).await;
    assert!(matches!(outcome(&given_up), Outcome::Cancelled { .. }));
    node.look().await;
    assert!(is_done(&world.job(job).await));
    assert_eq!(world.ends(), (0, vec![]));
}

#[tokio::test]
async fn one_that_is_over_is_told_and_either_answer_goes_on_where_it_stopped() {
    for way in [ExportWay::Takeout, ExportWay::Ordinary] {
        let world = World::with(400, ROOM).await;
        let node = world.node();
        world.log().over_after = Some(9);
        let job = world.by_takeout().await;
        node.look().await;
        assert_eq!(failed_with(&world.job(job).await), "takeout_over");
        let ending = world.ending().await;
        assert!(
            ending
                .iter()
                .all(|job| matches!(outcome(job), Outcome::Cancelled { .. }))
        );
        let before = world.dialog.calls.load(Ordering::SeqCst);
        assert!(before >= 5, "{before}");
        world.log().over_after = None;
        let job = world.go_on(Some(way)).await;
        node.look().await;
        let done = world.job(job).await;
        assert!(is_done(&done), "{done:?}");
        let expected = match way {
            ExportWay::Takeout => (2, vec![(1, true)]),
            ExportWay::Ordinary => (1, vec![]),
        };
        assert_eq!(world.ends(), expected);
        // Without a word, it goes the way that it went.
        world.dialog.say(401);
        let job = world.go_on(None).await;
        node.look().await;
        assert!(is_done(&world.job(job).await));
        let begun = expected.0 + usize::from(way == ExportWay::Takeout);
        assert_eq!(world.ends().0, begun);
    }
}

/// Has the job's end looked at, as often as it takes.
async fn see_to_ends(world: &World) {
    for _ in 0..4 {
        world.stores.clock.advance(TimeDelta::minutes(2));
        world.node().look().await;
    }
    for job in world.ending().await {
        assert!(matches!(job.state, JobState::Ended { .. }), "{job:?}");
    }
}

#[tokio::test]
async fn it_is_ended_whatever_becomes_of_the_copy() {
    // Too large.
    let world = World::with(100, 20_000).await;
    let job = world.by_takeout().await;
    world.node().look().await;
    assert_eq!(failed_with(&world.job(job).await), "quota_exceeded");
    assert_eq!(world.ends(), (1, vec![(0, false)]));

    // Cancelled while it is read, and Telegram silent at that moment.
    for no_ends in [false, true] {
        let world = World::with(400, ROOM).await;
        world.log().no_ends = no_ends;
        let (export, job) = world.ask_by(ExportWay::Takeout).await;
        let node = world.node();
        node.begin().await;
        while world.log().inside.iter().sum::<u32>() < 3 {
            tokio::task::yield_now().await;
        }
        world.remove(export).await;
        node.look().await;
        if no_ends {
            assert_eq!(world.ends(), (1, vec![]));
            world.log().no_ends = false;
        }
        see_to_ends(&world).await;
        assert!(matches!(world.job(job).await.state, JobState::Ended { .. }));
        assert_eq!(world.ends(), (1, vec![(0, false)]), "{no_ends}");
    }

    // Removed while it waits for the end of a flood.
    let world = World::with(400, ROOM).await;
    let (export, job) = world.ask_by(ExportWay::Takeout).await;
    let until = world.stores.now() + TimeDelta::days(1);
    world.dialog.faults.lock().unwrap().fail_after = 6;
    let flood = ReadError::Flood { until };
    world.dialog.faults.lock().unwrap().errors.push_back(flood);
    world.node().look().await;
    let waits = world.job(job).await;
    assert_eq!(waits_for(&waits), Some(&WaitReason::Flood));
    see_to_ends_not_yet(&world).await;
    world.remove(export).await;
    see_to_ends(&world).await;
    assert_eq!(world.ends(), (1, vec![(0, false)]));
}

/// While the copy's job is not over, it is not ended.
async fn see_to_ends_not_yet(world: &World) {
    for _ in 0..4 {
        world.stores.clock.advance(TimeDelta::minutes(2));
        world.node().look().await;
    }
    assert_eq!(world.ends(), (1, vec![]));
}

#[tokio::test]
async fn another_node_goes_on_in_the_same_one_when_a_node_is_gone() {
    let world = World::with(400, ROOM).await;
    let (export, job) = world.ask_by(ExportWay::Takeout).await;
    let one = world.node();
    one.begin().await;
    while world.log().inside.iter().sum::<u32>() < 8 {
        tokio::task::yield_now().await;
    }
    let running = world.job(job).await.state;
    assert!(matches!(running, JobState::Running { .. }));
    world.stores.clock.advance(TimeDelta::seconds(5));
    let two = world.node();
    // What sees to the end of the takeout may have its turn first.
    for _ in 0..3 {
        two.look().await;
    }
    one.runner.idle().await;
    let done = world.job(job).await;
    assert!(is_done(&done) && done.fence.0 > 1, "{done:?}");
    assert_eq!(world.export(export).await.made.unwrap().messages, 400);
    see_to_ends(&world).await;
    assert_eq!(world.ends(), (1, vec![(0, true)]));
}
