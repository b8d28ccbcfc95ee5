//! What keeps keys and sessions inside this process.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::failure::Failure;

/// Sees to it that no crash writes this process's memory to a disk, and that no
/// other process of the same user can attach itself to read it.
///
/// # Errors
/// When the system does not let it.
pub(crate) fn forbid_core_dumps() -> Result<(), Failure> {
    limit_to_nothing()
        .and_then(|()| forbid_dumps())
        .map_err(|error| Failure::other("core dumps, which hold keys, cannot be turned off", error))
}

/// Holds for what is started from here as well.
fn limit_to_nothing() -> io::Result<()> {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    Ok(setrlimit(Resource::Core, nothing)?)
}

/// Where cores are handed to a program (systemd-coredump, apport), it gets them
/// in spite of the limit; not those of a process that is not dumpable.
#[cfg(target_os = "linux")]
fn forbid_dumps() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

#[cfg(not(target_os = "linux"))]
fn forbid_dumps() -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn afterwards_there_are_no_core_dumps() {
        forbid_core_dumps().unwrap();

        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        let behavior = dumpable_behavior().unwrap();
        assert_eq!(behavior, DumpableBehavior::NotDumpable);
    }

    #[test]
    fn it_can_be_done_again() {
        forbid_core_dumps().unwrap();
        forbid_core_dumps().unwrap();
    }
}
