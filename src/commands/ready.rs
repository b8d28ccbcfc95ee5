//! `sesame ready`: whether the Sesame that runs here can work, for whoever can
//! only run a command: a container's health check.

use std::time::Duration;

use anyhow::anyhow;
use reqwest::Client;

use crate::config::{Layers, Settings};
use crate::failure::Failure;
use crate::{node, terminal};

/// How long the answer may take: longer than a part may take to answer.
const WITHIN: Duration = Duration::from_secs(5);

/// Asks the Sesame at `LISTEN`; says what it answers, and fails if it is not
/// ready.
pub(crate) async fn ready(layers: &Layers) -> Result<(), Failure> {
    let settings = Settings::load(layers)?;
    let address = format!("http://{}/readyz", node::reachable(settings.web.listen));
    let silent = |error| Failure::other("no Sesame answers here", error);
    let client = Client::builder().no_proxy().timeout(WITHIN).build();
    let answer = client.map_err(silent)?.get(address).send().await;
    let answer = answer.map_err(silent)?;
    let status = answer.status();
    let says = answer.text().await.map_err(silent)?;
    if !status.is_success() {
        return Err(anyhow!("not ready: {says}").into());
    }
    terminal::say(&says)
}
