//! The code as a picture.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fast_qr::{ECL, QRBuilder};
use zeroize::Zeroizing;

/// The light border that a code needs, in modules (ISO/IEC 18004, 6.3.8).
pub(crate) const QUIET_ZONE: usize = 4;

/// The text is longer than a code can hold.
#[derive(Debug, thiserror::Error)]
#[error("the text does not fit into a code")]
pub(crate) struct TooLong;

/// What the code says: <https://core.telegram.org/api/qr-login>.
pub fn login_url(token: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(format!(
        "tg://login?token={}",
        URL_SAFE_NO_PAD.encode(token)
    ))
}

/// The code as an SVG: dark on light in every theme, sharp at any size.
pub(crate) fn svg(text: &str) -> Result<Zeroizing<String>, TooLong> {
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|_| TooLong)?;
    let side = code.size + 2 * QUIET_ZONE;
    let mut path = String::with_capacity(code.size * code.size * 8);
    for y in 0..code.size {
        let row = &code[y];
        let mut x = 0;
        while x < code.size {
            let run = row[x..].iter().take_while(|module| module.value()).count();
            if run > 0 {
                // Writing to a String cannot fail.
                let _ = write!(
                    path,
                    "M{} {}h{run}v1h-{run}z",
                    x + QUIET_ZONE,
                    y + QUIET_ZONE
                );
            }
            x += run.max(1);
        }
    }
    Ok(Zeroizing::new(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    )))
}

#[cfg(test)]
#[path = "qr_tests.rs"]
mod tests;
