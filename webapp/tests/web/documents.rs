//! The `OpenAPI` document, and health.

use serde_json::json;
use sesame_webapp::Readiness;

use crate::client::Client;
use crate::support::World;

#[tokio::test]
async fn the_document_lists_every_route() {
    let (world, _clock) = World::still();
    let document = Client::nobody(&world).get("/openapi.json").await.json();
    let mut routes: Vec<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{method} {path}"))
        })
        .collect();
    routes.sort();
    let expected = [
        "delete /api/v1/accounts/{id}",
        "delete /api/v1/channels/{id}",
        "delete /api/v1/exports/{id}",
        "delete /api/v1/jobs/{id}",
        "delete /api/v1/logins/{id}",
        "delete /api/v1/logins/{id}/number",
        "delete /api/v1/me",
        "get /api/v1/accounts",
        "get /api/v1/accounts/{id}/dialogs",
        "get /api/v1/accounts/{id}/photos/{photo}",
        "get /api/v1/audit",
        "get /api/v1/channels",
        "get /api/v1/channels/{id}/posts",
        "get /api/v1/exports",
        "get /api/v1/exports/{id}",
        "get /api/v1/jobs",
        "get /api/v1/jobs/{id}",
        "get /api/v1/jobs/{id}/events",
        "get /api/v1/logins/current",
        "get /api/v1/logins/{id}",
        "get /api/v1/logins/{id}/events",
        "get /api/v1/logins/{id}/qr.svg",
        "get /api/v1/me/events",
        "get /api/v1/posts",
        "get /api/v1/posts/changes",
        "get /api/v1/posts/{id}",
        "get /healthz",
        "get /metrics",
        "get /readyz",
        "patch /api/v1/channels/{id}",
        "post /api/v1/accounts/{id}/check",
        "post /api/v1/accounts/{id}/exports",
        "post /api/v1/accounts/{id}/exports/estimate",
        "post /api/v1/channels",
        "post /api/v1/channels/{id}/look",
        "post /api/v1/exports/{id}/link",
        "post /api/v1/exports/{id}/retry",
        "post /api/v1/exports/{id}/send",
        "post /api/v1/logins",
        "post /api/v1/logins/{id}/code",
        "post /api/v1/logins/{id}/code/resend",
        "post /api/v1/logins/{id}/number",
        "post /api/v1/logins/{id}/password",
        "post /api/v1/logins/{id}/screen",
        "post /api/v1/logins/{id}/screen/chat",
        "post /api/v1/phone-number",
        "post /api/v1/screen",
        "post /api/v1/session",
        "put /api/v1/exports/{id}/renewal",
    ];
    assert_eq!(routes, expected);
}

#[tokio::test]
async fn every_route_of_the_document_answers() {
    let (world, _clock) = World::still();
    let client = Client::nobody(&world);
    let document = client.get("/openapi.json").await.json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path = path.replace("{id}", "some-id");
            let answer = client.ask(&method.to_uppercase(), &path).await;
            assert_ne!(answer.status, 405, "{method} {path}");
            if path.starts_with("/api/v1") && path != "/api/v1/screen" {
                assert_eq!(answer.problem().0, 401, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn every_schema_that_is_named_is_there() {
    let (world, _clock) = World::still();
    let text = Client::nobody(&world).get("/openapi.json").await;
    let document = text.json();
    for reference in text.text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[tokio::test]
async fn the_process_lives() {
    let (world, _clock) = World::still();
    assert_eq!(Client::nobody(&world).get("/healthz").await.text, "ok\n");
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let (world, _clock) = World::still();
    let client = Client::nobody(&world);
    let answer = client.get("/readyz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (
            200,
            json!({"status": "ready", "ready": true, "unready": [], "degraded": []})
        )
    );
    *world.probes.readiness.lock().unwrap() = Readiness {
        unready: vec!["database".to_owned()],
        degraded: vec!["redis".to_owned()],
    };
    let answer = client.get("/readyz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (
            503,
            json!({
                "status": "unready", "ready": false,
                "unready": ["database"], "degraded": ["redis"],
            })
        )
    );
    world.shutdown.cancel();
    let answer = client.get("/readyz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (
            503,
            json!({
                "status": "unready", "ready": false,
                "unready": ["stopping"], "degraded": [],
            })
        )
    );
}

#[tokio::test]
async fn a_node_that_is_degraded_says_so_and_gets_requests() {
    let (world, _clock) = World::still();
    world.probes.readiness.lock().unwrap().degraded = vec!["redis".to_owned()];
    let answer = Client::nobody(&world).get("/readyz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (
            200,
            json!({
                "status": "degraded", "ready": true,
                "unready": [], "degraded": ["redis"],
            })
        )
    );
}

#[tokio::test]
async fn metrics_are_shown_where_they_are_offered() {
    let (world, _clock) = World::still();
    let client = Client::nobody(&world);
    assert_eq!(
        client.get("/metrics").await.problem(),
        (404, "not_found".to_owned())
    );
    *world.probes.metrics.lock().unwrap() = Some("up 1\n".to_owned());
    let answer = client.get("/metrics").await;
    assert_eq!(answer.text, "up 1\n");
    assert!(answer.header("content-type").starts_with("text/plain"));
}
