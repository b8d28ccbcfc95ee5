//! Who gives a command.

use std::ffi::OsStr;

use sesame_domain::audit::Actor;

/// Variables that name the user, the best first: with `sudo`, the person
/// behind it.
const NAMES: [&str; 3] = ["SUDO_USER", "USER", "LOGNAME"];

/// Whoever gives this command, for the audit. It is what they say it is:
/// whoever may run commands here may also change the variable.
pub(crate) fn operator() -> Actor {
    let said = |name: &str| {
        std::env::vars_os()
            .find(|(variable, _)| variable == OsStr::new(name))
            .map(|(_, value)| value.to_string_lossy().into_owned())
            .filter(|value| !value.is_empty())
    };
    let name = NAMES
        .into_iter()
        .find_map(said)
        .unwrap_or_else(|| format!("user {}", rustix::process::getuid().as_raw()));
    Actor::Operator { name }
}
