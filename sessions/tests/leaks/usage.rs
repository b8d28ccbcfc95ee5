//! What this process takes up.

use std::fs;

/// How many tasks and files more are no leak: a database's idle connection more
/// or less, and what looks after it.
const TASKS_MORE: usize = 2;
const FILES_MORE: usize = 16;
/// How much more memory is none: each connection to the database fills its caches
/// of pages and of statements.
const KIB_MORE: u64 = 24 * 1024;
/// What the local Telegram remembers of each attempt, in the same process: keys,
/// the messages that came under them, tokens, password challenges.
const KIB_FOR_EACH: u64 = 4;

/// What this process takes up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    tasks: usize,
    files: usize,
    resident_kib: u64,
}

impl Usage {
    /// As it is now. Call it on a runtime.
    pub(crate) fn of_this_process() -> Self {
        let runtime = tokio::runtime::Handle::current().metrics();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        // Without what files are mapped: the database's index of what was written last.
        let line = status.lines().find(|line| line.starts_with("RssAnon:"));
        let resident = line.and_then(|line| line.split_whitespace().nth(1));
        Self {
            tasks: runtime.num_alive_tasks(),
            files: fs::read_dir("/proc/self/fd").unwrap().count(),
            resident_kib: resident.unwrap().parse().unwrap(),
        }
    }

    /// Asserts that so many attempts left nothing since then.
    pub(crate) fn is_no_more_than(&self, before: &Self, attempts: u64) {
        let grown = format!("{before:?} became {self:?}");
        assert!(self.tasks <= before.tasks + TASKS_MORE, "{grown}");
        assert!(self.files <= before.files + FILES_MORE, "{grown}");
        let room = KIB_MORE + KIB_FOR_EACH * attempts;
        assert!(self.resident_kib <= before.resident_kib + room, "{grown}");
    }
}
