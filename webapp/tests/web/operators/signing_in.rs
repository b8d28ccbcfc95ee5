use sesame_domain::notice::NoticeKind;

use super::{Browser, link, refused, signed_in, world};

#[tokio::test]
async fn a_link_says_what_it_opens_and_then_signs_in() {
    let (world, _clock) = world("7:owner 8:viewer");
    let path = link(&world, 7).await;
    let mut browser = Browser::of(&world);
    let page = browser.open(&path).await;
    assert_eq!(page.status, 200);
    for words in [
        "Sign in as Mara &#60;Lindqvist&#62;?",
        "owner of all tenants",
        "Firefox 145, Linux",
        "an unknown address",
    ] {
        assert!(page.text.contains(words), "{words} in {}", page.text);
    }
    let signed_in = browser.post(&path, &[]).await;
    assert_eq!(signed_in.status, 303);
    assert_eq!(signed_in.header("location"), "/admin");
    let names: Vec<_> = browser.cookies.keys().cloned().collect();
    assert_eq!(names, ["__Host-sesame-operator"]);

    let overview = browser.open("/admin").await;
    assert_eq!(overview.status, 200);
    assert!(overview.text.contains("<h1>Overview</h1>"));
    assert!(overview.text.contains("Mara &#60;Lindqvist&#62;"));
    let told = world.operators.store.told();
    assert!(matches!(told[0].kind, NoticeKind::OperatorSignedIn { .. }));
    let audited = world.operators.store.audited();
    let last = audited.last().unwrap();
    assert_eq!(last.action.as_str(), "operator_signed_in");
    assert_eq!(last.reason, "by a link from the chat");
    assert_eq!(last.actor.name(), Some("telegram 7, owner"));
    assert_eq!(refused(&world), [""; 0]);
}

#[tokio::test]
async fn what_looks_at_a_link_before_people_do_uses_nothing_up() {
    let (world, _clock) = world("7:owner");
    let path = link(&world, 7).await;
    let mut preview = Browser::of(&world);
    for method in ["GET", "HEAD"] {
        let looked = preview.send(method, &path, &[], String::new()).await;
        assert_eq!(looked.status, 200);
        assert!(!looked.text.contains("Mara"), "it knows no one");
    }
    assert!(preview.cookies.is_empty());

    // A browser that says nothing of how it asks is asked for a press.
    let mut old = Browser::of(&world);
    let asked = old.send("GET", &path, &[], String::new()).await;
    assert!(asked.text.contains("Open it in this browser"));
    let pressed = old.post(&format!("{path}/open"), &[]).await;
    assert!(pressed.text.contains("Sign in as Mara"), "{}", pressed.text);
    assert_eq!(old.post(&path, &[]).await.status, 303);
}

#[tokio::test]
async fn whoever_says_not_me_ends_the_link_and_the_chat_says_so() {
    let (world, _clock) = world("7:owner");
    let path = link(&world, 7).await;
    let mut browser = Browser::of(&world);
    browser.open(&path).await;
    let rejected = browser.post(&format!("{path}/reject"), &[]).await;
    assert_eq!(rejected.status, 303);
    assert!(browser.cookies.is_empty());
    let told = world.operators.store.told();
    assert!(matches!(told[0].kind, NoticeKind::SignInRejected { .. }));
    assert_eq!(browser.open(&path).await.status, 410);
    assert_eq!(
        refused(&world),
        [
            "operator_signed_in: link used before",
            "operator_signed_in: not me"
        ]
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once_and_elsewhere_too() {
    let (world, _clock) = world("7:owner");
    let mut browser = signed_in(&world, 7).await;
    let mut stolen = browser.clone();
    let out = browser.act("/admin/sign-out", &[]).await;
    assert_eq!(out.status, 303);
    assert!(browser.cookies.is_empty());
    for _ in 0..3 {
        let page = stolen.open("/admin").await;
        assert_eq!(page.status, 401);
        stolen.cookies.insert("a".to_owned(), "b".to_owned());
    }
    assert_eq!(
        refused(&world),
        ["operator_session_ended: session over"],
        "it is told once"
    );
}

#[tokio::test]
async fn without_a_session_every_page_says_how_to_sign_in() {
    let (world, _clock) = world("7:owner");
    for path in [
        "/admin",
        "/admin/operators",
        "/admin/diagnostics",
        "/admin/configuration",
        "/admin/confirmations/01890a5d-ac96-774b-bcce-b302099a8057",
    ] {
        let page = Browser::of(&world).open(path).await;
        assert_eq!(page.status, 401, "{path}");
        assert!(page.text.contains("/admin</code>"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    assert_eq!(refused(&world), [""; 0], "nobody was refused");
}
