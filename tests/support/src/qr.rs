//! Reading QR codes the way a phone's camera does: from what can be seen.

use anyhow::{Context, Result};
use rqrr::PreparedImage;

use crate::png;

/// The text of the one QR code in a PNG picture.
///
/// # Errors
/// If there is no readable code.
pub fn read(file: &[u8]) -> Result<String> {
    let picture = png::decode(file)?;
    let mut image = PreparedImage::prepare_from_greyscale(picture.width, picture.height, |x, y| {
        picture.pixels[y * picture.width + x]
    });
    let grids = image.detect_grids();
    let grid = grids.first().context("no QR code to be seen")?;
    let (_, text) = grid.decode().context("the QR code cannot be read")?;
    Ok(text)
}
