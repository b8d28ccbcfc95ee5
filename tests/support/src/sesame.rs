//! The real program, started as a person would start it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::process::Supervised;
use crate::wait::poll;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How to start the program. Settings go into its environment, which holds
/// nothing else of ours.
#[derive(Clone, Debug)]
pub struct Program {
    binary: PathBuf,
    folder: PathBuf,
    log: PathBuf,
    settings: BTreeMap<String, String>,
    arguments: Vec<String>,
    ignored: Option<String>,
}

/// Ignores a signal and becomes the program, which goes on ignoring it.
const IGNORING: &str = r#"trap '' "$0"; exec "$@""#;

impl Program {
    /// The program `env!("CARGO_BIN_EXE_sesame")`, working in this folder,
    /// with a log of this name.
    pub fn new(binary: &str, folder: &Path, name: &str) -> Self {
        Self {
            binary: binary.into(),
            folder: folder.to_owned(),
            log: folder.join(format!("{name}.log")),
            settings: BTreeMap::new(),
            arguments: Vec::new(),
            ignored: None,
        }
    }

    /// Without being ended by this signal.
    #[must_use]
    pub fn ignoring(mut self, signal: &str) -> Self {
        self.ignored = Some(signal.to_owned());
        self
    }

    /// With a log of another name.
    #[must_use]
    pub fn renamed(&self, name: &str) -> Self {
        Self {
            log: self.folder.join(format!("{name}.log")),
            ..self.clone()
        }
    }

    /// With a setting.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    /// With an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// With several arguments.
    #[must_use]
    pub fn args<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments
            .extend(arguments.into_iter().map(String::from));
        self
    }

    /// The file that is run.
    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    /// Where it works.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it is told on its command line.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// What it is told in its environment.
    pub(crate) fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// Where everything that it prints goes, start after start.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// If it ends or takes too long; says what it printed last.
    pub async fn start<T>(
        &self,
        mut ready: impl AsyncFnMut() -> Result<Option<T>>,
    ) -> Result<(Running, T)> {
        let mut process = self.spawn()?;
        let outcome = poll(PATIENCE, async || match ready().await {
            Ok(Some(ready)) => Some(Ok(ready)),
            Ok(None) => match process.is_running() {
                Ok(true) => None,
                _ => Some(Err(anyhow!("it ended"))),
            },
            Err(error) => Some(Err(error)),
        });
        match outcome.await {
            Some(Ok(ready)) => Ok((Running { process }, ready)),
            Some(Err(error)) => Err(error.context(self.last_words())),
            None => bail!("not ready in time; {}", self.last_words()),
        }
    }

    /// The same settings, other arguments.
    #[must_use]
    pub fn instead<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            arguments: Vec::new(),
            ..self.clone()
        }
        .args(arguments)
    }

    /// Starts it without waiting for anything.
    ///
    /// # Errors
    /// If it does not start.
    pub fn begin(&self) -> Result<Running> {
        Ok(Running {
            process: self.spawn()?,
        })
    }

    /// Runs it to its end; what it printed is in the answer, not in the log.
    ///
    /// # Errors
    /// If it does not start, or takes too long (it is ended then).
    pub async fn run(&self) -> Result<Said> {
        let mut command = tokio::process::Command::from(self.command());
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output())
            .await
            .with_context(|| format!("{:?} took too long", self.arguments))??;
        Ok(Said {
            status: output.status,
            out: String::from_utf8(output.stdout)?,
            err: String::from_utf8(output.stderr)?,
        })
    }

    /// Runs it to its end; all that it prints goes into this file, in its order.
    ///
    /// # Errors
    /// If it does not start, or takes too long (it is ended then).
    pub async fn run_into(&self, file: File) -> Result<ExitStatus> {
        let mut command = tokio::process::Command::from(self.command());
        command.stdin(Stdio::null()).kill_on_drop(true);
        command.stdout(file.try_clone()?).stderr(file);
        let ended = tokio::time::timeout(PATIENCE, command.status()).await;
        Ok(ended.with_context(|| format!("{:?} took too long", self.arguments))??)
    }

    /// Runs it to its end, which must be a success; answers what it printed.
    ///
    /// # Errors
    /// If it fails; says what it complained about.
    pub async fn must(&self) -> Result<String> {
        let said = self.run().await?;
        ensure!(
            said.status.success(),
            "{:?} ended with {}:\n{}{}",
            self.arguments,
            said.status,
            said.out,
            said.err
        );
        Ok(said.out)
    }

    fn spawn(&self) -> Result<Supervised> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())?;
        let mut command = self.command();
        command.stdout(log.try_clone()?).stderr(log);
        Supervised::start(&mut command).with_context(|| format!("{}", self.binary.display()))
    }

    fn command(&self) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut command = match &self.ignored {
            Some(signal) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", IGNORING, signal]).arg(&self.binary);
                shell
            }
            None => Command::new(&self.binary),
        };
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", path)
            .envs(&self.settings);
        command
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(20).collect();
        let lines: Vec<_> = lines.into_iter().rev().collect();
        format!("it printed last:\n{}", lines.join("\n"))
    }
}

/// What a run to the end gave.
#[derive(Debug)]
pub struct Said {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed on standard output.
    pub out: String,
    /// What it printed on standard error.
    pub err: String,
}

impl Said {
    /// What it printed on standard error, in one line: what is too wide for a
    /// terminal was broken between words.
    pub fn complained(&self) -> String {
        in_one_line(&self.err)
    }

    /// What it printed on standard output, in one line.
    pub fn answered(&self) -> String {
        in_one_line(&self.out)
    }
}

fn in_one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ")
}

/// The running program. It is ended when this is dropped.
#[derive(Debug)]
pub struct Running {
    process: Supervised,
}

impl Running {
    /// The process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Sends a signal: `STOP`, `CONT`, `KILL`, …
    ///
    /// # Errors
    /// If it had ended before.
    pub fn signal(&self, name: &str) -> Result<()> {
        Ok(self.process.signal(name)?)
    }

    /// Waits for the end; `None`: it still runs.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn ended(&mut self, within: Duration) -> Result<Option<ExitStatus>> {
        Ok(self.process.exited(within).await?)
    }

    /// Sends a signal and waits for the end; `None`: it still runs.
    ///
    /// # Errors
    /// If it had ended before.
    pub async fn stop(&mut self, signal: &str, within: Duration) -> Result<Option<ExitStatus>> {
        self.process.signal(signal)?;
        Ok(self.process.exited(within).await?)
    }
}
