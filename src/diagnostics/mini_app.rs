//! The Mini App, as people's Telegram opens it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use sesame_checks::{MiniApp, Page, Pages};
use sesame_domain::reason::Reason;
use url::Url;

use crate::config::{Layers, whereabouts};
use crate::node::wiring;

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(10);

/// The Mini App, whatever is wrong with other settings than those that say where
/// people find it.
pub(super) fn of(layers: &Layers) -> Option<MiniApp> {
    let found = whereabouts(layers)?;
    let url = found.public_url.as_ref();
    Some(MiniApp {
        url: url.map(wiring::app_url).transpose().ok()?,
        must_be_https: !found.is_sandbox,
        pages: Arc::new(Browser),
    })
}

struct Browser;

#[async_trait]
impl Pages for Browser {
    async fn get(&self, url: &Url) -> Result<Page, String> {
        let client = Client::builder().timeout(WITHIN).redirect(Policy::none());
        let answer = async { client.build()?.get(url.clone()).send().await };
        let answer = answer.await;
        let answer = answer.map_err(|error| Reason::of(&error.without_url()).to_string())?;
        let text = |value: &reqwest::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers = answer.headers();
        Ok(Page {
            status: answer.status().as_u16(),
            leads_to: headers.get(LOCATION).map(text),
            headers: headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
        })
    }
}
