//! How long lists take over many rows in PostgreSQL: 100,000 accounts, people,
//! logins and jobs, 1,000,000 entries of the audit, four tenants. Run by hand:
//!
//!     cargo test --release -p sesame-store --test ports scale -- --ignored --nocapture

#![allow(clippy::print_stdout, reason = "a measurement prints its figures")]
#![allow(clippy::too_many_lines, reason = "lists of what is measured")]

mod rows;

use std::future::Future;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Outcome};
use sesame_domain::bulk::BulkFilter;
use sesame_domain::ids::{NodeId, PersonId, SelectionId};
use sesame_domain::job::{JobKind, JobStatus};
use sesame_domain::listing::{Count, Query, Tenants};
use sesame_domain::login::Status;
use sesame_domain::ports::listing::{
    AccountFilter, AccountListing as _, ActorFilter, AuditFilter, AuditListing as _, HealthFilter,
    JobFilter, JobListing as _, LoginFilter, LoginListing as _, OverviewFigures as _, PersonFilter,
    PersonListing as _, WaitFilter, WaitListing as _,
};
use sesame_domain::ports::{Selections as _, StoreError};
use sesame_domain::random::SystemEntropy;

use self::rows::{SPAN, tables};
use super::only;
use crate::backend::{Backend, Store};
use crate::make::at;

/// The slowest of five, after one.
async fn measured<T, F>(what: &str, call: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut slowest = Duration::ZERO;
    let mut found = call().await.unwrap();
    for _ in 0..5 {
        let begun = Instant::now();
        found = call().await.unwrap();
        slowest = slowest.max(begun.elapsed());
    }
    let warn = if slowest > Duration::from_millis(200) {
        "  TOO SLOW"
    } else {
        ""
    };
    println!("{:>8.1} ms  {what}{warn}", slowest.as_secs_f64() * 1000.0);
    found
}

/// The first page, one in the middle, and the count; of everyone and of one tenant.
macro_rules! pages {
    ($store:ident, $what:expr, $list:ident, $filter:expr $(, $more:expr)?) => {
        for tenants in [Tenants::All, only("main"), only("small")] {
            let whose = match &tenants {
                Tenants::All => "all".to_owned(),
                Tenants::These(these) => these[0].to_string(),
            };
            let mut query = Query::first(tenants, 50);
            query.filter = $filter;
            let listing = $store.db.listing();
            let page = measured(&format!("{} {whose}: first page", $what), || {
                listing.$list(&query $(, $more)?)
            })
            .await;
            query.count = Count::Only;
            measured(&format!("{} {whose}: count", $what), || {
                listing.$list(&query $(, $more)?)
            })
            .await;
            query.count = Count::No;
            if let Some(mut place) = page.next {
                // Deep: half of the month back.
                place.at = at(SPAN / 2);
                query.page.after = Some(place);
                measured(&format!("{} {whose}: deep page", $what), || {
                    listing.$list(&query $(, $more)?)
                })
                .await;
            }
        }
    };
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn scale() {
    let store = Backend::Postgres.store().await;
    for statement in tables("timestamptz '2026-01-01'") {
        let begun = Instant::now();
        store.sql(&statement).await.unwrap();
        println!(
            "{:>8.1} s   {}",
            begun.elapsed().as_secs_f64(),
            statement.chars().take(30).collect::<String>()
        );
    }
    lists_of_people(&store).await;
    lists_of_work(&store).await;
    figures(&store).await;
}

async fn lists_of_people(store: &Store) {
    let person = Some(PersonId(7_777));
    let logins = LoginFilter::default;
    pages!(store, "logins", logins, logins());
    pages!(
        store,
        "logins live",
        logins,
        LoginFilter {
            is_over: Some(false),
            ..logins()
        }
    );
    pages!(
        store,
        "logins failed",
        logins,
        LoginFilter {
            statuses: vec![Status::Failed],
            ..logins()
        }
    );
    pages!(
        store,
        "logins failed or expired",
        logins,
        LoginFilter {
            statuses: vec![Status::Failed, Status::Expired],
            ..logins()
        }
    );
    pages!(
        store,
        "logins flood",
        logins,
        LoginFilter {
            failure: Some("flood".into()),
            ..logins()
        }
    );
    pages!(
        store,
        "logins of a person",
        logins,
        LoginFilter { person, ..logins() }
    );
    pages!(
        store,
        "logins of a day",
        logins,
        LoginFilter {
            since: Some(at(SPAN - 86_400)),
            ..logins()
        }
    );
    let accounts = AccountFilter::default;
    pages!(store, "accounts", accounts, accounts());
    pages!(
        store,
        "accounts alive",
        accounts,
        AccountFilter {
            health: Some(HealthFilter::Alive),
            ..accounts()
        }
    );
    pages!(
        store,
        "accounts dead",
        accounts,
        AccountFilter {
            health: Some(HealthFilter::Dead),
            ..accounts()
        }
    );
    pages!(
        store,
        "accounts under an old key",
        accounts,
        AccountFilter {
            key: Some("k5".into()),
            ..accounts()
        }
    );
    pages!(
        store,
        "accounts under the key",
        accounts,
        AccountFilter {
            key: Some("k7".into()),
            ..accounts()
        }
    );
    pages!(
        store,
        "accounts under no such key",
        accounts,
        AccountFilter {
            key: Some("k1".into()),
            ..accounts()
        }
    );
    pages!(
        store,
        "accounts unused for a week",
        accounts,
        AccountFilter {
            used_before: Some(at(SPAN - 7 * 86_400)),
            ..accounts()
        }
    );
    for text in ["7777", "@ann_7777", "0123abcd"] {
        pages!(
            store,
            format!("accounts found by {text}"),
            accounts,
            AccountFilter {
                search: Some(text.parse().unwrap()),
                ..accounts()
            }
        );
    }
    let people = PersonFilter::default;
    pages!(store, "people", people, people());
    pages!(
        store,
        "people who blocked",
        people,
        PersonFilter {
            is_blocked: Some(true),
            ..people()
        }
    );
    pages!(
        store,
        "people not linked",
        people,
        PersonFilter {
            is_linked: Some(false),
            ..people()
        }
    );
    pages!(
        store,
        "people of a language",
        people,
        PersonFilter {
            language: Some("pt".into()),
            ..people()
        }
    );
    pages!(
        store,
        "people of no language",
        people,
        PersonFilter {
            language: Some("xx".into()),
            ..people()
        }
    );
}

async fn lists_of_work(store: &Store) {
    let tab = |status| JobFilter {
        status: Some(status),
        ..JobFilter::default()
    };
    pages!(store, "jobs", jobs, JobFilter::default());
    for status in JobStatus::ALL {
        pages!(
            store,
            format!("jobs {}", status.as_str()),
            jobs,
            tab(status)
        );
    }
    let rare = || JobKind::named("rehearse");
    pages!(
        store,
        "jobs done of a rare kind",
        jobs,
        JobFilter {
            kinds: vec![rare()],
            ..tab(JobStatus::Done)
        }
    );
    pages!(
        store,
        "jobs failed by a code",
        jobs,
        JobFilter {
            code: Some("bucket_refused".into()),
            ..tab(JobStatus::Failed)
        }
    );
    pages!(
        store,
        "jobs done by a node",
        jobs,
        JobFilter {
            node: Some(NodeId::from("node_1".to_owned())),
            ..tab(JobStatus::Done)
        }
    );
    pages!(
        store,
        "jobs done by no such node",
        jobs,
        JobFilter {
            node: Some(NodeId::from("gone".to_owned())),
            ..tab(JobStatus::Done)
        }
    );
    pages!(
        store,
        "jobs that wait for a flood",
        jobs,
        JobFilter {
            reason: Some("flood".into()),
            ..tab(JobStatus::Waiting)
        }
    );
    let audit = AuditFilter::default;
    pages!(store, "audit", entries, audit());
    pages!(
        store,
        "audit of a rare kind",
        entries,
        AuditFilter {
            actions: vec![Action::KeyRotated],
            ..audit()
        }
    );
    pages!(
        store,
        "audit of two kinds",
        entries,
        AuditFilter {
            actions: vec![Action::KeyRotated, Action::LoginBegan],
            ..audit()
        }
    );
    pages!(
        store,
        "audit of no such kinds",
        entries,
        AuditFilter {
            actions: vec![Action::KeyRetired, Action::BackupMade],
            ..audit()
        }
    );
    let by = |kind: &str, name: Option<&str>| AuditFilter {
        actor: Some(ActorFilter {
            kind: kind.into(),
            name: name.map(Into::into),
        }),
        ..audit()
    };
    pages!(store, "audit of operators", entries, by("operator", None));
    pages!(store, "audit of people", entries, by("owner", None));
    pages!(
        store,
        "audit of no such operator",
        entries,
        by("operator", Some("Emil"))
    );
    pages!(
        store,
        "audit refused",
        entries,
        AuditFilter {
            outcomes: vec![Outcome::Refused, Outcome::Failed],
            ..audit()
        }
    );
    pages!(
        store,
        "audit of a person",
        entries,
        AuditFilter {
            person: Some(PersonId(7_777)),
            ..audit()
        }
    );
    pages!(
        store,
        "audit of a day",
        entries,
        AuditFilter {
            since: Some(at(86_400)),
            until: Some(at(2 * 86_400)),
            ..audit()
        }
    );
    pages!(
        store,
        "audit of operators of a day",
        entries,
        AuditFilter {
            since: Some(at(86_400)),
            until: Some(at(2 * 86_400)),
            ..by("operator", None)
        }
    );
    pages!(store, "waits", waits, WaitFilter::default(), at(0));
}

async fn figures(store: &Store) {
    let listing = store.db.listing();
    let (since, until) = (at(SPAN - 86_400), at(SPAN));
    for tenants in [Tenants::All, only("main")] {
        let all = JobFilter::default();
        measured("counts of all tabs", || listing.job_counts(&all, &tenants)).await;
        let half = TimeDelta::minutes(30);
        measured("funnel of a day", || {
            listing.funnel(&tenants, since, until, half)
        })
        .await;
        measured("endings of a day", || {
            listing.endings(&tenants, since, until)
        })
        .await;
        measured("live logins", || listing.live_logins(&tenants)).await;
        measured("health", || listing.health(&tenants, since)).await;
        measured("by tenant", || listing.by_tenant(&tenants, since)).await;
    }
    let selections = store.db.selections();
    let filter = BulkFilter::Accounts(AccountFilter::default());
    let frozen = measured("freezing 100,000 accounts", || {
        let id = SelectionId::generate(&SystemEntropy, at(0));
        selections.freeze(id, &Tenants::All, &filter, at(0))
    });
    let id = frozen.await.id;
    measured("their drift", || selections.drift(id)).await;
    let main = "main".parse().unwrap();
    measured("twenty targets", || {
        selections.targets(id, Some(&main), None, 20)
    })
    .await;
}
