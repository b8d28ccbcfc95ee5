//! A process that ends with the test that started it, however that ends.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::wait::poll;

/// Waits for its standard input to end, which happens when the test is gone
/// (also after a crash), and then ends the process group. A line on the input
/// dismisses it.
const GUARD: &str = r#"if read -r dismissed; then exit 0; fi; kill -s KILL -- "-$1""#;

/// A process in a group of its own. The whole group is ended when this is
/// dropped, and by a guard process when the test dies without dropping it.
#[derive(Debug)]
pub struct Supervised {
    child: Child,
    guard: Child,
}

impl Supervised {
    /// Starts the command, without standard input.
    ///
    /// # Errors
    /// If it or its guard cannot be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).process_group(0).spawn()?;
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard", &child.id().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        match guard {
            Ok(guard) => Ok(Self { child, guard }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    /// The process id, which is also the id of its group.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal (`TERM`, `INT`, `KILL`, `STOP`, …) to the process alone.
    ///
    /// # Errors
    /// If there is no such process any more.
    pub fn signal(&self, name: &str) -> io::Result<()> {
        send(name, &self.pid().to_string())
    }

    /// Waits for the process to end by itself; `None`: it did not in time.
    ///
    /// # Errors
    /// If the process cannot be asked.
    pub async fn exited(&mut self, within: Duration) -> io::Result<Option<ExitStatus>> {
        let child = &mut self.child;
        match poll(within, async || child.try_wait().transpose()).await {
            Some(status) => status.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the process still runs.
    ///
    /// # Errors
    /// If the process cannot be asked.
    pub fn is_running(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // Nothing here can be reported; the group may be gone already.
        let _ = send("KILL", &format!("-{}", self.pid()));
        let _ = self.child.wait();
        if let Some(mut input) = self.guard.stdin.take() {
            let _ = input.write_all(b"dismissed\n");
        }
        let _ = self.guard.wait();
    }
}

/// The shell's own `kill`: the program is not everywhere.
fn send(signal: &str, to: &str) -> io::Result<()> {
    let status = Command::new("sh")
        .args(["-c", r#"kill -s "$1" -- "$2""#, "send", signal, to])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("no process {to} for {signal}")))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn sleeper() -> Command {
        let mut command = Command::new("sleep");
        command.arg("600");
        command
    }

    /// A process that has ended but was not waited for is gone as well.
    fn gone(pid: u32) -> bool {
        match std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")) {
            Ok(stat) => stat
                .rsplit(") ")
                .next()
                .is_some_and(|rest| rest.starts_with('Z')),
            Err(_) => true,
        }
    }

    #[test]
    fn a_dropped_process_is_gone() {
        let process = Supervised::start(&mut sleeper()).unwrap();
        let pid = process.pid();
        assert!(!gone(pid));
        drop(process);
        assert!(gone(pid));
    }

    #[tokio::test]
    async fn a_process_ends_when_its_test_died() {
        let mut process = Supervised::start(&mut sleeper()).unwrap();
        // What the guard sees when the test dies: its input ends.
        drop(process.guard.stdin.take());
        let status = process.exited(Duration::from_secs(10)).await.unwrap();
        assert!(status.is_some_and(|status| !status.success()));
    }

    #[tokio::test]
    async fn a_signal_ends_it_with_a_status() {
        let mut process = Supervised::start(&mut sleeper()).unwrap();
        process.signal("TERM").unwrap();
        assert!(
            process
                .exited(Duration::from_secs(10))
                .await
                .unwrap()
                .is_some()
        );
        assert!(!process.is_running().unwrap());
    }
}
