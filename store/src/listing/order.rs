//! In which order a list is, and where a page of it begins.

use sea_orm::sea_query::{Expr, Order};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Value,
};
use sesame_domain::time::Timestamp;

use crate::rows::stored;

/// The column of an answer that says by which moment a row has its place.
pub(super) const LISTED_AT: &str = "listed_at";

/// In which order a list is: by a moment, then by what tells rows of one moment
/// apart.
#[derive(Clone, Debug)]
pub(super) struct InOrder {
    /// What is the same in all rows, as the database is to be told: PostgreSQL does
    /// not take from `IS NULL` that an index is in order from there on.
    within: Option<Expr>,
    at: Expr,
    ties: Vec<Expr>,
    order: Order,
}

impl InOrder {
    /// What was last first.
    pub(super) fn last_first(at: Expr, ties: Vec<Expr>) -> Self {
        Self {
            within: None,
            at,
            ties,
            order: Order::Desc,
        }
    }

    /// What comes first, first.
    pub(super) fn first_first(at: Expr, ties: Vec<Expr>) -> Self {
        Self {
            within: None,
            at,
            ties,
            order: Order::Asc,
        }
    }

    /// The same, of rows in which this column is the same, or null.
    pub(super) fn within(self, column: Expr) -> Self {
        Self {
            within: Some(column),
            ..self
        }
    }

    /// Whether what was last comes first.
    pub(super) fn is_last_first(&self) -> bool {
        self.order == Order::Desc
    }

    /// The first so many, with their moments.
    pub(super) fn page<E: EntityTrait>(&self, rows: Select<E>, limit: u64) -> Select<E> {
        let by = self.within.iter().chain([&self.at]).chain(&self.ties);
        let rows = rows.expr_as(self.at.clone(), LISTED_AT);
        by.fold(rows, |rows, one| {
            rows.order_by(one.clone(), self.order.clone())
        })
        .limit(limit)
    }

    /// Rows that come after one with this moment and these ties. Said twice: the
    /// moment alone is what each database looks up in an index of an expression.
    pub(super) fn after<E: EntityTrait>(
        &self,
        rows: Select<E>,
        at: Timestamp,
        ties: Vec<Value>,
    ) -> Select<E> {
        let at = stored(at);
        let of_row = Expr::tuple([self.at.clone()].into_iter().chain(self.ties.clone()));
        let of_place = [Expr::val(at)].into_iter();
        let of_place = Expr::tuple(of_place.chain(ties.into_iter().map(Expr::val)));
        let (moment, place) = if self.is_last_first() {
            (self.at.clone().lte(at), of_row.lt(of_place))
        } else {
            (self.at.clone().gte(at), of_row.gt(of_place))
        };
        rows.filter(Condition::all().add(moment).add(place))
    }

    /// Rows that come before the end of that moment.
    pub(super) fn until<E: EntityTrait>(&self, rows: Select<E>, at: Timestamp) -> Select<E> {
        let (of_row, at) = (self.at.clone(), stored(at));
        rows.filter(if self.is_last_first() {
            of_row.gte(at)
        } else {
            of_row.lte(at)
        })
    }

    /// Rows of that moment and later ones in the list; without those of that
    /// moment, if these came before.
    pub(super) fn beyond_moment<E: EntityTrait>(
        &self,
        rows: Select<E>,
        at: Timestamp,
        with_it: bool,
    ) -> Select<E> {
        let (of_row, at) = (self.at.clone(), stored(at));
        rows.filter(match (self.is_last_first(), with_it) {
            (true, true) => of_row.lte(at),
            (true, false) => of_row.lt(at),
            (false, true) => of_row.gte(at),
            (false, false) => of_row.gt(at),
        })
    }
}

/// A column of a list's order.
pub(super) fn by<C: ColumnTrait>(column: C) -> Expr {
    Expr::col(column.as_column_ref())
}
