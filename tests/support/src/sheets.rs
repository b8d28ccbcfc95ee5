//! Contact sheets: many pictures on a few pages, to be looked at.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use reqwest::Url;

use crate::browser::Browser;

/// How wide a sheet is, in pixels, and how many rows it has.
const SHEET: u32 = 2400;
const ROWS: u32 = 3;
const GAP: u32 = 8;
const NAME: u32 = 24;

/// Where sheets are kept: `target/looks` of the workspace.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/looks")
}

/// Puts pictures of windows of this size on sheets, so many in a row:
/// `sheet-{name}-1.png` and so on in the [`folder`] in which the pictures are, too.
/// The browser is at the last sheet then.
///
/// # Errors
/// If a file cannot be written or the browser refuses.
pub async fn put_together(
    browser: &Browser,
    name: &str,
    pictures: &[PathBuf],
    size: (u32, u32),
    columns: u32,
) -> Result<()> {
    let folder = folder().canonicalize()?;
    let width = (SHEET - GAP * (columns + 1)) / columns;
    let height = width * size.1 / size.0 + NAME;
    for (number, pictures) in pictures.chunks((columns * ROWS) as usize).enumerate() {
        let mut page = format!(
            "<!doctype html><meta charset=utf-8><style>body {{ margin: {GAP}px; display: flex; \
             flex-wrap: wrap; gap: {GAP}px; background: #888; font: 15px/{NAME}px sans-serif }} \
             figure {{ margin: 0; width: {width}px; height: {height}px }} \
             img {{ width: 100%; display: block }}</style>"
        );
        for picture in pictures {
            let title = picture.file_stem().context("a picture without a name")?;
            let address = address_of(picture)?;
            write!(
                page,
                "<figure>{}<img src='{address}'></figure>",
                title.display()
            )?;
        }
        let file = folder.join(format!("sheet-{name}.html"));
        fs::write(&file, page)?;
        let rows = u32::try_from(pictures.len())?.div_ceil(columns);
        browser.goto(address_of(&file)?.as_str()).await?;
        browser
            .resize(SHEET, rows * (height + GAP) + GAP, 1)
            .await?;
        let sheet = folder.join(format!("sheet-{name}-{}.png", number + 1));
        browser.screenshot(&sheet).await?;
        fs::remove_file(file)?;
    }
    Ok(())
}

fn address_of(file: &Path) -> Result<Url> {
    Url::from_file_path(file.canonicalize()?)
        .map_err(|()| anyhow::anyhow!("{} is no address", file.display()))
}
