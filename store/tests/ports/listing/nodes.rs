//! The nodes, and what each is at.

use rstest::rstest;
use sesame_domain::ids::NodeId;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::listing::{JobListing as _, NodeListing as _};
use sesame_domain::ports::{
    Accounts as _, JobQueue as _, Jobs as _, Logins as _, NodeRecord, Nodes as _,
};

use super::jobs::theirs;
use super::{of, only};
use crate::backend::{Backend, Store};
use crate::make::{Starts as _, at, linked, login, node};

fn record(id: &NodeId, tenant: &str, started: i64, seen: i64) -> NodeRecord {
    NodeRecord {
        id: id.clone(),
        tenant: tenant.parse().unwrap(),
        version: "1.8.2".into(),
        host: "db1".into(),
        started_at: at(started),
        seen_at: at(seen),
        stopped_at: None,
    }
}

#[rstest]
#[tokio::test]
async fn nodes_say_that_they_are_there_and_what_they_are_at_is_counted(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, nodes) = (&store.db, store.db.nodes());
    let (a, b) = (node(), node());
    nodes.seen(&record(&a, "main", 10, 10)).await.unwrap();
    nodes.seen(&record(&b, "other", 20, 20)).await.unwrap();
    // What a node first said of when it started, stays.
    nodes.seen(&record(&a, "main", 15, 30)).await.unwrap();
    let held = login(&of("main", 1), 0);
    db.logins().start(&held).await.unwrap();
    db.logins().claim(held.id, &a).await.unwrap();
    let account = linked(db, &of("main", 2), 0).await;
    db.accounts()
        .claim_session(account.session, &a)
        .await
        .unwrap();
    let job = theirs("main", 3, 0);
    db.jobs().enqueue(&job).await.unwrap();
    let seen = db
        .listing()
        .job(job.id, &Tenants::All)
        .await
        .unwrap()
        .unwrap();
    db.jobs().claim(&seen, &a, at(1)).await.unwrap().unwrap();

    let all = db.listing().nodes(&Tenants::All).await.unwrap();
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    let ids: Vec<_> = all.iter().map(|row| row.node.id.clone()).collect();
    assert_eq!(ids, [b.clone(), a.clone()]);
    assert_eq!(all[1].node, record(&a, "main", 10, 30));
    let work = |row: &sesame_domain::ports::listing::NodeRow| {
        [row.logins, row.sessions, row.jobs].map(|total| total.rows)
    };
    assert_eq!([work(&all[0]), work(&all[1])], [[0; 3], [1; 3]]);
    let theirs = db.listing().nodes(&only("other")).await.unwrap();
    assert_eq!(theirs.len(), 1);

    nodes.stopped(&b, at(40)).await.unwrap();
    let theirs = db.listing().nodes(&only("other")).await.unwrap();
    let stopped = theirs[0].as_ref().unwrap().node.stopped_at;
    assert_eq!(stopped, Some(at(40)));
    assert_eq!(nodes.forget(at(25)).await.unwrap(), 1);
    assert_eq!(db.listing().nodes(&Tenants::All).await.unwrap().len(), 1);
}

/// What holds beside a node that this program cannot read.
pub(crate) async fn beside_the_future(store: &Store) {
    for started in [10, 20] {
        let record = record(&node(), "main", started, started);
        store.db.nodes().seen(&record).await.unwrap();
    }
    let newer = "UPDATE nodes SET tenant = 'Tenant of the Future' WHERE version = '1.8.2' \
                 AND started_at = (SELECT max(started_at) FROM nodes)";
    store.future(newer).await;
    let nodes = store.db.listing().nodes(&Tenants::All).await.unwrap();
    let broken: Vec<_> = nodes.iter().map(Result::is_err).collect();
    assert_eq!(broken, [true, false]);
    assert_eq!(
        store.db.listing().nodes(&only("main")).await.unwrap().len(),
        1
    );
}
