//! Users of the system: as whom this process acts, and how to act as another.

use std::fmt;
use std::fs;

/// Where the system lists its users; those of a directory service are not in
/// it, and stay numbers.
const USERS: &str = "/etc/passwd";

/// A user of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User(u32);

impl User {
    /// Who may do everything.
    pub const ROOT: Self = Self(0);

    /// As whom this process acts.
    pub fn acting() -> Self {
        Self(rustix::process::geteuid().as_raw())
    }

    /// The user with this number.
    pub fn with_id(id: u32) -> Self {
        Self(id)
    }

    /// The number.
    pub fn id(self) -> u32 {
        self.0
    }

    /// How root runs a command as this user, with the same environment.
    pub fn running(self, command: &str) -> String {
        match self.name() {
            Some(name) => format!("runuser -u {name} -- {command}"),
            None => format!(
                "setpriv --reuid={0} --regid={0} --clear-groups {command}",
                self.0
            ),
        }
    }

    fn name(self) -> Option<String> {
        let users = fs::read_to_string(USERS).ok()?;
        let mut users = users.lines().map(|line| line.split(':'));
        users.find_map(|mut user| {
            let name = user.next()?;
            (user.nth(1)? == self.0.to_string()).then(|| name.to_owned())
        })
    }
}

/// `sesame (994)`, or only the number.
impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_where_the_system_knows_a_name() {
        assert_eq!(User::ROOT.to_string(), "root (0)");
        let command = User::ROOT.running("sesame keys list");
        assert_eq!(command, "runuser -u root -- sesame keys list");
        let nameless = User::with_id(3_999_999_999);
        assert_eq!(nameless.to_string(), "3999999999");
        assert!(
            nameless
                .running("sesame")
                .starts_with("setpriv --reuid=3999999999 ")
        );
    }
}
