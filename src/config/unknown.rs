//! Variables that look like settings and are none: most likely misspelt.

use std::fmt;

use super::layers::Layers;
use super::list;
use super::near::nearest;
use super::origin::Origin;

/// What names of variables begin with that were made for Sesame alone.
const PREFIX: &str = "SESAME_";

/// Such names that are not for settings: tests are told by them, and Kubernetes
/// makes the others for a service called `sesame`.
const NO_SETTINGS: [&str; 4] = ["TEST_", "SERVICE_HOST", "SERVICE_PORT", "PORT"];

/// A variable that means nothing to Sesame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Its name.
    pub(crate) name: String,
    /// Where it is set.
    pub(crate) origin: Origin,
    /// The setting that was most likely meant.
    pub(crate) meant: Option<&'static str>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.origin {
            Origin::File => "in .env",
            _ => "in the environment",
        };
        write!(f, "{} {place} is not known to Sesame", self.name)?;
        match self.meant {
            Some(meant) => write!(f, ": is {meant} meant?"),
            None => f.write_str("; is it misspelt?"),
        }
    }
}

impl Layers {
    /// What is set and means nothing to Sesame: whatever is in `.env`, and what
    /// looks like a setting in the environment, which others use as well.
    pub(crate) fn unknown(&self) -> Vec<Unknown> {
        let unknown = |name: &String, origin| Unknown {
            name: name.clone(),
            origin,
            meant: meant(name),
        };
        let file = self.file.keys().filter(|name| !is_known(name));
        let file = file.map(|name| unknown(name, Origin::File));
        let strange = self.strange.iter();
        let environment = strange.map(|name| unknown(name, Origin::Environment));
        file.chain(environment).collect()
    }

    /// What was most likely meant to set this, and where it is.
    pub(super) fn nearly(&self, setting: &str) -> Option<String> {
        let mut unknown = self.unknown().into_iter();
        let Unknown { name, origin, .. } = unknown.find(|it| it.meant == Some(setting))?;
        let place = match origin {
            Origin::File => ".env",
            _ => "the environment",
        };
        Some(format!("{place} has {name}: is this one meant?"))
    }
}

/// Whether this is a setting.
pub(super) fn is_known(name: &str) -> bool {
    list::names().any(|known| known == name)
}

/// Whether a variable of the environment, which has those of all programs, was
/// meant for Sesame.
pub(super) fn is_strange(name: &str) -> bool {
    match name.strip_prefix(PREFIX) {
        Some(rest) => !NO_SETTINGS.iter().any(|it| rest.starts_with(it)),
        None => !is_known(name) && nearest(name, list::names()).is_some(),
    }
}

/// The setting that a name was meant to be: near to it, or one with something
/// before or after it.
fn meant(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    let bare = name.strip_prefix(PREFIX).unwrap_or(&name);
    let around = |known: &&str| {
        let before = bare.strip_suffix(known).is_some_and(|it| it.ends_with('_'));
        let after = bare
            .strip_prefix(known)
            .is_some_and(|it| it.starts_with('_'));
        before || after
    };
    let within = || list::names().filter(around).max_by_key(|known| known.len());
    nearest(bare, list::names()).or_else(within)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("QR_TTL_SECOND", Some("QR_TTL_SECONDS"))]
    #[case("api_id", Some("API_ID"))]
    #[case("SESAME_API_ID", Some("API_ID"))]
    #[case("SESAME_LISTEM", Some("LISTEN"))]
    #[case("TELEGRAM_BOT_TOKEN", Some("BOT_TOKEN"))]
    #[case("LOG_LEVEL", Some("LOG"))]
    #[case("LOG_FORMATS", Some("LOG_FORMAT"))]
    #[case("COLOUR", None)]
    fn it_is_said_which_setting_was_meant(#[case] name: &str, #[case] setting: Option<&str>) {
        assert_eq!(meant(name), setting);
    }

    #[test]
    fn the_variables_of_other_programs_are_left_alone() {
        let others = "PATH HOME USER LOGNAME SHELL LANG TERM TZ PWD OLDPWD SHLVL MAIL EDITOR \
            PAGER DISPLAY HOSTNAME RUST_LOG RUST_BACKTRACE CARGO_HOME LISTEN_FDS LISTEN_PID \
            LISTEN_FDNAMES NOTIFY_SOCKET INVOCATION_ID JOURNAL_STREAM STATE_DIRECTORY \
            LOGS_DIRECTORY XDG_DATA_DIRS XDG_DATA_HOME AWS_REGION AWS_PROFILE \
            AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN PGPASSWORD PGDATA \
            KUBERNETES_PORT KUBERNETES_SERVICE_HOST SESAME_PORT SESAME_PORT_8080_TCP \
            SESAME_SERVICE_HOST SESAME_SERVICE_PORT_HTTP SESAME_TEST_SEED NO_COLOR CI \
            HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE DEBIAN_FRONTEND LS_COLORS \
            LC_ALL LC_TIME SSH_CLIENT SSH_TTY SUDO_USER container DOCKER_HOST";
        for name in others.split_whitespace() {
            assert!(!is_strange(name), "{name}");
        }
        for name in [
            "SESAME_LISTEN",
            "SESAME_COLOUR",
            "API_IDD",
            "log_dir",
            "REDIS_URI",
        ] {
            assert!(is_strange(name), "{name}");
        }
    }
}
