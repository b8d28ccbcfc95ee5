//! Plain HTTP to this machine.

use std::time::Duration;

use anyhow::Result;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

/// The longest that a request may take; longer than any long poll.
const PATIENCE: Duration = Duration::from_secs(90);

/// A client that asks no proxy and follows no redirect.
///
/// # Errors
/// If it cannot be set up.
pub fn client() -> Result<Client> {
    // Another part of the test may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()?;
    Ok(client)
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its `Content-Type`, or nothing.
    pub content_type: String,
    /// Its `Retry-After` in seconds.
    pub retry_after: Option<u64>,
    /// Its text.
    pub text: String,
    /// Its text as JSON; null if it is none.
    pub json: Value,
}

impl Answer {
    /// Reads it.
    ///
    /// # Errors
    /// If the connection breaks off.
    pub async fn read(response: Response) -> Result<Self> {
        let header = |name| response.headers().get(name)?.to_str().ok();
        let content_type = header("content-type").unwrap_or_default().to_owned();
        let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
        let status = response.status();
        let text = response.text().await?;
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Self {
            status,
            content_type,
            retry_after,
            text,
            json,
        })
    }

    /// The code of a problem, or of a refusal.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}
