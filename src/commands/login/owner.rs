//! Whose account a login links.
//!
//! That must be known before anyone signs in, since it is what Telegram's answer is
//! compared with. A command line does not know who sits before it, as the Mini App
//! does by Telegram's signature: it has to be told. Saying a wrong id gains nothing,
//! since the account that signs in is not that one's, and is signed out again.

use std::fmt;

use inquire::Select;
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::operator::Operators;

use crate::args::LoginArgs;
use crate::failure::Failure;
use crate::terminal::{Prompt, Typed};

/// Someone to choose.
struct Choice(PersonId);

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who is known to be before the terminal.
enum Known {
    One(PersonId),
    Several(Vec<PersonId>),
    NoOne,
}

impl Known {
    fn of(args: &LoginArgs, operators: &Operators, tenant: &TenantId) -> Self {
        if let Some(person) = args.person {
            return Self::One(person);
        }
        let of_tenant = operators
            .iter()
            .filter(|it| operators.of_tenant(tenant, it.person).is_some());
        let people: Vec<_> = of_tenant.map(|it| it.person).collect();
        match people[..] {
            [] => Self::NoOne,
            [one] => Self::One(one),
            _ => Self::Several(people),
        }
    }
}

/// The owner of what is linked; `None`: whoever was asked pressed Ctrl-C.
pub(super) async fn owner(
    args: &LoginArgs,
    operators: Option<&Operators>,
    tenant: TenantId,
) -> Result<Option<Owner>, Failure> {
    let none = Operators::default();
    let person = match Known::of(args, operators.unwrap_or(&none), &tenant) {
        Known::One(person) => person,
        Known::Several(people) => match choose(people).await? {
            Some(person) => person,
            None => return Ok(None),
        },
        Known::NoOne => {
            return Err(Failure::Usage(format!(
                "whose account will it be? Name the person who signs in with `--as PERSON_ID` (the bot answers your Telegram id to /admin), or in OPERATORS for the tenant {tenant}"
            )));
        }
    };
    Ok(Some(Owner { tenant, person }))
}

async fn choose(people: Vec<PersonId>) -> Result<Option<PersonId>, Failure> {
    loop {
        let people = people.iter().copied().map(Choice).collect();
        let mut prompt = Prompt::begin(move || {
            Select::new("Who are you?", people)
                .with_help_message("Only the account of the one you choose can be linked")
                .prompt()
        });
        match prompt.typed().await? {
            Typed::Answer(Choice(person)) => return Ok(Some(person)),
            Typed::Nothing => {}
            Typed::Interrupt => return Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        login: LoginArgs,
    }

    fn known(line: &str, operators: &str) -> Vec<i64> {
        let line = Line::parse_from(format!("login {line}").split_whitespace());
        let tenant = "harbour".parse().unwrap();
        match Known::of(&line.login, &operators.parse().unwrap(), &tenant) {
            Known::One(one) => vec![one.0],
            Known::Several(people) => people.into_iter().map(|it| it.0).collect(),
            Known::NoOne => Vec::new(),
        }
    }

    #[test]
    fn whoever_is_named_is_the_one_and_else_the_operators_of_the_tenant() {
        let operators = "7:owner 8:viewer@harbour 9:operator@meridian";
        assert_eq!(known("--as 5", operators), [5]);
        assert_eq!(known("", operators), [7, 8]);
        assert_eq!(known("", "9:operator@meridian 8:viewer@harbour"), [8]);
        assert!(known("", "9:operator@meridian").is_empty());
        assert!(known("", "").is_empty());
    }
}
