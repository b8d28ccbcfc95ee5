//! How many files this process may have open: each connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sesame_domain::reason::Reason;

/// What is needed besides connections of people: the database, Redis, sessions
/// at Telegram, files.
const OWN: u64 = 512;

/// Takes as many as the system allows this process. What it begins with is small
/// for the sake of old programs, which this is not.
pub(crate) fn raise_limit() {
    let most = getrlimit(Resource::Nofile).maximum;
    let all = Rlimit {
        current: most,
        maximum: most,
    };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::debug!(error = %Reason::of(&error), "the limit of open files stays as it is");
    }
}

/// How many of so many connections fit; says so, if that is fewer.
pub(crate) fn connections_that_fit(wanted: usize) -> usize {
    let files = getrlimit(Resource::Nofile).current;
    let fit = fitting(wanted, files);
    if fit < wanted {
        tracing::warn!(
            files,
            connections = fit,
            "fewer files may be open than MAX_CONNECTIONS needs: raise the limit (LimitNOFILE= under systemd, `ulimit -n`)"
        );
    }
    fit
}

/// What is Sesame's own goes before, as long as it leaves half.
fn fitting(wanted: usize, files: Option<u64>) -> usize {
    let Some(files) = files else { return wanted };
    let left = files - OWN.min(files / 2);
    wanted.min(usize::try_from(left).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        assert_eq!(fitting(4096, None), 4096);
        assert_eq!(fitting(4096, Some(65_536)), 4096);
        assert_eq!(fitting(4096, Some(4096)), 4096 - 512);
        assert_eq!(fitting(4096, Some(1024)), 512);
        assert_eq!(fitting(4096, Some(256)), 128);
    }

    #[test]
    fn what_the_system_allows_is_taken() {
        raise_limit();
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }

    #[test]
    fn the_unit_of_systemd_allows_what_the_settings_begin_with() {
        let unit = include_str!("../deploy/sesame.service");
        let limit = unit.lines().find_map(|it| it.strip_prefix("LimitNOFILE="));
        let files = limit.unwrap().parse().unwrap();
        let usual: usize = 4096;
        assert_eq!(fitting(usual, Some(files)), usual);
        let example = include_str!("../.env.example");
        let line = format!("MAX_CONNECTIONS={usual}");
        assert!(example.contains(&line), "{line}");
    }
}
