//! Values of arguments, each with what to write instead of a wrong one.

use std::convert::Infallible;
use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::NaiveDate;
use secrecy::SecretString;
use sesame_domain::ids::{AccountId, PersonId, TenantId};
use sesame_domain::job::JobStatus;
use sesame_domain::reading::DialogGroup;

/// An address to listen at.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    or(text, "an IP address and a port, such as 127.0.0.1:8080")
}

/// The id of an account.
pub(super) fn account(text: &str) -> Result<AccountId, String> {
    or(text, "an id, as `sesame accounts --json` shows it")
}

/// The name of a tenant.
pub(super) fn tenant(text: &str) -> Result<TenantId, String> {
    or(text, "a name of 1 to 32 characters out of a-z, 0-9 and -")
}

/// What no one may read over a shoulder: it is read by whoever it is for, who
/// complains without quoting it.
#[allow(clippy::unnecessary_wraps, reason = "the shape that clap asks for")]
pub(super) fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(SecretString::from(text))
}

/// Someone's Telegram id.
pub(super) fn person(text: &str) -> Result<PersonId, String> {
    let is_id = text.bytes().all(|b| b.is_ascii_digit());
    let id: Option<i64> = text.parse().ok().filter(|id| is_id && *id > 0);
    id.map(PersonId)
        .ok_or_else(|| expected("a Telegram id: digits alone, such as 4410297756"))
}

/// A day.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    or(text, "a day, such as 2026-11-28")
}

/// How a job stands.
pub(super) fn job_status(name: &str) -> Result<JobStatus, String> {
    let known = JobStatus::ALL.map(JobStatus::as_str).join(", ");
    JobStatus::from_name(name).ok_or_else(|| expected(&format!("one of {known}")))
}

/// A kind of dialogs.
pub(super) fn dialog_kind(name: &str) -> Result<DialogGroup, String> {
    let known = DialogGroup::ALL.map(DialogGroup::as_str).join(", ");
    DialogGroup::from_name(name).ok_or_else(|| expected(&format!("one of {known}")))
}

/// A number within these bounds.
pub(super) fn number<N>(
    bounds: RangeInclusive<N>,
) -> impl Fn(&str) -> Result<N, String> + Clone + Send + Sync + 'static
where
    N: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text| {
        let number: Option<N> = text.parse().ok();
        number.filter(|it| bounds.contains(it)).ok_or_else(|| {
            let (least, most) = (bounds.start(), bounds.end());
            expected(&format!("a whole number from {least} to {most}"))
        })
    }
}

fn or<T: FromStr>(text: &str, what: &str) -> Result<T, String> {
    text.parse().map_err(|_| expected(what))
}

fn expected(what: &str) -> String {
    format!("expected: {what}")
}
