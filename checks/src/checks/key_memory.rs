//! Whether the keys that are held are kept from being swapped out.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("key_memory", Group::Keys, |ports| {
    Box::pin(async { look(ports) })
});

reasons! {
    NotLocked = "not_locked",
}

const ABOUT: &str = "memory";

fn look(ports: &Ports) -> Vec<Finding> {
    match &ports.keys {
        Some(Ok(keys)) if !keys.store.memory_is_locked() => vec![Finding::warning(
            ABOUT,
            Why::NotLocked,
            "the system does not let keys be kept from being swapped out",
            "raise the limit (`ulimit -l 64`, LimitMEMLOCK= under systemd), or encrypt swap",
        )],
        _ => Vec::new(),
    }
}
