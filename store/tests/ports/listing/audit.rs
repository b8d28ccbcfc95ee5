//! The audit, to be looked through.

use rstest::rstest;
use sesame_domain::audit::{Action, Actor, AuditEntry, Outcome};
use sesame_domain::ids::Owner;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::AuditLog as _;
use sesame_domain::ports::listing::{ActorFilter, AuditFilter, AuditListing as _, AuditQuery};
use uuid::Uuid;

use super::{all, of, only, rows, walk};
use crate::backend::{Backend, Store};
use crate::make::{at, entry};

const SUBJECT: Uuid = Uuid::from_u128(7);

async fn write(store: &Store, entry: AuditEntry) {
    store.db.audit_log().append(entry).await.unwrap();
}

async fn found(store: &Store, filter: AuditFilter) -> Vec<String> {
    let listed = store.db.listing().entries(&all(filter)).await.unwrap();
    let count = listed.count.unwrap();
    let found: Vec<_> = rows(listed)
        .iter()
        .map(|it| it.entry.action.as_str().to_owned())
        .collect();
    assert_eq!(count.rows as usize, found.len());
    found
}

#[rstest]
#[tokio::test]
async fn the_newest_come_first_page_by_page_over_all_strands(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut moments = Vec::new();
    for number in 0..40 {
        for tenant in ["a", "main", "z"] {
            // Many at one moment, on several strands.
            let second = number / 10;
            write(
                &store,
                entry(&of(tenant, number), SUBJECT, Action::LoginBegan, second),
            )
            .await;
            moments.push((at(second), tenant.to_owned(), number));
        }
    }
    let listing = store.db.listing();
    for limit in [7, 50, 120] {
        let query = all(AuditFilter::default());
        let rows = walk(query, limit, async |query| listing.entries(query).await).await;
        assert!(
            rows.is_sorted_by_key(|it| std::cmp::Reverse(it.entry.at)),
            "{limit}"
        );
        let mut there: Vec<_> = rows
            .into_iter()
            .map(|it| it.entry)
            .map(|it| (it.at, it.owner.tenant.to_string(), it.owner.person.0))
            .collect();
        there.sort();
        let mut expected = moments.clone();
        expected.sort();
        assert_eq!(there, expected, "{limit}");
    }
}

#[rstest]
#[tokio::test]
async fn each_filter_lets_its_own_through(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let operator = Actor::Operator {
        name: "Mara (owner)".into(),
    };
    write(
        &store,
        entry(&of("main", 1), SUBJECT, Action::LoginBegan, 10),
    )
    .await;
    let unlinked = AuditEntry {
        actor: operator,
        ..entry(
            &of("main", 1),
            Uuid::from_u128(8),
            Action::AccountUnlinked,
            20,
        )
    };
    write(&store, unlinked).await;
    let refused = entry(&of("other", 2), SUBJECT, Action::WrongAccountRefused, 30).refused();
    write(&store, refused).await;
    write(
        &store,
        entry(&Owner::instance(), SUBJECT, Action::KeyRotated, 40),
    )
    .await;

    let none = AuditFilter::default;
    let all_four = [
        "key_rotated",
        "wrong_account_refused",
        "account_unlinked",
        "login_began",
    ];
    assert_eq!(found(&store, none()).await, all_four);
    let kinds = AuditFilter {
        actions: vec![Action::LoginBegan, Action::KeyRotated],
        ..none()
    };
    assert_eq!(found(&store, kinds).await, ["key_rotated", "login_began"]);
    let kind = AuditFilter {
        actions: vec![Action::KeyRotated],
        ..none()
    };
    assert_eq!(found(&store, kind).await, ["key_rotated"]);
    let by = |kind: &str, name: Option<&str>| AuditFilter {
        actor: Some(ActorFilter {
            kind: kind.into(),
            name: name.map(Into::into),
        }),
        ..none()
    };
    assert_eq!(
        found(&store, by("operator", None)).await,
        ["account_unlinked"]
    );
    let mara = by("operator", Some("Mara (owner)"));
    assert_eq!(found(&store, mara).await, ["account_unlinked"]);
    assert_eq!(found(&store, by("operator", Some("Emil"))).await, [""; 0]);
    assert_eq!(found(&store, by("system", None)).await.len(), 3);
    let went = |outcomes| AuditFilter { outcomes, ..none() };
    let refused = ["wrong_account_refused"];
    assert_eq!(found(&store, went(vec![Outcome::Refused])).await, refused);
    assert_eq!(found(&store, went(vec![Outcome::Done])).await.len(), 3);
    let both = went(vec![Outcome::Done, Outcome::Refused]);
    assert_eq!(found(&store, both).await, all_four);
    let person = AuditFilter {
        person: Some(of("main", 1).person),
        ..none()
    };
    assert_eq!(
        found(&store, person).await,
        ["account_unlinked", "login_began"]
    );
    let subject = AuditFilter {
        subject: Some(Uuid::from_u128(8)),
        ..none()
    };
    assert_eq!(found(&store, subject).await, ["account_unlinked"]);
    let between = AuditFilter {
        since: Some(at(20)),
        until: Some(at(40)),
        ..none()
    };
    assert_eq!(
        found(&store, between).await,
        ["wrong_account_refused", "account_unlinked"]
    );

    let of_tenants = |tenants| AuditQuery {
        tenants,
        ..all(none())
    };
    let main = store.db.listing().entries(&of_tenants(only("main"))).await;
    assert_eq!(rows(main.unwrap()).len(), 2);
    let no_ones = store
        .db
        .listing()
        .entries(&of_tenants(Tenants::These(vec![])))
        .await;
    assert_eq!(rows(no_ones.unwrap()).len(), 0);
}
