//! A QR code out of letters.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use fast_qr::{ECL, QRBuilder};
use secrecy::zeroize::Zeroizing;

/// The light border, in modules. Half of what a print needs (ISO/IEC 18004, 6.3.8),
/// so that a window of 24 lines holds all of it; phones read it.
const QUIET_ZONE: usize = 2;

/// Light on dark also where the window is light.
const COLOURS: Style = Style::new()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::BrightWhite)))
    .bg_color(Some(anstyle::Color::Ansi(AnsiColor::Black)));

/// A QR code out of half blocks: what is light is drawn.
#[derive(PartialEq, Eq)]
pub(crate) struct QrCode {
    lines: Zeroizing<String>,
    width: usize,
    height: usize,
}

impl QrCode {
    /// The code that says this; `None`: that is too long for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        // The smallest: a screen has no scratches.
        let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
        let width = code.size + 2 * QUIET_ZONE;
        let is_light = |x: usize, y: usize| {
            let inside = QUIET_ZONE..QUIET_ZONE + code.size;
            let is_quiet = !inside.contains(&x) || !inside.contains(&y);
            is_quiet || !code[y - QUIET_ZONE][x - QUIET_ZONE].value()
        };
        let height = width.div_ceil(2);
        let mut lines = Zeroizing::new(String::with_capacity(height * (width * 3 + 16)));
        for line in 0..height {
            if line > 0 {
                lines.push('\n');
            }
            // Writing into a string does not fail.
            let _ = write!(lines, "{COLOURS}");
            for x in 0..width {
                lines.push(match (is_light(x, 2 * line), is_light(x, 2 * line + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            let _ = write!(lines, "{COLOURS:#}");
        }
        Some(Self {
            lines,
            width,
            height,
        })
    }

    /// Its lines.
    pub(super) fn as_str(&self) -> &str {
        &self.lines
    }

    /// How many columns and lines it takes.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_login_leaves_room_in_the_smallest_window() {
        let code = QrCode::of(&format!("tg://login?token={}", "A".repeat(48))).unwrap();
        let (width, height) = code.size();
        assert!(width <= 40 && height <= 20, "{width} x {height}");
        assert_eq!(code.as_str().lines().count(), height);
        let plain = anstream::adapter::strip_str(code.as_str()).to_string();
        for line in plain.lines() {
            assert_eq!(line.chars().count(), width);
        }
        // The border is light on all sides.
        let lines: Vec<_> = plain.lines().collect();
        for edge in [lines[0], lines[height - 1]] {
            assert!(edge.chars().all(|it| it == '█'), "{edge}");
        }
        assert!(
            lines
                .iter()
                .all(|it| it.starts_with("██") && it.ends_with("██"))
        );
    }

    #[test]
    fn what_no_code_holds_is_told() {
        assert!(QrCode::of(&"A".repeat(8000)).is_none());
    }
}
