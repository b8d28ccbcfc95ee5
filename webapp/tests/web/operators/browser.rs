//! A browser: it keeps cookies, and says from where it asks.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use url::form_urlencoded;

use crate::client::{Answer, send};
use crate::support::World;

#[derive(Clone)]
pub(super) struct Browser {
    router: Router,
    /// From where it asks, if that is known.
    pub(super) peer: Option<SocketAddr>,
    pub(super) cookies: BTreeMap<String, String>,
}

impl Browser {
    /// One that was never here.
    pub(super) fn of(world: &World) -> Self {
        Self {
            router: world.router.clone(),
            peer: None,
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser after the program was started anew.
    pub(super) fn at(&self, world: &World) -> Self {
        Self {
            router: world.router.clone(),
            ..self.clone()
        }
    }

    /// A request with these headers; cookies are kept.
    pub(super) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let mut request = request.body(Body::from(body)).unwrap();
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let answer = send(&self.router, request).await;
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
                assert!(attributes.contains(attribute), "{line}");
            }
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Someone opens a page.
    pub(super) async fn open(&mut self, path: &str) -> Answer {
        let headers = [
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
            ("sec-fetch-site", "cross-site"),
            (
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            ),
        ];
        self.send("GET", path, &headers, String::new()).await
    }

    /// A form of one of our pages.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(path, fields, "same-origin").await
    }

    /// A form of a page of this site, or another one.
    pub(super) async fn post_from(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        site: &str,
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let headers = [
            ("sec-fetch-site", site),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.send("POST", path, &headers, body).await
    }

    /// What the forms of this session's pages carry.
    pub(super) async fn csrf(&mut self) -> String {
        let page = self.open("/admin/operators").await;
        let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// A form of this session, with these fields beside the token.
    pub(super) async fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.post(path, &all).await
    }
}
