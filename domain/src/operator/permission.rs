//! What an operator may do, and of what.

use std::fmt;

use crate::audit::Actor;
use crate::ids::{PersonId, TenantId};

use super::Role;

/// What someone wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// To look at a page.
    Look,
    /// To change something that can be done again or taken back.
    Act,
    /// To do what cannot be taken back, or to end the session of another
    /// operator.
    Decide,
}

impl Permission {
    /// The least role that may.
    pub const fn least(self) -> Role {
        match self {
            Self::Look => Role::Viewer,
            Self::Act => Role::Operator,
            Self::Decide => Role::Owner,
        }
    }
}

/// Of what: everything, or one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every tenant, and what belongs to none: keys, backups, settings.
    All,
    /// This tenant.
    Tenant(TenantId),
}

impl Scope {
    /// Whether whatever belongs to the other belongs to this.
    pub fn covers(&self, other: &Self) -> bool {
        *self == Self::All || self == other
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all tenants"),
            Self::Tenant(tenant) => tenant.fmt(f),
        }
    }
}

/// A role, and of what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assignment {
    /// The role.
    pub role: Role,
    /// Of what.
    pub scope: Scope,
}

/// An operator, as the configuration has them now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Who.
    pub person: PersonId,
    /// What they are, and of what; each scope once.
    pub assignments: Vec<Assignment>,
}

impl Operator {
    /// What they are to this; `None`: nothing.
    pub fn role(&self, of: &Scope) -> Option<Role> {
        let covering = self.assignments.iter().filter(|it| it.scope.covers(of));
        covering.map(|it| it.role).max()
    }

    /// Whether they may do this to that.
    pub fn may(&self, permission: Permission, of: &Scope) -> bool {
        self.role(of).is_some_and(|role| role >= permission.least())
    }

    /// Whether all tenants are theirs.
    pub fn has_all(&self) -> bool {
        self.role(&Scope::All).is_some()
    }

    /// The tenants that they were given one by one.
    pub fn tenants(&self) -> Vec<TenantId> {
        let scopes = self.assignments.iter().map(|it| &it.scope);
        scopes
            .filter_map(|scope| match scope {
                Scope::All => None,
                Scope::Tenant(tenant) => Some(tenant.clone()),
            })
            .collect()
    }

    /// Who they are in an entry of the audit about that: as they are now, and
    /// without a name, which no one could erase there.
    pub fn actor(&self, of: &Scope) -> Actor {
        let role = self.role(of).map_or("no operator", Role::as_str);
        Actor::Operator {
            name: format!("telegram {}, {role}", self.person),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str) -> Scope {
        Scope::Tenant(name.parse().unwrap())
    }

    fn operator(assignments: &[(Role, Scope)]) -> Operator {
        let assignments = assignments.iter().cloned();
        Operator {
            person: PersonId(7),
            assignments: assignments
                .map(|(role, scope)| Assignment { role, scope })
                .collect(),
        }
    }

    #[test]
    fn each_role_may_what_those_before_it_may() {
        use Permission::{Act, Decide, Look};
        for (role, may) in [
            (Role::Viewer, [true, false, false]),
            (Role::Operator, [true, true, false]),
            (Role::Owner, [true, true, true]),
        ] {
            let someone = operator(&[(role, Scope::All)]);
            let allowed = [Look, Act, Decide].map(|it| someone.may(it, &tenant("a")));
            assert_eq!(allowed, may, "{role}");
        }
    }

    #[test]
    fn an_operator_of_one_tenant_is_none_of_another_nor_of_the_instance() {
        let someone = operator(&[(Role::Owner, tenant("a")), (Role::Viewer, tenant("b"))]);
        assert_eq!(someone.role(&tenant("a")), Some(Role::Owner));
        assert_eq!(someone.role(&tenant("b")), Some(Role::Viewer));
        assert_eq!(someone.role(&tenant("c")), None);
        assert_eq!(someone.role(&Scope::All), None);
        assert!(!someone.may(Permission::Look, &Scope::All));
        assert!(!someone.may(Permission::Act, &tenant("b")));
    }

    #[test]
    fn the_better_of_two_roles_counts() {
        let someone = operator(&[(Role::Viewer, Scope::All), (Role::Owner, tenant("a"))]);
        assert_eq!(someone.role(&tenant("a")), Some(Role::Owner));
        assert_eq!(someone.role(&tenant("b")), Some(Role::Viewer));
        let name = someone.actor(&tenant("a"));
        assert_eq!(name.name(), Some("telegram 7, owner"));
        assert_eq!(
            someone.actor(&Scope::All).name(),
            Some("telegram 7, viewer")
        );
    }
}
