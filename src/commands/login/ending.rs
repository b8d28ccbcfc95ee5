//! How a login ended, for whoever sits before the terminal and for scripts.

use sesame_domain::account::Account;
use sesame_domain::login::{Ending, Failure as LoginFailure, Login, WayOn};
use sesame_domain::time::Timestamp;
use sesame_words::Language;

use crate::failure::Failure;

/// What is said in the end; a failure, if nothing is linked.
pub(super) fn told(
    login: &Login,
    account: Option<&Account>,
    now: Timestamp,
) -> Result<String, Failure> {
    let words = Language::ENGLISH.app();
    match login.ending() {
        Some(Ending::Authorized { .. }) => Ok(linked(login, account)),
        Some(Ending::Expired) => Err(Failure::NotLinked(format!(
            "{}: {}",
            words.expired_title(),
            words.expired()
        ))),
        Some(Ending::Cancelled) => Err(Failure::NotLinked(format!(
            "{}: {}",
            words.cancelled_title(),
            words.cancelled()
        ))),
        Some(Ending::Superseded) => Err(Failure::NotLinked(format!(
            "{}: {}",
            words.superseded_title(),
            words.superseded()
        ))),
        Some(Ending::Failed(failure)) => Err(failed(login, failure, now)),
        None => Err(Failure::NotLinkedNow(
            "the login goes on elsewhere: open the Mini App to see how".to_owned(),
        )),
    }
}

/// The account is linked.
fn linked(login: &Login, account: Option<&Account>) -> String {
    let person = login.owner.person;
    let name = account.map_or_else(
        || "The account".to_owned(),
        |account| {
            let name = account.display_name();
            match name.beside(account.profile.username.as_deref()) {
                Some(username) => format!("{name} @{username}"),
                None => name.into(),
            }
        },
    );
    format!(
        "Linked: {name}, Telegram id {person}.\n{}",
        Language::ENGLISH.app().linked_lead()
    )
}

/// Why nothing is linked. Where the words for people in a chat do not fit who works at
/// the command line, they are its own.
fn failed(login: &Login, failure: LoginFailure, now: Timestamp) -> Failure {
    let person = login.owner.person;
    let said = match failure {
        LoginFailure::WrongAccount => format!(
            "That was another account than that of {person}. It was signed out again, and nothing of it was stored. Sign in with the account of {person}, or name with --as whose account it is."
        ),
        LoginFailure::AppRefused => {
            return Failure::Application(
                "Telegram does not take API_ID and API_HASH: `sesame doctor` says more. Nothing was stored.".to_owned(),
            );
        }
        LoginFailure::Internal => {
            return Failure::Other(anyhow::anyhow!(
                "the login failed by a fault of Sesame: the log says more (`LOG=info`). Nothing was stored"
            ));
        }
        LoginFailure::CodeUnavailable => "Telegram does not send a code to this number here. Nothing was stored. `sesame login --qr` needs none.".to_owned(),
        _ => {
            let words = Language::ENGLISH.failure(failure).chat(now);
            words.without_markup().replace('\n', " ").trim().to_owned()
        }
    };
    match (failure, failure.way_on()) {
        (LoginFailure::TelegramUnavailable { .. }, _) | (_, WayOn::Later(_)) => {
            Failure::NotLinkedNow(said)
        }
        (_, WayOn::Again | WayOn::Nothing) => Failure::NotLinked(said),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::TimeDelta;
    use sesame_domain::device::Device;
    use sesame_domain::ids::{LoginId, Owner, PersonId};
    use sesame_domain::login::{Method, Policy};
    use sesame_domain::random::SystemEntropy;

    use super::*;

    fn ended(ending: Ending) -> Login {
        let now = Timestamp::UNIX_EPOCH;
        let device = Device {
            model: "Sesame".to_owned(),
            system_version: "1".to_owned(),
            app_version: "1".to_owned(),
            app_name: "Sesame".to_owned(),
        };
        let owner = Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(4_410_297_756),
        };
        let id = LoginId::generate(&SystemEntropy, now);
        Login::begin(id, owner, Method::Qr, device, &Policy::default(), now).ended(ending)
    }

    /// Each has words of its own, without markup, and a code that tells what helps.
    #[test]
    fn every_failure_is_told_in_words_and_by_a_code() {
        let now = Timestamp::UNIX_EPOCH;
        let until = now + TimeDelta::minutes(5);
        let mut codes = BTreeMap::new();
        for failure in LoginFailure::every(until) {
            let login = ended(Ending::Failed(failure));
            let told = told(&login, None, now).unwrap_err();
            let said = told.to_string();
            assert!(said.len() > 40, "{failure:?}: {said}");
            for markup in ["<b>", "&gt;", "&amp;", "\n"] {
                assert!(!said.contains(markup), "{failure:?}: {said}");
            }
            codes.insert(failure.code(), format!("{:?}", told.exit_code()));
        }
        let code = |number: u8| format!("{:?}", std::process::ExitCode::from(number));
        for (failure, number) in [
            ("wrong_account", 8),
            ("password_attempts", 8),
            ("banned", 8),
            ("flood", 9),
            ("login_budget", 9),
            ("telegram_unavailable", 9),
            ("app_refused", 3),
            ("internal", 1),
        ] {
            assert_eq!(codes[failure], code(number), "{failure}");
        }
        let later = told(
            &ended(Ending::Failed(LoginFailure::Flood { until })),
            None,
            now,
        );
        assert!(later.unwrap_err().to_string().contains("5 min"));
    }

    #[test]
    fn what_ended_otherwise_is_told_too() {
        let now = Timestamp::UNIX_EPOCH;
        for (ending, word) in [
            (Ending::Expired, "Time is up"),
            (Ending::Cancelled, "Cancelled"),
            (Ending::Superseded, "Continued elsewhere"),
        ] {
            let told = told(&ended(ending), None, now).unwrap_err();
            assert!(told.to_string().contains(word), "{told}");
            assert_eq!(told.exit_code(), std::process::ExitCode::from(8));
        }
    }
}
