//! A terminal in which a program runs, and someone who types and looks.

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rqrr::PreparedImage;
use vt100::{Color, Parser};

use crate::sesame::Program;
use crate::wait::poll;

/// How long what is waited for may take.
const PATIENCE: Duration = Duration::from_secs(40);
/// How large a module of a code is, in pixels.
const MODULE: usize = 4;
/// What is light around a code, in modules.
const MARGIN: usize = 4;

/// What was shown, and is.
struct Shown {
    screen: Parser,
    everything: Vec<u8>,
}

/// A terminal in which a program runs. The program is ended when this is dropped, and
/// hears that its terminal is gone when the test dies.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    shown: Arc<Mutex<Shown>>,
}

impl Terminal {
    /// Runs a program in a window of 24 lines, and of more columns than it needs: what
    /// is too wide for 80 is seen.
    ///
    /// # Errors
    /// If there is no terminal, or the program does not start.
    pub fn run(program: &Program) -> Result<Self> {
        Self::sized(program, 24, 120)
    }

    /// The same in a window of another size.
    ///
    /// # Errors
    /// As [`Terminal::run`].
    pub fn sized(program: &Program, lines: u16, columns: u16) -> Result<Self> {
        let pair = native_pty_system().openpty(size(lines, columns))?;
        let mut command = CommandBuilder::new(program.binary());
        command.args(program.arguments());
        command.cwd(program.folder());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        for (name, value) in program.settings() {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command)?;
        // The end of the program is heard only if no one else has this open.
        drop(pair.slave);
        let shown = Arc::new(Mutex::new(Shown {
            screen: Parser::new(cells(lines), cells(columns), 0),
            everything: Vec::new(),
        }));
        let mut output = pair.master.try_clone_reader()?;
        let seen = Arc::clone(&shown);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut bytes) {
                let mut shown = seen.lock().unwrap_or_else(PoisonError::into_inner);
                shown.screen.process(&bytes[..read]);
                shown.everything.extend_from_slice(&bytes[..read]);
            }
        });
        Ok(Self {
            child,
            keys: pair.master.take_writer()?,
            master: pair.master,
            shown,
        })
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the window another size.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn resize(&self, lines: u16, columns: u16) -> Result<()> {
        self.master.resize(size(lines, columns))?;
        let (lines, columns) = (cells(lines), cells(columns));
        self.shown().screen.screen_mut().set_size(lines, columns);
        Ok(())
    }

    /// Presses keys.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn press(&mut self, keys: &str) -> Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Types something, and Enter.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn enter(&mut self, text: &str) -> Result<()> {
        self.press(&format!("{text}\r"))
    }

    /// Presses Ctrl-C.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn interrupt(&mut self) -> Result<()> {
        self.press("\x03")
    }

    /// Sends the program a signal: `TERM`, `HUP`, `KILL`.
    ///
    /// # Errors
    /// If it had ended before.
    pub fn signal(&mut self, name: &str) -> Result<()> {
        ensure!(self.child.try_wait()?.is_none(), "it has ended");
        let pid = self.child.process_id().context("no process")?.to_string();
        let status = Command::new("sh")
            .args(["-c", r#"kill -s "$1" -- "$2""#, "signal", name, &pid])
            .status()?;
        ensure!(status.success(), "no process {pid} for {name}");
        Ok(())
    }

    /// Whether the terminal shows what is typed, and hands it on line by line: as it
    /// does for a shell.
    pub fn echoes(&self) -> bool {
        let modes = self
            .master
            .get_termios()
            .map(|it| format!("{:?}", it.local_flags));
        modes.is_some_and(|it| it.contains("ECHO ") && it.contains("ICANON"))
    }

    /// What stands in the window, line by line.
    pub fn screen(&self) -> String {
        self.shown().screen.screen().contents()
    }

    /// All that was ever written, with what moves the cursor.
    pub fn everything(&self) -> String {
        String::from_utf8_lossy(&self.shown().everything).into_owned()
    }

    /// Waits until something stands in the window, however it was broken into lines.
    ///
    /// # Errors
    /// If it does not; says what stands there.
    pub async fn shows(&self, text: &str) -> Result<()> {
        let seen = poll(PATIENCE, async || (self.count(text) > 0).then_some(()));
        seen.await
            .ok_or_else(|| anyhow!("not seen: “{text}” in\n{}", self.screen()))
    }

    /// Waits until something stands in the window for the second time.
    ///
    /// # Errors
    /// As [`Terminal::shows`].
    pub async fn shows_again(&self, text: &str) -> Result<()> {
        let seen = poll(PATIENCE, async || (self.count(text) > 1).then_some(()));
        seen.await
            .ok_or_else(|| anyhow!("not seen again: “{text}” in\n{}", self.screen()))
    }

    /// How often something stands in the window, however it was broken into lines.
    fn count(&self, text: &str) -> usize {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        words(&self.screen()).matches(&words(text)).count()
    }

    /// Reads the QR code in the window, as a phone's camera would; `None`: there is none.
    pub fn code(&self) -> Option<String> {
        let shown = self.shown();
        let screen = shown.screen.screen();
        let (lines, columns) = screen.size();
        let is_block = |text: &str| matches!(text, "█" | "▀" | "▄");
        let mut rows: Vec<Vec<[bool; 2]>> = Vec::new();
        for line in 0..lines.get() {
            let cells = (0..columns.get()).map_while(|column| screen.cell(line, column));
            // Light and dark are the colours of the code, not of the window.
            let cells: Vec<_> = cells
                .take_while(|cell| {
                    (cell.fgcolor(), cell.bgcolor()) == (Color::Idx(15), Color::Idx(0))
                })
                .map(|cell| match cell.contents() {
                    "█" => [true, true],
                    "▀" => [true, false],
                    "▄" => [false, true],
                    _ => [false, false],
                })
                .collect();
            let is_code = screen
                .cell(line, 0)
                .is_some_and(|cell| is_block(cell.contents()));
            if is_code && !cells.is_empty() {
                rows.push(cells);
            }
        }
        let width = rows.first()?.len();
        let side = |modules: usize| (modules + 2 * MARGIN) * MODULE;
        let is_light = |x: usize, y: usize| {
            let (x, y) = (
                (x / MODULE).checked_sub(MARGIN)?,
                (y / MODULE).checked_sub(MARGIN)?,
            );
            rows.get(y / 2)?.get(x).map(|halves| halves[y % 2])
        };
        let mut image =
            PreparedImage::prepare_from_greyscale(side(width), side(rows.len() * 2), |x, y| {
                if is_light(x, y).unwrap_or(true) {
                    255
                } else {
                    0
                }
            });
        let grids = image.detect_grids();
        grids.first()?.decode().ok().map(|(_, text)| text)
    }

    /// Waits for a QR code other than this one.
    ///
    /// # Errors
    /// If none comes; says what stands in the window.
    pub async fn code_after(&self, former: Option<&str>) -> Result<String> {
        let code = poll(PATIENCE, async || {
            self.code().filter(|code| Some(code.as_str()) != former)
        });
        code.await
            .ok_or_else(|| anyhow!("no code after {former:?} in\n{}", self.screen()))
    }

    /// Waits for the program's end; its exit code.
    ///
    /// # Errors
    /// If it does not end; says what stands in the window.
    pub async fn ended(&mut self) -> Result<u32> {
        let child = &mut self.child;
        let status = poll(PATIENCE * 3, async || child.try_wait().ok().flatten());
        match status.await {
            Some(status) => Ok(status.exit_code()),
            None => bail!("it goes on:\n{}", self.screen()),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.signal("KILL");
        let _ = self.child.wait();
    }
}

/// A window has one line and column at least.
fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap_or(NonZero::<u16>::MIN)
}

fn size(lines: u16, columns: u16) -> PtySize {
    PtySize {
        rows: lines,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}
