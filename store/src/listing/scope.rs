//! Whose rows are looked up in one go.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, sea_query::Expr};
use sesame_domain::listing::Tenants;

use crate::distinct::distinct_where;

/// Whose rows are looked up in one go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Those that belong to no tenant.
    NoOne,
    /// Those of a tenant, by the name that stands in the rows.
    Of(String),
}

impl Scope {
    /// Those of the tenants that have rows in a table, as far as they may be seen.
    pub(crate) async fn among(
        db: &impl ConnectionTrait,
        tenants: &Tenants,
        table: &str,
    ) -> Result<Vec<Self>, DbErr> {
        Self::among_held(db, tenants, table, "TRUE").await
    }

    /// Those of the tenants that have rows in a table which a partial index holds.
    pub(crate) async fn among_held(
        db: &impl ConnectionTrait,
        tenants: &Tenants,
        table: &str,
        held: &str,
    ) -> Result<Vec<Self>, DbErr> {
        let mut names = match tenants {
            Tenants::All => distinct_where(db, table, "tenant", held).await?,
            Tenants::These(these) => these.iter().map(ToString::to_string).collect(),
        };
        // Whoever is named twice has their rows once.
        names.sort();
        names.dedup();
        Ok(names.into_iter().map(Self::Of).collect())
    }

    /// The same, with the rows that belong to no one: those are the instance's.
    pub(crate) async fn with_no_ones(
        db: &impl ConnectionTrait,
        tenants: &Tenants,
        table: &str,
    ) -> Result<Vec<Self>, DbErr> {
        let mut scopes = Self::among(db, tenants, table).await?;
        if *tenants == Tenants::All {
            scopes.push(Self::NoOne);
        }
        Ok(scopes)
    }

    /// Whether a row is among them.
    pub(crate) fn has(&self, tenant: impl ColumnTrait) -> Expr {
        match self {
            Self::NoOne => tenant.is_null(),
            Self::Of(name) => tenant.eq(name.as_str()),
        }
    }

    /// The name of the tenant; empty: there is none.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::NoOne => "",
            Self::Of(name) => name,
        }
    }
}

/// Whether a row may be seen.
pub(super) fn may_see(tenants: &Tenants, tenant: impl ColumnTrait) -> Expr {
    match tenants {
        Tenants::All => Expr::cust("TRUE"),
        Tenants::These(these) => tenant.is_in(these.iter().map(ToString::to_string)),
    }
}
