//! A real Chromium, driven through chromedriver.

mod chromedriver;
mod window;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::SessionId;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::common::requestdata::RequestData;
use thirtyfour::prelude::*;

use crate::process::Supervised;
use crate::qr;
use crate::wait::poll;

pub use window::{Scheme, Window};

/// How long a page may take for anything: long, since a machine may be busy. From
/// the password to "linked" took 18 s on two cores with forty that wanted to run.
const PATIENCE: Duration = Duration::from_secs(90);

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
        Self::start_with(window, scheme, &[]).await
    }

    /// Starts one with these flags besides, which count more than the usual ones.
    ///
    /// # Errors
    /// If chromedriver or Chromium is missing or does not answer in time.
    pub async fn start_with(window: Window, scheme: Scheme, flags: &[String]) -> Result<Self> {
        // Another part of the test may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        let (process, port) = chromedriver::start(folder.path(), PATIENCE).await?;
        let mut capabilities =
            chromedriver::capabilities(window, scheme, &folder.path().join("profile"))?;
        for flag in flags {
            capabilities.add_arg(flag)?;
        }
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
        let shown = poll(PATIENCE, async || {
            // Looked for anew each time: a page in motion may replace the element.
            for element in self.find_all(By::Css(css)).await.ok()? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
        });
        shown
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
        let filled = poll(PATIENCE, async || {
            let field = self.shown(css).await.ok()?;
            field.clear().await.ok()?;
            field.send_keys(text).await.ok()
        });
        filled
            .await
            .with_context(|| format!("`{css}` cannot be filled"))
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
        let entered = poll(PATIENCE, async || {
            let frame = self.shown(css).await.ok()?;
            frame.enter_frame().await.ok()
        });
        entered
            .await
            .with_context(|| format!("`{css}` is no frame that can be entered"))
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

    /// Makes the window this large, in points, from now on; with so many pixels to one.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn resize(&self, width: u32, height: u32, ratio: u32) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        // What a style asks of the window is asked when it is drawn.
        let drawn = "const done = arguments[0];
                     requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.execute_async(drawn, vec![]).await?;
        Ok(())
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
