//! axe-core: finds what not everyone can use.

use std::fs;
use std::path::{Path, PathBuf};

use sesame_test_support::browser::Browser;

/// Where `tests/run` puts it.
const PLACES: &str = ".venv/lib";
const FILE: &str = "site-packages/axe_playwright_python/axe.min.js";

/// The script, which comes with a package of the Python environment.
#[allow(
    clippy::disallowed_methods,
    reason = "whoever runs this test alone says where it is by the environment"
)]
fn script() -> String {
    let given = std::env::var_os("SESAME_TEST_AXE").map(PathBuf::from);
    let place = given.or_else(|| {
        let versions = Path::new(env!("CARGO_MANIFEST_DIR")).join(PLACES);
        let mut versions = fs::read_dir(versions).ok()?.flatten();
        versions.find_map(|it| {
            let file = it.path().join(FILE);
            file.exists().then_some(file)
        })
    });
    assert!(
        place.is_some(),
        "axe-core is not there: `tests/run` makes .venv with it"
    );
    fs::read_to_string(place.unwrap()).unwrap()
}

/// What it finds on the page that is open: rule and element.
pub(crate) async fn findings(browser: &Browser) -> Vec<String> {
    // Put there by the driver: the page's own policy would let none in. All in one:
    // a page may be loaded anew in between.
    let run = "const done = arguments[arguments.length - 1];
        axe.run().then((found) => done(found.violations.flatMap((it) =>
            it.nodes.map((node) => `${it.id}: ${node.html} ${node.failureSummary}`))));";
    let run = format!("{}\n{run}", script());
    let found = browser.execute_async(run, vec![]).await.unwrap();
    found.convert().unwrap()
}
