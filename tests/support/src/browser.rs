//! A real Chromium, driven through chromedriver.

use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::common::requestdata::RequestData;
use thirtyfour::prelude::*;
use thirtyfour::{DesiredCapabilities, SessionId};

use crate::process::Supervised;
use crate::qr;
use crate::wait::poll;

/// How often chromedriver is started until one has a port to itself.
const STARTS: u32 = 5;

/// How long a page may take for anything: long, since a machine may be busy. From
/// the password to "linked" took 18 s on two cores with forty that wanted to run.
const PATIENCE: Duration = Duration::from_secs(90);

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

/// The size of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The narrowest phone that is looked after: 320 x 568.
    Narrow,
    /// A phone: 390 x 844, two pixels to a point, with touch.
    Phone,
    /// A desktop: 1280 x 800.
    Desktop,
}

/// What the person prefers (`prefers-color-scheme`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The button that shows the code here.
pub const SHOW_CODE: &str = "[data-method=qr]:not([data-to])";

/// A browser with an empty profile. It is ended when dropped, and when the
/// test dies. Everything a [`WebDriver`] can do, it can do.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    /// Held for its end: the process group is killed with it.
    _process: Supervised,
    /// Held for its end: log and profile are removed with it.
    _folder: TempDir,
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    /// If chromedriver or Chromium is missing or does not answer in time.
    pub async fn start(window: Window, scheme: Scheme) -> Result<Self> {
        // Another part of the test may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        let (process, port) = driver(folder.path()).await?;
        let capabilities = capabilities(window, scheme, &folder.path().join("profile"))?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        Ok(Self {
            driver,
            _process: process,
            _folder: folder,
        })
    }

    /// The first element that matches and can be seen.
    ///
    /// # Errors
    /// If there is none in time.
    pub async fn shown(&self, css: &str) -> Result<WebElement> {
        self.query(By::Css(css))
            .wait(PATIENCE, Duration::from_millis(50))
            .and_displayed()
            .first()
            .await
            .with_context(|| format!("`{css}` is not to be seen"))
    }

    /// Clicks the first that can be clicked, as soon as one can.
    ///
    /// # Errors
    /// If none can in time.
    pub async fn click(&self, css: &str) -> Result<()> {
        let clicked = poll(PATIENCE, async || {
            // Tried again: a page in motion may cover or replace the element.
            for element in self.find_all(By::Css(css)).await.ok()? {
                let shown = element.is_displayed().await.unwrap_or(false);
                if shown && element.click().await.is_ok() {
                    return Some(());
                }
            }
            None
        });
        clicked
            .await
            .ok_or_else(|| anyhow!("`{css}` cannot be clicked"))
    }

    /// Empties a field and types into it.
    ///
    /// # Errors
    /// If there is no such field.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        let field = self.shown(css).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Waits until what matches is seen and contains the text.
    ///
    /// # Errors
    /// If it does not in time; names what was seen last.
    pub async fn says(&self, css: &str, text: &str) -> Result<()> {
        let mut last = String::from("nothing");
        let found = poll(PATIENCE, async || {
            let element = self.find(By::Css(css)).await.ok()?;
            last = element.text().await.ok()?;
            last.contains(text).then_some(())
        })
        .await;
        found.ok_or_else(|| anyhow!("`{css}` does not say “{text}” but “{last}”"))
    }

    /// Waits until nothing that matches can be seen.
    ///
    /// # Errors
    /// If something still is after the deadline.
    pub async fn hidden(&self, css: &str) -> Result<()> {
        let hidden = poll(PATIENCE, async || {
            for element in self.find_all(By::Css(css)).await.ok()? {
                // One that went away meanwhile cannot be seen either.
                if element.is_displayed().await.unwrap_or(false) {
                    return None;
                }
            }
            Some(())
        });
        hidden.await.ok_or_else(|| anyhow!("`{css}` is still seen"))
    }

    /// Waits until the Mini App shows this view.
    ///
    /// # Errors
    /// If it does not in time; names what it shows.
    pub async fn view(&self, name: &str) -> Result<()> {
        let script = "const view = document.querySelector('.view:not(.leaving)');
                      return view ? view.dataset.view + ': ' + view.innerText : '';";
        let mut last = String::new();
        let found = poll(PATIENCE, async || {
            let answer = self.execute(script, vec![]).await.ok()?;
            last = answer.convert().ok()?;
            let (shown, _) = last.split_once(": ")?;
            (shown == name).then_some(())
        })
        .await;
        found.ok_or_else(|| anyhow!("the view is not `{name}` but {last}"))
    }

    /// From the page before linking to the code: on a phone as one with another phone
    /// beside it goes.
    ///
    /// # Errors
    /// If that is not what the pages lead to.
    pub async fn show_code(&self) -> Result<()> {
        self.before_code().await?;
        self.click(SHOW_CODE).await?;
        self.view("qr").await
    }

    /// From the page before linking to where [`SHOW_CODE`] is; which view that is.
    ///
    /// # Errors
    /// If that is not what the pages lead to.
    pub async fn before_code(&self) -> Result<&'static str> {
        self.view("link").await?;
        if !self.is_phone().await? {
            return Ok("link");
        }
        self.click("[data-href$='/app/link/how']").await?;
        self.view("how").await?;
        Ok("how")
    }

    /// From the code to the link for another screen.
    ///
    /// # Errors
    /// If that is not what the pages lead to.
    pub async fn link_for_another_screen(&self) -> Result<String> {
        if self.is_phone().await? {
            self.click("[data-href$='/screen']").await?;
            self.view("other").await?;
        }
        self.click("[data-action=screen]").await?;
        Ok(self.shown("#screen-url").await?.text().await?)
    }

    /// Whether the page takes this for a phone.
    async fn is_phone(&self) -> Result<bool> {
        let script = "return document.documentElement.dataset.device === 'phone'";
        Ok(self.execute(script, vec![]).await?.convert()?)
    }

    /// Goes into the frame that matches; [`SessionHandle::enter_default_frame`] leads out.
    ///
    /// [`SessionHandle::enter_default_frame`]: thirtyfour::session::handle::SessionHandle::enter_default_frame
    ///
    /// # Errors
    /// If there is no such frame.
    pub async fn enter(&self, css: &str) -> Result<()> {
        Ok(self.shown(css).await?.enter_frame().await?)
    }

    /// Reads the QR code that the element shows, as a camera would; waits
    /// until it can be read.
    ///
    /// # Errors
    /// If it cannot be in time.
    pub async fn read_qr(&self, css: &str) -> Result<String> {
        let mut last = anyhow!("it is not to be seen");
        let read = poll(PATIENCE, async || {
            let picture = match self.find(By::Css(css)).await {
                Ok(element) => element.screenshot_as_png().await,
                Err(error) => Err(error),
            };
            match picture.map_err(Into::into).and_then(|file| qr::read(&file)) {
                Ok(text) => Some(text),
                Err(error) => {
                    last = error;
                    None
                }
            }
        })
        .await;
        read.ok_or(last)
            .with_context(|| format!("the QR code in `{css}`"))
    }

    /// Waits until nothing moves that will ever stand still.
    ///
    /// # Errors
    /// If something still moves after the deadline.
    pub async fn settled(&self) -> Result<()> {
        let script = "return document.getAnimations().every((animation) =>
                          animation.playState !== 'running'
                          || animation.effect.getComputedTiming().endTime === Infinity)
                      && !document.querySelector('.entering, .leaving');";
        let settled = poll(PATIENCE, async || {
            let answer = self.execute(script, vec![]).await.ok()?;
            answer.convert::<bool>().ok()?.then_some(())
        });
        settled.await.context("the page does not come to rest")
    }

    /// Keeps a picture of the window in `tests/artifacts`, to be looked at.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let folder = artifacts();
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        self.settled().await?;
        self.screenshot(&file).await?;
        Ok(file)
    }

    /// How many points the content is wider than the window: 0 means that
    /// nobody has to scroll sideways.
    ///
    /// # Errors
    /// If the page cannot be asked.
    pub async fn overflow(&self) -> Result<i64> {
        let script = "const page = document.documentElement;
                      return page.scrollWidth - page.clientWidth;";
        Ok(self.execute(script, vec![]).await?.convert()?)
    }

    /// Runs a script in every page from now on, before its own.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn before_pages(&self, script: &str) -> Result<()> {
        let method = "Page.addScriptToEvaluateOnNewDocument";
        self.devtools(method, json!({ "source": script })).await
    }

    /// A command of the `DevTools` protocol.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn devtools(&self, method: &str, params: Value) -> Result<()> {
        let command = DevTools(json!({ "cmd": method, "params": params }));
        self.cmd(command).await?;
        Ok(())
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session ends with its process: asking for it would only block.
        let _ = self.driver.clone().leak();
    }
}

#[derive(Debug)]
struct DevTools(Value);

impl FormatRequestData for DevTools {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let path = format!("session/{session}/goog/cdp/execute");
        RequestData::new(Method::POST, path).add_body(self.0.clone())
    }
}

/// Where pictures are kept: `tests/artifacts` of the workspace.
pub fn artifacts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts")
}

/// From the line “… was started successfully on port 12345.”
/// Starts chromedriver; the port on which it answers.
async fn driver(folder: &Path) -> Result<(Supervised, u16)> {
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
        let said = poll(PATIENCE, async || match announced_port(&log) {
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

fn announced_port(log: &Path) -> Option<u16> {
    let log = std::fs::read_to_string(log).ok()?;
    let (_, rest) = log.split_once("started successfully on port ")?;
    let (port, _) = rest.split_once('.')?;
    port.parse().ok()
}

fn capabilities(
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "data:text/html,<meta name=viewport content='width=device-width'>\
        <body><p id=scheme></p><p id=late hidden>now</p><script>\
        scheme.textContent = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';\
        setTimeout(() => { late.hidden = false }, 200)</script>";

    #[tokio::test]
    async fn the_window_and_the_scheme_are_as_asked_for() {
        for (window, scheme, width, word) in [
            (Window::Phone, Scheme::Dark, 390, "dark"),
            (Window::Desktop, Scheme::Light, 1280, "light"),
        ] {
            let browser = Browser::start(window, scheme).await.unwrap();
            browser.goto(PAGE).await.unwrap();
            browser.says("#scheme", word).await.unwrap();
            browser.says("#late", "now").await.unwrap();
            let inner = browser.execute("return innerWidth", vec![]).await.unwrap();
            assert_eq!(inner.convert::<i64>().unwrap(), width);
            assert_eq!(browser.overflow().await.unwrap(), 0);
        }
    }
}
