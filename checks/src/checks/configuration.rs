//! The settings.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Configuration;

pub(super) const CHECK: Check = Check::new("configuration", Group::Settings, |ports| {
    Box::pin(async { findings(&ports.configuration) })
});

reasons! {
    Wrong = "wrong",
    OpenToOthers = "open_to_others",
    UnknownNames = "unknown_names",
    UnknownProxy = "unknown_proxy",
}

const ABOUT: &str = "configuration";

fn findings(configuration: &Configuration) -> Vec<Finding> {
    let found = [
        wrong(configuration),
        open_to_others(configuration),
        unknown_names(configuration),
        unknown_proxy(configuration),
    ];
    let found: Vec<_> = found.into_iter().flatten().collect();
    if found.is_empty() {
        return vec![Finding::good(ABOUT, "complete")];
    }
    found
}

fn wrong(configuration: &Configuration) -> Option<Finding> {
    let problems = configuration.problems.as_ref()?;
    let says = "is incomplete or wrong: Sesame would not serve";
    Some(Finding::bad(ABOUT, Why::Wrong, says, problems))
}

fn open_to_others(configuration: &Configuration) -> Option<Finding> {
    let way = configuration.way_to_close_file.as_ref()?;
    let says = "others can read the secrets in .env";
    Some(Finding::warning(ABOUT, Why::OpenToOthers, says, way))
}

fn unknown_names(configuration: &Configuration) -> Option<Finding> {
    let unknown = &configuration.unknown;
    (!unknown.is_empty()).then(|| {
        Finding::warning(
            ABOUT,
            Why::UnknownNames,
            unknown.join("\n"),
            "correct the spelling, or take it out",
        )
    })
}

fn unknown_proxy(configuration: &Configuration) -> Option<Finding> {
    configuration.proxy_is_unknown.then(|| {
        Finding::warning(
            ABOUT,
            Why::UnknownProxy,
            "the proxy before LISTEN may be on another machine, and TRUSTED_PROXIES names none \
             there: all people would count as one address",
            "name its address in TRUSTED_PROXIES, or have LISTEN take connections of this machine \
             alone",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(configuration: &Configuration) -> Vec<&'static str> {
        let findings = findings(configuration);
        findings.iter().map(|finding| finding.reason).collect()
    }

    #[test]
    fn all_is_told_the_worst_first() {
        let mut configuration = Configuration::default();
        assert_eq!(reasons(&configuration), ["good"]);
        configuration.proxy_is_unknown = true;
        configuration.unknown.push("API_IDD".to_owned());
        assert_eq!(reasons(&configuration), ["unknown_names", "unknown_proxy"]);
        configuration.way_to_close_file = Some("chmod 600 .env".to_owned());
        configuration.problems = Some("API_ID is not set".to_owned());
        let all = ["wrong", "open_to_others", "unknown_names", "unknown_proxy"];
        assert_eq!(reasons(&configuration), all);
    }
}
