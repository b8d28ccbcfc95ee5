//! Asks the router without a socket in between.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::support::World;
use crate::support::init_data;

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a problem; fails if it is none.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let json = self.json();
        assert_eq!(json["status"], self.status.as_u16());
        assert_eq!(json["request_id"], self.header("x-request-id"));
        let code = json["code"].as_str().unwrap().to_owned();
        assert_eq!(json["type"], format!("urn:sesame:problem:{code}"));
        (self.status.as_u16(), code)
    }
}

/// Sends a request and reads the answer to its end.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// Someone who asks, with what they show for it.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) router: Router,
    pub(crate) authorization: Option<String>,
}

impl Client {
    /// No one.
    pub(crate) fn nobody(world: &World) -> Self {
        Self {
            router: world.router.clone(),
            authorization: None,
        }
    }

    /// With this header.
    pub(crate) fn with(world: &World, authorization: impl Into<String>) -> Self {
        Self {
            router: world.router.clone(),
            authorization: Some(authorization.into()),
        }
    }

    /// This person, with fresh `initData` exchanged for a token.
    pub(crate) async fn signed_in(world: &World, person: i64) -> Self {
        Self::signed_in_at(world, person, "/api/v1/session").await
    }

    /// The same, with the exchange at this path.
    pub(crate) async fn signed_in_at(world: &World, person: i64, path: &str) -> Self {
        let data = init_data::of(person, world.clock.now());
        let answer = Self::with(world, format!("tma {data}")).post(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        Self::with(world, format!("Bearer {token}"))
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        match &self.authorization {
            Some(value) => request.header("authorization", value),
            None => request,
        }
    }

    pub(crate) async fn ask(&self, method: &str, path: &str) -> Answer {
        let request = self.request(method, path).body(Body::empty()).unwrap();
        send(&self.router, request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).await
    }

    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.ask("POST", path).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path).await
    }

    /// Posts a body of this type.
    pub(crate) async fn post_as(&self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        self.ask_as("POST", path, kind, body).await
    }

    /// Sends a body of this type.
    pub(crate) async fn ask_as(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let request = self
            .request(method, path)
            .header("content-type", kind)
            .body(body.into())
            .unwrap();
        send(&self.router, request).await
    }

    pub(crate) async fn delete_json(&self, path: &str, body: &Value) -> Answer {
        self.ask_as("DELETE", path, "application/json", body.to_string())
            .await
    }

    pub(crate) async fn put_json(&self, path: &str, body: &Value) -> Answer {
        self.ask_as("PUT", path, "application/json", body.to_string())
            .await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.post_as(path, "application/json", body.to_string())
            .await
    }
}
