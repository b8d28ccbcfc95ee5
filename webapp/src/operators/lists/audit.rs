//! The audit: who did what, as whom, and how it went.

use axum::response::Response;
use chrono::{NaiveDate, NaiveTime};
use sesame_domain::audit::{Action, ChainedEntry, Outcome};
use sesame_domain::ids::PersonId;
use sesame_domain::job::JobKind;
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::ports::AuditVerification;
use sesame_domain::ports::listing::{ActorFilter, AuditFilter};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use super::cell::{Cell, Shape};
use super::detail::words_of;
use super::list::{Field, ListPage, Wanted};
use super::run_now::RunNow;
use super::schedules::SAID;
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::layout::Place;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;

/// How something went, as lists are filtered by it.
const OUTCOMES: [Outcome; 3] = [Outcome::Done, Outcome::Refused, Outcome::Failed];

/// Who did something, as lists are filtered by it.
const ACTORS: [&str; 3] = ["owner", "system", "operator"];

fn action_named(name: &str) -> Option<Action> {
    Action::ALL.iter().find(|it| it.as_str() == name).cloned()
}

fn outcome_named(name: &str) -> Option<Outcome> {
    OUTCOMES.into_iter().find(|it| it.as_str() == name)
}

/// What is asked for in the address: the fields of the form, and what they mean.
pub(super) fn asked(wanted: &Wanted) -> (Vec<Field>, AuditFilter) {
    let person = wanted.get::<i64>("q").map(PersonId);
    let action = wanted.text("action").and_then(action_named);
    let actor = wanted.text("actor").filter(|it| ACTORS.contains(it));
    let outcome = wanted.text("outcome").and_then(outcome_named);
    let subject: Option<Uuid> = wanted.get("subject");
    let since = wanted.get::<NaiveDate>("since");
    let until = wanted.get::<NaiveDate>("until");
    let actions = Action::ALL.iter().map(Action::as_str);
    let fields = vec![
        Field::typed(
            "q",
            "Telegram id of whom it is about",
            wanted,
            person.as_ref(),
        ),
        Field::chosen("action", "What", wanted, action.as_ref(), actions.collect()),
        Field::chosen("actor", "Who", wanted, actor.as_ref(), ACTORS.to_vec()),
        Field::chosen(
            "outcome",
            "How it went",
            wanted,
            outcome.as_ref(),
            vec!["done", "refused", "failed"],
        ),
        Field::typed("subject", "Id", wanted, subject.as_ref()),
        Field::day("since", "From", wanted, since.as_ref()),
        Field::day("until", "Until", wanted, until.as_ref()),
    ];
    let filter = AuditFilter {
        actions: action.into_iter().collect(),
        actor: actor.map(|kind| ActorFilter {
            kind: kind.to_owned(),
            name: None,
        }),
        outcomes: outcome.into_iter().collect(),
        person,
        subject,
        since: since.map(begin_of),
        // The day that is named is meant, too.
        until: until.and_then(|day| day.succ_opt()).map(begin_of),
    };
    (fields, filter)
}

/// When a day begins, in UTC.
fn begin_of(day: NaiveDate) -> Timestamp {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// `GET /admin/audit`.
pub(crate) async fn page(who: SignedIn, wanted: Wanted) -> Result<Response, PageError> {
    let (fields, filter) = asked(&wanted);
    let lists = who.lists();
    let listed = lists.audit.entries(&wanted.query(&who, filter)).await?;
    let now = who.app.ports.clock.now();
    let row = |it: ChainedEntry| {
        let entry = it.entry;
        let shape = match &entry.outcome {
            Outcome::Done => Shape::Good,
            Outcome::Refused => Shape::Warn,
            Outcome::Failed | Outcome::Other(_) => Shape::Bad,
        };
        let person = entry.owner.person.0;
        vec![
            Cell::Words(entry.action.as_str().replace('_', " ")),
            Cell::State(shape, entry.outcome.as_str().to_owned()),
            Cell::When(Moment::of(entry.at, now)),
            Cell::actor(&entry.actor),
            Cell::Words(entry.reason.to_string()),
            Cell::code((person != 0).then(|| person.to_string())),
            Cell::Words(entry.owner.tenant.to_string()),
            Cell::words((!entry.origin.is_empty()).then_some(entry.origin)),
            Cell::id(entry.subject),
        ]
    };
    let columns = vec![
        "What", "Outcome", "When", "Who", "Why", "About", "Tenant", "From", "Id",
    ];
    let csv = format!("{}/admin/audit.csv", who.app.base);
    let records = who.app.ports.operators.schedules.records().await?;
    let mut records = records.into_iter().flatten();
    let job = records.find(|it| it.kind == JobKind::VERIFY_AUDIT);
    let notes = notes(&who, job.as_ref().and_then(|it| it.done_at), now).await?;
    let run_now = verify_now(&who, job.is_some());
    let layout = who.layout(Place::Audit);
    let page = ListPage {
        notes,
        run_now,
        said: words_of(wanted.said(), &SAID),
        lede: "What was done and refused, the newest first.".to_owned(),
        empty: "Nothing was noted yet.",
        more: Some((wanted.with(&csv, "after", None), "As CSV")),
        ..ListPage::of(layout, &wanted, fields, columns, listed, row)
    };
    Ok(html(&page)?)
}

/// Whether the audit was whole when it was verified.
async fn notes(
    who: &SignedIn,
    done_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Vec<(Shape, String)>, PageError> {
    let verifications = &who.app.ports.operators.audit_verifications;
    let last = verifications.last(&who.tenants()).await?;
    let last: Vec<_> = last.into_iter().flatten().collect();
    Ok(said_of(&last, done_at, now))
}

fn said_of(
    last: &[AuditVerification],
    done_at: Option<Timestamp>,
    now: Timestamp,
) -> Vec<(Shape, String)> {
    let ago = |at| Moment::of(at, now).ago();
    let bad = last.iter().filter_map(|it| {
        let words = format!(
            "Not as it was written: {}. That was found {}; `sesame doctor audit` names all that is wrong.",
            it.first_bad.as_ref()?,
            ago(it.at)
        );
        Some((Shape::Bad, words))
    });
    let bad: Vec<_> = bad.collect();
    let Some(oldest) = last.iter().map(|it| it.at).min() else {
        let words = match done_at {
            Some(at) => format!("There was nothing yet when it was verified {}.", ago(at)),
            None => "It was not verified yet whether all of it is as it was written.".to_owned(),
        };
        return vec![(Shape::Off, words)];
    };
    if !bad.is_empty() {
        return bad;
    }
    let entries: u64 = last.iter().map(|it| it.entries).sum();
    let words = format!(
        "All {entries} entries were as they were written when they were verified {}.",
        ago(oldest)
    );
    vec![(Shape::Good, words)]
}

/// Verifying it is the instance's, for all tenants at once.
fn verify_now(who: &SignedIn, is_known: bool) -> Vec<RunNow> {
    let verify = RunNow {
        kind: "verify_audit",
        title: "Verify now",
        explains: "Every entry is read and compared with its chain, by a job of one node. This page says what was found once it is done.",
    };
    let may = is_known && who.may(Permission::Act, &Scope::All);
    may.then_some(verify).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn what_was_found_is_said_of_each_audit_that_is_not_whole() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let verified = |tenant: &str, hours, first_bad: Option<&str>| AuditVerification {
            tenant: tenant.parse().unwrap(),
            at: now - TimeDelta::hours(hours),
            entries: 20,
            first_bad: first_bad.map(str::to_owned),
        };
        let [(shape, words)] = said_of(&[], None, now).try_into().unwrap();
        assert_eq!(shape, Shape::Off);
        assert!(words.contains("not verified yet"));
        let hour = Some(now - TimeDelta::hours(1));
        let [(_, words)] = said_of(&[], hour, now).try_into().unwrap();
        assert!(words.contains("nothing yet"), "{words}");
        let whole = [verified("main", 1, None), verified("other", 3, None)];
        let [(shape, words)] = said_of(&whole, None, now).try_into().unwrap();
        assert_eq!(shape, Shape::Good);
        assert!(
            words.contains("All 40 entries") && words.contains("3 h"),
            "{words}"
        );
        let broken = [whole[0].clone(), verified("other", 3, Some("strand 3"))];
        let [(shape, words)] = said_of(&broken, None, now).try_into().unwrap();
        assert_eq!(shape, Shape::Bad);
        assert!(words.contains("strand 3"), "{words}");
    }
}
