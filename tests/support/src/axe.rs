//! axe-core: finds what not everyone can use.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::browser::Browser;

/// Where `tests/run` puts it.
const PLACES: &str = "../../.venv/lib";
const FILE: &str = "site-packages/axe_playwright_python/axe.min.js";

/// The script, which comes with a package of the Python environment.
///
/// # Errors
/// If it is not there.
pub fn script() -> Result<String> {
    let given = std::env::var_os("SESAME_TEST_AXE").map(PathBuf::from);
    let place = given.or_else(|| {
        let versions = Path::new(env!("CARGO_MANIFEST_DIR")).join(PLACES);
        let mut versions = fs::read_dir(versions).ok()?.flatten();
        versions.find_map(|it| {
            let file = it.path().join(FILE);
            file.exists().then_some(file)
        })
    });
    let place = place.context("axe-core is not there: `tests/run` makes .venv with it")?;
    Ok(fs::read_to_string(place)?)
}

/// Asks axe-core; what it finds, as rule, element and reason.
const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(arguments[0]).then((found) => done(found.violations.flatMap((it) =>
        it.nodes.map((node) => `${it.id}: ${node.html} ${node.failureSummary}`))));";

/// What it finds on the page that is open.
///
/// # Errors
/// If it is not there, or the page cannot be asked.
pub async fn findings(browser: &Browser) -> Result<Vec<String>> {
    // Put there by the driver: the page's own policy would let none in. All in one:
    // a page may be loaded anew in between.
    let run = format!("{}\n{RUN}", script()?);
    let everything = serde_json::json!({});
    let found = browser.execute_async(run, vec![everything]).await?;
    Ok(found.convert()?)
}
