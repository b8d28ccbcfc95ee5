use sesame_domain::ports::Confirmations as _;
use sesame_webapp::TenantRefusal;

use super::{refused, signed_in, world};
use crate::support::tenants::GOOD_TOKEN;
use crate::support::{World, owner};

const LIST: &str = "/admin/tenants";
const HARBOUR: &str = "/admin/tenants/harbour";

/// A form that adds a tenant.
fn new(token: &str) -> [(&str, &str); 4] {
    [
        ("name", "pier"),
        ("token", token),
        ("set-LOGINS_PER_DAY", " 5 "),
        ("reason", "a second bot"),
    ]
}

fn done(world: &World) -> Vec<String> {
    world.operators.tenants.done()
}

#[tokio::test]
async fn an_owner_of_all_adds_a_tenant_and_no_one_else_does() {
    let (world, _clock) = world("7:owner 8:operator 9:owner@main");
    for (person, status) in [(8, 403), (9, 403), (7, 303)] {
        let mut browser = signed_in(&world, person).await;
        let form = browser.open(LIST).await.text.contains("Add a tenant");
        assert_eq!(form, person == 7);
        assert_eq!(browser.act(LIST, &new(GOOD_TOKEN)).await.status, status);
    }
    assert_eq!(
        done(&world),
        [r#"add pier {"LOGINS_PER_DAY": "5"}: a second bot"#]
    );
    assert_eq!(refused(&world), ["operator_refused: not allowed"; 2]);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_nothing_is_typed_twice_but_the_token() {
    let (world, _clock) = world("7:owner");
    let mut browser = signed_in(&world, 7).await;
    let page = browser.act(LIST, &new("77:stolen")).await;
    assert_eq!(page.status, 200);
    for words in [
        "Telegram does not know this token",
        r#"value="pier""#,
        r#"value="5""#,
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("77:stolen"), "{}", page.text);
    let name = [("name", "Pier 1"), ("token", GOOD_TOKEN), ("reason", "x")];
    let page = browser.act(LIST, &name).await;
    assert!(page.text.contains("1 to 32 characters"), "{}", page.text);
    let flaws = vec![(
        "LOGINS_PER_DAY".to_owned(),
        "is greater than 1000".to_owned(),
    )];
    for (refusal, words) in [
        (TenantRefusal::Settings(flaws), "It is greater than 1000."),
        (TenantRefusal::NameTaken, "of this name already"),
        (
            TenantRefusal::Bot("main".parse().unwrap()),
            "is the tenant main already",
        ),
    ] {
        *world.operators.tenants.refuses.lock().unwrap() = Some(refusal);
        let page = browser.act(LIST, &new(GOOD_TOKEN)).await;
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(done(&world).is_empty());
}

#[tokio::test]
async fn another_tenant_does_not_exist_for_who_has_one_of_their_own() {
    let (world, _clock) = world("9:owner@main");
    let mut browser = signed_in(&world, 9).await;
    assert!(!browser.open(LIST).await.text.contains("harbour"));
    assert_eq!(browser.open(HARBOUR).await.status, 404);
    let fields = [("reason", "x"), ("version", "3"), ("token", GOOD_TOKEN)];
    for what in ["settings", "token", "pause", "resume", "remove"] {
        let path = format!("{HARBOUR}/{what}");
        let status = browser.act(&path, &fields).await.status.as_u16();
        assert!([403, 404].contains(&status), "{what}: {status}");
    }
    assert!(done(&world).is_empty());
}

#[tokio::test]
async fn a_tenant_is_changed_as_it_was_seen_and_with_a_reason() {
    let (world, _clock) = world("7:owner 8:operator 6:viewer");
    let mut operator = signed_in(&world, 8).await;
    let mut owner = signed_in(&world, 7).await;
    let mut viewer = signed_in(&world, 6).await;
    let reason = [("reason", "quiet hours")];
    let set = [
        ("version", "3"),
        ("set-LOGINS_PER_DAY", ""),
        ("reason", "as all"),
    ];
    let token = [
        ("version", "3"),
        ("token", GOOD_TOKEN),
        ("reason", "it leaked"),
    ];
    for (what, fields) in [
        ("pause", &reason[..]),
        ("settings", &set),
        ("token", &token),
    ] {
        let path = format!("{HARBOUR}/{what}");
        assert_eq!(viewer.act(&path, fields).await.status, 403, "{what}");
        assert_eq!(
            owner.act(&path, &fields[..fields.len() - 1]).await.status,
            422
        );
        assert_eq!(owner.act(&path, fields).await.status, 303, "{what}");
    }
    let resume = format!("{HARBOUR}/resume");
    assert_eq!(operator.act(&resume, &reason).await.status, 303);
    let settings = format!("{HARBOUR}/settings");
    assert_eq!(operator.act(&settings, &set).await.status, 403);
    assert_eq!(
        done(&world),
        [
            "paused harbour true: quiet hours",
            "set harbour 3 {}: as all",
            "token harbour 3: it leaked",
            "paused harbour false: quiet hours",
        ]
    );
    *world.operators.tenants.refuses.lock().unwrap() = Some(TenantRefusal::Stale);
    let page = owner.act(&settings, &set).await;
    assert!(
        page.text.contains("Someone changed this tenant"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_tenant_is_removed_once_that_was_confirmed_in_the_chat() {
    let (world, _clock) = world("7:owner 9:owner@harbour");
    let mut browser = signed_in(&world, 7).await;
    let path = format!("{HARBOUR}/remove");
    let asked = browser.act(&path, &[("reason", "the club closed")]).await;
    assert_eq!(asked.status, 303);
    let question = asked.header("location").to_owned();
    assert_eq!(browser.act(&question, &[]).await.status, 409);
    assert!(done(&world).is_empty());
    let store = &world.operators.store;
    let (asked, _) = store.questions().pop().unwrap();
    assert!(asked.action.summary.contains("harbour"), "{asked:?}");
    let (who, now) = (owner(7), world.clock.now());
    let answered = store.answer(&who, asked.id, true, now).await;
    answered.unwrap().unwrap();
    assert_eq!(browser.act(&question, &[]).await.status, 303);
    assert_eq!(done(&world), ["remove harbour: the club closed"]);
    // The one of the environment is removed there.
    let main = browser
        .act("/admin/tenants/main/remove", &[("reason", "x")])
        .await;
    assert_eq!(main.status, 422);
}
