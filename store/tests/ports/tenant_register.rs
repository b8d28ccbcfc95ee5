//! Tenants that do not stand in the environment.

use rstest::rstest;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::ports::{Accounts, InstanceSecrets, People, TenantChanged, TenantRegister};
use sesame_domain::tenant::{
    SealedToken, Tenant, TenantBot, TenantChange, TenantState, TokenName, audit_subject,
};
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::make::{at, entry, linked, owner, sealed};

fn name(id: &str) -> TenantId {
    id.parse().unwrap()
}

fn tenant(id: &str, bot: i64) -> Tenant {
    Tenant {
        id: name(id),
        state: TenantState::Active,
        bot: TenantBot {
            id: bot,
            username: format!("{id}_bot"),
        },
        token: TokenName::fresh(&name(id), Uuid::from_u128(1)),
        settings: [("LOGINS_PER_DAY".to_owned(), "3".to_owned())].into(),
        version: 1,
        added_at: at(10),
        changed_at: at(10),
    }
}

fn said(id: &str, action: Action, seconds: i64) -> AuditEntry {
    let owner = Owner::tenant_itself(name(id));
    entry(&owner, audit_subject(&name(id)), action, seconds)
}

async fn added(store: &Store, tenant: &Tenant) -> TenantChanged {
    let register = store.db.tenants();
    let audit = said(tenant.id.as_str(), Action::TenantAdded, 10);
    register.add(tenant, &sealed("token"), audit).await.unwrap()
}

async fn changed(store: &Store, id: &str, version: i64, change: TenantChange) -> TenantChanged {
    let audit = said(id, Action::TenantChanged, 20);
    let register = store.db.tenants();
    register
        .change(&name(id), version, change, audit)
        .await
        .unwrap()
}

fn to(state: TenantState) -> TenantChange {
    TenantChange {
        state: Some(state),
        ..TenantChange::default()
    }
}

#[rstest]
#[tokio::test]
async fn a_tenant_is_there_with_its_token_once_it_was_added(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let harbour = tenant("harbour", 7);
    assert_eq!(
        added(&store, &harbour).await,
        TenantChanged::Done(harbour.clone())
    );
    added(&store, &tenant("anchor", 8)).await;
    let all = store.db.tenants().all().await.unwrap();
    assert_eq!(all, [Ok(tenant("anchor", 8)), Ok(harbour.clone())]);
    let token = store.db.secrets().find(harbour.token.as_str()).await;
    assert_eq!(token.unwrap(), Some(sealed("token")));
}

#[rstest]
#[tokio::test]
async fn neither_a_name_nor_a_bot_is_had_twice(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    added(&store, &tenant("harbour", 7)).await;
    let again = tenant("harbour", 9);
    assert_eq!(added(&store, &again).await, TenantChanged::NameTaken);
    let same_bot = tenant("other", 7);
    let taken = TenantChanged::BotTaken(name("harbour"));
    assert_eq!(added(&store, &same_bot).await, taken);
    added(&store, &tenant("third", 9)).await;
    let bot = TenantChange {
        bot: Some((
            TenantBot {
                id: 7,
                username: "harbour_bot".to_owned(),
            },
            SealedToken {
                name: TokenName::fresh(&name("third"), Uuid::from_u128(2)),
                sealed: sealed("stolen"),
            },
        )),
        ..TenantChange::default()
    };
    assert_eq!(changed(&store, "third", 1, bot).await, taken);
    // What was refused left nothing behind.
    let third = TokenName::fresh(&name("third"), Uuid::from_u128(2));
    let token = store.db.secrets().find(third.as_str()).await.unwrap();
    assert_eq!(token, None);
}

#[rstest]
#[tokio::test]
async fn a_change_is_made_once_and_by_who_saw_the_last_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    added(&store, &tenant("harbour", 7)).await;
    let TenantChanged::Done(paused) = changed(&store, "harbour", 1, to(TenantState::Paused)).await
    else {
        panic!("it is there, and as it was seen");
    };
    assert_eq!((paused.state, paused.version), (TenantState::Paused, 2));
    assert_eq!(paused.changed_at, at(20));
    let late = changed(&store, "harbour", 1, to(TenantState::Active)).await;
    assert_eq!(late, TenantChanged::Stale);
    let none = changed(&store, "nowhere", 1, to(TenantState::Active)).await;
    assert_eq!(none, TenantChanged::NotFound);
}

#[rstest]
#[tokio::test]
async fn a_new_token_takes_the_place_of_the_former_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (harbour, harbours) = (tenant("harbour", 7), tenant("harbours", 8));
    added(&store, &harbour).await;
    added(&store, &harbours).await;
    let token = SealedToken {
        name: TokenName::fresh(&name("harbour"), Uuid::from_u128(2)),
        sealed: sealed("newer"),
    };
    let change = TenantChange {
        bot: Some((harbour.bot.clone(), token.clone())),
        ..TenantChange::default()
    };
    assert!(matches!(
        changed(&store, "harbour", 1, change).await,
        TenantChanged::Done(it) if it.token == token.name
    ));
    let secrets = store.db.secrets();
    let find = async |name: &TokenName| secrets.find(name.as_str()).await.unwrap();
    assert_eq!(find(&harbour.token).await, None);
    assert_eq!(find(&token.name).await, Some(sealed("newer")));
    assert_eq!(find(&harbours.token).await, Some(sealed("token")));
}

#[rstest]
#[tokio::test]
async fn only_who_leaves_is_forgotten_and_then_with_its_token(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let harbour = tenant("harbour", 7);
    added(&store, &harbour).await;
    let register = store.db.tenants();
    let forget = || register.forget(&harbour.id, said("harbour", Action::TenantRemoved, 30));
    assert!(!forget().await.unwrap());
    changed(&store, "harbour", 1, to(TenantState::Leaving)).await;
    assert!(forget().await.unwrap());
    assert!(!forget().await.unwrap());
    assert_eq!(register.all().await.unwrap(), []);
    let token = store.db.secrets().find(harbour.token.as_str()).await;
    assert_eq!(token.unwrap(), None);
    // The name and the bot are free again.
    assert!(matches!(
        added(&store, &harbour).await,
        TenantChanged::Done(_)
    ));
}

#[rstest]
#[tokio::test]
async fn who_leaves_is_not_forgotten_before_the_last_session_and_person_is(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    added(&store, &tenant("main", 7)).await;
    changed(&store, "main", 1, to(TenantState::Leaving)).await;
    let register = store.db.tenants();
    let forget = async || {
        let audit = said("main", Action::TenantRemoved, 30);
        register.forget(&name("main"), audit).await.unwrap()
    };
    let ada = owner(1);
    store.db.people().seen(&ada, None, at(10)).await.unwrap();
    assert!(!forget().await, "someone is there");
    let account = linked(&store.db, &ada, 12).await;
    store.sql("DELETE FROM people").await.unwrap();
    assert!(!forget().await, "an account is linked");
    let unlinked = entry(&ada, account.id.as_uuid(), Action::AccountUnlinked, 20);
    let accounts = store.db.accounts();
    let gone = accounts.unlink(&ada, account.id, unlinked, None).await;
    assert!(gone.unwrap());
    assert!(!forget().await, "a session is still logged out");
    let session = account.session;
    let destroyed = entry(&ada, session.as_uuid(), Action::DataKeyDestroyed, 20);
    let destroyed = accounts.destroy_data_key(session, destroyed).await;
    destroyed.unwrap();
    let erased = entry(
        &ada,
        account.session.as_uuid(),
        Action::DataKeyDestroyed,
        21,
    );
    accounts
        .erase_session(account.session, erased)
        .await
        .unwrap();
    store.sql("DELETE FROM logins").await.unwrap();
    assert!(forget().await);
}

/// A state or settings of a newer program, a damaged row: others are read.
pub(crate) async fn beside_the_future(store: &Store) {
    for (id, bot) in [("anchor", 1), ("buoy", 2), ("crane", 3), ("dock", 4)] {
        added(store, &tenant(id, bot)).await;
    }
    for change in [
        "state = 'frozen' WHERE id = 'anchor'",
        "settings = '[]' WHERE id = 'buoy'",
        "token_name = 'bot_token@dock/x' WHERE id = 'crane'",
    ] {
        let done = store.sql(&format!("UPDATE tenants SET {change}")).await;
        assert_eq!(done.unwrap(), 1);
    }
    let all = store.db.tenants().all().await.unwrap();
    let read: Vec<_> = all.iter().map(Result::is_ok).collect();
    assert_eq!(read, [false, false, false, true]);
}
