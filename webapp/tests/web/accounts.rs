use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::login::Ending;

use crate::client::Client;
use crate::support::services::Fault;
use crate::support::{World, account, noon, owner};

#[tokio::test]
async fn accounts_are_the_persons_own() {
    let (world, _clock) = World::still();
    let mine = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    world.accounts.put(account(8, "Bob", Health::Alive, noon()));
    let json = Client::signed_in(&world, 7)
        .await
        .get("/api/v1/accounts")
        .await
        .json();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!(json[0]["id"], mine.to_string());
    assert_eq!(json[0]["username"], "ann_example");
    assert_eq!(json[0]["device"]["app_name"], "Sesame");
}

#[rstest]
#[case(Health::Alive, json!({"state": "alive", "cause": null, "since": null}))]
#[case(Health::Frozen { since: noon() }, json!({"state": "frozen", "cause": null, "since": noon()}))]
#[case(
    Health::Dead { cause: DeathCause::Revoked, since: noon() },
    json!({"state": "dead", "cause": "revoked", "since": noon()})
)]
#[tokio::test]
async fn health_is_typed(#[case] health: Health, #[case] expected: serde_json::Value) {
    let (world, _clock) = World::still();
    world.accounts.put(account(7, "Ann Lee", health, noon()));
    let json = Client::signed_in(&world, 7)
        .await
        .get("/api/v1/accounts")
        .await
        .json();
    assert_eq!(json[0]["health"], expected);
}

#[tokio::test]
async fn a_name_that_shows_nothing_gives_way_to_the_username() {
    let (world, _clock) = World::still();
    let nameless = account(7, "\u{3164}\u{2800}", Health::Alive, noon());
    world.accounts.put(nameless);
    let client = Client::signed_in(&world, 7).await;
    let json = client.get("/api/v1/accounts").await.json();
    assert_eq!(json[0]["name"], "@ann_example");
    let home = client.get("/app/view/home").await;
    assert!(home.text.contains("@ann_example"), "{}", home.text);
}

#[tokio::test]
async fn a_check_answers_with_what_was_found() {
    let (world, clock) = World::still();
    let mine = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let theirs = world.accounts.put(account(8, "Bob", Health::Alive, noon()));
    let client = Client::signed_in(&world, 7).await;
    clock.advance(TimeDelta::minutes(5));
    let revoked = Health::Dead {
        cause: DeathCause::Revoked,
        since: noon(),
    };
    *world.accounts.found.lock().unwrap() = Some(revoked);
    let check = |id: String| format!("/api/v1/accounts/{id}/check");
    let checked = client.ask("POST", &check(mine.to_string())).await;
    assert_eq!(checked.status, 200, "{}", checked.text);
    assert_eq!(checked.json()["health"]["cause"], "revoked");
    let at = noon() + TimeDelta::minutes(5);
    assert_eq!(checked.json()["checked_at"], json!(at));
    // Asked again at once: as it was found.
    *world.accounts.found.lock().unwrap() = Some(Health::Alive);
    let again = client.ask("POST", &check(mine.to_string())).await;
    assert_eq!(again.json(), checked.json());
    for other in [theirs.to_string(), "nonsense".to_owned()] {
        let answer = client.ask("POST", &check(other)).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    }
}

#[tokio::test]
async fn a_check_that_told_nothing_says_so_and_when_to_ask_again() {
    let (world, _clock) = World::still();
    let mine = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    *world.accounts.fault.lock().unwrap() = Some(Fault::Busy);
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/accounts/{mine}/check");
    let answer = client.ask("POST", &path).await;
    assert_eq!(answer.header("retry-after"), "10");
    assert_eq!(answer.problem(), (503, "not_checked".to_owned()));
}

#[tokio::test]
async fn an_unlinked_account_is_gone() {
    let (world, _clock) = World::still();
    let id = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/accounts/{id}");
    assert_eq!(client.delete(&path).await.status, 204);
    assert_eq!(client.get("/api/v1/accounts").await.json(), json!([]));
    assert_eq!(
        client.delete(&path).await.problem(),
        (404, "not_found".to_owned())
    );
}

#[tokio::test]
async fn someone_elses_account_does_not_exist() {
    let (world, _clock) = World::still();
    let theirs = world.accounts.put(account(8, "Bob", Health::Alive, noon()));
    let client = Client::signed_in(&world, 7).await;
    for path in [
        format!("/api/v1/accounts/{theirs}"),
        "/api/v1/accounts/nonsense".to_owned(),
    ] {
        let answer = client.delete(&path).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    }
    let view = client.get(&format!("/app/view/accounts/{theirs}")).await;
    assert_eq!(view.problem(), (404, "not_found".to_owned()));
    assert_eq!(world.accounts.all.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_account_that_is_shown_is_looked_at_once_a_minute() {
    let (world, clock) = World::still();
    let id = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let client = Client::signed_in(&world, 7).await;
    let shown = format!("/api/v1/accounts/{id}/check?shown=true");
    for (seconds, looks) in [(0, 1), (30, 1), (29, 1), (2, 2)] {
        clock.advance(TimeDelta::seconds(seconds));
        let answer = client.ask("POST", &shown).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(*world.accounts.looks.lock().unwrap(), looks);
    }
    // The page knows by itself when there is something to look at.
    let asks = format!("data-look=\"{id}\"");
    for path in [
        "/app/view/home".to_owned(),
        format!("/app/view/accounts/{id}"),
    ] {
        assert!(!client.get(&path).await.text.contains(&asks), "{path}");
    }
    clock.advance(TimeDelta::seconds(61));
    for path in [
        "/app/view/home".to_owned(),
        format!("/app/view/accounts/{id}"),
    ] {
        assert!(client.get(&path).await.text.contains(&asks), "{path}");
    }
    let answer = client.ask("POST", &format!("{shown}&more=1")).await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
}

/// An account that is frozen or banned signs in like any other: until Telegram was
/// asked, no one says that it works.
#[tokio::test]
async fn what_was_linked_but_never_looked_at_is_not_said_to_work() {
    let (world, _clock) = World::still();
    let mut fresh = account(7, "Ann Lee", Health::Alive, noon());
    (fresh.linked_at, fresh.checked_at, fresh.used_at) = (noon(), noon(), noon());
    let id = world.accounts.put(fresh);
    let login = world.logins.fresh(&owner(7));
    let ending = Ending::Authorized { account: id };
    let login = world.logins.put(login.ended(ending));
    let client = Client::signed_in(&world, 7).await;
    for path in [
        "/app/view/home".to_owned(),
        format!("/app/view/accounts/{id}"),
        format!("/app/view/logins/{login}"),
    ] {
        let text = client.get(&path).await.text;
        assert!(text.contains("Linked, not checked yet"), "{path}: {text}");
        assert!(!text.contains("Working"), "{path}: {text}");
        assert!(text.contains("data-look"), "{path}: it is looked at now");
    }
}

#[tokio::test]
async fn the_first_view_says_what_it_is_for_when_it_was_used_and_what_is_next() {
    let (world, _clock) = World::still();
    world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let client = Client::signed_in(&world, 7).await;
    let text = client.get("/app/view/home").await.text;
    for words in [
        "Working",
        "checked <time",
        "Last used <time",
        "go on in the chat",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
