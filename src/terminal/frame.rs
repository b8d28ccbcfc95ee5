//! Something on a terminal that is drawn again in its place.

use std::io::{self, Write as _};

use anstream::{AutoStream, ColorChoice};
use rustix::termios::tcgetwinsize;

use super::{QrCode, WIDTH, fold};

/// How large a window is whose size is not known.
const USUAL: (u16, u16) = (WIDTH, 24);

/// A code with words below it, drawn again in its place as they change. Where a cursor
/// cannot be moved (`TERM=dumb`, `NO_COLOR`), a new code is drawn below the former one.
#[derive(Default)]
pub(crate) struct Frame {
    drawn: Option<Drawn>,
}

struct Drawn {
    code: Option<QrCode>,
    words: String,
    /// How large the window was.
    window: (u16, u16),
    lines: usize,
}

impl Frame {
    /// Shows this in place of what was shown, unless it is the same. A window that is
    /// too small for the code is said to be.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub(crate) fn show(&mut self, code: Option<QrCode>, words: &str) -> io::Result<()> {
        let window = window();
        let moves = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        let columns = usize::from(window.0.min(WIDTH));
        if let Some(drawn) = &self.drawn
            && drawn.code == code
            && (drawn.window, drawn.words.as_str()) == (window, words)
        {
            return Ok(());
        }
        let is_new = self.drawn.as_ref().is_none_or(|it| it.code != code);
        if !moves && code.is_some() && !is_new {
            return Ok(());
        }
        let words = words.to_owned();
        let mut text = fold(&words, columns, 0);
        if let Some(code) = &code {
            text = match room(code, &text, window) {
                Ok(()) => format!("{}\n{text}", code.as_str()),
                Err((columns_needed, lines_needed)) => fold(
                    &format!(
                        "This window is too small for the code: it takes {columns_needed} columns and {lines_needed} lines. Make it larger."
                    ),
                    columns,
                    0,
                ),
            };
        }
        // After a change of size it is not known where the lines are.
        let above = self.drawn.as_ref().filter(|it| it.window == window);
        let above = above.filter(|_| moves).map_or(0, |it| it.lines);
        write(above, &text)?;
        self.drawn = Some(Drawn {
            code,
            words,
            window,
            lines: text.lines().count(),
        });
        Ok(())
    }

    /// Takes away what is shown.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub(crate) fn take_away(&mut self) -> io::Result<()> {
        match self.drawn.take() {
            Some(drawn) if drawn.window == window() => write(drawn.lines, ""),
            Some(_) | None => Ok(()),
        }
    }
}

/// A code that no one waits for any longer does not stay on show.
impl Drop for Frame {
    fn drop(&mut self) {
        let _ = self.take_away();
    }
}

/// Whether there is room for the code with these words; else, how much it takes.
fn room(code: &QrCode, words: &str, window: (u16, u16)) -> Result<(), (usize, usize)> {
    let (columns, height) = code.size();
    // The cursor stands in the line below.
    let lines = height + words.lines().count() + 1;
    if columns <= window.0.into() && lines <= window.1.into() {
        Ok(())
    } else {
        Err((columns, lines))
    }
}

/// Writes in place of so many lines.
fn write(above: usize, text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    if above > 0 {
        write!(out, "\x1b[{above}A\r\x1b[J")?;
    }
    if !text.is_empty() {
        writeln!(out, "{text}")?;
    }
    out.flush()
}

/// How many columns and lines the window has.
fn window() -> (u16, u16) {
    let size = tcgetwinsize(io::stdout()).ok();
    let size = size.filter(|it| it.ws_col > 0 && it.ws_row > 0);
    size.map_or(USUAL, |it| (it.ws_col, it.ws_row))
}
