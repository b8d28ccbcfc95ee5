//! What the kernel says about a process: memory in KiB, and CPU time.

use std::time::Duration;

/// The kernel counts in these, whatever the machine (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Resident memory now.
pub(crate) fn resident(pid: u32) -> u64 {
    status(pid, "VmRSS:")
}

/// The most resident memory since [`forget_most`].
pub(crate) fn most(pid: u32) -> u64 {
    status(pid, "VmHWM:")
}

/// Begins to measure [`most`] anew.
pub(crate) fn forget_most(pid: u32) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
}

/// The CPU time that the process has used, in user mode and in the kernel.
pub(crate) fn cpu(pid: u32) -> Duration {
    cpu_if_there(pid).unwrap()
}

fn cpu_if_there(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything; utime and stime are fields 14
    // and 15, of which the first after the name is the third.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields = fields.split_whitespace().skip(14 - 3).take(2);
    let ticks: u32 = fields.filter_map(|field| field.parse::<u32>().ok()).sum();
    Some(TICK * ticks)
}

/// The CPU time that the process has used, and the most resident memory; `None`: it is
/// not there any more.
pub(crate) fn taken(pid: u32) -> Option<(Duration, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let most = line.split_whitespace().nth(1)?.parse().ok()?;
    Some((cpu_if_there(pid)?, most))
}

fn status(pid: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
