use rstest::rstest;

use crate::client::{Client, send};
use crate::support::services::Fault;
use crate::support::{World, owner};

#[rstest]
#[case(Fault::Busy, 503, "busy")]
#[case(Fault::StorageDown, 503, "unavailable")]
#[case(Fault::StorageFull, 503, "storage_full")]
#[case(Fault::StorageFailing, 503, "storage_failing")]
#[case(Fault::Damaged, 500, "internal")]
#[case(Fault::Panics, 500, "internal")]
#[tokio::test]
async fn our_faults_are_typed_and_tell_no_details(
    #[case] fault: Fault,
    #[case] status: u16,
    #[case] code: &str,
) {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    *world.logins.fault.lock().unwrap() = Some(fault);
    for answer in [
        client.post("/api/v1/logins").await,
        client.get("/app/view/home").await,
    ] {
        assert_eq!(answer.problem(), (status, code.to_owned()));
        assert_eq!(answer.header("retry-after").is_empty(), status == 500);
        for detail in ["hunter2", "db.internal", "row 17", "token abc", "fell over"] {
            assert!(!answer.text.contains(detail));
        }
    }
}

#[tokio::test]
async fn a_method_that_is_not_allowed_is_a_problem_too() {
    let (world, _clock) = World::still();
    let client = Client::nobody(&world);
    for (method, path) in [
        ("PUT", "/api/v1/logins"),
        ("POST", "/app"),
        ("GET", "/api/v1/session"),
    ] {
        let answer = client.ask(method, path).await;
        assert_eq!(answer.problem(), (405, "method_not_allowed".to_owned()));
        assert!(!answer.header("allow").is_empty());
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_a_problem_too() {
    let (world, _clock) = World::still();
    let answer = Client::nobody(&world).get("/nowhere").await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn every_answer_is_protected() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    for path in [
        "/app",
        "/app/view/home",
        "/api/v1/accounts",
        "/screen/x",
        "/nowhere",
        "/healthz",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(
            answer.header("permissions-policy").contains("camera=()"),
            "{path}"
        );
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "connect-src 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    }
}

#[tokio::test]
async fn only_telegram_may_frame_the_mini_app() {
    let (world, _clock) = World::still();
    let client = Client::nobody(&world);
    let app = client.get("/app").await;
    let policy = app.header("content-security-policy");
    assert!(policy.contains("frame-ancestors https://web.telegram.org"));
    assert!(
        policy.contains("img-src 'self' data: https://t.me "),
        "people's pictures"
    );
    assert!(policy.contains("script-src 'self' https://telegram.org;"));
    assert_eq!(app.header("x-frame-options"), "");
    let screen = client.get("/screen/x").await;
    let policy = screen.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(policy.contains("script-src 'self';"));
    assert_eq!(screen.header("x-frame-options"), "DENY");
}

#[tokio::test]
async fn pages_are_compressed_views_are_not() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let id = world.logins.start(&owner(7));
    let encoding = async |path: String| {
        let request = client
            .request("GET", &path)
            .header("accept-encoding", "gzip")
            .method("HEAD")
            .body(axum::body::Body::empty())
            .unwrap();
        send(&client.router, request)
            .await
            .header("content-encoding")
            .to_owned()
    };
    assert_eq!(encoding("/app".to_owned()).await, "gzip");
    assert_eq!(encoding("/app/app.css".to_owned()).await, "gzip");
    assert_eq!(encoding(format!("/app/view/logins/{id}")).await, "");
    assert_eq!(encoding(format!("/api/v1/logins/{id}")).await, "");
}
