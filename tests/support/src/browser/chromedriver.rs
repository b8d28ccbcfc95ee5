//! Starts chromedriver, and says what it is to start.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde_json::json;
use thirtyfour::DesiredCapabilities;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;

use super::window::{Scheme, Window};
use crate::process::Supervised;
use crate::wait::poll;

/// How often chromedriver is started until one has a port to itself.
const STARTS: u32 = 5;

const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-search-engine-choice-screen",
    "--no-first-run",
    "--no-proxy-server",
    "--hide-scrollbars",
    // Nothing leaves the machine; telegram.org is a name like any other.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/// Starts chromedriver; the port on which it answers.
pub(super) async fn start(folder: &Path, patience: Duration) -> Result<(Supervised, u16)> {
    let log = folder.join("chromedriver.log");
    for _ in 0..STARTS {
        let mut process = Supervised::start(
            Command::new("chromedriver")
                .arg("--port=0")
                .env("TMPDIR", folder)
                .stdout(File::create(&log)?)
                .stderr(Stdio::null()),
        )
        .context("chromedriver cannot be started; is chromium-driver installed?")?;
        let said = poll(patience, async || match announced_port(&log) {
            Some(port) => Some(Some(port)),
            None => (!process.is_running().ok()?).then_some(None),
        });
        match said.await {
            Some(Some(port)) => return Ok((process, port)),
            // It ended: the port that it got for IPv4 was another's for IPv6.
            Some(None) => {}
            None => break,
        }
    }
    Err(anyhow!("chromedriver did not say its port"))
}

/// From the line “… was started successfully on port 12345.”
fn announced_port(log: &Path) -> Option<u16> {
    let log = std::fs::read_to_string(log).ok()?;
    let (_, rest) = log.split_once("started successfully on port ")?;
    let (port, _) = rest.split_once('.')?;
    port.parse().ok()
}

/// What is asked of the browser: a window of this size, with this profile.
pub(super) fn capabilities(
    window: Window,
    scheme: Scheme,
    profile: &Path,
) -> Result<thirtyfour::ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in FLAGS {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    let preference = match scheme {
        Scheme::Dark => 0,
        Scheme::Light => 1,
    };
    capabilities.add_arg(&format!(
        "--blink-settings=preferredColorScheme={preference}"
    ))?;
    match window {
        Window::Desktop => emulate(&mut capabilities, 1280, 800, false)?,
        Window::Phone => emulate(&mut capabilities, 390, 844, true)?,
        Window::Narrow => emulate(&mut capabilities, 320, 568, true)?,
    }
    Ok(capabilities)
}

/// A window of exactly this size; a phone has touch and two pixels to a point.
fn emulate(
    capabilities: &mut thirtyfour::ChromeCapabilities,
    width: u32,
    height: u32,
    phone: bool,
) -> Result<()> {
    let ratio = if phone { 2.0 } else { 1.0 };
    let emulation = json!({ "deviceMetrics": {
        "width": width, "height": height, "pixelRatio": ratio, "touch": phone, "mobile": phone,
    }});
    Ok(capabilities.add_experimental_option("mobileEmulation", emulation)?)
}
