use sesame_domain::keys::KeyState;
use sesame_domain::ports::Confirmations as _;
use sesame_webapp::{KeyRefusal, KeysShown, ShownKey};

use super::{Browser, refused, signed_in, world};
use crate::support::{World, noon, owner};

const RETIRE: &str = "/admin/keys/retire";
const ROTATE: &str = "/admin/keys/rotate";

/// Three versions: one that seals, one that still wraps something, and one that
/// nothing needs.
fn with_keys(world: &World) {
    let version = |id: &str, state, wraps| ShownKey {
        id: id.to_owned(),
        provider: "file".to_owned(),
        state,
        created_at: noon(),
        wraps,
        encryptions: wraps,
        is_held: true,
    };
    let needed = KeyRefusal("3 data keys are still wrapped: run `sesame keys rewrap`".to_owned());
    *world.operators.keys.shown.lock().unwrap() = KeysShown {
        versions: vec![
            version("k0", KeyState::Accepted, 0),
            version("k1", KeyState::Accepted, 3),
            version("k2", KeyState::Active, 9),
        ],
        wrapped: 9,
        to_rewrap: 3,
        warnings: Vec::new(),
        retirable: vec![("k1".to_owned(), Some(needed)), ("k0".to_owned(), None)],
    };
}

fn ordered(world: &World) -> Vec<String> {
    world.operators.keys.ordered.lock().unwrap().clone()
}

async fn confirmed(world: &World, browser: &mut Browser, key: &str) -> String {
    let asked = browser
        .act(RETIRE, &[("key", key), ("reason", "it leaked")])
        .await;
    assert_eq!(asked.status, 303);
    let store = &world.operators.store;
    let (question, _) = store.questions().pop().unwrap();
    assert_eq!(
        question.action.summary,
        format!("Retire the key {key} and all before it")
    );
    let now = world.clock.now();
    let answered = store.answer(&owner(7), question.id, true, now).await;
    answered.unwrap().unwrap();
    asked.header("location").to_owned()
}

#[tokio::test]
async fn the_page_says_what_stands_in_the_way_of_retiring_a_key() {
    let (world, _clock) = world("7:owner");
    with_keys(&world);
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open("/admin/keys").await;
    assert!(
        page.text
            .contains("still wrapped: run <code>sesame keys rewrap</code>")
    );
    assert!(page.text.contains("<option value=\"k1\" disabled>"));
    assert!(page.text.contains("<option value=\"k0\">"));
    let wanted = [("key", "k1"), ("reason", "it leaked")];
    let refused = browser.act(RETIRE, &wanted).await;
    assert_eq!(refused.header("location"), "/admin/keys?said=not_retired");
    assert!(world.operators.store.questions().is_empty());
    // The active one, and one that there is not.
    for key in ["k2", "k9", ""] {
        let wanted = [("key", key), ("reason", "it leaked")];
        assert_eq!(browser.act(RETIRE, &wanted).await.status, 422, "{key}");
    }
}

#[tokio::test]
async fn a_key_is_retired_once_the_chat_said_so() {
    let (world, _clock) = world("7:owner");
    with_keys(&world);
    let mut browser = signed_in(&world, 7).await;
    let path = confirmed(&world, &mut browser, "k0").await;
    assert!(ordered(&world).is_empty());
    // Whoever thinks better of it is back where they asked.
    let asked = browser.open(&path).await;
    assert!(asked.text.contains("href=\"/admin/keys\">Do not"));
    let done = browser.act(&path, &[]).await;
    assert_eq!(done.header("location"), "/admin/keys?said=retired");
    assert_eq!(
        ordered(&world),
        ["retire k0 by telegram 7, owner from operators' pages: it leaked"]
    );
    assert_eq!(browser.act(&path, &[]).await.status, 409);
}

#[tokio::test]
async fn what_came_to_stand_in_the_way_since_does() {
    let (world, _clock) = world("7:owner");
    with_keys(&world);
    let mut browser = signed_in(&world, 7).await;
    let path = confirmed(&world, &mut browser, "k0").await;
    let needed = KeyRefusal("logins still need k0".to_owned());
    world.operators.keys.shown.lock().unwrap().retirable = vec![("k0".to_owned(), Some(needed))];
    let done = browser.act(&path, &[]).await;
    assert_eq!(done.header("location"), "/admin/keys?said=not_retired");
    assert!(ordered(&world).is_empty());
    let page = browser.open("/admin/keys?said=not_retired").await;
    assert!(page.text.contains("logins still need k0"));
}

#[tokio::test]
async fn a_key_is_made_for_an_operator_of_everything_with_a_reason() {
    let (world, _clock) = world("7:operator 8:viewer 9:owner@main");
    with_keys(&world);
    let mut browser = signed_in(&world, 7).await;
    assert_eq!(browser.act(ROTATE, &[]).await.status, 422);
    let done = browser.act(ROTATE, &[("reason", "a year is over")]).await;
    assert_eq!(done.header("location"), "/admin/keys?said=rotated");
    assert_eq!(
        ordered(&world),
        ["rotate by telegram 7, operator from operators' pages: a year is over"]
    );
    let noted = world.audit.entries.lock().unwrap().clone();
    let noted = noted
        .iter()
        .find(|it| it.action.as_str() == "key_rotation_ordered");
    assert_eq!(noted.unwrap().reason, "a year is over");
    // Retiring is an owner's, of everything; of one tenant no one sees a key.
    let wanted = [("key", "k0"), ("reason", "it leaked")];
    assert_eq!(browser.act(RETIRE, &wanted).await.status, 403);
    for person in [8, 9] {
        let mut other = signed_in(&world, person).await;
        let wanted = [("reason", "a year is over")];
        assert_eq!(other.act(ROTATE, &wanted).await.status, 403);
        let wanted = [("key", "k0"), ("reason", "it leaked")];
        assert_eq!(other.act(RETIRE, &wanted).await.status, 403);
    }
    assert_eq!(refused(&world).len(), 5);
    assert_eq!(ordered(&world).len(), 1);
}
