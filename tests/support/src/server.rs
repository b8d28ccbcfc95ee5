//! A server process that cannot outlive the test process.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// Starts the server, does what it reads, and ends it with its input: the other
/// end of that pipe is held by the test process alone, and the kernel closes it,
/// even when the process is killed.
const SUPERVISOR: &str = r#"
trap '' INT TERM HUP
cd "$SERVER_FOLDER" || exit 1
begin() { "$@" >>server.log 2>&1 </dev/null & server=$!; }
end() { kill -CONT $(all); kill -"$1" "$server"; wait "$server"; server=; }
all() { echo "$server"; ps -o pid= --ppid "$server"; }
begin "$@"
while read -r wish; do
    case $wish in
        end) end INT ;;
        crash) end QUIT ;;
        begin) begin "$@" ;;
        freeze) kill -STOP $(all) ;;
        thaw) kill -CONT $(all) ;;
    esac
done
if [ "$server" ]; then end "$SERVER_SIGNAL"; fi
cd /
rm -rf "$SERVER_FOLDER"
"#;

/// How long a server may take to answer.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    supervisor: Child,
    folder: PathBuf,
}

/// How to run a server.
pub(crate) struct Launch<'a> {
    /// Where it runs, and writes `server.log`; removed when it ended.
    pub(crate) folder: &'a Path,
    /// The signal that ends it.
    pub(crate) signal: &'a str,
    /// The program and its arguments.
    pub(crate) command: &'a [String],
}

impl Server {
    /// Starts a server; does not wait until it answers.
    pub(crate) fn start(launch: &Launch<'_>) -> anyhow::Result<Self> {
        let supervisor = Command::new("sh")
            .args(["-c", SUPERVISOR, "sh"])
            .args(launch.command)
            .env("SERVER_FOLDER", launch.folder)
            .env("SERVER_SIGNAL", launch.signal)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A Ctrl-C at the terminal is for the tests, not for it.
            .process_group(0)
            .spawn()
            .context("start a server")?;
        Ok(Self {
            supervisor,
            folder: launch.folder.to_owned(),
        })
    }

    /// Has the server's supervisor do something: `end` it in order, have it
    /// `crash`, `begin` it anew with its data, `freeze` or `thaw` it and all its
    /// processes. Does not wait for it.
    pub(crate) fn tell(&mut self, wish: &str) -> anyhow::Result<()> {
        let input = self.supervisor.stdin.as_mut();
        let input = input.context("the server's supervisor is gone")?;
        writeln!(input, "{wish}")?;
        Ok(input.flush()?)
    }

    /// Where it runs.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until the server answers, as `ready` finds out.
    pub(crate) fn wait_until(&mut self, ready: impl Fn() -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while !ready() {
            if Instant::now() > deadline {
                let log = std::fs::read_to_string(self.folder.join("server.log"));
                bail!("the server does not answer: {}", log.unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    /// Ends the server and waits until it has.
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // If it does not end, the test run's own limit ends the wait.
        drop(self.supervisor.wait());
    }
}

/// A port that is free right now.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("run {}", command.get_program().display()))?;
    if !output.status.success() {
        bail!(
            "{} failed: {}",
            command.get_program().display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
