//! The settings.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{Configuration, Ports};

pub(super) const CHECK: Check = Check::new("configuration", Group::Settings, |ports| {
    Box::pin(async { look(ports) })
});

reasons! {
    Wrong = "wrong",
    OpenToOthers = "open_to_others",
    UnknownNames = "unknown_names",
    UnknownProxy = "unknown_proxy",
}

const ABOUT: &str = "configuration";

fn look(ports: &Ports) -> Vec<Finding> {
    vec![finding(&ports.configuration)]
}

fn finding(configuration: &Configuration) -> Finding {
    if let Some(problems) = &configuration.problems {
        Finding::bad(
            ABOUT,
            Why::Wrong,
            "is incomplete or wrong: Sesame would not serve",
            problems,
        )
    } else if let Some(way) = &configuration.way_to_close_file {
        let says = "others can read the secrets in .env";
        Finding::warning(ABOUT, Why::OpenToOthers, says, way)
    } else if !configuration.unknown.is_empty() {
        Finding::warning(
            ABOUT,
            Why::UnknownNames,
            format!("not known to Sesame: {}", configuration.unknown.join(", ")),
            "correct the spelling in .env, or remove it",
        )
    } else if configuration.proxy_is_unknown {
        Finding::warning(
            ABOUT,
            Why::UnknownProxy,
            "the proxy before LISTEN may be on another machine, and TRUSTED_PROXIES names none \
             there: all people would count as one address",
            "name its address in TRUSTED_PROXIES, or have LISTEN take connections of this machine \
             alone",
        )
    } else {
        Finding::good(ABOUT, "complete")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_told_first() {
        let mut configuration = Configuration::default();
        assert_eq!(finding(&configuration).reason, "good");
        configuration.proxy_is_unknown = true;
        assert_eq!(finding(&configuration).reason, "unknown_proxy");
        configuration.unknown.push("API_IDD".to_owned());
        assert_eq!(finding(&configuration).reason, "unknown_names");
        configuration.way_to_close_file = Some("chmod 600 .env".to_owned());
        assert_eq!(finding(&configuration).reason, "open_to_others");
        configuration.problems = Some("API_ID is not set".to_owned());
        assert_eq!(finding(&configuration).reason, "wrong");
    }
}
