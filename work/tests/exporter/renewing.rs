//! Copies that are kept up to date by themselves, over several nodes.

use std::sync::Arc;

use chrono::TimeDelta;
use sesame_domain::export::{Export, ExportChoice, ExportRun, RenewEvery, Renewal};
use sesame_domain::ids::ExportId;
use sesame_domain::job::{JobAccess, JobKind};
use sesame_domain::notice::NoticeKind;
use sesame_domain::page::Page;
use sesame_domain::ports::{
    ExportBegin, ExportRenewals as _, ExportRequests as _, JobFilter, Jobs as _, Outbox as _,
};
use sesame_domain::reading::ReadError;
use sesame_domain::session::peer::PeerId;
use sesame_work::{Scheduler, jobs};

use crate::server::{ROOM, World};
use crate::stores::{TestRunner, tenant};

const DAY: TimeDelta = TimeDelta::days(1);

/// A node that makes copies, and sees to those that are to be kept up to date.
struct Node {
    scheduler: Scheduler,
    runner: TestRunner,
}

impl Node {
    fn of(world: &World) -> Self {
        let renewing = jobs::renewing(world.upkeep(), Arc::new(world.stores.database.jobs()));
        let kinds = [(renewing.kind(), renewing.every())];
        let runner = world.node_with(&[renewing]);
        let id = runner.runner.node().clone();
        Self {
            scheduler: Scheduler::new(world.stores.scheduler_ports(), id, kinds),
            runner,
        }
    }

    /// Does what is due, some minutes long.
    async fn work(&self, world: &World) {
        for _ in 0..4 {
            world.stores.clock.advance(TimeDelta::minutes(2));
            self.scheduler.look().await.unwrap();
            self.runner.look().await;
        }
    }
}

async fn made(world: &World) -> ExportId {
    let (export, _) = world.ask().await;
    world.node().look().await;
    assert_eq!(told(world).await.len(), 1);
    export
}

async fn keep(world: &World, id: ExportId, every: RenewEvery) {
    let (requests, owner) = (world.requests(), &world.account.owner);
    let kept = requests.keep_up_to_date(owner, id, Some(every)).await;
    assert!(kept.unwrap());
}

async fn renewal(world: &World, id: ExportId) -> Renewal {
    world.export(id).await.renewal.unwrap()
}

/// What is said to the person that was not said before.
async fn told(world: &World) -> Vec<NoticeKind> {
    let (now, outbox) = (world.stores.now(), world.stores.database.outbox());
    let mut kinds = Vec::new();
    for notice in outbox.take(&tenant(), now, now, 99).await.unwrap() {
        outbox.done(notice.id).await.unwrap();
        kinds.push(notice.kind);
    }
    kinds
}

async fn copied(world: &World) -> usize {
    let filter = JobFilter {
        kinds: vec![JobKind::EXPORT],
        ..JobFilter::all(JobAccess::All)
    };
    let jobs = world.stores.database.jobs();
    jobs.list(&filter, Page::first(99))
        .await
        .unwrap()
        .rows
        .len()
}

#[tokio::test]
async fn two_nodes_bring_a_copy_up_to_date_once_a_day_and_say_nothing() {
    let world = World::with(120, ROOM).await;
    let id = made(&world).await;
    keep(&world, id, RenewEvery::Day).await;
    let (one, two) = (Node::of(&world), Node::of(&world));
    one.work(&world).await;
    two.work(&world).await;
    assert_eq!(copied(&world).await, 1, "not due yet");
    world.dialog.say(121);
    world.dialog.edit(3, "said anew");
    world.stores.clock.advance(DAY);
    one.work(&world).await;
    two.work(&world).await;
    one.work(&world).await;
    assert_eq!(copied(&world).await, 2);
    let export = world.export(id).await;
    assert_eq!(export.made.as_ref().unwrap().messages, 121);
    let kept = export.renewal.unwrap();
    assert_eq!((kept.job, kept.failures), (None, 0));
    assert_eq!(kept.last.unwrap().failure, None);
    let next = kept.next_at.unwrap();
    assert!(next > world.stores.now() && next < world.stores.now() + DAY);
    assert!(export.expires_at >= export.made.unwrap().at + TimeDelta::days(7));
    assert_eq!(told(&world).await, []);
    // All was down for ten days: it is made up for once.
    world.stores.clock.advance(DAY * 10);
    two.work(&world).await;
    one.work(&world).await;
    assert_eq!(copied(&world).await, 3);
    let again = renewal(&world, id).await.next_at.unwrap();
    assert_eq!((again - next).num_seconds() % DAY.num_seconds(), 0);
    assert!(again > world.stores.now());
    // Never again.
    let requests = world.requests();
    let never = requests
        .keep_up_to_date(&world.account.owner, id, None)
        .await;
    assert!(never.unwrap());
    world.stores.clock.advance(DAY * 2);
    one.work(&world).await;
    assert_eq!(copied(&world).await, 3);
}

#[tokio::test]
async fn what_fails_three_times_in_a_row_stops_and_is_told_once() {
    let world = World::with(30, ROOM).await;
    let id = made(&world).await;
    keep(&world, id, RenewEvery::Day).await;
    let node = Node::of(&world);
    for run in 1..=5 {
        world.dialog.faults.lock().unwrap().errors.clear();
        world
            .dialog
            .faults
            .lock()
            .unwrap()
            .errors
            .push_back(ReadError::Frozen);
        world.stores.clock.advance(DAY);
        node.work(&world).await;
        let renewal = renewal(&world, id).await;
        let failures = run.min(3);
        assert_eq!(renewal.failures, failures, "{run}");
        let last = renewal.last.clone().unwrap();
        assert_eq!(last.failure.as_deref(), Some("account_frozen"));
        assert_eq!(renewal.has_stopped(), run >= 3);
        let stopped = NoticeKind::RenewalStopped {
            code: "account_frozen".to_owned(),
        };
        let expected: &[_] = if run == 3 { &[stopped] } else { &[] };
        assert_eq!(told(&world).await, expected, "{run}");
    }
    assert_eq!(copied(&world).await, 4);
    world.dialog.faults.lock().unwrap().errors.clear();
    // Chosen again, it goes on.
    keep(&world, id, RenewEvery::Day).await;
    world.stores.clock.advance(DAY);
    node.work(&world).await;
    let renewal = renewal(&world, id).await;
    assert_eq!((renewal.failures, renewal.last.unwrap().failure), (0, None));
}

#[tokio::test]
async fn where_only_a_person_can_help_it_stops_at_once() {
    let world = World::with(30, ROOM).await;
    let id = made(&world).await;
    keep(&world, id, RenewEvery::Week).await;
    let node = Node::of(&world);
    let no_access = ReadError::NoAccess;
    world
        .dialog
        .faults
        .lock()
        .unwrap()
        .errors
        .push_back(no_access);
    world.stores.clock.advance(DAY * 7);
    node.work(&world).await;
    assert!(renewal(&world, id).await.has_stopped());
    assert_eq!(told(&world).await.len(), 1);
    // What was saved is there as long as one that was made just now.
    let left = world.export(id).await.expires_at - world.stores.now();
    assert!(left > TimeDelta::days(6), "{left}");
}

#[tokio::test]
async fn many_that_are_due_at_once_are_begun_some_at_a_time() {
    let world = World::with(30, ROOM).await;
    let requests = world.requests();
    for dialog in 1..=8 {
        let (choice, run) = (ExportChoice::default(), ExportRun::default());
        let dialog = PeerId::Channel(dialog);
        let asked = requests
            .ask(&world.account, dialog, choice, run, None)
            .await;
        let ExportBegin::Begun { export, .. } = asked.unwrap() else {
            panic!("not begun");
        };
        keep(&world, export, RenewEvery::Day).await;
    }
    let node = Node::of(&world);
    // Those that were asked for are made.
    for _ in 0..8 {
        node.work(&world).await;
    }
    assert_eq!(copied(&world).await, 8);
    world.stores.clock.advance(DAY);
    node.scheduler.look().await.unwrap();
    node.runner.begin().await;
    node.runner.runner.idle().await;
    assert!(copied(&world).await <= 8 + 3);
    for _ in 0..8 {
        node.work(&world).await;
    }
    assert_eq!(copied(&world).await, 16);
    let listed = world.stores.database.export_renewals();
    let under_way: Vec<Export> = listed.under_way(99).await.unwrap();
    assert_eq!(under_way, []);
}
