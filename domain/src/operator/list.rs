//! The operators, as they stand in the configuration.

use std::fmt;
use std::str::FromStr;

use crate::ids::{PersonId, TenantId};

use super::{Assignment, Operator, Scope};

/// The operators, as they stand in the configuration:
/// `4410297756:owner 1001:viewer@harbour`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operators(Vec<Operator>);

/// Why a list of operators is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperatorsError {
    /// An entry is not an id, a colon and a role.
    #[error("each must be a Telegram id, a colon and a role, such as 4410297756:owner")]
    Entry,
    /// What stands before the colon is no id.
    #[error("what stands before the colon must be a Telegram id: digits alone, not a name")]
    Person,
    /// What stands after the colon is no role.
    #[error("the role must be viewer, operator or owner")]
    Role,
    /// What stands after the `@` is no tenant.
    #[error("what stands after the @ must be a tenant: 1 to 32 characters out of a-z, 0-9 and -")]
    Tenant,
    /// Someone has two roles of the same.
    #[error("someone has two roles of the same: leave one of them out")]
    Twice,
}

impl Operators {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Operator> {
        self.0.iter()
    }

    /// The operator with this Telegram id, if they may at least look at this
    /// tenant.
    pub fn of_tenant(&self, tenant: &TenantId, person: PersonId) -> Option<&Operator> {
        let scope = Scope::Tenant(tenant.clone());
        let mut known = self.0.iter();
        known.find(|it| it.person == person && it.role(&scope).is_some())
    }

    fn add(&mut self, person: PersonId, assignment: Assignment) -> Result<(), OperatorsError> {
        let Some(known) = self.0.iter_mut().find(|it| it.person == person) else {
            let assignments = vec![assignment];
            self.0.push(Operator {
                person,
                assignments,
            });
            return Ok(());
        };
        let mut scopes = known.assignments.iter().map(|it| &it.scope);
        if scopes.any(|scope| *scope == assignment.scope) {
            return Err(OperatorsError::Twice);
        }
        known.assignments.push(assignment);
        Ok(())
    }
}

/// Entries with spaces or commas between them.
impl FromStr for Operators {
    type Err = OperatorsError;

    fn from_str(text: &str) -> Result<Self, OperatorsError> {
        let mut operators = Self::default();
        let parts = text.split(|c: char| c == ',' || c.is_whitespace());
        for entry in parts.filter(|part| !part.is_empty()) {
            let (person, assignment) = parse(entry)?;
            operators.add(person, assignment)?;
        }
        Ok(operators)
    }
}

fn parse(entry: &str) -> Result<(PersonId, Assignment), OperatorsError> {
    let (person, rest) = entry.split_once(':').ok_or(OperatorsError::Entry)?;
    let (role, scope) = match rest.split_once('@') {
        None => (rest, Scope::All),
        Some((role, tenant)) => {
            let tenant: TenantId = tenant.parse().map_err(|_| OperatorsError::Tenant)?;
            if tenant.is_instance() {
                return Err(OperatorsError::Tenant);
            }
            (role, Scope::Tenant(tenant))
        }
    };
    let is_id = person.bytes().all(|b| b.is_ascii_digit());
    let id: Option<i64> = person.parse().ok().filter(|id| is_id && *id > 0);
    let person = id.map(PersonId).ok_or(OperatorsError::Person)?;
    let role = role.parse().map_err(|_| OperatorsError::Role)?;
    Ok((person, Assignment { role, scope }))
}

/// As it is written.
impl fmt::Display for Operators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for operator in &self.0 {
            for Assignment { role, scope } in &operator.assignments {
                write!(f, "{between}{}:{role}", operator.person)?;
                if let Scope::Tenant(tenant) = scope {
                    write!(f, "@{tenant}")?;
                }
                between = " ";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Role;
    use super::*;

    fn operators(text: &str) -> Operators {
        text.parse().unwrap()
    }

    #[test]
    fn operators_are_read_with_their_roles() {
        let all = operators("4410297756:owner, 7:viewer@harbour\n7:operator@meridian");
        assert_eq!(
            all.to_string(),
            "4410297756:owner 7:viewer@harbour 7:operator@meridian"
        );
        let harbour = "harbour".parse().unwrap();
        let role = |person| {
            let operator = all.of_tenant(&harbour, PersonId(person))?;
            operator.role(&Scope::Tenant(harbour.clone()))
        };
        assert_eq!(role(4_410_297_756), Some(Role::Owner));
        assert_eq!(role(7), Some(Role::Viewer));
        assert_eq!(role(8), None);
    }

    #[test]
    fn whoever_is_of_another_tenant_is_not_found() {
        let all = operators("7:owner@harbour");
        let meridian = "meridian".parse().unwrap();
        assert_eq!(all.of_tenant(&meridian, PersonId(7)), None);
        assert!(operators("").is_empty());
    }

    #[test]
    fn what_is_no_operator_is_refused_with_the_reason() {
        use OperatorsError as E;
        for (text, error) in [
            ("7", E::Entry),
            ("mara:owner", E::Person),
            ("+7:owner", E::Person),
            ("0:owner", E::Person),
            ("-7:owner", E::Person),
            ("99999999999999999999:owner", E::Person),
            ("7:Owner", E::Role),
            ("7:", E::Role),
            ("7:owner@", E::Tenant),
            ("7:owner@Harbour", E::Tenant),
            ("7:owner@instance", E::Tenant),
            ("7:owner 7:viewer", E::Twice),
            ("7:owner@a,7:viewer@a", E::Twice),
        ] {
            assert_eq!(text.parse::<Operators>(), Err(error), "{text}");
        }
    }
}
