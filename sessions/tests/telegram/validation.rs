//! Accounts that are looked at though no one asks.

use chrono::TimeDelta;
use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::check_pace::CheckPace;
use sesame_domain::ids::AccountId;
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{AccountChecks as _, AccountsChecked};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::Clock as _;
use sesame_sandbox::world::{AccountState, Person};

use crate::fixture::{Fixture, Node, owner};

/// Short enough that a test need not wait for a window, long enough for a look.
const PACE: TimeDelta = TimeDelta::seconds(10);

async fn look(node: &Node) -> AccountsChecked {
    let checks = node.sessions.validation();
    let pace = CheckPace::every(PACE);
    checks.check_due(pace, &|_, _| {}).await.unwrap()
}

/// What the bot was told to say since the accounts were linked.
async fn news(fixture: &Fixture) -> Vec<String> {
    let told = fixture.notices().await.into_iter();
    let news = told.filter(|kind| !matches!(kind, NoticeKind::Linked { .. }));
    let mut news: Vec<_> = news.map(|kind| format!("{kind:?}")).collect();
    news.sort_unstable();
    news
}

/// Looks in windows that follow each other until everyone was looked at.
async fn look_at_all(fixture: &Fixture, node: &Node, people: &[Person]) -> AccountsChecked {
    let begun = fixture.clock.now();
    let mut sum = AccountsChecked::default();
    for _ in 0..30 {
        fixture.clock.set_wall(2);
        let looked = look(node).await;
        sum.alive += looked.alive;
        sum.frozen += looked.frozen;
        sum.dead += looked.dead;
        sum.unclear += looked.unclear;
        let mut all = true;
        for person in people {
            all &= stored(node, person).await.checked_at > begun;
        }
        if all {
            return sum;
        }
    }
    panic!("someone is never looked at: {sum:?}");
}

async fn stored(node: &Node, person: &Person) -> Account {
    node.accounts.linked(&owner(person)).await.unwrap().unwrap()
}

async fn linked(fixture: &Fixture, node: &Node, count: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for nth in 0..count {
        let person = fixture.person(1 + i32::try_from(nth % 2).unwrap());
        node.link_account(fixture, &person).await;
        people.push(person);
    }
    people
}

#[tokio::test]
async fn what_happens_on_the_phone_is_noticed_though_no_one_asks() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let people = linked(&fixture, &node, 4).await;
    let [ended, frozen, banned, well] = &people[..] else {
        panic!("four people");
    };
    fixture.world.authorizations().end_others(ended.id, None);
    let state = |state: AccountState| move |person: &mut Person| person.state = state;
    let people_of = fixture.world.people();
    people_of
        .update(frozen.id, state(AccountState::Frozen))
        .unwrap();
    people_of
        .update(banned.id, state(AccountState::Banned))
        .unwrap();
    look_at_all(&fixture, &node, &people).await;
    let health = async |person| stored(&node, person).await.health;
    let dead_of = |health, wanted| matches!(health, Health::Dead { cause, .. } if cause == wanted);
    assert!(dead_of(health(ended).await, DeathCause::Revoked));
    assert!(dead_of(health(banned).await, DeathCause::Banned));
    assert!(matches!(health(frozen).await, Health::Frozen { .. }));
    assert_eq!(health(well).await, Health::Alive);
    let mut wanted = [
        NoticeKind::session_died(DeathCause::Revoked),
        NoticeKind::session_died(DeathCause::Banned),
        NoticeKind::AccountFrozen,
    ]
    .map(|kind| format!("{kind:?}"));
    wanted.sort_unstable();
    assert_eq!(news(&fixture).await, wanted);
    // The freeze is lifted.
    people_of
        .update(frozen.id, state(AccountState::Active))
        .unwrap();
    look_at_all(&fixture, &node, &[frozen.clone(), well.clone()]).await;
    assert_eq!(health(frozen).await, Health::Alive);
}

#[tokio::test]
async fn each_account_has_its_turn_and_no_session_stays_open_for_it() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let people = linked(&fixture, &node, 5).await;
    let asked = fixture.calls("users.getUsers");
    let looked = look_at_all(&fixture, &node, &people).await;
    assert!(looked.alive >= 5, "{looked:?}");
    assert_eq!(looked.unclear, 0);
    assert_eq!(fixture.calls("users.getUsers") - asked, looked.alive);
    // Nothing holds it: another node can have it at once.
    let other = fixture.node();
    let account = stored(&node, &people[0]).await;
    assert_eq!(look_now(&other, Some(account.id)).await.unwrap().alive, 1);
}

#[tokio::test]
async fn accounts_that_cannot_be_asked_are_in_no_ones_way() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.call_limit = std::time::Duration::from_millis(300);
    let node = fixture.node_with(settings);
    let people = linked(&fixture, &node, 6).await;
    // Those of one data centre do not answer any more.
    fixture.world.faults().silence(2);
    let others: Vec<_> = people.iter().step_by(2).cloned().collect();
    let looked = look_at_all(&fixture, &node, &others).await;
    assert!(looked.unclear > 0, "{looked:?}");
    for person in people.iter().skip(1).step_by(2) {
        assert_eq!(stored(&node, person).await.health, Health::Alive);
    }
}

async fn look_now(
    node: &Node,
    which: Option<AccountId>,
) -> Result<AccountsChecked, sesame_domain::ports::MaintenanceError> {
    let checks = node.sessions.validation();
    checks.check_now(which, &|_, _| {}).await
}

#[tokio::test]
async fn one_account_or_all_are_looked_at_when_someone_asks() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let people = linked(&fixture, &node, 3).await;
    let account = stored(&node, &people[1]).await;
    let one = look_now(&node, Some(account.id)).await.unwrap();
    assert_eq!((one.alive, one.total()), (1, 1));
    assert!(stored(&node, &people[1]).await.checked_at > account.checked_at);
    assert_eq!(look_now(&node, None).await.unwrap().alive, 3);
    let no_one = AccountId::generate(&SystemEntropy, fixture.clock.now());
    assert!(look_now(&node, Some(no_one)).await.is_err());
}

#[tokio::test]
async fn two_nodes_that_look_at_once_tell_a_change_once() {
    let fixture = Fixture::new().await;
    let (node, other) = (fixture.node(), fixture.node());
    let people = linked(&fixture, &node, 1).await;
    fixture
        .world
        .authorizations()
        .end_others(people[0].id, None);
    let looks = tokio::join!(look_now(&node, None), look_now(&other, None));
    assert!(looks.0.is_ok() && looks.1.is_ok(), "{looks:?}");
    assert_eq!(news(&fixture).await.len(), 1);
}
